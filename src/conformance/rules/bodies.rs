//! What may be sent: P1, P2, P3, P7, P9, P12 and P13.

use daybook_schema::signals::SignalKind;

use super::Subject;
use crate::conformance::door::{Door, Parcel, Shown, Wire};
use crate::conformance::packing::{ENCODINGS, pack, padded, unknown_field};
use crate::conformance::reply::{Verdict, WHOLE};
use crate::conformance::telemetry::SIGNALS;

/// How many times a bomb unpacks to more than is allowed.
const BOMB: usize = 8;

/// P1.
pub(super) fn compressions(subject: &Subject) -> anyhow::Result<String> {
    let person = subject.person("p1");
    for encoding in ENCODINGS {
        for (kind, name) in SIGNALS {
            let body = pack(encoding, &subject.body(kind, &person.uses(&[1.0])))?;
            let parcel = Parcel { encoding, ..Parcel::new(kind, body) };
            subject.accept(&parcel, &format!("{name} in {encoding}"))?;
        }
    }
    // Metrics and records tell of the same four tokens.
    let seen = subject.assert_counted(&person, 4)?;
    Ok(format!("4 encodings x 3 signals, {seen}"))
}

/// P2.
pub(super) fn paths(subject: &Subject) -> anyhow::Result<String> {
    let person = subject.person("p2");
    let prefixes: &[&str] =
        if subject.door.wire == Wire::Grpc { &[] } else { &["/v1", "/api/otel/v1"] };
    for (kind, name) in SIGNALS {
        subject.accept(&subject.parcel(kind, &person.uses(&[1.0])), name)?;
        for prefix in prefixes {
            let path = format!("{prefix}/{name}");
            let parcel = subject.parcel(kind, &person.uses(&[1.0]));
            subject.accept(&Parcel { path: Some(&path), ..parcel }, &path)?;
        }
    }
    let elsewhere = if subject.door.wire == Wire::Grpc {
        "/opentelemetry.proto.collector.logs.v1.LogsService/Import"
    } else {
        "/v1/nothing"
    };
    let parcel = subject.parcel(SignalKind::Logs, &person.uses(&[1.0]));
    let reply = subject.door.send(&Parcel { path: Some(elsewhere), ..parcel })?;
    reply.expect(&Verdict::NoSuchPlace, elsewhere)?;
    let places = if prefixes.is_empty() { "as methods" } else { "at /v1 and /api/otel/v1" };
    Ok(format!("3 signals {places}; {elsewhere} is refused"))
}

/// P3.
pub(super) fn media(subject: &Subject) -> anyhow::Result<String> {
    let person = subject.person("p3");
    let names: &[&str] = match subject.door.wire {
        Wire::Protobuf => &[
            "Application/X-Protobuf",
            "application/x-protobuf; charset=utf-8",
            "APPLICATION/X-PROTOBUF ;messageType=\"x\"",
        ],
        Wire::Json => &[
            "Application/JSON",
            "application/json; charset=utf-8",
            "application/json;CHARSET=\"UTF-8\";x=y",
        ],
        Wire::Grpc => &["application/grpc", "application/grpc+proto"],
    };
    for media in names {
        let parcel = subject.parcel(SignalKind::Metrics, &person.uses(&[1.0]));
        subject.accept(&Parcel { media: Some(media), ..parcel }, media)?;
    }
    for media in ["text/plain", "application/xml", ""] {
        let parcel = subject.parcel(SignalKind::Metrics, &person.uses(&[1.0]));
        let reply = subject.door.send(&Parcel { media: Some(media), ..parcel })?;
        reply.expect(&Verdict::WrongMedia, &format!("media type {media:?}"))?;
    }
    Ok(format!("{} spellings accepted, 3 others refused", names.len()))
}

