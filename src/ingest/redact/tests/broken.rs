//! What happens where a rule is broken: nothing it panicked over is kept.

use super::super::populated;
use super::super::text::Judges;
use super::super::{Redactor, UNSCANNABLE};
use crate::ingest::rules::{Group, Rule, all};
use prost::Message;

/// What the broken rules are asked about.
const TRAP: &str = "trapdoor";

/// Rules that panic: one over what it finds, one over the bytes before.
static BROKEN: [Rule; 2] = [
    Rule {
        id: "broken-find",
        group: Group::Services,
        literals: &[TRAP],
        find: |_, _| panic!("a rule is broken"),
        ..Rule::BLANK
    },
    Rule {
        id: "broken-hint",
        group: Group::Services,
        literals: &["oubliette"],
        hint: |_, _| panic!("a hint is broken"),
        ..Rule::BLANK
    },
];

#[test]
fn what_a_rule_panics_over_is_replaced_and_its_neighbours_are_not() {
    let redactor = Redactor::of(&BROKEN);
    for trap in [TRAP, "oubliette"] {
        let mut count = 0;
        let mut next = || {
            count += 1;
            if count % 5 == 0 {
                format!("a {trap} number {count}")
            } else {
                format!("text {count}")
            }
        };
        let mut request = populated::logs(&mut next);
        let redactions = redactor.redact_logs(&mut request);
        let stored = request.encode_to_vec();
        let stands = |text: &str| stored.windows(text.len()).any(|found| found == text.as_bytes());
        assert!(redactions.count > 0);
        assert!(!stands(trap) && stands(UNSCANNABLE));
        assert!(stands("text 1"), "what has nothing to do with it stays");
        assert_eq!(redactor.redact_text(trap).as_deref(), Some(UNSCANNABLE));
    }
}

#[test]
fn the_value_of_a_key_that_cannot_be_scanned_goes_with_it() {
    let redactor = Redactor::of(&BROKEN);
    let mut request = populated::logs(&mut || "plain".to_owned());
    let record = &mut request.resource_logs[0].scope_logs[0].log_records[0];
    record.attributes[0].key = format!("password of the {TRAP}");
    redactor.redact_logs(&mut request);
    let attribute = &request.resource_logs[0].scope_logs[0].log_records[0].attributes[0];
    let value = attribute.value.as_ref().and_then(|value| value.value.as_ref());
    assert!(format!("{value:?}").contains(UNSCANNABLE), "{value:?}");
}

#[test]
fn a_table_of_sound_rules_panics_over_nothing() {
    let redactor = Redactor::new();
    for rule in all() {
        for word in rule.literals.iter().chain(rule.keywords) {
            let odd = format!("{word}é{word}=\u{1f}:\\\"{word}");
            for text in [word.repeat(40), odd, format!("{word}\\")] {
                assert!(redactor.scanner.spans(&text, Judges::All).is_ok(), "{}: {text}", rule.id);
            }
        }
    }
}
