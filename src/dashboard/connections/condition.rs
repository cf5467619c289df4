//! What a connection lacks, in words: what it means for the figures, and what to do.

use maud::{Markup, html};

use super::{Status, status};
use crate::connections::health::Condition;

/// A condition's sign and word.
pub(super) fn mark(condition: Condition) -> Markup {
    let (of, word) = match condition {
        Condition::Waiting => (Status::Off, "Waiting"),
        Condition::Refused => (Status::Warn, "Refused"),
        Condition::MetricsOnly => (Status::Warn, "Metrics only"),
        Condition::LogsOnly => (Status::Warn, "Logs only"),
        Condition::WithoutIdentity => (Status::Warn, "Nobody named"),
        Condition::Queued => (Status::Ok, "Arriving"),
        Condition::Quiet => (Status::Off, "Quiet"),
        Condition::Healthy => (Status::Ok, "Reports"),
    };
    status(of, word)
}

/// What it means, and what to do.
pub(super) fn advice(condition: Condition) -> Markup {
    html! {
        @match condition {
            Condition::Waiting => {
                p { "No request has come yet. Put the settings on a machine, restart Claude Code fully, and send a prompt: events follow within seconds, metrics within a minute." }
            }
            Condition::Refused => {
                p { "Requests come, and every one of them was refused. Claude Code does not send them again. The causes are below, each with its cure." }
            }
            Condition::MetricsOnly => {
                p { "Metrics come, events do not: prompts, tool calls and errors stay empty, and sessions are less exact. Set " code { "OTEL_LOGS_EXPORTER=otlp" } " beside " code { "OTEL_METRICS_EXPORTER" } "." }
            }
            Condition::LogsOnly => {
                p { "Events come, metrics do not: lines of code, commits, pull requests and active time stay empty. Set " code { "OTEL_METRICS_EXPORTER=otlp" } " beside " code { "OTEL_LOGS_EXPORTER" } ". Metrics come a minute after events." }
            }
            Condition::WithoutIdentity => {
                p { "Everything is counted, and nobody is named: with an API key, Bedrock or Vertex, Claude Code does not know who uses it. Set " code { "OTEL_RESOURCE_ATTRIBUTES=user.email=abc@xyz.com" } " for each person; what is counted already moves to them." }
            }
            Condition::Queued => {
                p { "Requests have arrived and are stored. They are counted in a moment." }
            }
            Condition::Quiet => {
                p { "Everything worked, and nothing has come for a day." }
            }
            Condition::Healthy => {
                p { "Metrics and events come, people are named, days are counted." }
            }
        }
    }
}
