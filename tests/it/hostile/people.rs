//! Who somebody says to be: on the resource, on the record, on both, or encoded.

use std::sync::LazyLock;

use opentelemetry_proto::tonic::common::v1::KeyValue;
use prost::Message;

use crate::support::reporter::{logs, metrics, sum};
use crate::support::telemetry::text;
use crate::support::{Reporter, Shared};

static SERVER: LazyLock<Shared> = LazyLock::new(|| Shared::start(&[]));

/// Sends a point and a call of 5 tokens, with emails on the resource and on the record.
fn send(session: &str, resource: Option<&str>, record: Option<&str>) {
    let reporter = Reporter { session: session.to_owned(), ..Reporter::new("unused") };
    let email = |email: Option<&str>| -> Vec<KeyValue> {
        email.map(|email| text("user.email", email)).into_iter().collect()
    };
    let mut point = reporter.tokens_point(5.0);
    point.attributes.extend(email(record));
    let points = vec![sum("claude_code.token.usage", vec![point])];
    SERVER.accept("metrics", &metrics(email(resource), points).encode_to_vec());
    let mut call = reporter.call(5);
    call.attributes.extend(email(record));
    SERVER.accept("logs", &logs(email(resource), vec![call]).encode_to_vec());
}

/// What an email was counted.
fn counted(email: &str) -> i64 {
    Reporter { email: email.to_owned(), session: String::new() }.counted(&SERVER)
}

#[test]
fn an_email_on_the_resource_alone_names_the_user() {
    send("resourceonly", Some("resource.only@example.com"), None);
    assert_eq!(counted("resource.only@example.com"), 5);
}

#[test]
fn an_email_on_the_record_alone_names_the_user() {
    send("recordonly", None, Some("record.only@example.com"));
    assert_eq!(counted("record.only@example.com"), 5);
}

#[test]
fn of_two_emails_the_resources_names_the_user() {
    send("both", Some("resource.both@example.com"), Some("record.both@example.com"));
    assert_eq!(counted("resource.both@example.com"), 5);
    assert_eq!(counted("record.both@example.com"), 0);
}

#[test]
fn the_same_email_in_two_spellings_is_one_user() {
    send("spelling", Some("Spelled.Out@Example.COM"), Some("  spelled.out@example.com "));
    send("encoded", Some("spelled.out%40example.com"), None);
    send("encodedlower", None, Some("SPELLED%2eOUT%40example.com"));
    assert_eq!(counted("spelled.out@example.com"), 15);
}

#[test]
fn an_email_that_names_nobody_gives_way_to_one_that_does() {
    for (number, nobody) in ["", "   ", "a\nb@example.com"].iter().enumerate() {
        let somebody = format!("somebody{number}@example.com");
        send(&format!("nobody{number}"), Some(nobody), Some(&somebody));
        assert_eq!(counted(&somebody), 5, "{nobody:?}");
    }
}

#[test]
fn one_session_id_of_two_people_is_counted_for_each() {
    send("shared-session", Some("first@example.com"), None);
    send("shared-session", Some("second@example.com"), None);
    assert_eq!((counted("first@example.com"), counted("second@example.com")), (5, 5));
}

#[test]
fn one_install_of_two_people_is_counted_for_each() {
    for (session, email) in
        [("install-a", "install.a@example.com"), ("install-b", "install.b@example.com")]
    {
        let reporter = Reporter { email: email.to_owned(), session: session.to_owned() };
        let mut call = reporter.call(5);
        call.attributes.push(text("user.id", "one-laptop"));
        SERVER.accept("logs", &reporter.records(vec![call]).encode_to_vec());
    }
    assert_eq!((counted("install.a@example.com"), counted("install.b@example.com")), (5, 5));
}

#[test]
fn what_looks_encoded_but_is_not_stays_as_it_is() {
    for email in ["100%@example.com", "%zz@example.com", "a%@example.com"] {
        send(&format!("percent{}", email.len()), Some(email), None);
    }
    SERVER.settle();
    let rows = SERVER.daily("daily-usage", "");
    let found = |email: &str| rows.iter().any(|row| row["user_email"] == email);
    assert!(found("100%@example.com") && found("%zz@example.com") && found("a%@example.com"));
}

#[test]
fn an_email_encoded_twice_is_decoded_once() {
    send("twiceencoded", Some("twice%2540example.com"), None);
    SERVER.settle();
    let rows = SERVER.daily("daily-usage", "");
    assert!(rows.iter().any(|row| row["user_email"] == "twice%40example.com"));
}
