//! People who were erased: what keeps them from coming back, and what is still to be done.
//!
//! Of an erased identity a keyed hash stays. Only while bodies are being looked through is it
//! known in the clear what to look for, and that goes with the last of them.

use diesel::prelude::*;
use diesel::sql_types::Text;

use crate::store::{StoreConnection, on_backend};
use crate::tables::{
    detections, erased_identities, erased_users, sessions, signal_bodies, signals, user_identities,
    users,
};
use crate::users::{UserIdentity, identities_of, save_identities};

/// What an erased user has in the place of a stand-in.
pub const STAND_IN: &str = "erased";

/// What is searched for when everything was: no emails, no ids.
const NOTHING: &str = "[[],[]]";

/// A user whose identity is gone.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = erased_users, treat_none_as_default_value = false)]
pub struct Erasure {
    pub user_id: i64,
    /// What the user is called from now on; who was merged has the same.
    pub number: i64,
    pub erased_at: i64,
    /// What kept bodies are still searched for; `None` when nothing of it is left.
    pub pending: Option<String>,
    /// The last signal whose body was looked at.
    pub scanned_to: i64,
}

/// How an erased user is called.
pub fn name(number: i64) -> String {
    format!("erased user {number}")
}

/// The number of the next erased user.
pub fn next_number(connection: &mut StoreConnection<'_>) -> QueryResult<i64> {
    let last: Option<i64> = on_backend!(connection, conn => {
        erased_users::table.select(diesel::dsl::max(erased_users::number)).first(*conn)?
    });
    Ok(last.unwrap_or_default().saturating_add(1))
}

/// Writes who was erased, and the hashes of what named them.
pub fn add(
    connection: &mut StoreConnection<'_>,
    rows: &[Erasure],
    identities: &[i64],
    owner: i64,
) -> QueryResult<()> {
    on_backend!(connection, conn => {
        for row in rows {
            diesel::insert_into(erased_users::table).values(row).execute(*conn)?;
        }
        for hash in identities {
            diesel::insert_into(erased_identities::table)
                .values((erased_identities::identity.eq(*hash), erased_identities::user_id.eq(owner)))
                .on_conflict(erased_identities::identity)
                .do_nothing()
                .execute(*conn)?;
        }
    });
    Ok(())
}

/// Those whose bodies are still to be looked through.
pub fn pending(connection: &mut StoreConnection<'_>) -> QueryResult<Vec<Erasure>> {
    on_backend!(connection, conn => {
        erased_users::table
            .filter(erased_users::pending.is_not_null())
            .order(erased_users::number)
            .select(Erasure::as_select())
            .load(*conn)
    })
}

/// The erasure of a user.
pub fn of_user(connection: &mut StoreConnection<'_>, user: i64) -> QueryResult<Option<Erasure>> {
    on_backend!(connection, conn => {
        erased_users::table.find(user).select(Erasure::as_select()).first(*conn).optional()
    })
}

/// Notes how far bodies were looked through.
pub fn note_scan(
    connection: &mut StoreConnection<'_>,
    user: i64,
    scanned_to: i64,
) -> QueryResult<()> {
    on_backend!(connection, conn => {
        diesel::update(erased_users::table.find(user))
            .set(erased_users::scanned_to.eq(scanned_to))
            .execute(*conn)?
    });
    Ok(())
}

/// Forgets what bodies were searched for: all were looked through.
pub fn forget_texts(connection: &mut StoreConnection<'_>, user: i64) -> QueryResult<()> {
    on_backend!(connection, conn => {
        diesel::update(erased_users::table.find(user))
            .set(erased_users::pending.eq(Some(NOTHING)))
            .execute(*conn)?
    });
    Ok(())
}

/// Notes that nothing is left of a user.
pub fn note_done(connection: &mut StoreConnection<'_>, user: i64) -> QueryResult<()> {
    on_backend!(connection, conn => {
        diesel::update(erased_users::table.find(user))
            .set(erased_users::pending.eq(None::<String>))
            .execute(*conn)?
    });
    Ok(())
}

/// Takes name and email off users.
pub fn rename_users(
    connection: &mut StoreConnection<'_>,
    ids: &[i64],
    number: i64,
) -> QueryResult<()> {
    on_backend!(connection, conn => {
        diesel::update(users::table.filter(users::id.eq_any(ids)))
            .set((
                users::email.eq(None::<String>),
                users::stand_in.eq(Some(STAND_IN)),
                users::name.eq(Some(name(number))),
                users::name_time.eq(i64::MIN),
            ))
            .execute(*conn)?
    });
    Ok(())
}

/// Puts a pseudonym in the name of whoever is known by an identity alone: usage that stood beside
/// nobody, of an install or account that was the person's elsewhere.
pub fn rename_stand_in(
    connection: &mut StoreConnection<'_>,
    kind: &str,
    value: &str,
    pseudonym: &str,
) -> QueryResult<()> {
    on_backend!(connection, conn => {
        diesel::update(users::table.filter(users::stand_in.eq(format!("{kind}:{value}"))))
            .set(users::stand_in.eq(format!("{kind}:{pseudonym}")))
            .execute(*conn)?
    });
    Ok(())
}

