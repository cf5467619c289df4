//! Captured requests as if they had been sent yesterday: what is older than 30 days is not counted,
//! and the day of the capture goes by.

use std::io::{Read, Write};
use std::sync::LazyLock;

use chrono::{Days, NaiveDate, Utc};
use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;

/// The day everything was captured on, by UTC.
const CAPTURED: NaiveDate = NaiveDate::from_ymd_opt(2026, 11, 20).expect("a day");

/// Nanoseconds of a day.
const DAY_NANOS: u64 = 86_400 * 1_000_000_000;

/// Nanoseconds from 1970 to the day of the capture.
const CAPTURED_NANOS: u64 = 20_777 * DAY_NANOS;

/// What stands before a time in protobuf: `fixed64` of the fields that hold one (points, records,
/// spans, their events).
const TAGS: [u8; 6] = [0x09, 0x11, 0x19, 0x39, 0x41, 0x59];

/// How many whole days later the requests are sent. None as long as they are of yesterday.
static LATER: LazyLock<u64> = LazyLock::new(|| {
    let days = (Utc::now().date_naive() - CAPTURED).num_days() - 1;
    u64::try_from(days).unwrap_or_default()
});

/// The day that stands in the place of the day of the capture.
pub fn captured_day() -> NaiveDate {
    CAPTURED + Days::new(*LATER)
}

/// A captured body with its times moved by whole days; packed as it was.
pub fn moved(body: Vec<u8>, content_encoding: Option<&str>, is_json: bool) -> Vec<u8> {
    if *LATER == 0 {
        return body;
    }
    let Some(_) = content_encoding else {
        return moved_raw(body, is_json);
    };
    let mut raw = Vec::new();
    GzDecoder::new(&body[..]).read_to_end(&mut raw).expect("gzip");
    let mut packer = GzEncoder::new(Vec::new(), Compression::default());
    packer.write_all(&moved_raw(raw, is_json)).expect("packed");
    packer.finish().expect("packed")
}

/// The same of an unpacked body.
fn moved_raw(mut body: Vec<u8>, is_json: bool) -> Vec<u8> {
    let length = if is_json { 19 } else { 8 };
    let mut at = 1;
    while at + length <= body.len() {
        let place = at..at + length;
        let time = if is_json { digits(&body[place.clone()]) } else { fixed(&body, at) };
        let time = time.filter(|time| (CAPTURED_NANOS..CAPTURED_NANOS + DAY_NANOS).contains(time));
        if let Some(time) = time {
            let later = time + *LATER * DAY_NANOS;
            match is_json {
                true => body[place].copy_from_slice(later.to_string().as_bytes()),
                false => body[place].copy_from_slice(&later.to_le_bytes()),
            }
            at += length;
        } else {
            at += 1;
        }
    }
    body
}

/// Nanoseconds in JSON: nineteen digits.
fn digits(text: &[u8]) -> Option<u64> {
    let all = text.iter().all(u8::is_ascii_digit);
    all.then(|| std::str::from_utf8(text).ok()?.parse().ok())?
}

/// Nanoseconds in protobuf, behind the tag of a field that holds some.
fn fixed(body: &[u8], at: usize) -> Option<u64> {
    let bytes = body[at..].first_chunk::<8>()?;
    TAGS.contains(&body[at - 1]).then(|| u64::from_le_bytes(*bytes))
}

/// Every time in a request.
#[cfg(test)]
fn times(request: &super::Captured) -> Vec<u64> {
    use opentelemetry_proto::tonic::metrics::v1::metric::Data;
    match request.kind {
        super::Kind::Logs => {
            let logs = request.logs();
            let scopes = logs.resource_logs.iter().flat_map(|it| &it.scope_logs);
            let records = scopes.flat_map(|it| &it.log_records);
            records.flat_map(|it| [it.time_unix_nano, it.observed_time_unix_nano]).collect()
        }
        super::Kind::Metrics => {
            let metrics = request.metrics();
            let scopes = metrics.resource_metrics.iter().flat_map(|it| &it.scope_metrics);
            let points = scopes.flat_map(|it| &it.metrics).flat_map(|it| match &it.data {
                Some(Data::Sum(sum)) => sum.data_points.as_slice(),
                _ => &[],
            });
            points.flat_map(|it| [it.start_time_unix_nano, it.time_unix_nano]).collect()
        }
        super::Kind::Traces => {
            let traces = request.traces();
            let scopes = traces.resource_spans.iter().flat_map(|it| &it.scope_spans);
            let spans = scopes.flat_map(|it| &it.spans);
            spans.flat_map(|it| [it.start_time_unix_nano, it.end_time_unix_nano]).collect()
        }
    }
}

#[test]
fn every_captured_time_is_moved() {
    assert_eq!(
        CAPTURED.and_hms_opt(0, 0, 0).expect("a time").and_utc().timestamp_nanos_opt(),
        Some(i64::try_from(CAPTURED_NANOS).expect("small"))
    );
    for run in super::runs() {
        for request in run.requests {
            let times = times(&request);
            assert!(!times.is_empty(), "{}", run.name);
            for time in times {
                assert_eq!(time / DAY_NANOS, CAPTURED_NANOS / DAY_NANOS + *LATER, "{}", run.name);
            }
        }
    }
}
