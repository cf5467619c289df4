//! The collector's configuration by a parser of YAML, and the collector's rule for dollars.

use proptest::prelude::*;
use saphyr::{LoadableYamlNode, Yaml};

use super::{HOSTILE, TOKEN, options};
use crate::settings::collector::{configuration, scalar};

/// Reads a document.
fn read(text: &str) -> Yaml<'_> {
    let mut all = Yaml::load_from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"));
    assert_eq!(all.len(), 1, "one document");
    all.remove(0)
}

/// What the collector makes of a text: it expands `${...}`, and two dollars are one.
fn expanded(text: &str) -> String {
    let singles: Vec<&str> = text.split("$$").collect();
    assert!(singles.iter().all(|part| !part.contains('$')), "nothing is expanded: {text}");
    singles.join("$")
}

#[test]
fn scalars_are_read_back() {
    for value in HOSTILE {
        let text = format!("key: {}\n", scalar(value));
        assert_eq!(expanded(read(&text)["key"].as_str().expect("text")), *value);
    }
}

#[test]
fn the_configuration_relays_and_keeps_what_waits() {
    let text = configuration(&options());
    assert!(!text.contains(TOKEN), "the token is not in it");
    let all = read(&text);
    let exporter = &all["exporters"]["otlp_http/daybook"];
    assert_eq!(exporter["endpoint"].as_str(), Some("https://daybook.example.com/api/otel"));
    assert_eq!(exporter["compression"].as_str(), Some("gzip"));
    assert_eq!(
        exporter["headers"]["Authorization"].as_str(),
        Some("Bearer ${env:DAYBOOK_INGEST_TOKEN}")
    );
    assert_eq!(exporter["retry_on_failure"]["max_elapsed_time"].as_str(), Some("0s"));
    let storage = exporter["sending_queue"]["storage"].as_str().expect("a storage");
    assert!(!all["extensions"][storage].is_badvalue(), "it is an extension");
    for signal in ["metrics", "logs"] {
        let pipeline = &all["service"]["pipelines"][signal];
        assert_eq!(pipeline["receivers"][0].as_str(), Some("otlp"));
        assert_eq!(pipeline["exporters"][0].as_str(), Some("otlp_http/daybook"));
    }
}

#[test]
fn the_collector_listens_where_developers_reach_it() {
    for (collector, expected) in [
        ("http://127.0.0.1:4318", "127.0.0.1:4318"),
        ("http://localhost:14318", "127.0.0.1:14318"),
        ("http://otel.example.com:4318", "0.0.0.0:4318"),
        ("https://otel.example.com", "0.0.0.0:4318"),
    ] {
        let mut options = options();
        options.choose("collector", collector).expect("taken");
        let text = configuration(&options);
        let receiver = &read(&text)["receivers"]["otlp"]["protocols"]["http"];
        assert_eq!(receiver["endpoint"].as_str(), Some(expected), "{collector}");
    }
}

#[test]
fn the_token_may_be_in_a_file() {
    let mut options = options();
    options.choose("token_from", "file").expect("taken");
    let text = configuration(&options);
    let header = &read(&text)["exporters"]["otlp_http/daybook"]["headers"]["Authorization"];
    assert_eq!(header.as_str(), Some("Bearer ${file:/etc/otelcol-contrib/daybook-ingest-token}"));
}

proptest! {
    #[test]
    fn any_scalar_is_read_back(value in any::<String>()) {
        let text = format!("key: {}\n", scalar(&value));
        prop_assert_eq!(expanded(read(&text)["key"].as_str().expect("text")), value);
    }
}
