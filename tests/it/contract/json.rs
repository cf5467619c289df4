//! P15: what the specification allows in JSON is understood, and means what protobuf means.

use std::sync::LazyLock;

use serde_json::{Value, json};

use crate::support::otlp_to_json::{logs_to_json, metrics_to_json, traces_to_json};
use crate::support::reporter::{MODEL, moment};
use crate::support::rpc::{JSON, PROTOBUF};
use crate::support::{Reporter, Shared, corpus};

static SERVER: LazyLock<Shared> = LazyLock::new(|| Shared::start(&[]));

/// A call of 10 tokens, as an object whose fields a test may change.
fn call(reporter: &Reporter) -> Value {
    json!({
        "timeUnixNano": moment().to_string(),
        "attributes": [
            {"key": "event.name", "value": {"stringValue": "api_request"}},
            {"key": "session.id", "value": {"stringValue": reporter.session}},
            {"key": "model", "value": {"stringValue": MODEL}},
            {"key": "input_tokens", "value": {"intValue": 10}},
        ],
    })
}

/// A logs request of some records.
fn logs(reporter: &Reporter, records: Value) -> Value {
    let email = json!({"key": "user.email", "value": {"stringValue": reporter.email}});
    json!({"resourceLogs": [{
        "resource": {"attributes": [email]},
        "scopeLogs": [{"logRecords": records}],
    }]})
}

/// A data point of 10 tokens, as an object whose fields a test may change.
fn point(reporter: &Reporter) -> Value {
    json!({
        "asDouble": 10,
        "timeUnixNano": moment().to_string(),
        "attributes": [
            {"key": "session.id", "value": {"stringValue": reporter.session}},
            {"key": "model", "value": {"stringValue": MODEL}},
            {"key": "type", "value": {"stringValue": "input"}},
        ],
    })
}

/// A metrics request of some points.
fn metrics(reporter: &Reporter, points: Value) -> Value {
    let email = json!({"key": "user.email", "value": {"stringValue": reporter.email}});
    let sum = json!({"aggregationTemporality": 1, "isMonotonic": true, "dataPoints": points});
    json!({"resourceMetrics": [{
        "resource": {"attributes": [email]},
        "scopeMetrics": [{"metrics": [{"name": "claude_code.token.usage", "sum": sum}]}],
    }]})
}

/// Sends JSON that must be accepted whole.
fn accept(kind: &str, body: &Value) {
    let answer = SERVER.deliver(kind, JSON, "identity", body.to_string().as_bytes());
    let said = String::from_utf8_lossy(&answer.body).into_owned();
    assert_eq!((answer.status, said.as_str()), (200, "{}"), "{body}");
}

#[test]
fn ids_are_hex_in_either_case() {
    let reporter = Reporter::new("hexids");
    let ids = ["0123456789abcdef0123456789abcdef", "0123456789ABCDEF0123456789ABCDEF", ""];
    for id in ids {
        let mut record = call(&reporter);
        record["traceId"] = json!(id);
        record["spanId"] = json!(id.get(..16).unwrap_or_default());
        accept("logs", &logs(&reporter, json!([record])));
    }
    assert_eq!(reporter.counted(&SERVER), 30);
}

#[test]
fn enums_are_integers() {
    let reporter = Reporter::new("enums");
    let mut record = call(&reporter);
    record["severityNumber"] = json!(9);
    accept("logs", &logs(&reporter, json!([record])));
    accept("metrics", &metrics(&Reporter::new("enumsmetrics"), json!([])));
    assert_eq!(reporter.counted(&SERVER), 10);
}

#[test]
fn unknown_fields_are_ignored_everywhere() {
    let reporter = Reporter::new("unknownfields");
    let unknown = json!({"deep": [{"er": null}], "number": 1e300});
    let mut record = call(&reporter);
    record["ofTomorrow"] = unknown.clone();
    record["attributes"][0]["ofTomorrow"] = unknown.clone();
    record["attributes"][0]["value"]["ofTomorrow"] = unknown.clone();
    let mut request = logs(&reporter, json!([record]));
    request["ofTomorrow"] = unknown.clone();
    request["resourceLogs"][0]["ofTomorrow"] = unknown.clone();
    request["resourceLogs"][0]["scopeLogs"][0]["ofTomorrow"] = unknown;
    accept("logs", &request);
    assert_eq!(reporter.counted(&SERVER), 10);
}

#[test]
fn integers_of_64_bits_are_strings_or_numbers() {
    let reporter = Reporter::new("integers");
    for tokens in [json!(10), json!("10")] {
        let mut record = call(&reporter);
        record["attributes"][3]["value"]["intValue"] = tokens;
        record["timeUnixNano"] = json!(moment());
        accept("logs", &logs(&reporter, json!([record])));
    }
    for tokens in [json!(10), json!("10")] {
        let mut point = point(&reporter);
        point.as_object_mut().expect("an object").remove("asDouble");
        point["asInt"] = tokens;
        accept("metrics", &metrics(&Reporter::new("integerpoints"), json!([point])));
    }
    assert_eq!(reporter.counted(&SERVER), 20);
    assert_eq!(Reporter::new("integerpoints").counted(&SERVER), 20);
}

