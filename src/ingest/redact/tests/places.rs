//! Every place of a request that holds text.

use super::super::Redactor;
use super::super::populated::{self, Next};
use super::examples;
use prost::Message;

/// Of so many places each example is put in one; the next example in the place after it.
const SPACING: usize = 29;

/// A request, encoded; redacted first if a redactor is given.
type Build<'a> = &'a dyn Fn(Next, Option<&Redactor>) -> Vec<u8>;

/// Requests that carry each kind of metric.
fn each_kind_of_metric(check: impl Fn(Build)) {
    for kind in populated::KINDS {
        check(&|next, redactor| {
            let mut request = populated::metrics(next, kind);
            redactor.map(|redactor| redactor.redact_metrics(&mut request));
            request.encode_to_vec()
        });
    }
}

/// A request that carries log records.
fn logs(next: Next, redactor: Option<&Redactor>) -> Vec<u8> {
    let mut request = populated::logs(next);
    redactor.map(|redactor| redactor.redact_logs(&mut request));
    request.encode_to_vec()
}

/// A request that carries spans.
fn traces(next: Next, redactor: Option<&Redactor>) -> Vec<u8> {
    let mut request = populated::traces(next);
    redactor.map(|redactor| redactor.redact_traces(&mut request));
    request.encode_to_vec()
}

/// Builds a request with `canary` as its string number `place` and ordinary text elsewhere; says
/// how many strings there were.
fn build(
    signal: Build,
    place: usize,
    canary: &str,
    redactor: Option<&Redactor>,
) -> (Vec<u8>, usize) {
    let mut count = 0;
    let mut next = || {
        count += 1;
        if count - 1 == place { canary.to_owned() } else { format!("neighbour {count}") }
    };
    let body = signal(&mut next, redactor);
    (body, count)
}

/// Writes every character as a JSON escape, except those of the marker.
fn escaped(text: &str) -> String {
    let (before, marker, after) = match text.split_once("<REDACTED:") {
        Some((before, rest)) => {
            let (id, after) = rest.split_once('>').unwrap();
            (before, format!("<REDACTED:{id}>"), after)
        }
        None => (text, String::new(), ""),
    };
    let escape = |text: &str| text.encode_utf16().map(|unit| format!("\\u{unit:04x}")).collect();
    let (before, after): (String, String) = (escape(before), escape(after));
    format!("{{\"k\":\"{before}{marker}{after}\"}}")
}

/// Puts every example, plain and as JSON of nothing but escapes, in every place of a request.
fn check_every_place(signal: Build) {
    let redactor = Redactor::new();
    let (_, places) = build(signal, usize::MAX, "", None);
    assert!(places > 60);
    for (number, (arrives, leaves)) in examples().into_iter().enumerate() {
        let json = (escaped(&arrives), escaped(&leaves));
        for (arrives, leaves) in [(arrives, leaves), json] {
            for place in (number % SPACING..places).step_by(SPACING) {
                let (raw, _) = build(signal, place, &arrives, None);
                assert!(redactor.may_match(&raw), "{place}: {arrives}");
                let (stored, _) = build(signal, place, &arrives, Some(&redactor));
                let (wanted, _) = build(signal, place, &leaves, None);
                assert!(stored == wanted, "place {place}: {arrives}");
            }
        }
    }
}

#[test]
fn a_secret_is_replaced_in_every_place_of_metrics_and_nothing_else_changes() {
    each_kind_of_metric(check_every_place);
}

#[test]
fn a_secret_is_replaced_in_every_place_of_logs_and_nothing_else_changes() {
    check_every_place(&logs);
}

#[test]
fn a_secret_is_replaced_in_every_place_of_traces_and_nothing_else_changes() {
    check_every_place(&traces);
}

#[test]
fn a_request_without_secrets_is_known_from_its_bytes() {
    let redactor = Redactor::new();
    let check = |signal: Build| {
        let (raw, _) = build(signal, usize::MAX, "", None);
        assert!(!redactor.may_match(&raw));
        assert_eq!(build(signal, usize::MAX, "", Some(&redactor)).0, raw);
    };
    each_kind_of_metric(check);
    check(&logs);
    check(&traces);
}