/// Puts pseudonyms in the links of users whatever they link: what stood beside a person who is
/// erased is a pseudonym in telemetry that comes, too.
pub fn rename_links_of(
    connection: &mut StoreConnection<'_>,
    users: &[i64],
    pseudonym: impl Fn(&UserIdentity) -> String,
) -> QueryResult<()> {
    let links = identities_of(connection, users)?;
    on_backend!(connection, conn => {
        diesel::delete(user_identities::table.filter(user_identities::user_id.eq_any(users)))
            .execute(*conn)?
    });
    let renamed: Vec<UserIdentity> =
        links.into_iter().map(|link| UserIdentity { value: pseudonym(&link), ..link }).collect();
    save_identities(connection, &renamed)
}

/// Puts pseudonyms in a session that names nobody.
pub fn rename_session(
    connection: &mut StoreConnection<'_>,
    id: i64,
    account: Option<&str>,
    install: Option<&str>,
) -> QueryResult<()> {
    on_backend!(connection, conn => {
        diesel::update(sessions::table.find(id))
            .set((sessions::account_uuid.eq(account), sessions::install_id.eq(install)))
            .execute(*conn)?
    });
    Ok(())
}

/// Puts a pseudonym in the place of an email, wherever tables hold it; `owner` is whose the
/// sessions are that declare it.
pub fn rename_email(
    connection: &mut StoreConnection<'_>,
    value: &str,
    pseudonym: &str,
    owner: i64,
) -> QueryResult<()> {
    on_backend!(connection, conn => {
        diesel::update(
            sessions::table.filter(sessions::user_id.eq(owner)).filter(sessions::email.eq(value)),
        )
        .set(sessions::email.eq(pseudonym))
        .execute(*conn)?
    });
    Ok(())
}

/// Puts a pseudonym in the links of an identity. A row is found by its value, so it cannot keep
/// its place.
pub fn rename_links(
    connection: &mut StoreConnection<'_>,
    kind: &str,
    value: &str,
    pseudonym: &str,
) -> QueryResult<()> {
    let links: Vec<UserIdentity> = on_backend!(connection, conn => {
        let of_value = user_identities::table
            .filter(user_identities::kind.eq(kind))
            .filter(user_identities::value.eq(value));
        let links = of_value.select(UserIdentity::as_select()).load(*conn)?;
        diesel::delete(of_value).execute(*conn)?;
        links
    });
    let renamed: Vec<UserIdentity> = links
        .into_iter()
        .map(|link| UserIdentity { value: pseudonym.to_owned(), ..link })
        .collect();
    save_identities(connection, &renamed)
}

/// Takes an email off what redaction found: whose it was, and the text round it.
pub fn forget_detections(connection: &mut StoreConnection<'_>, email: &str) -> QueryResult<()> {
    let held = format!("%{}%", escaped(email));
    on_backend!(connection, conn => {
        diesel::update(
            detections::table.filter(
                detections::email
                    .eq(email)
                    .or(detections::text_before.like(&held).escape('\\'))
                    .or(detections::text_after.like(&held).escape('\\')),
            ),
        )
        .set((detections::text_before.eq(""), detections::text_after.eq("")))
        .execute(*conn)?;
        diesel::update(detections::table.filter(detections::email.eq(email)))
            .set(detections::email.eq(None::<String>))
            .execute(*conn)?
    });
    Ok(())
}

/// Where a name of a team may hold an email.
const TEAM_TABLES: [&str; 4] = ["session_teams", "daily_teams", "team_memberships", "team_periods"];

/// Takes an email off the names of teams: what holds it says nothing any more.
pub fn forget_teams(connection: &mut StoreConnection<'_>, email: &str) -> QueryResult<()> {
    let held = format!("%{}%", escaped(email));
    for table in TEAM_TABLES {
        for column in ["team", "department", "cost_center"] {
            let text = format!(
                "UPDATE {table} SET {column} = '' WHERE lower({column}) LIKE $1 ESCAPE '\\'"
            );
            on_backend!(connection, conn => {
                diesel::sql_query(text).bind::<Text, _>(&held).execute(*conn)?
            });
        }
    }
    Ok(())
}

/// A text that `LIKE` takes as it is.
fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_")
}

/// A kept body: its signal, kind and connection beside it.
pub type Kept = (i64, i16, i32, Vec<u8>);

/// Some kept bodies after a signal's id, in order of ids.
pub fn bodies_after(
    connection: &mut StoreConnection<'_>,
    after: i64,
    limit: i64,
) -> QueryResult<Vec<Kept>> {
    on_backend!(connection, conn => {
        signal_bodies::table
            .inner_join(signals::table)
            .filter(signal_bodies::signal_id.gt(after))
            .order(signal_bodies::signal_id)
            .limit(limit)
            .select((
                signal_bodies::signal_id,
                signals::kind,
                signals::connection_id,
                signal_bodies::body,
            ))
            .load(*conn)
    })
}

/// The kept bodies of some signals, in order of ids.
pub fn bodies(connection: &mut StoreConnection<'_>, ids: &[i64]) -> QueryResult<Vec<Kept>> {
    on_backend!(connection, conn => {
        signal_bodies::table
            .inner_join(signals::table)
            .filter(signal_bodies::signal_id.eq_any(ids))
            .order(signal_bodies::signal_id)
            .select((
                signal_bodies::signal_id,
                signals::kind,
                signals::connection_id,
                signal_bodies::body,
            ))
            .load(*conn)
    })
}

/// Lets go of a body.
pub fn remove_body(connection: &mut StoreConnection<'_>, id: i64) -> QueryResult<()> {
    on_backend!(connection, conn => {
        diesel::delete(signal_bodies::table.find(id)).execute(*conn)?
    });
    Ok(())
}
