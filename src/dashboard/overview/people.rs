//! Who used it, what came of it, and how complete that is.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use chrono::{Days, NaiveDate};
use daybook_schema::QueryResult;
use daybook_schema::api::DailyFilter;
use daybook_schema::overview::{self, UserActivity, UserUsage};
use daybook_schema::store::StoreConnection;
use daybook_schema::users::{self, User};

use crate::dashboard::dates;
use crate::dashboard::filter::View;

/// Users in the table of the overview.
const TOP: usize = 10;

/// A row of the users table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// `None` of who was erased; their name is a number then.
    pub email: Option<String>,
    pub name: Option<String>,
    pub cost_micros: i64,
    pub tokens: i64,
    /// `None` where one model is looked at: activity has none.
    pub activity: Option<UserActivity>,
    pub last_day: Option<NaiveDate>,
    /// The model most was spent on.
    pub main_model: Option<String>,
}

/// Usage of installs and accounts nobody has named yet.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Unattributed {
    pub users: i64,
    pub cost_micros: i64,
    pub tokens: i64,
}

/// Who used it in a range.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct People {
    /// People with consumption.
    pub spenders: i64,
    /// People who were active.
    pub active: i64,
    /// People ever seen.
    pub seen: i64,
    /// People active in the period before and not in this one; `None` where it is not known.
    pub stopped: Option<i64>,
    /// The dearest first.
    pub top: Vec<Person>,
    pub unattributed: Unattributed,
    /// Everybody's, unattributed ones included; `None` where one model is looked at.
    pub activity: Option<UserActivity>,
    /// Whether there is any row of the filter.
    any: bool,
}

impl People {
    /// Reads it.
    pub fn load(connection: &mut StoreConnection<'_>, view: &View) -> QueryResult<People> {
        let filter = &view.filter;
        let unnamed: BTreeSet<i64> =
            overview::unattributed_users(connection)?.into_iter().collect();
        let usage = overview::usage_by_user(connection, filter)?;
        let activity = match filter.model {
            Some(_) => None,
            None => Some(overview::activity_by_user(connection, filter)?),
        };
        let active = active_people(&usage, activity.as_deref(), &unnamed);
        Ok(People {
            spenders: count(usage.iter().filter(|row| !unnamed.contains(&row.user_id)).count()),
            active: count(active.len()),
            seen: overview::people_seen(connection, filter)?,
            stopped: stopped(connection, view, &active, &unnamed)?,
            top: top(connection, filter, &usage, activity.as_deref(), &unnamed)?,
            unattributed: unattributed(&usage, &unnamed),
            any: !usage.is_empty() || activity.as_ref().is_some_and(|rows| !rows.is_empty()),
            activity: activity.map(|rows| sum(&rows)),
        })
    }

    /// Whether nothing is known of the range.
    pub fn is_empty(&self) -> bool {
        !self.any
    }
}

/// The people who were active; of one model, those who used it.
fn active_people(
    usage: &[UserUsage],
    activity: Option<&[UserActivity]>,
    unnamed: &BTreeSet<i64>,
) -> BTreeSet<i64> {
    let mut active: BTreeSet<i64> = match activity {
        Some(rows) => {
            rows.iter().filter(|row| row.last_active_day.is_some()).map(|row| row.user_id).collect()
        }
        None => usage.iter().map(|row| row.user_id).collect(),
    };
    active.retain(|user| !unnamed.contains(user));
    active
}

/// How many people were active in the period before, and are not now.
fn stopped(
    connection: &mut StoreConnection<'_>,
    view: &View,
    active: &BTreeSet<i64>,
    unnamed: &BTreeSet<i64>,
) -> QueryResult<Option<i64>> {
    let filter = &view.filter;
    let length = Days::new(dates::length(filter.from, filter.to));
    let (Some(from), Some(to), None) =
        (filter.from.checked_sub_days(length), filter.from.pred_opt(), &filter.model)
    else {
        return Ok(None);
    };
    let before = overview::active_users(connection, &DailyFilter { from, to, ..filter.clone() })?;
    let gone = before.iter().filter(|user| !active.contains(user) && !unnamed.contains(user));
    Ok(Some(count(gone.count())))
}

/// The people most was spent for.
fn top(
    connection: &mut StoreConnection<'_>,
    filter: &DailyFilter,
    usage: &[UserUsage],
    activity: Option<&[UserActivity]>,
    unnamed: &BTreeSet<i64>,
) -> QueryResult<Vec<Person>> {
    let mut dearest: Vec<&UserUsage> =
        usage.iter().filter(|row| !unnamed.contains(&row.user_id)).collect();
    dearest.sort_by_key(|row| Reverse(row.cost_micros));
    dearest.truncate(TOP);
    let ids: Vec<i64> = dearest.iter().map(|row| row.user_id).collect();
    let mut models: BTreeMap<i64, String> = BTreeMap::new();
    for row in overview::usage_of_users_by_model(connection, filter, &ids)? {
        models.entry(row.user_id).or_insert(row.model);
    }
    let names: BTreeMap<i64, User> =
        users::by_id(connection, &ids)?.into_iter().map(|user| (user.id, user)).collect();
    let person = |row: &&UserUsage| {
        let user = names.get(&row.user_id)?;
        let activity =
            activity.map(|rows| rows.iter().find(|activity| activity.user_id == row.user_id));
        Some(Person {
            email: user.email.clone(),
            name: user.name.clone(),
            cost_micros: row.cost_micros,
            tokens: row.tokens,
            last_day: activity
                .flatten()
                .and_then(|activity| activity.last_active_day)
                .max(row.last_day),
            activity: activity.map(|found| found.cloned().unwrap_or_default()),
            main_model: models.get(&row.user_id).cloned(),
        })
    };
    Ok(dearest.iter().filter_map(person).collect())
}

/// What belongs to nobody.
fn unattributed(usage: &[UserUsage], unnamed: &BTreeSet<i64>) -> Unattributed {
    let mut sum = Unattributed::default();
    for row in usage.iter().filter(|row| unnamed.contains(&row.user_id)) {
        sum.users += 1;
        sum.cost_micros = sum.cost_micros.saturating_add(row.cost_micros);
        sum.tokens = sum.tokens.saturating_add(row.tokens);
    }
    sum
}

/// Everybody's activity.
fn sum(rows: &[UserActivity]) -> UserActivity {
    rows.iter().fold(UserActivity::default(), |sum, row| UserActivity {
        user_id: 0,
        last_active_day: sum.last_active_day.max(row.last_active_day),
        sessions: sum.sessions.saturating_add(row.sessions),
        lines_added: sum.lines_added.saturating_add(row.lines_added),
        lines_removed: sum.lines_removed.saturating_add(row.lines_removed),
        commits: sum.commits.saturating_add(row.commits),
        pull_requests: sum.pull_requests.saturating_add(row.pull_requests),
        edits_accepted: sum.edits_accepted.saturating_add(row.edits_accepted),
        edits_rejected: sum.edits_rejected.saturating_add(row.edits_rejected),
        events: sum.events.saturating_add(row.events),
        events_missing: sum.events_missing.saturating_add(row.events_missing),
        metrics_only: sum.metrics_only.saturating_add(row.metrics_only),
        events_only: sum.events_only.saturating_add(row.events_only),
        scopes: sum.scopes.saturating_add(row.scopes),
        days: sum.days.saturating_add(row.days),
        complete_days: sum.complete_days.saturating_add(row.complete_days),
    })
}

/// A number of things as the database counts.
fn count(things: usize) -> i64 {
    i64::try_from(things).unwrap_or(i64::MAX)
}
