//! What the page is asked to show: days and people as every page reads them, and what only
//! detections have.

use chrono::{DateTime, Utc};
use daybook_schema::connections::public_id;
use daybook_schema::detections::{DetectionCursor, DetectionFilter};

use super::PATH;
use crate::api::cursor;
use crate::dashboard::filter::{View, WrongParameter, decoded};

/// Longest value that is taken, in bytes.
const MAX_VALUE_BYTES: usize = 400;

/// The parameters that are read as on every page.
const SHARED: [&str; 5] = ["range", "from", "to", "user", "connection"];

/// What the page shows.
#[derive(Clone, Debug)]
pub(in crate::dashboard) struct SecurityView {
    /// Days, user and connection. Detections are kept by UTC days.
    pub days: View,
    pub rule: Option<String>,
    pub session: Option<String>,
    /// Where the page before ended.
    after: Option<DetectionCursor>,
}

impl SecurityView {
    /// Reads a query string as of `now`.
    pub fn parse(query: &str, now: DateTime<Utc>) -> Result<SecurityView, WrongParameter> {
        let mut shared: Vec<&str> = Vec::new();
        let (mut rule, mut session, mut after) = (None, None, None);
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let (name, value) = (decoded(name), decoded(value));
            match name.as_str() {
                name if SHARED.contains(&name) => shared.push(pair),
                "type" | "session" | "cursor" if value.is_empty() => {}
                name if value.len() > MAX_VALUE_BYTES => {
                    return Err(wrong(name, "a shorter value"));
                }
                "type" => rule = Some(value),
                "session" => session = Some(value),
                "cursor" => after = Some(read_cursor(&value)?),
                unknown => return Err(wrong(unknown, &expected())),
            }
        }
        let days = View::parse(&shared.join("&"), chrono_tz::Tz::UTC, now)?;
        Ok(SecurityView { days, rule, session, after })
    }

    /// The same as the database is asked for it.
    pub fn filter(&self) -> DetectionFilter {
        let days = &self.days.filter;
        DetectionFilter {
            from: days.from,
            to: days.to,
            rule: self.rule.clone(),
            email: days.user.clone(),
            connection: days.connection,
            session_id: self.session.clone(),
        }
    }

    /// Where the page before ended.
    pub fn after(&self) -> Option<DetectionCursor> {
        self.after
    }

    /// The same view of other days, or of somebody.
    pub fn with(&self, days: View) -> SecurityView {
        SecurityView { days, after: None, ..self.clone() }
    }

    /// The same view of a type.
    pub fn with_rule(&self, rule: &str) -> SecurityView {
        SecurityView { rule: Some(rule.to_owned()), after: None, ..self.clone() }
    }

    /// The same view of a session.
    pub fn with_session(&self, session: &str) -> SecurityView {
        SecurityView { session: Some(session.to_owned()), after: None, ..self.clone() }
    }

    /// The rows after one, or from the first.
    pub fn after_row(&self, after: Option<DetectionCursor>) -> SecurityView {
        SecurityView { after, ..self.clone() }
    }

    /// The same view of everybody and everything.
    pub fn unscoped(&self) -> SecurityView {
        SecurityView { days: self.days.unscoped(), rule: None, session: None, after: None }
    }

    /// Whether it is of some type, session, user or connection only.
    pub fn is_scoped(&self) -> bool {
        self.days.is_scoped() || self.rule.is_some() || self.session.is_some()
    }

    /// The link to this view.
    pub fn link(&self) -> String {
        let shared = self.days.link(PATH);
        let after = self.after.as_ref().map(cursor::write);
        let more = View::query(&[
            ("type", self.rule.as_deref()),
            ("session", self.session.as_deref()),
            ("cursor", after.as_deref()),
        ]);
        match (more.is_empty(), shared.contains('?')) {
            (true, _) => shared,
            (false, true) => format!("{shared}&{more}"),
            (false, false) => format!("{shared}?{more}"),
        }
    }

    /// The API call that answers the same rows, from the first.
    pub fn api_call(&self, format: &str) -> String {
        let days = &self.days.filter;
        let query = View::query(&[
            ("from", Some(&days.from.to_string())),
            ("to", Some(&days.to.to_string())),
            ("type", self.rule.as_deref()),
            ("user", days.user.as_deref()),
            ("connection", days.connection.map(public_id).as_deref()),
            ("session", self.session.as_deref()),
            ("format", Some(format)),
        ]);
        format!("/api/v1/detections?{query}")
    }
}

/// A wrong parameter; its name is cut where nobody would read on.
fn wrong(name: &str, expected: &str) -> WrongParameter {
    WrongParameter {
        name: name.chars().take(40).collect(),
        expected: expected.to_owned(),
        example: "/security?range=7d",
    }
}

/// Every parameter of this page.
fn expected() -> String {
    format!("one of {}, type, session, cursor", SHARED.join(", "))
}

/// Where a page ended.
fn read_cursor(value: &str) -> Result<DetectionCursor, WrongParameter> {
    cursor::parse(value).map_err(|_| wrong("cursor", "what the link to the next rows says"))
}
