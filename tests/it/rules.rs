//! The rules of the fold, one by one, through the front door.

use std::sync::LazyLock;

use opentelemetry_proto::tonic::common::v1::KeyValue;
use opentelemetry_proto::tonic::logs::v1::LogRecord;
use opentelemetry_proto::tonic::metrics::v1::metric::Data;
use opentelemetry_proto::tonic::metrics::v1::{Metric, NumberDataPoint};
use prost::Message;
use serde_json::{Value, json};

use crate::support::reporter::{logs, metrics, moment, point, record, sum};
use crate::support::telemetry::{now_nanos, number, text};
use crate::support::{Server, Shared};

/// Days 14 hours ahead of UTC, so that a UTC day is two of the organization's.
static SERVER: LazyLock<Shared> =
    LazyLock::new(|| Shared::start(&["--time-zone", "Pacific/Kiritimati"]));

/// A day in nanoseconds.
const DAY: u64 = 86_400_000_000_000;

/// Sends points of metrics about a user.
fn send_metrics(user: &[KeyValue], sent: Vec<Metric>) {
    SERVER.accept("metrics", &metrics(user.to_vec(), sent).encode_to_vec());
}

/// Sends records about a user.
fn send_logs(user: &[KeyValue], records: Vec<LogRecord>) {
    SERVER.accept("logs", &logs(user.to_vec(), records).encode_to_vec());
}

/// A resource that declares an email.
fn named(name: &str) -> Vec<KeyValue> {
    vec![text("user.email", &format!("{name}@rules.com"))]
}

/// The rows of a user of a daily table.
fn rows(table: &str, name: &str, more: &str) -> Vec<Value> {
    SERVER.settle();
    SERVER.daily(table, &format!("&user={name}@rules.com{more}"))
}

/// A column of the rows, in order.
fn column(rows: &[Value], name: &str) -> Vec<Value> {
    rows.iter().map(|row| row[name].clone()).collect()
}

/// Tokens of a session's model, as a delta point.
fn tokens(session: &str, model: &str, value: f64) -> NumberDataPoint {
    point(value, vec![text("session.id", session), text("model", model), text("type", "output")])
}

/// The same as a call of an event.
fn call(session: &str, model: &str, value: i64) -> LogRecord {
    let attributes =
        vec![text("session.id", session), text("model", model), number("output_tokens", value)];
    record("api_request", attributes)
}

/// A cumulative value of a session's tokens.
fn cumulative(session: &str, start: u64, time: u64, value: f64) -> Metric {
    let mut point = tokens(session, "claude-opus-5-5", value);
    point.start_time_unix_nano = start;
    point.time_unix_nano = time;
    let mut metric = sum("claude_code.token.usage", vec![point]);
    if let Some(Data::Sum(sum)) = &mut metric.data {
        sum.aggregation_temporality = 2;
    }
    metric
}

#[test]
fn rule_1_a_days_use_is_its_last_value_less_the_day_before_in_whatever_order() {
    let user = named("rule1");
    let (now, start) = (moment(), moment() - 5 * DAY);
    for (time, value) in
        [(now, 100.0), (now - 3 * DAY, 30.0), (now - DAY, 70.0), (now - 3 * DAY - 1, 20.0)]
    {
        send_metrics(&user, vec![cumulative("rule1", start, time, value)]);
    }
    let days = rows("daily-usage", "rule1", "");
    assert_eq!(column(&days, "output_tokens"), [json!(30), json!(40), json!(30)]);
}

#[test]
fn rule_1_a_new_start_time_is_a_new_stream_from_zero() {
    let user = named("rule1b");
    let now = moment();
    send_metrics(&user, vec![cumulative("rule1b", now - 9_000, now - 5_000, 50.0)]);
    send_metrics(&user, vec![cumulative("rule1b", now - 4_000, now - 1_000, 8.0)]);
    assert_eq!(column(&rows("daily-usage", "rule1b", ""), "output_tokens"), [json!(58)]);
}

#[test]
fn rule_2_late_events_change_the_choice_of_the_whole_session() {
    let user = named("rule2");
    let asked = tokens("rule2", "claude-sonnet-5-5", 100.0);
    send_metrics(&user, vec![sum("claude_code.token.usage", vec![asked])]);
    send_logs(&user, vec![call("rule2", "claude-haiku-5-5", 60)]);
    let before = rows("daily-usage", "rule2", "");
    assert_eq!(column(&before, "source"), ["metrics"]);
    assert_eq!(column(&before, "requests"), [Value::Null]);
    send_logs(&user, vec![call("rule2", "claude-haiku-5-5", 40)]);
    let after = rows("daily-usage", "rule2", "");
    assert_eq!(column(&after, "source"), ["events"]);
    assert_eq!(column(&after, "model"), ["claude-haiku-5-5"], "the model that answered");
    assert_eq!(column(&after, "output_tokens"), [json!(100)], "never added");
}

