//! What a page is asked to show: the query string, read and written.
//!
//! All state is in it, so a view is a link. A wrong parameter is never passed over.

mod preset;
mod read;

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;
use daybook_schema::api::{DailyFilter, TeamFilter};
use daybook_schema::connections;
use daybook_schema::counters::Basis;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

pub use preset::Preset;
use read::Given;
pub(in crate::dashboard) use read::decoded;

/// What stays as it is in a query string.
const KEPT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Which parameter was wrong, what was expected, and an example that works.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WrongParameter {
    pub name: String,
    pub expected: String,
    pub example: &'static str,
}

/// What a page shows.
#[derive(Clone, Debug)]
pub struct View {
    pub filter: DailyFilter,
    /// The range it moves with; `None` for fixed days.
    pub preset: Option<Preset>,
    /// From 1.
    pub page: u32,
    /// The day it is now, of the same basis: it is not over.
    pub today: NaiveDate,
    pub zone: Tz,
}

impl View {
    /// Reads a query string as of `now`.
    pub fn parse(query: &str, zone: Tz, now: DateTime<Utc>) -> Result<View, WrongParameter> {
        let mut given = Given::default();
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            given.take(&decoded(name), decoded(value))?;
        }
        // Where the organization's days are UTC days, only those are kept.
        let basis = match zone {
            Tz::UTC => Basis::Utc,
            _ => given.basis.unwrap_or(Basis::Local),
        };
        let today = today(basis, zone, now);
        let (preset, (from, to)) = given.days(today)?;
        let filter = DailyFilter {
            from,
            to,
            basis,
            user: given.user,
            model: given.model,
            connection: given.connection,
            team: given.team,
        };
        Ok(View { filter, preset, page: given.page.unwrap_or(1), today, zone })
    }

    /// The same view of a moving range.
    pub fn with_preset(&self, preset: Preset) -> View {
        let (from, to) = preset.days(self.today);
        let filter = DailyFilter { from, to, ..self.filter.clone() };
        View { filter, preset: Some(preset), page: 1, ..self.clone() }
    }

    /// The same view of fixed days.
    pub fn with_days(&self, from: NaiveDate, to: NaiveDate) -> View {
        let filter = DailyFilter { from, to, ..self.filter.clone() };
        View { filter, preset: None, page: 1, ..self.clone() }
    }

    /// The same view of a user.
    pub fn with_user(&self, email: Option<&str>) -> View {
        let filter = DailyFilter { user: email.map(str::to_owned), ..self.filter.clone() };
        View { filter, page: 1, ..self.clone() }
    }

    /// The same view of a model.
    pub fn with_model(&self, model: Option<&str>) -> View {
        let filter = DailyFilter { model: model.map(str::to_owned), ..self.filter.clone() };
        View { filter, page: 1, ..self.clone() }
    }

    /// The same view of a team.
    pub fn with_team(&self, team: Option<TeamFilter>) -> View {
        let filter = DailyFilter { team, ..self.filter.clone() };
        View { filter, page: 1, ..self.clone() }
    }

    /// The same view of everybody and everything.
    pub fn unscoped(&self) -> View {
        let filter = DailyFilter {
            user: None,
            model: None,
            connection: None,
            team: None,
            ..self.filter.clone()
        };
        View { filter, page: 1, ..self.clone() }
    }

    /// The same view of the other kind of days: UTC, or the installation's time zone.
    pub fn with_basis(&self, basis: Basis, now: DateTime<Utc>) -> View {
        let today = today(basis, self.zone, now);
        let moved = View {
            filter: DailyFilter { basis, ..self.filter.clone() },
            page: 1,
            today,
            ..self.clone()
        };
        match self.preset {
            Some(preset) => moved.with_preset(preset),
            None => moved,
        }
    }

    /// Another page of the same view.
    pub fn with_page(&self, page: u32) -> View {
        View { page, ..self.clone() }
    }

    /// Whether it is of some user, model, connection or team only.
    pub fn is_scoped(&self) -> bool {
        self.filter.user.is_some()
            || self.filter.model.is_some()
            || self.filter.connection.is_some()
            || self.filter.team.is_some()
    }

    /// The link to this view on a page.
    pub fn link(&self, path: &str) -> String {
        let mut query = Query::default();
        match self.preset {
            Some(Preset::Days28) => {}
            Some(preset) => query.add("range", preset.value()),
            None => query.add_days(&self.filter),
        }
        self.add_scope(&mut query);
        if self.filter.basis == Basis::Utc && self.zone != Tz::UTC {
            query.add("basis", "utc");
        }
        if self.page > 1 {
            query.add("page", &self.page.to_string());
        }
        if query.text.is_empty() { path.to_owned() } else { format!("{path}?{}", query.text) }
    }

    /// The API call that answers the same rows.
    pub fn api_call(&self, format: &str) -> String {
        let mut query = Query::default();
        query.add_days(&self.filter);
        self.add_scope(&mut query);
        query.add("basis", self.basis_value());
        query.add("format", format);
        format!("/api/v1/daily-usage?{}", query.text)
    }

    /// The basis as the query string says it.
    pub fn basis_value(&self) -> &'static str {
        match self.filter.basis {
            Basis::Utc => "utc",
            Basis::Local => "local",
        }
    }

    /// Whose days these are, e.g. `Europe/Berlin`.
    pub fn days_of(&self) -> &'static str {
        match self.filter.basis {
            Basis::Utc => "UTC",
            Basis::Local => self.zone.name(),
        }
    }

    /// A query string of some parameters, in their order; those without a value are left out.
    pub(in crate::dashboard) fn query(parameters: &[(&str, Option<&str>)]) -> String {
        let mut query = Query::default();
        for (name, value) in parameters {
            if let Some(value) = value {
                query.add(name, value);
            }
        }
        query.text
    }

    /// Adds user, model, team and connection.
    fn add_scope(&self, query: &mut Query) {
        for (name, value) in [("user", &self.filter.user), ("model", &self.filter.model)] {
            if let Some(value) = value {
                query.add(name, value);
            }
        }
        if let Some(team) = &self.filter.team {
            query.add("team", team.value());
        }
        if let Some(id) = self.filter.connection {
            query.add("connection", &connections::public_id(id));
        }
    }
}

/// The day it is.
fn today(basis: Basis, zone: Tz, now: DateTime<Utc>) -> NaiveDate {
    match basis {
        Basis::Utc => now.date_naive(),
        Basis::Local => now.with_timezone(&zone).date_naive(),
    }
}

/// A query string in the making.
#[derive(Default)]
struct Query {
    /// What it is so far, encoded.
    text: String,
}

impl Query {
    /// Adds a parameter.
    fn add(&mut self, name: &str, value: &str) {
        if !self.text.is_empty() {
            self.text.push('&');
        }
        self.text.push_str(name);
        self.text.push('=');
        self.text.extend(utf8_percent_encode(value, KEPT));
    }

    /// Adds both days.
    fn add_days(&mut self, filter: &DailyFilter) {
        self.add("from", &filter.from.to_string());
        self.add("to", &filter.to.to_string());
    }
}

#[cfg(test)]
mod tests;
