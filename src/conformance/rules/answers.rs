//! What is answered: P4, P5, P6, P8 and P14.

use daybook_schema::signals::SignalKind;

use super::Subject;
use crate::conformance::door::{Parcel, Shown, Wire};
use crate::conformance::reply::{Reply, Verdict};
use crate::conformance::telemetry::SIGNALS;

/// A message shorter than this names no cause and no cure.
const WORDS: usize = 20;

/// Every refusal that can be asked for, with what it should be.
fn refusals(subject: &Subject) -> anyhow::Result<Vec<(Verdict, Reply)>> {
    let kind = SignalKind::Metrics;
    let whole = || subject.parcel(kind, &subject.person("refused").uses(&[1.0]));
    let is_grpc = subject.door.wire == Wire::Grpc;
    let elsewhere = if is_grpc { "/nothing.Service/Export" } else { "/v1/nothing" };
    let mut asked = vec![
        (Verdict::BadData, Parcel::new(kind, vec![0xff; 50])),
        (Verdict::NoToken, Parcel { shown: Shown::Nothing, ..whole() }),
        (Verdict::NoToken, Parcel { shown: Shown::Wrong, ..whole() }),
        (Verdict::NoSuchPlace, Parcel { path: Some(elsewhere), ..whole() }),
        (Verdict::TooLarge, Parcel::new(kind, vec![0; subject.sizes.sent.saturating_add(1)])),
    ];
    if !is_grpc {
        asked.push((Verdict::WrongMethod, Parcel { method: "PUT", ..whole() }));
        asked.push((Verdict::WrongMedia, Parcel { encoding: "br", ..whole() }));
    }
    asked
        .into_iter()
        .map(|(verdict, parcel)| {
            let reply = subject.door.send(&parcel)?;
            reply.expect(&verdict, "a refusal")?;
            Ok((verdict, reply))
        })
        .collect()
}

/// P4.
pub(super) fn media(subject: &Subject) -> anyhow::Result<String> {
    let media = subject.door.wire.media();
    let sample = subject.person("p4").uses(&[1.0]);
    let accepted = subject.accept(&subject.parcel(SignalKind::Logs, &sample), "a request")?;
    let refused = refusals(subject)?;
    let replies = || std::iter::once(&accepted).chain(refused.iter().map(|(_, reply)| reply));
    for reply in replies() {
        let found = &reply.media;
        anyhow::ensure!(found == media, "{:?} is answered in {found:?}", reply.verdict);
    }
    Ok(format!("{media} in all {} answers", replies().count()))
}

/// P5.
pub(super) fn success(subject: &Subject) -> anyhow::Result<String> {
    let whole: &[u8] = if subject.is_json() { b"{}" } else { b"" };
    for (kind, name) in SIGNALS {
        let sample = subject.person("p5").uses(&[1.0]);
        let reply = subject.accept(&subject.parcel(kind, &sample), name)?;
        let found = String::from_utf8_lossy(&reply.body);
        anyhow::ensure!(reply.body == whole, "{name} are answered with {found:?}");
    }
    Ok(format!("3 signals, each answered with {} bytes", whole.len()))
}

/// P6.
pub(super) fn partial(subject: &Subject) -> anyhow::Result<String> {
    let mut tokens = [1.0; 14];
    if let Some(bad) = tokens.get_mut(5) {
        *bad = f64::NAN;
    }
    let mut seen = "";
    for (kind, name) in [(SignalKind::Metrics, "metrics"), (SignalKind::Logs, "logs")] {
        let person = subject.person(&format!("p6-{name}"));
        let reply = subject.door.send(&subject.parcel(kind, &person.uses(&tokens)))?;
        reply.expect(&Verdict::Accepted { rejected: 1 }, &format!("14 {name}, one bad"))?;
        seen = subject.assert_counted(&person, 13)?;
    }
    Ok(format!("1 of 14 points and records refused, 13 {seen}"))
}

/// P8.
pub(super) fn refusals_say_why(subject: &Subject) -> anyhow::Result<String> {
    let refused = refusals(subject)?;
    for (verdict, reply) in &refused {
        anyhow::ensure!(
            reply.code > 0 && reply.message.len() >= WORDS,
            "{verdict:?} says {:?} with code {}",
            reply.message,
            reply.code
        );
    }
    Ok(format!("{} refusals, each a Status with a message", refused.len()))
}

/// P14.
pub(super) fn codes(subject: &Subject) -> anyhow::Result<String> {
    let refused = refusals(subject)?;
    for (verdict, reply) in &refused {
        let expected = match verdict {
            Verdict::BadData | Verdict::WrongMedia => 3,
            Verdict::NoToken => 16,
            Verdict::TooLarge => 8,
            // HTTP knows a place that is not there, gRPC a method that is not.
            Verdict::NoSuchPlace if subject.door.wire != Wire::Grpc => 5,
            _ => 12,
        };
        anyhow::ensure!(reply.code == expected, "{verdict:?} has code {}", reply.code);
        let retry = reply.retry_in_secs;
        anyhow::ensure!(retry.is_none(), "{verdict:?} is asked for again in {retry:?} s");
    }
    Ok(format!("{} refusals, none to be sent again", refused.len()))
}
