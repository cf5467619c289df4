//! Reads query parameters: what is wrong is said with what was expected and an example.

use chrono::{Datelike, NaiveDate};
use daybook_jobs::attributes::printable;
use daybook_jobs::resolve;
use daybook_schema::api::{DailyCursor, DailyFilter, TeamFilter};
use daybook_schema::connections;
use daybook_schema::counters::Basis;
use daybook_schema::teams::NO_TEAM;

use super::cursor::{self, Cursor};
use super::export::{Format, Wanted};
use crate::error::ApiError;

/// Rows of a page unless `limit` says otherwise, and the most it may say.
const DEFAULT_LIMIT: i64 = 1000;
const MAX_LIMIT: i64 = 10_000;

/// The parameters of the daily tables.
const NAMES: &[&str] =
    &["from", "to", "user", "model", "team", "connection", "basis", "limit", "cursor", "format"];

/// A request for daily rows, read.
#[derive(Clone, Debug)]
pub struct DailyQuery {
    pub filter: DailyFilter,
    pub wanted: Wanted<DailyCursor>,
}

impl DailyQuery {
    /// Reads a query string.
    pub fn parse(query: &str) -> Result<DailyQuery, ApiError> {
        let mut filter = DailyFilter {
            from: NaiveDate::MIN,
            to: NaiveDate::MIN,
            basis: Basis::Utc,
            user: None,
            model: None,
            connection: None,
            team: None,
        };
        let mut given = Given::default();
        for (name, value) in pairs(query) {
            match name.as_str() {
                "user" => filter.user = Some(user(&value)?),
                "model" => filter.model = Some(value),
                "team" => filter.team = Some(team(&value)?),
                "connection" => filter.connection = Some(connection(&value)?),
                "basis" => filter.basis = basis(&value)?,
                name => given.take(name, &value, NAMES)?,
            }
        }
        let wanted = given.wanted()?;
        (filter.from, filter.to) = (wanted.from, wanted.to);
        Ok(DailyQuery { filter, wanted })
    }
}

/// The parameters every table takes, as they were given.
pub(super) struct Given<At> {
    from: Option<NaiveDate>,
    to: Option<NaiveDate>,
    limit: Option<i64>,
    after: Option<At>,
    format: Option<Format>,
}

impl<At> Default for Given<At> {
    fn default() -> Given<At> {
        Given { from: None, to: None, limit: None, after: None, format: None }
    }
}

impl<At: Cursor> Given<At> {
    /// Takes a parameter; `names` are all the table has.
    pub(super) fn take(&mut self, name: &str, value: &str, names: &[&str]) -> Result<(), ApiError> {
        match name {
            "from" => self.from = Some(date("from", value)?),
            "to" => self.to = Some(date("to", value)?),
            "limit" if names.contains(&name) => self.limit = Some(limit_of(value)?),
            "cursor" if names.contains(&name) => self.after = Some(cursor::parse(value)?),
            "format" if names.contains(&name) => self.format = Some(Format::parse(value)?),
            unknown => return Err(unknown_parameter(unknown, names)),
        }
        Ok(())
    }

    /// Which rows that asks for.
    pub(super) fn wanted(self) -> Result<Wanted<At>, ApiError> {
        let from = self.from.ok_or_else(|| missing("from"))?;
        let to = self.to.ok_or_else(|| missing("to"))?;
        if from > to {
            return Err(ApiError::parameter("from", "a day not after `to`", "2026-11-01"));
        }
        Ok(Wanted {
            from,
            to,
            limit: self.limit.unwrap_or(DEFAULT_LIMIT),
            limited: self.limit.is_some(),
            after: self.after,
            format: self.format.unwrap_or(Format::Json),
        })
    }
}

/// The decoded pairs of a query string, without NUL, which PostgreSQL cannot compare anything with.
pub fn pairs(query: &str) -> impl Iterator<Item = (String, String)> {
    let decode = |text: &str| {
        let text = text.replace('+', " ");
        let text = percent_encoding::percent_decode_str(&text).decode_utf8_lossy();
        printable(&text).into_owned()
    };
    query.split('&').filter(|pair| !pair.is_empty()).map(move |pair| {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        (decode(name), decode(value))
    })
}

/// A day.
fn date(parameter: &str, value: &str) -> Result<NaiveDate, ApiError> {
    // The parser lets spaces, signs and single digits pass.
    NaiveDate::parse_from_str(value, "%Y-%m-%d")
        .ok()
        .filter(|date| (1970..=9999).contains(&date.year()) && date.to_string() == value)
        .ok_or_else(|| ApiError::parameter(parameter, "a day as YYYY-MM-DD", "2026-11-01"))
}

/// A parameter that may not be left out.
fn missing(parameter: &str) -> ApiError {
    ApiError::parameter(parameter, "a day as YYYY-MM-DD; it is required", "2026-11-01")
}

/// An email, as users are known by.
pub(super) fn user(value: &str) -> Result<String, ApiError> {
    resolve::email(value.into())
        .ok_or_else(|| ApiError::parameter("user", "the email of a user", "abc@xyz.com"))
}

/// A team, or days without one.
fn team(value: &str) -> Result<TeamFilter, ApiError> {
    let expected = format!("the name of a team, or `{NO_TEAM}` for days without one");
    TeamFilter::parse(value).ok_or_else(|| ApiError::parameter("team", expected, "Platform"))
}

/// An email that was typed.
pub fn email(value: &str) -> Result<String, ApiError> {
    user(value)
}

/// A connection's id.
pub(super) fn connection(value: &str) -> Result<i32, ApiError> {
    connections::parse_public_id(value)
        .ok_or_else(|| ApiError::parameter("connection", "the id of a connection", "con_1"))
}

/// Which days.
fn basis(value: &str) -> Result<Basis, ApiError> {
    match value {
        "utc" => Ok(Basis::Utc),
        "local" => Ok(Basis::Local),
        _ => Err(ApiError::parameter("basis", "`utc` or `local`", "utc")),
    }
}

/// How many rows.
fn limit_of(value: &str) -> Result<i64, ApiError> {
    limit_up_to(value, MAX_LIMIT)
}

/// How many rows, where a page has fewer.
pub(super) fn limit_up_to(value: &str, most: i64) -> Result<i64, ApiError> {
    value.parse().ok().filter(|limit| (1..=most).contains(limit)).ok_or_else(|| {
        ApiError::parameter("limit", format!("a number from 1 to {most}"), most.to_string())
    })
}

/// A parameter nobody knows: most likely misspelled, so it is not passed over.
fn unknown_parameter(name: &str, names: &[&str]) -> ApiError {
    let mut shown: String = name.chars().take(40).collect();
    if shown.is_empty() {
        shown.push('?');
    }
    ApiError::parameter(shown, format!("one of {}", names.join(", ")), "from")
}
