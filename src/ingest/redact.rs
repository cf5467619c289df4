//! Takes credentials out of a request before anything of it is stored, logged or answered. Visits
//! every string of every signal. Refuses to store what it cannot scan: a marker stands there instead.

mod logs;
mod metrics;
mod traces;

mod messages;
mod values;

mod pieces;

mod own;

mod detections;

mod json_path;

mod needed;

mod sieve;

mod text;

mod base64_runs;

mod embedded_json;

mod signal;

#[cfg(test)]
mod populated;
#[cfg(test)]
mod tests;

use super::patterns::Patterns;
use super::rules::Group;
use daybook_jobs::detection::Detections;
use daybook_jobs::signal::Request;
use opentelemetry_proto::tonic::collector::logs::v1::ExportLogsServiceRequest;
use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceRequest;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
pub use signal::Signal;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;
use text::{Judges, Scanner};
use values::Walk;

/// How every marker begins; the type and `>` follow.
const MARKER_START: &str = "<REDACTED:";

/// The type of what was replaced unscanned.
pub const UNSCANNABLE_ID: &str = "unscannable";

/// Stands where something could not be scanned.
const UNSCANNABLE: &str = "<REDACTED:unscannable>";

/// What was taken out of a request.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Redactions {
    /// Markers written.
    pub count: usize,
    /// The same by the id of the rule, or [`UNSCANNABLE_ID`].
    pub by_rule: BTreeMap<Cow<'static, str>, usize>,
    /// What stood there, for as many as are kept.
    pub detections: Detections,
    /// Attributes that were dropped because nobody needs them.
    pub dropped_attributes: usize,
}

impl Redactions {
    /// Counts a marker.
    fn add(&mut self, id: impl Into<Cow<'static, str>>) {
        self.count += 1;
        *self.by_rule.entry(id.into()).or_insert(0) += 1;
    }
}

/// What a redactor looks for and keeps.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The families of rules that are switched on.
    pub groups: Vec<Group>,
    /// Keys the hashes of what is found: the installation's.
    pub hash_key: [u8; 32],
}

/// What an organization asks for besides.
#[derive(Clone, Debug, Default)]
pub struct Demands {
    /// Its own patterns.
    pub patterns: Arc<Patterns>,
    /// Whether only the attributes that are counted by are kept, and all others dropped.
    pub only_needed: bool,
}

impl Default for Settings {
    /// The families that are on by default, all attributes, and a key of nobody's: what is found
    /// is then not known again.
    fn default() -> Self {
        let mut hash_key = [0; 32];
        // Without randomness the hashes are only known again, and they go nowhere.
        let _ = getrandom::fill(&mut hash_key);
        Self { groups: Group::by_default(), hash_key }
    }
}

/// A request, by what it carries.
enum Carrier<'a> {
    Metrics(&'a mut ExportMetricsServiceRequest),
    Logs(&'a mut ExportLogsServiceRequest),
    Traces(&'a mut ExportTraceServiceRequest),
}

impl<'a> From<&'a mut Request> for Carrier<'a> {
    fn from(request: &'a mut Request) -> Self {
        match request {
            Request::Metrics(request) => Self::Metrics(request),
            Request::Logs(request) => Self::Logs(request),
            Request::Traces(request) => Self::Traces(request),
        }
    }
}

/// Takes credentials out of requests. Built once, shared by all threads.
pub struct Redactor {
    /// The table of rules, compiled.
    scanner: Scanner,
    /// What it was built for.
    settings: Settings,
}

impl Default for Redactor {
    /// The same as [`Redactor::new`].
    fn default() -> Self {
        Self::new()
    }
}

impl Redactor {
    /// Compiles the families of rules that are on by default.
    pub fn new() -> Self {
        Self::with(Settings::default())
    }

    /// Compiles what settings ask for.
    pub fn with(settings: Settings) -> Self {
        Self { scanner: Scanner::new(&settings.groups), settings }
    }

    /// A redactor of some rules alone.
    #[cfg(test)]
    fn of(rules: &'static [crate::ingest::rules::Rule]) -> Self {
        Self { scanner: Scanner::of(rules.iter()), settings: Settings::default() }
    }

    /// Whether a request could hold anything to redact, from its bytes before decoding.
    ///
    /// `raw` is the protobuf, decompressed: strings stand in one piece there. If `false`, it can
    /// be stored as it is. If `true`, store what is encoded after redaction and never `raw`, even
    /// if nothing was redacted: the find may be in a field that this version does not know.
    /// Not for OTLP as JSON, in which bytes are base64: decode and redact that always.
    pub fn may_match(&self, raw: &[u8]) -> bool {
        self.scanner.may_match(raw)
    }

    /// Redacts every string of a request that carries metrics.
    pub fn redact_metrics(&self, request: &mut ExportMetricsServiceRequest) -> Redactions {
        self.redact_with(&Patterns::default(), Carrier::Metrics(request))
    }

    /// Redacts every string of a request that carries log records.
    pub fn redact_logs(&self, request: &mut ExportLogsServiceRequest) -> Redactions {
        self.redact_with(&Patterns::default(), Carrier::Logs(request))
    }

    /// Redacts every string of a request that carries spans.
    pub fn redact_traces(&self, request: &mut ExportTraceServiceRequest) -> Redactions {
        self.redact_with(&Patterns::default(), Carrier::Traces(request))
    }

    /// Redacts every string of a request, by the built-in rules and then by own patterns.
    fn redact_with(&self, patterns: &Patterns, carrier: Carrier<'_>) -> Redactions {
        self.walk(patterns, |walk| match carrier {
            Carrier::Metrics(ExportMetricsServiceRequest { resource_metrics }) => {
                walk.each(resource_metrics, Walk::resource_metrics);
            }
            Carrier::Logs(ExportLogsServiceRequest { resource_logs }) => {
                walk.each(resource_logs, Walk::resource_logs);
            }
            Carrier::Traces(ExportTraceServiceRequest { resource_spans }) => {
                walk.each(resource_spans, Walk::resource_spans);
            }
        })
    }

    /// Redacts one string, for the doors that are no request: error messages, query strings.
    /// `None` if nothing changed.
    pub fn redact_text(&self, text: &str) -> Option<String> {
        if !self.may_match(text.as_bytes()) {
            return None;
        }
        let mut redacted = text.to_owned();
        self.walk(&Patterns::default(), |walk| walk.text("text", &mut redacted));
        (redacted != text).then_some(redacted)
    }

    /// The same, with what was found.
    pub fn redact_text_and_tell(&self, text: &str) -> (String, Redactions) {
        let mut redacted = text.to_owned();
        let redactions = self.walk(&Patterns::default(), |walk| walk.text("text", &mut redacted));
        (redacted, redactions)
    }

    /// Walks and says what was found.
    fn walk(&self, patterns: &Patterns, visit: impl FnOnce(&mut Walk)) -> Redactions {
        let mut walk = Walk {
            scanner: &self.scanner,
            patterns,
            judges: Judges::All,
            place: "",
            names: Vec::new(),
            hash_key: &self.settings.hash_key,
            redactions: Redactions::default(),
        };
        visit(&mut walk);
        walk.redactions
    }
}