#[test]
fn rule_2_sessions_of_different_sources_make_a_mixed_row() {
    let user = named("rule2b");
    let by_metrics = tokens("rule2b-one", "claude-opus-5-5", 10.0);
    send_metrics(&user, vec![sum("claude_code.token.usage", vec![by_metrics])]);
    send_logs(&user, vec![call("rule2b-two", "claude-opus-5-5", 5)]);
    let found = rows("daily-usage", "rule2b", "");
    assert_eq!(column(&found, "source"), ["mixed"]);
    assert_eq!(column(&found, "output_tokens"), [json!(15)]);
    assert_eq!(column(&found, "requests"), [json!(1)], "of the session measured by events");
}

#[test]
fn rule_3_edit_decisions_come_from_the_source_that_saw_more() {
    let user = named("rule3");
    let decision = |tool: &str, decision: &str| {
        vec![text("session.id", "rule3"), text("tool_name", tool), text("decision", decision)]
    };
    let seen =
        vec![point(2.0, decision("Edit", "accept")), point(1.0, decision("Write", "reject"))];
    send_metrics(&user, vec![sum("claude_code.code_edit_tool.decision", seen)]);
    send_logs(&user, vec![record("tool_decision", decision("MultiEdit", "accept"))]);
    send_logs(&user, vec![record("tool_decision", decision("Bash", "accept"))]);
    let found = rows("daily-activity", "rule3", "");
    assert_eq!(column(&found, "edits_accepted"), [json!(2)]);
    assert_eq!(column(&found, "edits_rejected"), [json!(1)]);
    assert_eq!(found[0]["tool_actions"]["multi_edit"], json!({"accepted": 0, "rejected": 0}));
}

#[test]
fn rule_4_only_sessions_with_use_or_a_prompt_count_and_slash_commands_are_no_prompts() {
    let user = named("rule4");
    let of = |session: &str| vec![text("session.id", session)];
    let started = |session: &str, kind: &str| {
        point(1.0, vec![text("session.id", session), text("start_type", kind)])
    };
    let starts =
        vec![started("rule4-thrown-away", "continue"), started("rule4-view", "agents_view")];
    send_metrics(&user, vec![sum("claude_code.session.count", starts)]);
    send_logs(&user, vec![record("user_prompt", of("rule4-prompted"))]);
    let command = [of("rule4-command"), vec![text("command_name", "clear")]].concat();
    send_logs(
        &user,
        vec![record("user_prompt", command), call("rule4-used", "claude-opus-5-5", 1)],
    );
    let found = rows("daily-activity", "rule4", "");
    assert_eq!(column(&found, "sessions"), [json!(2)]);
    assert_eq!(column(&found, "prompts"), [json!(1)]);
}

#[test]
fn rule_6_a_moment_is_in_a_utc_day_and_in_a_day_of_the_organization() {
    let user = named("rule6");
    let midnight = moment() / DAY * DAY;
    for time in [midnight - 2 * DAY + 1, midnight - DAY - 1] {
        let mut called = call("rule6", "claude-opus-5-5", 7);
        called.time_unix_nano = time;
        send_logs(&user, vec![called]);
    }
    let by_utc = rows("daily-usage", "rule6", "");
    assert_eq!(column(&by_utc, "output_tokens"), [json!(14)]);
    let by_local = rows("daily-usage", "rule6", "&basis=local");
    assert_eq!(column(&by_local, "output_tokens"), [json!(7), json!(7)]);
    assert_eq!(by_local[0]["date"], by_utc[0]["date"]);
}

#[test]
fn rule_7_spellings_of_a_model_are_one_row() {
    let user = named("rule7");
    let spelled = ["claude-haiku-4-5@20251001", "us.anthropic.claude-haiku-4-5-20251001-v1:0"];
    for model in spelled {
        send_logs(&user, vec![call("rule7", model, 3)]);
    }
    let found = rows("daily-usage", "rule7", "&model=claude-haiku-4-5");
    assert_eq!(column(&found, "output_tokens"), [json!(6)]);
}

