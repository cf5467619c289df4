//! What an admin chooses of the settings. API, page and command read the same words.

use super::Refused;
use super::endpoint;
use crate::tokens::{self, Purpose};

/// Which exporters are switched on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signals {
    Both,
    Metrics,
    Logs,
}

/// Where a collector reads its token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenFrom {
    Environment,
    File,
}

/// Settings of one connection, as they were chosen. Every text in it has been checked.
#[derive(Clone, Debug)]
pub struct Options {
    /// What the connection is called. Not checked: whoever named it may have put anything in.
    pub connection: String,
    pub endpoint: String,
    pub token: String,
    pub signals: Signals,
    pub tool_details: bool,
    /// Whether metrics are sent as what was added since the last export.
    pub is_delta: bool,
    /// Whether each signal's address is named, so that other signals go elsewhere.
    pub endpoint_each: bool,
    pub metric_interval_ms: Option<u32>,
    pub log_interval_ms: Option<u32>,
    /// Where developers reach a collector.
    pub collector: String,
    pub token_from: TokenFrom,
}

/// A choice, as it is offered.
pub struct Choice {
    /// The word in the API and, with hyphens, of the command.
    pub name: &'static str,
    pub label: &'static str,
    /// What it does, and what follows from it.
    pub explains: &'static str,
    pub kind: Kind,
}

