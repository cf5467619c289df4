//! All 35 runs of the corpus give exactly their expected figures, however they are sent.

use std::sync::LazyLock;

use serde_json::json;

use crate::support::reshape::{as_json, gzipped, merged, shuffled, split};
use crate::support::{Captured, Figures, Kind, Run, Server, corpus};

/// One server for all of it: each run and way of sending has a connection of its own.
static SERVER: LazyLock<Server> = LazyLock::new(Server::start);

/// Every run, read once.
static RUNS: LazyLock<Vec<Run>> = LazyLock::new(corpus::runs);

/// Sends each run some way; its figures must be the expected ones.
fn each_run(way: &str, send: impl Fn(&Run) -> Vec<Captured>) {
    each_run_gives(way, send, |_, expected| Some(expected));
}

/// Sends each run some way; its figures must be what `expect` makes of the expected ones.
fn each_run_gives(
    way: &str,
    send: impl Fn(&Run) -> Vec<Captured>,
    expect: impl Fn(&Run, Figures) -> Option<Figures>,
) {
    let mut sent = Vec::new();
    for run in RUNS.iter() {
        let Some(expected) = expect(run, Figures::expected(&run.expected)) else {
            continue;
        };
        let what = format!("{} {way}", run.name);
        let connection = SERVER.connection(&what);
        SERVER.replay(&connection, &send(run));
        sent.push((what, connection, expected));
    }
    let status = SERVER.settle();
    assert_eq!(status["signals"]["quarantined"], 0);
    assert_eq!(status["unknown"]["metrics"], serde_json::json!({}));
    assert_eq!(status["unknown"]["events"], serde_json::json!({}));
    for (what, connection, expected) in sent {
        Figures::of(&SERVER, &connection).assert_same(&expected, &what);
    }
}

/// Whether a run carries session ids.
fn has_session_ids(run: &Run) -> bool {
    run.expected["active_sessions"].as_i64() > Some(0)
}

/// The requests of one kind.
fn only(run: &Run, kind: Kind) -> Vec<Captured> {
    run.requests.iter().filter(|request| request.kind == kind).cloned().collect()
}

#[test]
fn a_run_sent_once_is_counted_exactly() {
    each_run("once", |run| run.requests.clone());
}

#[test]
fn a_run_sent_twice_is_counted_once() {
    each_run("twice", |run| [run.requests.clone(), run.requests.clone()].concat());
}

#[test]
fn a_shuffled_run_is_counted_exactly() {
    each_run("shuffled", |run| shuffled(&run.requests, 0x5eed));
}

#[test]
fn a_run_as_json_is_counted_exactly() {
    each_run("as json", |run| run.requests.iter().map(as_json).collect());
}

#[test]
fn a_gzipped_run_is_counted_exactly() {
    each_run("gzipped", |run| run.requests.iter().map(gzipped).collect());
}

#[test]
fn a_run_split_into_single_points_is_counted_exactly() {
    each_run("split", |run| shuffled(&run.requests.iter().flat_map(split).collect::<Vec<_>>(), 7));
}

#[test]
fn a_run_merged_into_two_requests_is_counted_exactly() {
    each_run("merged", |run| merged(&run.requests));
}

#[test]
fn copies_in_other_batches_and_encodings_are_counted_once() {
    each_run("every way at once", |run| {
        let json = run.requests.iter().map(as_json);
        let parts = run.requests.iter().flat_map(split);
        let all: Vec<Captured> = run.requests.iter().cloned().chain(json).chain(parts).collect();
        shuffled(&[all, merged(&run.requests)].concat(), 11)
    });
}

#[test]
fn metrics_alone_give_the_same_consumption() {
    each_run_gives(
        "metrics alone",
        |run| only(run, Kind::Metrics),
        |run, expected| (run.name != "r18d-logs-only").then(|| expected.by_metrics()),
    );
}

#[test]
fn logs_alone_give_the_same_consumption() {
    each_run_gives(
        "logs alone",
        |run| only(run, Kind::Logs),
        |run, expected| {
            (run.name != "r18c-metrics-only").then(|| expected.by_logs(has_session_ids(run)))
        },
    );
}

#[test]
fn what_only_the_other_exporter_tells_is_not_known() {
    let by_metrics = [
        "lines_added",
        "lines_removed",
        "commits",
        "pull_requests",
        "active_seconds_user",
        "active_seconds_cli",
    ];
    let by_events = ["prompts", "tool_calls", "errors"];
    for (kind, told, untold) in [
        (Kind::Metrics, &by_metrics[..], &by_events[..]),
        (Kind::Logs, &by_events[..], &by_metrics[..]),
    ] {
        let connection = SERVER.connection(&format!("{kind:?} tell"));
        SERVER.replay(&connection, &only(&corpus::run("r01-proto-delta"), kind));
        SERVER.settle();
        let days = SERVER.daily("daily-activity", &format!("&connection={}", connection.id));
        assert_eq!(days.len(), 1);
        assert!(told.iter().all(|name| days[0][name].is_number()), "{:?}", days[0]);
        assert!(untold.iter().all(|name| days[0][name].is_null()), "{:?}", days[0]);
    }
    // Where both were heard, nothing is 0.
    let connection = SERVER.connection("both tell");
    SERVER.replay(&connection, &corpus::run("r16a-deny-default-mode").requests);
    SERVER.settle();
    let days = SERVER.daily("daily-activity", &format!("&connection={}", connection.id));
    assert!(by_metrics.iter().chain(&by_events).all(|name| days[0][name].is_number()));
    assert_eq!((&days[0]["commits"], &days[0]["errors"]), (&json!(0), &json!(0)));
}

#[test]
fn runs_that_are_interleaved_are_counted_exactly() {
    let connection = SERVER.connection("interleaved");
    let longest = RUNS.iter().map(|run| run.requests.len()).max().expect("runs");
    for turn in 0..longest {
        let turn: Vec<Captured> =
            RUNS.iter().filter_map(|run| run.requests.get(turn).cloned()).collect();
        SERVER.replay(&connection, &turn);
    }
    SERVER.settle();
    let found = Figures::of(&SERVER, &connection);
    let expected: Vec<Figures> = RUNS.iter().map(|run| Figures::expected(&run.expected)).collect();
    let total = |of: fn(&Figures) -> i64| expected.iter().map(of).sum::<i64>();
    assert_eq!(found.input, total(|run| run.input));
    assert_eq!(found.output, total(|run| run.output));
    assert_eq!(found.cache_read, total(|run| run.cache_read));
    assert_eq!(found.cache_creation, total(|run| run.cache_creation));
    assert_eq!(found.prompts, total(|run| run.prompts));
    assert_eq!(found.tool_calls, total(|run| run.tool_calls));
    assert_eq!(found.lines_added, total(|run| run.lines_added));
    assert_eq!(found.commits, total(|run| run.commits));
    assert_eq!(found.edits_accepted, total(|run| run.edits_accepted));
    assert_eq!(found.edits_rejected, total(|run| run.edits_rejected));
    let emails = ["abc@xyz.com", "from.settings@xyz.com", "oauth.user@xyz.com"];
    assert_eq!(found.emails, emails);
}