#[test]
fn doubles_are_whole_numbers_fractions_or_strings() {
    let reporter = Reporter::new("doubles");
    for tokens in [json!(10), json!(10.0), json!(1e1), json!("10"), json!("1.0e1")] {
        let mut point = point(&reporter);
        point["asDouble"] = tokens;
        accept("metrics", &metrics(&reporter, json!([point])));
    }
    assert_eq!(reporter.counted(&SERVER), 50);
}

#[test]
fn an_empty_array_value_stops_nothing() {
    let reporter = Reporter::new("emptyarray");
    for value in [json!({"arrayValue": {}}), json!({"kvlistValue": {}}), json!({}), json!(null)] {
        let mut record = call(&reporter);
        record["attributes"][0] = json!({"key": "list", "value": value});
        record["body"] = json!({"stringValue": "claude_code.api_request"});
        accept("logs", &logs(&reporter, json!([record])));
    }
    assert_eq!(reporter.counted(&SERVER), 40);
}

#[test]
fn null_lists_are_empty_lists() {
    let reporter = Reporter::new("nulllists");
    let mut request = logs(&reporter, json!([call(&reporter)]));
    let empty = [
        json!({"scopeLogs": null}),
        json!({"scopeLogs": [{"logRecords": null}]}),
        json!({"resource": {"attributes": null}, "scopeLogs": []}),
        json!({"resource": null}),
    ];
    request["resourceLogs"].as_array_mut().expect("a list").extend(empty);
    accept("logs", &request);
    accept("metrics", &json!({"resourceMetrics": null}));
    assert_eq!(reporter.counted(&SERVER), 10);
}

#[test]
fn a_point_that_is_no_number_spoils_no_other() {
    for (name, value) in [("nan", "NaN"), ("inf", "Infinity"), ("neginf", "-Infinity")] {
        let reporter = Reporter::new(&format!("json{name}"));
        let mut bad = point(&reporter);
        bad["asDouble"] = json!(value);
        let body = metrics(&reporter, json!([bad, point(&reporter)])).to_string();
        let answer = SERVER.deliver("metrics", JSON, "identity", body.as_bytes());
        assert_eq!(answer.json()["partialSuccess"]["rejectedDataPoints"], "1", "{value}");
        assert_eq!(reporter.counted(&SERVER), 10, "{value}");
    }
}

#[test]
fn a_double_attribute_that_is_no_number_stops_nothing_else() {
    let reporter = Reporter::new("nanattribute");
    let mut record = call(&reporter);
    let value = json!({"doubleValue": "NaN"});
    record["attributes"].as_array_mut().expect("a list").push(json!({"key": "x", "value": value}));
    accept("logs", &logs(&reporter, json!([record])));
    assert_eq!(reporter.counted(&SERVER), 10);
}

#[test]
fn a_byte_order_mark_is_no_error() {
    let reporter = Reporter::new("bom");
    let body = format!("\u{feff}{}", logs(&reporter, json!([call(&reporter)])));
    assert_eq!(SERVER.deliver("logs", JSON, "identity", body.as_bytes()).status, 200);
    assert_eq!(reporter.counted(&SERVER), 10);
}

#[test]
fn a_request_of_json_gives_the_rows_of_its_protobuf_twin() {
    let run = corpus::run("r01-proto-delta");
    let (twin, original) = (SERVER.connection("twin"), SERVER.connection("original"));
    for request in &run.requests {
        let json = match request.kind {
            corpus::Kind::Metrics => metrics_to_json(&request.metrics()),
            corpus::Kind::Logs => logs_to_json(&request.logs()),
            corpus::Kind::Traces => traces_to_json(&request.traces()),
        };
        for (connection, media, body) in
            [(&twin, JSON, json.into_bytes()), (&original, PROTOBUF, request.protobuf())]
        {
            let headers = [
                ("Content-Type", media),
                ("Authorization", &format!("Bearer {}", connection.token)),
            ];
            let path = format!("/v1/{}", request.kind.name());
            assert_eq!(SERVER.post(&path, &headers, &body).status, 200);
        }
    }
    SERVER.settle();
    for table in ["daily-usage", "daily-activity"] {
        let rows = |id: &str| {
            let mut rows = SERVER.daily(table, &format!("&connection={id}"));
            rows.iter_mut().for_each(|row| row["connection_id"] = Value::Null);
            rows
        };
        assert_eq!(rows(&twin.id), rows(&original.id), "{table}");
        assert!(!rows(&twin.id).is_empty(), "{table}");
    }
}