/// A call of an install, with or without a declared email. For a server of its own: what is
/// unattributed there must be of the one test.
fn call_of(install: &str, session: &str, email: Option<&str>, output: i64) -> Vec<u8> {
    let mut called = call(session, "claude-opus-5-5", output);
    called.attributes.push(text("user.id", install));
    // Who was first is told in microseconds.
    called.time_unix_nano = now_nanos();
    let resource = email.map(|email| text("user.email", email)).into_iter().collect();
    logs(resource, vec![called]).encode_to_vec()
}

/// Output tokens by email, in order.
fn by_email(server: &Server) -> Vec<(Value, i64)> {
    server.settle();
    let mut found: Vec<(Value, i64)> = server
        .daily("daily-usage", "")
        .iter()
        .map(|row| (row["user_email"].clone(), row["output_tokens"].as_i64().expect("tokens")))
        .collect();
    found.sort_by_key(|(email, tokens)| (email.to_string(), *tokens));
    found
}

#[test]
fn rule_8_unattributed_use_moves_when_its_owner_becomes_known() {
    let server = Shared::start(&[]);
    server.accept("logs", &call_of("install", "one", None, 5));
    server.accept("logs", &call_of("other install", "two", None, 9));
    assert_eq!(by_email(&server), [(Value::Null, 5), (Value::Null, 9)]);
    server.accept("logs", &call_of("install", "three", Some("abc@xyz.com"), 2));
    assert_eq!(by_email(&server), [(json!("abc@xyz.com"), 7), (Value::Null, 9)]);
}

#[test]
fn rule_8_what_names_nobody_goes_with_the_email_of_its_session() {
    let server = Shared::start(&[]);
    server.accept("logs", &call_of("install", "same", None, 5));
    let mut named = call("same", "claude-opus-5-5", 2);
    named.time_unix_nano = now_nanos();
    named.attributes.push(text("user.email", "abc@xyz.com"));
    server.accept("logs", &logs(Vec::new(), vec![named]).encode_to_vec());
    assert_eq!(by_email(&server), [(json!("abc@xyz.com"), 7)]);
}

#[test]
fn rule_8_of_an_install_two_people_shared_the_first_has_what_names_nobody() {
    let server = Shared::start(&[]);
    server.accept("logs", &call_of("shared", "one", Some("first@xyz.com"), 1));
    server.accept("logs", &call_of("shared", "two", Some("second@xyz.com"), 2));
    server.accept("logs", &call_of("shared", "three", None, 4));
    assert_eq!(by_email(&server), [(json!("first@xyz.com"), 5), (json!("second@xyz.com"), 2)]);
}

#[test]
fn rule_9_names_nobody_knows_are_counted_and_stop_nothing() {
    let user = named("rule9");
    send_metrics(&user, vec![sum("claude_code.brand_new", vec![point(1.0, Vec::new())])]);
    send_logs(&user, vec![record("brand_new", Vec::new()), call("rule9", "claude-opus-5-5", 4)]);
    assert_eq!(column(&rows("daily-usage", "rule9", ""), "output_tokens"), [json!(4)]);
    let unknown = &SERVER.settle()["unknown"];
    assert_eq!(unknown["metrics"]["claude_code.brand_new"], 1);
    assert_eq!(unknown["events"]["brand_new"], 1);
}

#[test]
fn rule_10_coverage_says_what_is_missing() {
    let user = named("rule10");
    let numbered = |sequence: i64| {
        let mut called = call("rule10", "claude-opus-5-5", 10);
        called.attributes.push(number("event.sequence", sequence));
        called
    };
    send_logs(&user, vec![numbered(0), numbered(1), numbered(5)]);
    let found = rows("daily-activity", "rule10", "");
    let coverage = &found[0]["coverage"];
    assert_eq!(coverage["events"], 3);
    assert_eq!(coverage["events_missing"], 3);
    assert_eq!(coverage["sessions_without_metrics"], 1);
    assert_eq!(coverage["complete"], false);
    send_logs(&user, vec![numbered(2), numbered(3), numbered(4)]);
    let seen = tokens("rule10", "claude-opus-5-5", 60.0);
    send_metrics(&user, vec![sum("claude_code.token.usage", vec![seen])]);
    let found = rows("daily-activity", "rule10", "");
    assert_eq!(found[0]["coverage"]["events_missing"], 0);
    assert_eq!(found[0]["coverage"]["complete"], true);
}
