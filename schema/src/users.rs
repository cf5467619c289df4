//! Users, and what else names them.

use diesel::prelude::*;

use crate::store::{OnConflict, StoreConnection, Upsert, Values, on_backend};
use crate::tables::{sessions, user_identities, users};

/// How many rows one statement carries.
const ROWS: usize = 400;

/// A person, or the stand-in for an install or account nobody has named yet.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = users, treat_none_as_default_value = false)]
pub struct User {
    pub id: i64,
    pub email: Option<String>,
    pub stand_in: Option<String>,
    pub name: Option<String>,
    pub name_time: i64,
}

/// How a user's id is written outside: `usr_` and 16 hex digits.
pub fn public_id(id: i64) -> String {
    format!("usr_{:016x}", id.cast_unsigned())
}

/// The id a text like `usr_00000000000000ff` means.
pub fn parse_public_id(text: &str) -> Option<i64> {
    let digits = text.strip_prefix("usr_").filter(|digits| digits.len() == 16)?;
    let is_hex = digits.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    u64::from_str_radix(digits, 16).ok().filter(|_| is_hex).map(u64::cast_signed)
}

/// The kinds of identities.
pub mod identity {
    /// A second email: shown, but what declares it itself stays its own user's.
    pub const EMAIL: &str = "email";
    /// `user.account_uuid`.
    pub const ACCOUNT: &str = "account";
    /// `user.id`, the random id of an installation.
    pub const INSTALL: &str = "install";
}

/// A link between an identity and a user.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Queryable, Selectable, Insertable)]
#[diesel(table_name = user_identities, treat_none_as_default_value = false)]
pub struct UserIdentity {
    pub kind: String,
    pub value: String,
    pub user_id: i64,
    /// The earliest time this was said, microseconds since 1970.
    pub first_time: i64,
}

/// Every link of some identities' values.
pub fn identities(
    connection: &mut StoreConnection<'_>,
    values: &[&str],
) -> QueryResult<Vec<UserIdentity>> {
    let mut links = Vec::new();
    for some in values.chunks(ROWS) {
        on_backend!(connection, conn => {
            links.extend(
                user_identities::table
                    .filter(user_identities::kind.eq_any([
                        identity::ACCOUNT,
                        identity::EMAIL,
                        identity::INSTALL,
                    ]))
                    .filter(user_identities::value.eq_any(some))
                    .select(UserIdentity::as_select())
                    .load(*conn)?,
            )
        });
    }
    Ok(links)
}

/// Every identity that telemetry links with some users, in order of when it was first said.
pub fn identities_of(
    connection: &mut StoreConnection<'_>,
    ids: &[i64],
) -> QueryResult<Vec<UserIdentity>> {
    let mut links: Vec<UserIdentity> = Vec::new();
    for some in ids.chunks(ROWS) {
        on_backend!(connection, conn => {
            links.extend(
                user_identities::table
                    .filter(user_identities::user_id.eq_any(some))
                    .select(UserIdentity::as_select())
                    .load(*conn)?,
            )
        });
    }
    links.sort_by(|one, other| {
        (one.first_time, &one.kind, &one.value).cmp(&(other.first_time, &other.kind, &other.value))
    });
    Ok(links)
}

/// Writes links; of two times the earlier stays.
pub fn save_identities(
    connection: &mut StoreConnection<'_>,
    links: &[UserIdentity],
) -> QueryResult<()> {
    upsert_identities(links).execute(connection)
}

/// The statement.
fn upsert_identities(links: &[UserIdentity]) -> Upsert<'_> {
    Upsert {
        table: "user_identities",
        key: &["kind", "value", "user_id"],
        columns: vec![
            ("kind", Values::of(links, |row| &*row.kind)),
            ("value", Values::of(links, |row| &*row.value)),
            ("user_id", Values::of(links, |row| row.user_id)),
            ("first_time", Values::of(links, |row| row.first_time)),
        ],
        on_conflict: OnConflict::Set(
            // Somebody may have heard of an earlier time since the row was read.
            "first_time = CASE WHEN excluded.first_time < user_identities.first_time \
             THEN excluded.first_time ELSE user_identities.first_time END",
        ),
    }
}

/// Users by id.
pub fn by_id(connection: &mut StoreConnection<'_>, ids: &[i64]) -> QueryResult<Vec<User>> {
    let mut found = Vec::new();
    for some in ids.chunks(ROWS) {
        on_backend!(connection, conn => {
            found.extend(
                users::table
                    .filter(users::id.eq_any(some))
                    .select(User::as_select())
                    .load(*conn)?,
            )
        });
    }
    Ok(found)
}

/// Writes users; of two names the one that was said last stays.
pub fn save(connection: &mut StoreConnection<'_>, rows: &[User]) -> QueryResult<()> {
    upsert(rows).execute(connection)
}

/// The statement.
fn upsert(rows: &[User]) -> Upsert<'_> {
    Upsert {
        table: "users",
        key: &["id"],
        columns: vec![
            ("id", Values::of(rows, |row| row.id)),
            ("email", Values::of(rows, |row| row.email.as_deref())),
            ("stand_in", Values::of(rows, |row| row.stand_in.as_deref())),
            ("name", Values::of(rows, |row| row.name.as_deref())),
            ("name_time", Values::of(rows, |row| row.name_time)),
        ],
        on_conflict: OnConflict::Set(
            // Somebody may have heard of a later name since the row was read.
            "name = CASE WHEN excluded.name_time > users.name_time \
                              OR excluded.name_time = users.name_time AND excluded.name > users.name \
                         THEN excluded.name ELSE users.name END, \
             name_time = CASE WHEN excluded.name_time > users.name_time \
                         THEN excluded.name_time ELSE users.name_time END",
        ),
    }
}

/// Removes stand-ins whose usage has all moved to the people it belongs to.
pub fn remove_empty_stand_ins(
    connection: &mut StoreConnection<'_>,
    ids: &[i64],
) -> QueryResult<()> {
    for some in ids.chunks(ROWS) {
        on_backend!(connection, conn => {
            let held: Vec<i64> = sessions::table
                .filter(sessions::user_id.eq_any(some))
                .select(sessions::user_id)
                .distinct()
                .load(*conn)?;
            diesel::delete(
                users::table
                    .filter(users::id.eq_any(some))
                    .filter(users::email.is_null())
                    .filter(users::id.ne_all(held)),
            )
            .execute(*conn)?
        });
    }
    Ok(())
}

/// The first users with an email, by email: what a filter offers.
pub fn named(connection: &mut StoreConnection<'_>, limit: i64) -> QueryResult<Vec<User>> {
    named_from(connection, 0, limit)
}

/// How many users have an email.
pub fn count_named(connection: &mut StoreConnection<'_>) -> QueryResult<i64> {
    on_backend!(connection, conn => {
        users::table.filter(users::email.is_not_null()).count().get_result(*conn)
    })
}

/// Users with an email, by email, so many of them passed over.
pub fn named_from(
    connection: &mut StoreConnection<'_>,
    offset: i64,
    limit: i64,
) -> QueryResult<Vec<User>> {
    on_backend!(connection, conn => {
        users::table
            .filter(users::email.is_not_null())
            .order(users::email)
            .offset(offset)
            .limit(limit)
            .select(User::as_select())
            .load(*conn)
    })
}
