//! Log records: Claude Code's events.

use std::borrow::Cow;
use std::collections::BTreeMap;

use daybook_schema::agents::claude_code::{self, event};
use daybook_schema::counters::{Source, UsageCounters};
use daybook_schema::users::identity::EMAIL;
use opentelemetry_proto::tonic::collector::logs::v1::ExportLogsServiceRequest;
use opentelemetry_proto::tonic::common::v1::InstrumentationScope;
use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_proto::tonic::logs::v1::{LogRecord, ResourceLogs};

use super::counter::{Counter, Decision, EditTool};
use super::metrics::Facts;
use super::refusal::record_time;
use super::scopes::Origin;
use super::{Amount, Call, Identity, Observation, Reader, Refusal};
use crate::attributes::{self, Known, integer, number, printable, text};
use crate::keys::Domain;

/// Most names one signal may note as unknown, and how long each may be.
const MAX_UNKNOWN: usize = 32;
const MAX_UNKNOWN_BYTES: usize = 80;

/// Reads every record of a request.
pub(super) fn read(reader: &mut Reader<'_>, request: &ExportLogsServiceRequest) {
    for resource in &request.resource_logs {
        read_resource(reader, resource);
    }
}

/// Reads every record of a resource.
fn read_resource(reader: &mut Reader<'_>, resource: &ResourceLogs) {
    let described = resource.resource.as_ref().map_or(&[][..], |resource| &resource.attributes);
    let resource_hash = attributes::hash(&reader.context.keys, described);
    for scope in &resource.scope_logs {
        let known = Known::read(described);
        let version = version(&known, scope.scope.as_ref());
        let origin = Origin { resource: known, resource_hash, version: &version };
        for record in &scope.log_records {
            read_record(reader, &origin, record);
        }
    }
}

/// Reads one record.
fn read_record(reader: &mut Reader<'_>, origin: &Origin<'_>, record: &LogRecord) {
    let known = Known::read(&record.attributes);
    let Some(name) = event_name(record, &known) else {
        return reader.unknown_event("(no name)");
    };
    let amount = match amount_of(&name, &known) {
        Ok(amount) => amount,
        Err(refusal) => return reader.observed.refusals.add(refusal),
    };
    let Some(moment) = reader.moment(record_time(record)) else {
        return;
    };
    if matches!(amount, Amount::Nothing) && !is_known(&name) {
        reader.unknown_event(&name);
    }
    let declared = reader.declared(&origin.resource, &known);
    let scope = reader.scope(origin, &known, &declared, moment);
    let facts = Facts { origin, known: &known, declared: &declared, moment };
    let identity = identity(reader, record, &name, &facts);
    reader.observed.observations.push(Observation {
        scope,
        source: Source::Events,
        utc_day: moment.utc_day,
        local_day: moment.local_day,
        identity,
        amount,
        sequence: integer(known.event_sequence).filter(|sequence| *sequence >= 0),
    });
}

/// Whether a record can be counted, its time aside; `None` if it is no event, whose time is not
/// even looked at.
pub(super) fn judge(record: &LogRecord) -> Option<Result<(), Refusal>> {
    let known = Known::read(&record.attributes);
    let name = event_name(record, &known)?;
    Some(if name == event::API_REQUEST { amount_of(&name, &known).map(drop) } else { Ok(()) })
}

/// The event's bare name: the attribute, else the record's own, else what the body says.
fn event_name<'a>(record: &'a LogRecord, known: &Known<'a>) -> Option<Cow<'a, str>> {
    let bare = |name: Cow<'a, str>| match name {
        Cow::Borrowed(name) => {
            Cow::Borrowed(name.strip_prefix(claude_code::BODY_PREFIX).unwrap_or(name))
        }
        owned => owned,
    };
    if let Some(name) = text(known.event_name) {
        return Some(bare(name));
    }
    if !record.event_name.is_empty() {
        return Some(bare(Cow::Borrowed(&record.event_name)));
    }
    match record.body.as_ref()?.value.as_ref()? {
        Value::StringValue(body) => body.strip_prefix(claude_code::BODY_PREFIX).map(Cow::Borrowed),
        _ => None,
    }
}

/// Whether an event's name is understood.
fn is_known(name: &str) -> bool {
    matches!(
        name,
        event::API_REQUEST
            | event::API_ERROR
            | event::USER_PROMPT
            | event::TOOL_DECISION
            | event::TOOL_RESULT
    ) || event::OTHERS.contains(&name)
}

