//! Everything the page says, read from the database.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use chrono::NaiveDate;
use daybook_schema::QueryResult;
use daybook_schema::detections::{self, Detection, DetectionFilter};
use daybook_schema::redaction_patterns::{self, RedactionPattern};
use daybook_schema::store::StoreConnection;

use super::view::SecurityView;
use crate::api::status::payloads_scanned;
use crate::dashboard::surroundings::Surroundings;

/// Rows of a page.
pub(super) const ROWS: usize = 50;

/// What the page says.
pub(in crate::dashboard) struct Figures {
    /// How often each type was found on each day.
    pub by_day: Vec<(NaiveDate, String, i64)>,
    /// The types of the range, whatever type is filtered, by name.
    pub types: Vec<String>,
    /// How many people something was found of.
    pub people: i64,
    /// All that were ever received.
    pub payloads: i64,
    /// The rows of this page.
    pub rows: Vec<Detection>,
    /// Whether there are rows after these.
    pub has_more: bool,
    pub patterns: Vec<RedactionPattern>,
    pub surroundings: Surroundings,
}

impl Figures {
    /// Reads it.
    pub fn load(connection: &mut StoreConnection<'_>, view: &SecurityView) -> QueryResult<Figures> {
        let filter = view.filter();
        let any_type = DetectionFilter { rule: None, ..filter.clone() };
        let mut by_day = detections::by_day_and_rule(connection, &any_type)?;
        let mut types: Vec<String> = by_day.iter().map(|(_, rule, _)| rule.clone()).collect();
        types.sort_unstable();
        types.dedup();
        by_day.retain(|(_, rule, _)| filter.rule.as_ref().is_none_or(|only| only == rule));
        let limit = i64::try_from(ROWS).unwrap_or(i64::MAX).saturating_add(1);
        let mut rows = detections::page(connection, &filter, view.after(), limit)?;
        let has_more = rows.len() > ROWS;
        rows.truncate(ROWS);
        Ok(Figures {
            by_day,
            types,
            people: detections::people(connection, &filter)?,
            payloads: payloads_scanned(connection)?,
            rows,
            has_more,
            patterns: redaction_patterns::all(connection)?,
            surroundings: Surroundings::load(connection, &view.days)?,
        })
    }

    /// How often anything was found.
    pub fn times(&self) -> i64 {
        self.by_day.iter().fold(0, |sum, (_, _, times)| sum.saturating_add(*times))
    }

    /// How often each type was found, the most frequent first.
    pub fn by_type(&self) -> Vec<(&str, i64)> {
        let mut totals: BTreeMap<&str, i64> = BTreeMap::new();
        for (_, rule, times) in &self.by_day {
            let total = totals.entry(rule).or_default();
            *total = total.saturating_add(*times);
        }
        let mut totals: Vec<(&str, i64)> = totals.into_iter().collect();
        totals.sort_by_key(|(rule, times)| (Reverse(*times), *rule));
        totals
    }
}
