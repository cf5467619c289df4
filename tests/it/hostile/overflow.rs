//! Counts that are each possible and together are not: their sender's trouble, nobody else's.
//!
//! Each test has a server of its own, because its figures are spoiled if it fails.

use prost::Message;

use super::neighbour::beside_a_neighbour;
use crate::support::packing::gzip;
use crate::support::reporter::{MODEL, metrics, point, sum};
use crate::support::rpc::PROTOBUF;
use crate::support::telemetry::text;
use crate::support::{Reporter, Shared};

/// The most one point may count, and how many of them 64 bits do not hold.
const MOST: f64 = 1.0e15;
const TOO_MANY: usize = 9_300;

/// Sends so many points of the most one may count.
fn send_much(server: &Shared, reporter: &Reporter, count: usize) {
    let body = gzip(&reporter.tokens(&vec![MOST; count]).encode_to_vec());
    assert_eq!(server.deliver("metrics", PROTOBUF, "gzip", &body).status, 200);
    server.settle();
}

#[test]
fn a_sum_past_64_bits_in_one_request_does_not_spoil_its_neighbours() {
    let server = Shared::start(&[]);
    let (greedy, honest) = (Reporter::new("greedy"), Reporter::new("honest"));
    let mut request = greedy.tokens(&vec![MOST; TOO_MANY]);
    request.resource_metrics.extend(honest.tokens(&[61.0]).resource_metrics);
    let body = gzip(&request.encode_to_vec());
    beside_a_neighbour(&server, "sumofone", || {
        assert_eq!(server.deliver("metrics", PROTOBUF, "gzip", &body).status, 200);
    });
    assert_eq!(honest.counted(&server), 61, "in the same request");
}

#[test]
fn a_day_past_64_bits_does_not_break_the_api() {
    let server = Shared::start(&[]);
    let honest = Reporter::new("honestday");
    // One user, one day, one model; each session fits, their sum does not.
    for session in ["one", "two", "three"] {
        let greedy = Reporter { session: session.to_owned(), ..Reporter::new("greedyday") };
        send_much(&server, &greedy, TOO_MANY / 2);
    }
    server.accept("metrics", &honest.tokens(&[67.0]).encode_to_vec());
    let answer = server.get("/api/v1/daily-usage?from=2000-01-01&to=2100-01-01");
    assert_eq!(answer.status, 200);
    assert_eq!(honest.counted(&server), 67);
    assert_eq!(server.get("/").status, 200, "nor the page");
}

#[test]
fn a_session_near_64_bits_goes_on_being_counted_for_others() {
    let server = Shared::start(&[]);
    let greedy = Reporter::new("greedysession");
    send_much(&server, &greedy, TOO_MANY / 2);
    send_much(&server, &greedy, TOO_MANY / 2);
    send_much(&server, &greedy, TOO_MANY / 2);
    let honest = Reporter::new("honestsession");
    server.accept("metrics", &honest.tokens(&[71.0]).encode_to_vec());
    assert_eq!(honest.counted(&server), 71);
}

/// Whatever adds figures up.
const SUMS: [&str; 6] = [
    "/",
    "/daily",
    "/users",
    "/api/v1/users",
    "/api/v1/daily-usage?from=2000-01-01&to=2100-01-01",
    "/api/v1/daily-activity?from=2000-01-01&to=2100-01-01",
];

/// So many points of one metric, each with the most it may count.
fn much(reporter: &Reporter, metric: &str, most: f64, more: &[(&str, &str)]) -> Vec<u8> {
    let attributes = [("session.id", reporter.session.as_str())];
    let attributes: Vec<_> =
        attributes.iter().chain(more).map(|(key, value)| text(key, value)).collect();
    let points = (0..TOO_MANY / 2).map(|_| point(most, attributes.clone())).collect();
    gzip(&metrics(reporter.resource(), vec![sum(metric, points)]).encode_to_vec())
}

#[test]
fn sums_past_64_bits_over_users_and_tools_break_no_page() {
    let server = Shared::start(&[]);
    let honest = Reporter::new("honestsums");
    let edit = "claude_code.code_edit_tool.decision";
    for name in ["greedysuma", "greedysumb"] {
        let greedy = Reporter::new(name);
        send_much(&server, &greedy, TOO_MANY / 2);
        for tool in ["Edit", "Write"] {
            let decided = [("tool_name", tool), ("decision", "accept")];
            let body = much(&greedy, edit, MOST, &decided);
            assert_eq!(server.deliver("metrics", PROTOBUF, "gzip", &body).status, 200);
        }
    }
    server.accept("metrics", &honest.tokens(&[73.0]).encode_to_vec());
    assert_eq!(honest.counted(&server), 73);
    for path in SUMS {
        assert_eq!(server.get(path).status, 200, "{path}");
    }
}

#[test]
fn a_cost_past_64_bits_does_not_hold_up_the_fold() {
    let server = Shared::start(&[]);
    let honest = Reporter::new("honestcost");
    for session in ["one", "two", "three"] {
        let greedy = Reporter { session: session.to_owned(), ..Reporter::new("greedycost") };
        // A million USD each, which is as many nanos as a point may count.
        let body = much(&greedy, "claude_code.cost.usage", 1.0e6, &[("model", MODEL)]);
        assert_eq!(server.deliver("metrics", PROTOBUF, "gzip", &body).status, 200);
        server.settle();
    }
    server.accept("metrics", &honest.tokens(&[79.0]).encode_to_vec());
    assert_eq!(honest.counted(&server), 79);
    for path in SUMS {
        assert_eq!(server.get(path).status, 200, "{path}");
    }
}