/// What an event counts.
fn amount_of(name: &str, known: &Known<'_>) -> Result<Amount, Refusal> {
    let one = |counter| Amount::One { counter, raw_model: None, amount: 1 };
    Ok(match name {
        event::API_REQUEST => Amount::Call(Box::new(Call {
            raw_model: super::metrics::raw_model(known),
            counters: call_counters(known)?,
        })),
        event::USER_PROMPT if known.command_name.is_none() => one(Counter::Prompts),
        event::TOOL_RESULT => one(Counter::ToolCalls),
        event::API_ERROR => one(Counter::Errors),
        event::TOOL_DECISION => edit_decision(known).map_or(Amount::Nothing, one),
        _ => Amount::Nothing,
    })
}

/// The decision about an edit; `None` for other tools.
fn edit_decision(known: &Known<'_>) -> Option<Counter> {
    let tool = EditTool::parse(&text(known.tool_name)?)?;
    let decision = Decision::parse(&text(known.decision)?)?;
    Some(Counter::Edit(tool, decision))
}

/// Tokens and cost of a call. What is missing is nothing; what is no count is refused.
fn call_counters(known: &Known<'_>) -> Result<UsageCounters, Refusal> {
    let tokens = |value| number(value).map_or(Ok(0), |tokens| Counter::InputTokens.amount(tokens));
    // `cost_usd` is exact; `cost_usd_micros` is rounded a call.
    let usd = number(known.cost_usd)
        .or_else(|| number(known.cost_usd_micros).map(|micros| micros / 1.0e6));
    Ok(UsageCounters {
        requests: 1,
        input_tokens: tokens(known.input_tokens)?,
        output_tokens: tokens(known.output_tokens)?,
        cache_read_tokens: tokens(known.cache_read_tokens)?,
        cache_creation_tokens: tokens(known.cache_creation_tokens)?,
        cost_nanos: usd.map_or(Ok(0), |usd| Counter::CostNanos.amount(usd))?,
    })
}

/// What tells a record from others: connection, session, who, time, sequence, name, content.
///
/// A numbered record is told by what is counted of it: text may be hidden in one copy and not in
/// another, when a new pattern is looked for in between.
fn identity(reader: &Reader<'_>, record: &LogRecord, name: &str, facts: &Facts<'_>) -> Identity {
    let keys = &reader.context.keys;
    let is_numbered = facts.known.event_sequence.is_some();
    let content = if is_numbered {
        attributes::hash_of_needed(keys, &record.attributes)
    } else {
        attributes::hash(keys, &record.attributes)
    };
    let hash = keys
        .begin(Domain::Record)
        .signed(reader.observed.connection_id.into())
        .text(name)
        .maybe_signed(keys.maybe_identity(EMAIL, facts.declared.email.as_deref()))
        .number(facts.place())
        .number(content)
        .signed(facts.moment.nanos);
    let hash = match is_numbered {
        true => hash,
        false => hash.number(attributes::hash_of_value(keys, record.body.as_ref())),
    };
    Identity::Once { seen_scope: reader.seen_scope(facts), hash: hash.finish() }
}

/// The client's version: the instrumentation scope's, which nobody can set, else the resource's.
pub(super) fn version(resource: &Known<'_>, scope: Option<&InstrumentationScope>) -> String {
    let of_scope = scope.map(|scope| scope.version.trim()).filter(|version| !version.is_empty());
    match of_scope {
        Some(version) => printable(version).into_owned(),
        None => text(resource.service_version).map(Cow::into_owned).unwrap_or_default(),
    }
}

/// Notes a name that is not understood, within bounds.
pub(super) fn note(unknown: &mut BTreeMap<String, usize>, name: &str) {
    let mut end = name.len().min(MAX_UNKNOWN_BYTES);
    while !name.is_char_boundary(end) {
        end -= 1;
    }
    let name = &*printable(name.get(..end).unwrap_or_default());
    if let Some(count) = unknown.get_mut(name) {
        *count += 1;
    } else if unknown.len() < MAX_UNKNOWN {
        unknown.insert(name.to_owned(), 1);
    } else {
        *unknown.entry("(others)".to_owned()).or_default() += 1;
    }
}

impl Reader<'_> {
    /// Notes an event that is not understood.
    fn unknown_event(&mut self, name: &str) {
        note(&mut self.observed.unknown_events, name);
    }
}
