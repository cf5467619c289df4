//! Reads query parameters. What is wrong is said with what was expected and an example.

use chrono::{Datelike, Days, NaiveDate};
use daybook_jobs::attributes::printable;
use daybook_jobs::resolve;
use daybook_schema::api::TeamFilter;
use daybook_schema::connections;
use daybook_schema::counters::Basis;
use percent_encoding::percent_decode_str;

use super::{Preset, WrongParameter};
use crate::dashboard::dates;

/// The longest range a page draws; the API has no such limit.
const MAX_DAYS: u64 = 366;

/// The highest page number that is taken.
const MAX_PAGE: u32 = 1_000_000;

/// Longest value that is taken, in bytes.
const MAX_VALUE_BYTES: usize = 400;

/// Every parameter of the pages.
const NAMES: &str = "range, from, to, user, model, team, connection, basis, page";

/// The parameters as they were given; an empty one is as good as none.
#[derive(Default)]
pub(super) struct Given {
    /// A moving range.
    pub(super) preset: Option<Preset>,
    /// The first day.
    from: Option<NaiveDate>,
    /// The last day.
    to: Option<NaiveDate>,
    /// A user's email, normalised.
    pub(super) user: Option<String>,
    /// A model, canonical.
    pub(super) model: Option<String>,
    /// A team, or days without one.
    pub(super) team: Option<TeamFilter>,
    /// A connection.
    pub(super) connection: Option<i32>,
    /// Whose days.
    pub(super) basis: Option<Basis>,
    /// A page of rows.
    pub(super) page: Option<u32>,
}

impl Given {
    /// Takes one parameter.
    pub(super) fn take(&mut self, name: &str, value: String) -> Result<(), WrongParameter> {
        if value.is_empty() && NAMES.split(", ").any(|known| known == name) {
            return Ok(());
        }
        if value.len() > MAX_VALUE_BYTES {
            return Err(wrong(name, "a shorter value", "/"));
        }
        match name {
            "range" => self.preset = Some(preset(&value)?),
            "from" => self.from = Some(date("from", &value)?),
            "to" => self.to = Some(date("to", &value)?),
            "user" => self.user = Some(user(value)?),
            "model" => self.model = Some(value),
            "team" => self.team = TeamFilter::parse(&value),
            "connection" => self.connection = Some(connection(&value)?),
            "basis" => self.basis = Some(basis(&value)?),
            "page" => self.page = Some(page(&value)?),
            unknown => {
                let expected = format!("one of {NAMES}");
                return Err(wrong(unknown, expected, "/?range=7d"));
            }
        }
        Ok(())
    }

    /// The range of days: fixed ones win over a moving one, because a form sends both.
    pub(super) fn days(
        &self,
        today: NaiveDate,
    ) -> Result<(Option<Preset>, (NaiveDate, NaiveDate)), WrongParameter> {
        let (from, to) = match (self.from, self.to) {
            (None, None) => {
                let preset = self.preset.unwrap_or(Preset::Days28);
                return Ok((Some(preset), preset.days(today)));
            }
            (Some(from), Some(to)) => (from, to),
            (Some(from), None) => (from, today.max(from)),
            (None, Some(to)) => (to.checked_sub_days(Days::new(27)).unwrap_or(to), to),
        };
        let example = "/?from=2026-11-01&to=2026-11-30";
        if from > to {
            return Err(wrong("from", format!("a day not after `to`, which is {to}"), example));
        }
        if dates::length(from, to) > MAX_DAYS {
            let expected =
                format!("at most {MAX_DAYS} days up to `to`; the API answers longer ranges");
            return Err(wrong("from", expected, example));
        }
        Ok((None, (from, to)))
    }
}

/// A wrong parameter; its name is cut where nobody would read on.
fn wrong(name: &str, expected: impl Into<String>, example: &'static str) -> WrongParameter {
    WrongParameter { name: name.chars().take(40).collect(), expected: expected.into(), example }
}

/// Text out of a query string, without NUL, which PostgreSQL cannot compare anything with.
pub(in crate::dashboard) fn decoded(text: &str) -> String {
    let text = text.replace('+', " ");
    printable(percent_decode_str(&text).decode_utf8_lossy().trim()).into_owned()
}

/// A range that moves.
fn preset(value: &str) -> Result<Preset, WrongParameter> {
    Preset::ALL
        .into_iter()
        .find(|preset| preset.value() == value)
        .ok_or_else(|| wrong("range", "7d, 28d, 90d, month or last_month", "/?range=28d"))
}

/// A day.
fn date(name: &'static str, value: &str) -> Result<NaiveDate, WrongParameter> {
    NaiveDate::parse_from_str(value, "%Y-%m-%d")
        .ok()
        .filter(|date| value.len() == 10 && (1970..=9999).contains(&date.year()))
        .ok_or_else(|| wrong(name, "a day as YYYY-MM-DD", "/?from=2026-11-01&to=2026-11-30"))
}

/// An email, as users are known by.
fn user(value: String) -> Result<String, WrongParameter> {
    resolve::email(value.into())
        .ok_or_else(|| wrong("user", "the email of a user", "/?user=abc%40xyz.com"))
}

/// A connection's id.
fn connection(value: &str) -> Result<i32, WrongParameter> {
    connections::parse_public_id(value)
        .ok_or_else(|| wrong("connection", "the id of a connection", "/?connection=con_1"))
}

/// Which days.
fn basis(value: &str) -> Result<Basis, WrongParameter> {
    match value {
        "utc" => Ok(Basis::Utc),
        "local" => Ok(Basis::Local),
        _ => Err(wrong("basis", "`utc` or `local`", "/?basis=utc")),
    }
}

/// Which page.
fn page(value: &str) -> Result<u32, WrongParameter> {
    value
        .parse()
        .ok()
        .filter(|page| (1..=MAX_PAGE).contains(page))
        .ok_or_else(|| wrong("page", "a page number from 1", "/daily?page=2"))
}
