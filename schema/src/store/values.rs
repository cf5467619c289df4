//! Rows as columns: the values of each, for either database.

use chrono::NaiveDate;
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::query_builder::AstPass;
use diesel::serialize::ToSql;
use diesel::sql_types::{
    Array, BigInt, Binary, Bool, Date, HasSqlType, Integer, Nullable, SmallInt, Text,
};
use diesel::sqlite::Sqlite;

/// The values of a column, a row each.
pub(crate) enum Values<'a> {
    BigInt(Vec<i64>),
    NullableBigInt(Vec<Option<i64>>),
    Integer(Vec<i32>),
    SmallInt(Vec<i16>),
    Bool(Vec<bool>),
    Date(Vec<NaiveDate>),
    NullableDate(Vec<Option<NaiveDate>>),
    Text(Vec<&'a str>),
    NullableText(Vec<Option<&'a str>>),
    Binary(Vec<&'a [u8]>),
}

/// What can be a column's values.
macro_rules! from_values {
    ($($kind:ident($value:ty)),*) => {
        $(impl<'a> From<Vec<$value>> for Values<'a> {
            fn from(values: Vec<$value>) -> Values<'a> {
                Values::$kind(values)
            }
        })*
    };
}

from_values!(
    BigInt(i64),
    NullableBigInt(Option<i64>),
    Integer(i32),
    SmallInt(i16),
    Bool(bool),
    Date(NaiveDate),
    NullableDate(Option<NaiveDate>),
    Text(&'a str),
    NullableText(Option<&'a str>),
    Binary(&'a [u8])
);

impl<'a> Values<'a> {
    /// What every row says.
    pub(crate) fn of<Row, Value>(rows: &'a [Row], value: impl Fn(&'a Row) -> Value) -> Values<'a>
    where
        Values<'a>: From<Vec<Value>>,
    {
        Values::from(rows.iter().map(value).collect::<Vec<Value>>())
    }

    /// Writes all of them as one parameter.
    pub(super) fn push_array<'b>(&'b self, out: &mut AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        match self {
            Values::BigInt(values) => out.push_bind_param::<Array<BigInt>, _>(values),
            Values::NullableBigInt(values) => {
                out.push_bind_param::<Array<Nullable<BigInt>>, _>(values)
            }
            Values::Integer(values) => out.push_bind_param::<Array<Integer>, _>(values),
            Values::SmallInt(values) => out.push_bind_param::<Array<SmallInt>, _>(values),
            Values::Bool(values) => out.push_bind_param::<Array<Bool>, _>(values),
            Values::Date(values) => out.push_bind_param::<Array<Date>, _>(values),
            Values::NullableDate(values) => out.push_bind_param::<Array<Nullable<Date>>, _>(values),
            Values::Text(values) => out.push_bind_param::<Array<Text>, _>(values),
            Values::NullableText(values) => out.push_bind_param::<Array<Nullable<Text>>, _>(values),
            Values::Binary(values) => out.push_bind_param::<Array<Binary>, _>(values),
        }
    }

    /// Writes the value of a row as a parameter.
    pub(super) fn push_one<'b>(
        &'b self,
        row: usize,
        out: &mut AstPass<'_, 'b, Sqlite>,
    ) -> QueryResult<()> {
        match self {
            Values::BigInt(values) => push::<BigInt, _>(values, row, out),
            Values::NullableBigInt(values) => push::<Nullable<BigInt>, _>(values, row, out),
            Values::Integer(values) => push::<Integer, _>(values, row, out),
            Values::SmallInt(values) => push::<SmallInt, _>(values, row, out),
            Values::Bool(values) => push::<Bool, _>(values, row, out),
            Values::Date(values) => push::<Date, _>(values, row, out),
            Values::NullableDate(values) => push::<Nullable<Date>, _>(values, row, out),
            Values::Text(values) => push::<Text, _>(values, row, out),
            Values::NullableText(values) => push::<Nullable<Text>, _>(values, row, out),
            Values::Binary(values) => push::<Binary, _>(values, row, out),
        }
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        match self {
            Values::BigInt(values) => values.len(),
            Values::NullableBigInt(values) => values.len(),
            Values::Integer(values) => values.len(),
            Values::SmallInt(values) => values.len(),
            Values::Bool(values) => values.len(),
            Values::Date(values) => values.len(),
            Values::NullableDate(values) => values.len(),
            Values::Text(values) => values.len(),
            Values::NullableText(values) => values.len(),
            Values::Binary(values) => values.len(),
        }
    }
}

/// Writes one of some values as a parameter.
fn push<'b, Type, Value>(
    values: &'b [Value],
    row: usize,
    out: &mut AstPass<'_, 'b, Sqlite>,
) -> QueryResult<()>
where
    Sqlite: HasSqlType<Type>,
    Value: ToSql<Type, Sqlite>,
{
    match values.get(row) {
        Some(value) => out.push_bind_param::<Type, _>(value),
        None => Err(diesel::result::Error::QueryBuilderError("a row is too short".into())),
    }
}
