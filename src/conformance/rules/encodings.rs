//! What an encoding allows: P15.

use daybook_schema::signals::SignalKind;
use serde_json::{Value, json};

use super::Subject;
use crate::conformance::door::Parcel;
use crate::conformance::packing::unknown_field;
use crate::conformance::telemetry::Sample;

/// P15.
pub(super) fn allowed(subject: &Subject) -> anyhow::Result<String> {
    if subject.is_json() { json(subject) } else { protobuf(subject) }
}

/// Protobuf: fields nobody knows, anywhere, and in any order.
fn protobuf(subject: &Subject) -> anyhow::Result<String> {
    let person = subject.person("p15");
    for zeros in [0, 1, 1000] {
        let body = subject.body(SignalKind::Metrics, &person.uses(&[10.0]));
        let unknown = unknown_field(zeros);
        for body in [[&unknown[..], &body].concat(), [&body[..], &unknown].concat()] {
            let parcel = Parcel::new(SignalKind::Metrics, body);
            subject.accept(&parcel, &format!("an unknown field of {zeros} bytes"))?;
        }
    }
    // Each body came twice, with other bytes round the same points.
    let seen = subject.assert_counted(&person, 30)?;
    Ok(format!("unknown fields before and behind, {seen}"))
}

/// How a request is changed to something that means the same.
type Change = fn(&mut Value);

/// Where the only record, point, and their parts stand.
const RECORD: &str = "/resourceLogs/0/scopeLogs/0/logRecords/0";
const POINT: &str = "/resourceMetrics/0/scopeMetrics/0/metrics/0/sum/dataPoints/0";

/// Puts a field into an object at a place.
fn put(request: &mut Value, place: &str, name: &str, value: Value) {
    if let Some(object) = request.pointer_mut(place).and_then(Value::as_object_mut) {
        object.insert(name.to_owned(), value);
    }
}

/// Adds an attribute to the only record.
fn add(request: &mut Value, value: Value) {
    let place = format!("{RECORD}/attributes");
    if let Some(list) = request.pointer_mut(&place).and_then(Value::as_array_mut) {
        list.push(json!({"key": "extra", "value": value}));
    }
}

/// Makes a number of what is written as a text.
fn as_number(request: &mut Value, place: &str) {
    if let Some(value) = request.pointer_mut(place)
        && let Some(number) = value.as_str().and_then(|text| text.parse::<u64>().ok())
    {
        *value = json!(number);
    }
}

/// What records may be changed to.
const RECORDS: [(&str, Change); 16] = [
    ("as it is", |_| {}),
    ("ids in lower case", |request| put(request, RECORD, "traceId", json!("ab".repeat(16)))),
    ("ids in upper case", |request| put(request, RECORD, "traceId", json!("AB".repeat(16)))),
    ("empty ids", |request| put(request, RECORD, "spanId", json!(""))),
    ("enums as integers", |request| put(request, RECORD, "severityNumber", json!(9))),
    ("a time as a number", |request| as_number(request, &format!("{RECORD}/timeUnixNano"))),
    ("an integer as a number", |request| {
        as_number(request, &format!("{RECORD}/attributes/3/value/intValue"));
    }),
    ("unknown fields", |request| {
        put(request, "", "ofTomorrow", json!({"deep": [null, 1e300]}));
        put(request, RECORD, "ofTomorrow", json!("x"));
    }),
    ("null for a list", |request| {
        put(request, "/resourceLogs/0/resource", "entityRefs", Value::Null)
    }),
    ("null for an object", |request| {
        put(request, "/resourceLogs/0/scopeLogs/0", "scope", Value::Null);
    }),
    ("an empty array", |request| add(request, json!({"arrayValue": {}}))),
    ("an empty list of pairs", |request| add(request, json!({"kvlistValue": {}}))),
    ("an integral double", |request| add(request, json!({"doubleValue": 1}))),
    ("NaN", |request| add(request, json!({"doubleValue": "NaN"}))),
    ("infinity", |request| add(request, json!({"doubleValue": "-Infinity"}))),
    ("bytes in base64", |request| add(request, json!({"bytesValue": "AAEC/w=="}))),
];

/// What points may be changed to.
const POINTS: [(&str, Change); 5] = [
    ("as it is", |_| {}),
    ("an integral double", |request| put(request, POINT, "asDouble", json!(10))),
    ("an integer as a text", |request| {
        put(request, POINT, "asInt", json!("10"));
        if let Some(point) = request.pointer_mut(POINT).and_then(Value::as_object_mut) {
            point.remove("asDouble");
        }
    }),
    ("a time as a number", |request| as_number(request, &format!("{POINT}/timeUnixNano"))),
    ("null for a list", |request| put(request, POINT, "exemplars", Value::Null)),
];

/// JSON: everything the specification allows, each equal to its protobuf twin.
fn json(subject: &Subject) -> anyhow::Result<String> {
    let (records, points) = (subject.person("p15-records"), subject.person("p15-points"));
    for (what, change) in RECORDS {
        let sample = records.uses(&[10.0]);
        change_and_send(subject, SignalKind::Logs, &sample, what, change)?;
    }
    for (what, change) in POINTS {
        let sample = points.uses(&[10.0]);
        change_and_send(subject, SignalKind::Metrics, &sample, what, change)?;
    }
    subject.assert_counted(&points, tokens(POINTS.len()))?;
    let seen = subject.assert_counted(&records, tokens(RECORDS.len()))?;
    let cases = RECORDS.len().saturating_add(POINTS.len());
    Ok(format!("{cases} spellings, {seen}"))
}

/// Ten tokens a case.
fn tokens(cases: usize) -> i64 {
    i64::try_from(cases).unwrap_or_default().saturating_mul(10)
}

/// Sends a changed request, which must be accepted whole.
fn change_and_send(
    subject: &Subject,
    kind: SignalKind,
    sample: &Sample,
    what: &str,
    change: Change,
) -> anyhow::Result<()> {
    let mut request = sample.json(kind);
    change(&mut request);
    subject.accept(&Parcel::new(kind, request.to_string().into_bytes()), what)?;
    Ok(())
}
