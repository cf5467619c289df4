//! Memberships as they stand, as CSV and JSON: what is written can be read back.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use daybook_schema::QueryResult;
use daybook_schema::store::StoreConnection;
use daybook_schema::team_memberships::{self, Membership};
use daybook_schema::users::{self, public_id};
use serde_json::{Value, json};

use super::{COLUMNS, Column};
use crate::api::export::cell;

/// Every membership, and what its people are called.
#[derive(Clone, Debug, Default)]
pub struct Listed {
    pub rows: Vec<Membership>,
    /// By user; who has not reported yet has none.
    emails: BTreeMap<i64, String>,
}

impl Listed {
    /// All there are, by email; those whose email is not known last.
    pub fn load(connection: &mut StoreConnection<'_>) -> QueryResult<Listed> {
        let rows = team_memberships::all(connection)?;
        let mut listed = Listed::of(connection, rows)?;
        let emails = &listed.emails;
        listed.rows.sort_by_key(|row| {
            let email = emails.get(&row.user_id);
            (email.is_none(), email, row.user_id, row.first_day)
        });
        Ok(listed)
    }

    /// Some rows, and what their people are called.
    pub fn of(connection: &mut StoreConnection<'_>, rows: Vec<Membership>) -> QueryResult<Listed> {
        let mut ids: Vec<i64> = rows.iter().map(|row| row.user_id).collect();
        ids.sort_unstable();
        ids.dedup();
        let known = users::by_id(connection, &ids)?;
        let emails = known.into_iter().filter_map(|user| Some((user.id, user.email?))).collect();
        Ok(Listed { rows, emails })
    }

    /// The email of a user, when it is known.
    pub fn email(&self, user: i64) -> Option<&str> {
        self.emails.get(&user).map(String::as_str)
    }

    /// What a line says of whom it is about: the email, else the id.
    pub fn person(&self, user: i64) -> String {
        self.email(user).map_or_else(|| public_id(user), str::to_owned)
    }
}

/// As CSV, which can be read back.
pub fn csv(listed: &Listed) -> String {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let mut written = writer.write_record(COLUMNS.map(Column::name));
    for row in &listed.rows {
        let day = |day: Option<NaiveDate>| day.map(|day| day.to_string()).unwrap_or_default();
        let record = [
            cell(&listed.person(row.user_id)),
            cell(&row.team),
            cell(&row.department),
            cell(&row.cost_center),
            day(row.from()),
            day(row.to()),
        ];
        written = written.and_then(|()| writer.write_record(record));
    }
    let bytes = written.ok().and_then(|()| writer.into_inner().ok()).unwrap_or_default();
    String::from_utf8(bytes).unwrap_or_default()
}

/// As JSON.
pub fn json(listed: &Listed) -> Value {
    let rows: Vec<Value> = listed.rows.iter().map(|row| row_json(row, listed)).collect();
    json!({ "data": rows })
}

/// A membership as the API shows it.
fn row_json(row: &Membership, listed: &Listed) -> Value {
    let known = |name: &String| (!name.is_empty()).then(|| name.clone());
    json!({
        "user_id": public_id(row.user_id),
        "email": listed.email(row.user_id),
        "team": known(&row.team),
        "department": known(&row.department),
        "cost_center": known(&row.cost_center),
        "from": row.from(),
        "to": row.to(),
    })
}
