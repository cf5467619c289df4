//! What is stored about one person besides the rows of their days: who they are known as, how
//! many sessions there are, and where these reported.

use chrono::NaiveDate;
use diesel::dsl::{count, max, min};
use diesel::prelude::*;

use crate::counters::Basis;
use crate::store::{StoreConnection, on_backend};
use crate::tables::{connections, daily_activity, session_signals, sessions, users};
use crate::users::{User, UserIdentity};

/// What is stored about a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stored {
    pub user: User,
    /// By kind, the earliest first.
    pub identities: Vec<UserIdentity>,
    pub sessions: Sessions,
    /// By the connection's id.
    pub connections: Vec<Reported>,
}

/// Sessions, and the telemetry they are kept as.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sessions {
    pub count: i64,
    /// Microseconds since 1970; `None` without a session.
    pub first_time: Option<i64>,
    pub last_time: Option<i64>,
    /// Requests that are kept, redacted, in which one of them is told of.
    pub kept_requests: i64,
}

/// A connection, and the first and last UTC day of somebody on it.
#[derive(Clone, Debug, PartialEq, Eq, Queryable)]
pub struct Reported {
    pub id: i32,
    pub name: String,
    /// Never `None` in a group.
    pub first_day: Option<NaiveDate>,
    pub last_day: Option<NaiveDate>,
}

impl Stored {
    /// What is stored about who has an email; `None` where no telemetry named it.
    pub fn of(connection: &mut StoreConnection<'_>, email: &str) -> QueryResult<Option<Stored>> {
        let Some(user) = by_email(connection, email)? else {
            return Ok(None);
        };
        let id = user.id;
        Ok(Some(Stored {
            user,
            identities: identities(connection, id)?,
            sessions: Sessions::of(connection, id)?,
            connections: reported(connection, id)?,
        }))
    }
}

/// The user of an email.
fn by_email(connection: &mut StoreConnection<'_>, email: &str) -> QueryResult<Option<User>> {
    on_backend!(connection, conn => {
        users::table
            .filter(users::email.eq(email))
            .select(User::as_select())
            .first(*conn)
            .optional()
    })
}

/// What else is known to be a user.
fn identities(connection: &mut StoreConnection<'_>, id: i64) -> QueryResult<Vec<UserIdentity>> {
    use crate::tables::user_identities::dsl::*;
    on_backend!(connection, conn => {
        user_identities
            .filter(user_id.eq(id))
            .order((kind, first_time, value))
            .select(UserIdentity::as_select())
            .load(*conn)
    })
}

impl Sessions {
    /// Those of a user.
    fn of(connection: &mut StoreConnection<'_>, id: i64) -> QueryResult<Sessions> {
        let (groups, first_time, last_time): (i64, _, _) = on_backend!(connection, conn => {
            sessions::table
                .filter(sessions::user_id.eq(id))
                .select((
                    count(sessions::group_key).aggregate_distinct(),
                    min(sessions::first_time),
                    max(sessions::last_time),
                ))
                .first(*conn)?
        });
        let kept_requests = on_backend!(connection, conn => {
            let own = sessions::table.filter(sessions::user_id.eq(id)).select(sessions::id);
            session_signals::table
                .filter(session_signals::session.eq_any(own))
                .select(count(session_signals::signal_id).aggregate_distinct())
                .first(*conn)?
        });
        Ok(Sessions { count: groups, first_time, last_time, kept_requests })
    }
}

/// On which connections a user was heard, and when.
fn reported(connection: &mut StoreConnection<'_>, id: i64) -> QueryResult<Vec<Reported>> {
    on_backend!(connection, conn => {
        daily_activity::table
            .inner_join(connections::table.on(connections::id.eq(daily_activity::connection_id)))
            .filter(daily_activity::user_id.eq(id))
            .filter(daily_activity::basis.eq(Basis::Utc.number()))
            .group_by((connections::id, connections::name))
            .order(connections::id)
            .select((
                connections::id,
                connections::name,
                min(daily_activity::day),
                max(daily_activity::day),
            ))
            .load(*conn)
    })
}
