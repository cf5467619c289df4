//! What every level of one JSON decoding shares: the limits' budget and the first failure.
//!
//! The failure is kept here and not in serde's error, because serde writes values it did not
//! expect into its messages and those must not leave the process.

use std::cell::Cell;
use std::fmt::Write as _;

use serde::de;

use crate::ingest::limits::{Budget, ElementLimits, MeasureError};

/// How an error calls the body itself, where no field can be named.
pub(super) const WHOLE_BODY: &str = "the body";

/// Why decoding stopped.
pub(super) enum Reason {
    /// Something else was expected; says what.
    Expected(&'static str),
    /// A limit was reached.
    Limit(MeasureError),
}

/// Where decoding stopped: path segments, innermost first.
struct Failure {
    /// Why.
    reason: Reason,
    /// Collected while the error makes its way out.
    segments: Vec<Segment>,
}

/// One step of a path.
enum Segment {
    /// The name of a known field.
    Field(String),
    /// A position in a list.
    Index(usize),
}

/// The state of one decoding.
pub(super) struct Decoding<'a> {
    /// What the request may still hold.
    pub(super) budget: Budget<'a>,
    /// The first failure, if there was one.
    failure: Cell<Option<Failure>>,
}

impl<'a> Decoding<'a> {
    /// Starts with the whole budget.
    pub(super) fn new(limits: &'a ElementLimits) -> Self {
        Self { budget: Budget::new(limits), failure: Cell::new(None) }
    }

    /// Notes what was expected where an error arose, unless a level further in did before.
    pub(super) fn expected(&self, expected: &'static str) {
        self.note(Reason::Expected(expected));
    }

    /// Notes a value that serde took and we did not, and makes the error to return.
    pub(super) fn refuse<E: de::Error>(&self, expected: &'static str) -> E {
        self.expected(expected);
        E::custom(expected)
    }

    /// Passes a budget's answer on as the parser's kind of error.
    pub(super) fn within<E: de::Error>(&self, answer: Result<(), MeasureError>) -> Result<(), E> {
        answer.map_err(|limit| {
            let error = E::custom("limit");
            self.note(Reason::Limit(limit));
            error
        })
    }

    /// Notes that the failure lies in a field.
    pub(super) fn in_field(&self, name: &str) {
        self.push(|| Segment::Field(name.to_owned()));
    }

    /// Notes that the failure lies in an element of a list.
    pub(super) fn in_element(&self, index: usize) {
        self.push(|| Segment::Index(index));
    }

    /// The failure and its path, outermost first.
    pub(super) fn take_failure(&self) -> Option<(Reason, String)> {
        let failure = self.failure.take()?;
        Some((failure.reason, path(&failure.segments)))
    }

    /// Keeps the first failure.
    fn note(&self, reason: Reason) {
        let first = self.failure.take().unwrap_or(Failure { reason, segments: Vec::new() });
        self.failure.set(Some(first));
    }

    /// Adds a segment if there is a failure to add it to. A failure in an unknown field is none
    /// of ours, so the path holds known names only.
    fn push(&self, segment: impl FnOnce() -> Segment) {
        if let Some(mut failure) = self.failure.take() {
            failure.segments.push(segment());
            self.failure.set(Some(failure));
        }
    }
}

/// Writes segments as `resourceLogs[0].schemaUrl`.
fn path(segments: &[Segment]) -> String {
    let mut path = String::new();
    for segment in segments.iter().rev() {
        // Writing to a string cannot fail.
        let _ = match segment {
            Segment::Field(name) if path.is_empty() => write!(path, "{name}"),
            Segment::Field(name) => write!(path, ".{name}"),
            Segment::Index(index) => write!(path, "[{index}]"),
        };
    }
    if path.is_empty() {
        path.push_str(WHOLE_BODY);
    }
    path
}
