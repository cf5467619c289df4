//! The variables that make Claude Code report: name, value, what each is for, and when it is
//! set. Every form is made of this table.

use daybook_schema::agents::claude_code::variable;

use super::Options;
use super::options::Signals;

/// How telemetry comes here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// From the client, with the token in its settings.
    Direct,
    /// From the client, with the token from a script.
    WithHelper,
    /// Over a collector, which has the token.
    OverCollector,
}

/// A variable that is set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Variable {
    pub name: &'static str,
    pub value: String,
    pub explains: &'static str,
}

/// A row of the table.
struct Row {
    name: &'static str,
    explains: &'static str,
    /// Its value; none where it is not set.
    value: fn(&Options, Way) -> Option<String>,
}

/// Every variable, in the order in which people read them.
const ROWS: &[Row] = &[
    Row {
        name: variable::ENABLE_TELEMETRY,
        explains: "Switches telemetry on. Without it nothing is sent.",
        value: |_, _| word("1"),
    },
    Row {
        name: variable::METRICS_EXPORTER,
        explains: "Sends metrics: tokens, cost, lines, commits, pull requests, active time.",
        value: |options, _| exporter(options.signals != Signals::Logs),
    },
    Row {
        name: variable::LOGS_EXPORTER,
        explains: "Sends events: every API call, prompt (without its text) and tool.",
        value: |options, _| exporter(options.signals != Signals::Metrics),
    },
    Row {
        name: variable::PROTOCOL,
        explains: "Protobuf over HTTP. Not gRPC: over that the client never sends again what was \
                   refused for a moment.",
        value: |_, _| word("http/protobuf"),
    },
    Row {
        name: variable::ENDPOINT,
        explains: "Where it goes. The client adds /v1/metrics and /v1/logs.",
        value: |options, way| (!options.endpoint_each).then(|| endpoint(options, way)),
    },
    Row {
        name: variable::METRICS_ENDPOINT,
        explains: "Where metrics go, whole: the client adds nothing.",
        value: |options, way| endpoint_of(options, way, Signals::Logs, "metrics"),
    },
    Row {
        name: variable::LOGS_ENDPOINT,
        explains: "Where events go, whole: the client adds nothing.",
        value: |options, way| endpoint_of(options, way, Signals::Metrics, "logs"),
    },
    Row {
        name: variable::HEADERS,
        explains: "The ingest token. It can only send: it reads nothing.",
        value: |options, way| {
            (way == Way::Direct).then(|| format!("Authorization=Bearer {}", options.token))
        },
    },
    Row {
        name: variable::COMPRESSION,
        explains: "Sends about a tenth of the bytes.",
        value: |_, _| word("gzip"),
    },
    Row {
        name: variable::TEMPORALITY,
        explains: "Whether metrics say what was added since the last export (delta) or every sum \
                   again (cumulative).",
        value: |options, _| word(if options.is_delta { "delta" } else { "cumulative" }),
    },
    Row {
        name: variable::METRIC_INTERVAL,
        explains: "Milliseconds between exports of metrics.",
        value: |options, _| options.metric_interval_ms.map(|it| it.to_string()),
    },
    Row {
        name: variable::LOGS_INTERVAL,
        explains: "Milliseconds between exports of events.",
        value: |options, _| options.log_interval_ms.map(|it| it.to_string()),
    },
    Row {
        name: variable::LOG_USER_PROMPTS,
        explains: "Off, said outright: the text of prompts stays on the machine.",
        value: |_, _| word("0"),
    },
    Row {
        name: variable::LOG_ASSISTANT_RESPONSES,
        explains: "Off, said outright: the text of answers stays on the machine.",
        value: |_, _| word("0"),
    },
    Row {
        name: variable::LOG_TOOL_DETAILS,
        explains: "Whether commands, file names and tool input are sent. On, sessions are tied to \
                   commits and branches; off, only their number is known.",
        value: |options, _| word(if options.tool_details { "1" } else { "0" }),
    },
];

/// The variables of some choices.
pub fn variables(options: &Options, way: Way) -> Vec<Variable> {
    let set = |row: &Row| {
        let value = (row.value)(options, way)?;
        Some(Variable { name: row.name, value, explains: row.explains })
    };
    ROWS.iter().filter_map(set).collect()
}

/// A fixed value.
fn word(word: &str) -> Option<String> {
    Some(word.to_owned())
}

/// The value that switches an exporter on, or off outright: left out, another setting decides.
fn exporter(is_on: bool) -> Option<String> {
    word(if is_on { "otlp" } else { "none" })
}

/// Where both signals go.
fn endpoint(options: &Options, way: Way) -> String {
    match way {
        Way::OverCollector => options.collector.clone(),
        Way::Direct | Way::WithHelper => options.endpoint.clone(),
    }
}

/// Where one signal goes, unless only the other is sent.
fn endpoint_of(options: &Options, way: Way, other: Signals, name: &str) -> Option<String> {
    let is_named = options.endpoint_each && options.signals != other;
    is_named.then(|| format!("{}/v1/{name}", endpoint(options, way)))
}