/// P7.
pub(super) fn empty(subject: &Subject) -> anyhow::Result<String> {
    let bodies: &[&[u8]] = if subject.is_json() { &[b"{}", b" {} "] } else { &[b""] };
    // Somebody else may send meanwhile: one quiet moment is enough.
    let mut kept = 0;
    for _ in 0..5 {
        let before = subject.figures.as_ref().map(|figures| figures.signals()).transpose()?;
        for (kind, name) in SIGNALS {
            for body in bodies {
                subject.accept(&Parcel::new(kind, body.to_vec()), &format!("empty {name}"))?;
            }
        }
        let after = subject.figures.as_ref().map(|figures| figures.signals()).transpose()?;
        match (before, after) {
            (Some(before), Some(after)) if before != after => kept = after.saturating_sub(before),
            (Some(_), Some(_)) => return Ok("3 signals, and nothing was kept".to_owned()),
            _ => return Ok("3 signals, by their answers".to_owned()),
        }
    }
    anyhow::bail!("{kept} requests were kept beside empty ones, five times over")
}

/// P9.
pub(super) fn malformed(subject: &Subject) -> anyhow::Result<String> {
    let person = subject.person("p9");
    let mut refused = 0;
    for (kind, name) in SIGNALS {
        let whole = subject.body(kind, &person.uses(&[1.0]));
        let cut = whole.get(..whole.len() / 2).unwrap_or_default().to_vec();
        let garbage = vec![0xff; 300];
        for (body, what) in [(cut, "cut"), (garbage, "garbage")] {
            let reply = subject.door.send(&Parcel::new(kind, body))?;
            reply.expect(&Verdict::BadData, &format!("{name}, {what}"))?;
            refused += 1;
        }
        for encoding in ["gzip", "deflate", "zstd"] {
            let parcel = Parcel { encoding, ..Parcel::new(kind, whole.clone()) };
            let reply = subject.door.send(&parcel)?;
            reply.expect(&Verdict::BadData, &format!("{name} that is not in {encoding}"))?;
            refused += 1;
        }
    }
    subject.assert_counted(&person, 0)?;
    Ok(format!("{refused} bodies that are cut, garbage or not packed as they say"))
}

/// P12.
pub(super) fn unpacked_limit(subject: &Subject) -> anyhow::Result<String> {
    let max = subject.sizes.unpacked;
    for encoding in ["gzip", "zstd"] {
        let send = |bytes| send_packed(&subject.door, encoding, &padded(subject.is_json(), bytes));
        send(max)?.expect(&WHOLE, &format!("{max} bytes unpacked from {encoding}"))?;
        let over = max.saturating_add(1);
        send(over)?.expect(&Verdict::TooLarge, &format!("{over} bytes from {encoding}"))?;
    }
    let bomb = unknown_field(max.saturating_mul(BOMB));
    let reply = send_packed(&subject.door, "zstd", &bomb)?;
    reply.expect(&Verdict::TooLarge, "a bomb")?;
    Ok(format!("{max} bytes pass, one more and a bomb are refused"))
}

/// Sends a body of logs, packed.
fn send_packed(
    door: &Door,
    encoding: &str,
    body: &[u8],
) -> anyhow::Result<crate::conformance::reply::Reply> {
    let body = pack(encoding, body)?;
    door.send(&Parcel { encoding, ..Parcel::new(SignalKind::Logs, body) })
}

/// P13.
pub(super) fn sent_limit(subject: &Subject) -> anyhow::Result<String> {
    let max = subject.sizes.sent;
    let parcel = |bytes| Parcel::new(SignalKind::Metrics, padded(subject.is_json(), bytes));
    subject.accept(&parcel(max), &format!("{max} bytes"))?;
    let reply = subject.door.send(&parcel(max.saturating_add(1)))?;
    reply.expect(&Verdict::TooLarge, "one byte more")?;
    let retry = reply.retry_in_secs;
    anyhow::ensure!(retry.is_none(), "what is too large is asked for again in {retry:?} s");
    let nobody = Parcel { shown: Shown::Nothing, ..parcel(max.saturating_add(1)) };
    let reply = subject.door.send(&nobody)?;
    anyhow::ensure!(reply.verdict != WHOLE, "a large body without a token is accepted");
    Ok(format!("{max} bytes pass, one more is refused for good"))
}