/// How a choice is made.
pub enum Kind {
    /// One of some words, the first unless another is chosen; each with what is shown for it.
    OneOf(&'static [(&'static str, &'static str)]),
    /// A number of milliseconds; what the client takes unless it is set.
    Milliseconds(u32),
    /// A URL; what is taken unless it is set.
    Url(&'static str),
}

/// On or off.
const SWITCH: &[(&str, &str)] = &[("off", "Off"), ("on", "On")];

/// Where a collector listens unless it is said.
pub const COLLECTOR: &str = "http://127.0.0.1:4318";

/// The choices there are.
pub const CHOICES: &[Choice] = &[
    Choice {
        name: "tool_details",
        label: "Tool details",
        explains: "On sends commands, file names and tool input: which commit and branch a session \
                   made is known only then. Credentials in them are hidden before anything is stored.",
        kind: Kind::OneOf(SWITCH),
    },
    Choice {
        name: "signals",
        label: "Exporters",
        explains: "Both tell of every call: the more complete one is published, and what is missing \
                   is seen. Lines, commits and active time come from metrics alone; prompts and tool \
                   calls from events alone.",
        kind: Kind::OneOf(&[
            ("both", "Metrics and events"),
            ("metrics", "Metrics"),
            ("logs", "Events"),
        ]),
    },
    Choice {
        name: "temporality",
        label: "Temporality",
        explains: "Delta sends what was added since the last export, and little of it. Cumulative \
                   sends every sum again each time; the figures are the same.",
        kind: Kind::OneOf(&[("delta", "Delta"), ("cumulative", "Cumulative")]),
    },
    Choice {
        name: "endpoint_each",
        label: "Address of each signal",
        explains: "On names the addresses of metrics and events one by one, so that traces go where \
                   other settings send them.",
        kind: Kind::OneOf(SWITCH),
    },
    Choice {
        name: "metric_interval_ms",
        label: "Milliseconds between metrics",
        explains: "60,000 unless set. Shorter shows figures sooner and sends more requests.",
        kind: Kind::Milliseconds(60_000),
    },
    Choice {
        name: "log_interval_ms",
        label: "Milliseconds between events",
        explains: "5,000 unless set.",
        kind: Kind::Milliseconds(5_000),
    },
    Choice {
        name: "collector",
        label: "Collector",
        explains: "For the collector's form: where developers reach it.",
        kind: Kind::Url(COLLECTOR),
    },
    Choice {
        name: "token_from",
        label: "Collector reads the token from",
        explains: "For the collector's form: its environment, or a file that only it can read.",
        kind: Kind::OneOf(&[("environment", "Its environment"), ("file", "A file")]),
    },
];

/// What stands in place of a token that is not shown.
pub const MASK: &str = "dbk_ingest_****";

impl Options {
    /// The same without a token: to be looked at.
    pub fn masked(address: &str, connection: &str) -> Result<Options, Refused> {
        Ok(Options::of(endpoint::of(address)?, MASK.to_owned(), connection))
    }

    /// The right ones, unless something else is chosen. `address` is where this server is
    /// reached: its path is added unless it has one.
    pub fn new(address: &str, token: &str, connection: &str) -> Result<Options, Refused> {
        Ok(Options::of(endpoint::of(address)?, checked_token(token)?, connection))
    }

    /// The right ones, of texts that have been checked.
    fn of(endpoint: String, token: String, connection: &str) -> Options {
        Options {
            connection: connection.to_owned(),
            endpoint,
            token,
            signals: Signals::Both,
            tool_details: false,
            is_delta: true,
            endpoint_each: false,
            metric_interval_ms: None,
            log_interval_ms: None,
            collector: COLLECTOR.to_owned(),
            token_from: TokenFrom::Environment,
        }
    }

    /// Makes a choice; `false` when there is none of this name. An empty value chooses nothing.
    pub fn choose(&mut self, name: &str, value: &str) -> Result<bool, Refused> {
        let value = value.trim();
        if value.is_empty() {
            return Ok(name == "endpoint" || CHOICES.iter().any(|choice| choice.name == name));
        }
        match name {
            "endpoint" => self.endpoint = endpoint::of(value)?,
            "tool_details" => self.tool_details = is_on(name, value)?,
            "endpoint_each" => self.endpoint_each = is_on(name, value)?,
            "temporality" => {
                self.is_delta = one_of(name, value, &[("delta", true), ("cumulative", false)])?;
            }
            "signals" => {
                let all = [
                    ("both", Signals::Both),
                    ("metrics", Signals::Metrics),
                    ("logs", Signals::Logs),
                ];
                self.signals = one_of(name, value, &all)?;
            }
            "metric_interval_ms" => self.metric_interval_ms = Some(milliseconds(name, value)?),
            "log_interval_ms" => self.log_interval_ms = Some(milliseconds(name, value)?),
            "collector" => self.collector = endpoint::collector(value)?,
            "token_from" => {
                let all = [("environment", TokenFrom::Environment), ("file", TokenFrom::File)];
                self.token_from = one_of(name, value, &all)?;
            }
            _ => return Ok(false),
        }
        Ok(true)
    }

    /// What is chosen, as it is written.
    pub fn chosen(&self, name: &str) -> String {
        let switch = |on: bool| if on { "on" } else { "off" }.to_owned();
        let number = |number: Option<u32>| number.map(|it| it.to_string()).unwrap_or_default();
        match name {
            "tool_details" => switch(self.tool_details),
            "endpoint_each" => switch(self.endpoint_each),
            "temporality" => if self.is_delta { "delta" } else { "cumulative" }.to_owned(),
            "signals" => match self.signals {
                Signals::Both => "both",
                Signals::Metrics => "metrics",
                Signals::Logs => "logs",
            }
            .to_owned(),
            "metric_interval_ms" => number(self.metric_interval_ms),
            "log_interval_ms" => number(self.log_interval_ms),
            "collector" => self.collector.clone(),
            "token_from" => match self.token_from {
                TokenFrom::Environment => "environment",
                TokenFrom::File => "file",
            }
            .to_owned(),
            _ => String::new(),
        }
    }

    /// What bites with these choices, whatever the form.
    pub fn warnings(&self) -> Vec<&'static str> {
        let mut warnings = Vec::new();
        if endpoint::is_loopback(&self.endpoint) {
            warnings.push(
                "The endpoint is this machine: other machines need the address they reach it by.",
            );
        } else if self.endpoint.starts_with("http:") {
            warnings.push(
                "The endpoint is not encrypted: the token can be read on the way. Serve it by TLS.",
            );
        }
        if self.signals != Signals::Both {
            warnings.push("With one exporter some figures stay empty, and losses are not seen.");
        }
        warnings
    }
}

/// A token that is one: an API token handed to every developer would open what it must not.
fn checked_token(token: &str) -> Result<String, Refused> {
    let token = token.trim();
    let is_plain = token.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    match tokens::parse(Purpose::Ingest, token) {
        Some(_) if is_plain => Ok(token.to_owned()),
        _ => Err(Refused::new(
            "token",
            "it is not an ingest token",
            "copy the whole of one: it begins with `dbk_ingest_`",
        )),
    }
}

/// Whether a switch is on.
fn is_on(name: &str, value: &str) -> Result<bool, Refused> {
    one_of(name, value, &[("on", true), ("off", false)])
}

/// What a word stands for.
fn one_of<Of: Copy>(name: &str, value: &str, words: &[(&str, Of)]) -> Result<Of, Refused> {
    let found = words.iter().find(|(word, _)| *word == value);
    found.map(|(_, of)| *of).ok_or_else(|| {
        let words: Vec<String> = words.iter().map(|(word, _)| format!("`{word}`")).collect();
        Refused::new(name, "nobody knows this value", format!("choose {}", words.join(" or ")))
    })
}

/// A time between exports: a second to an hour.
fn milliseconds(name: &str, value: &str) -> Result<u32, Refused> {
    let within = |number: &u32| (1_000..=3_600_000).contains(number);
    value.parse().ok().filter(within).ok_or_else(|| {
        Refused::new(name, "it is out of range", "give 1000 to 3600000 milliseconds")
    })
}
