//! The REST API: parameters, pages, exports, the schema, and who may read.

mod parameters;
mod pages;
mod exports;
mod schema;
mod access;

use std::sync::LazyLock;

use prost::Message;
use serde_json::Value;

use crate::support::reporter::{logs, metrics, record, sum};
use crate::support::telemetry::text;
use crate::support::{Reporter, Shared};

/// Everything, whenever it was.
const ALWAYS: &str = "from=2000-01-01&to=2100-01-01";

/// Both daily tables.
const TABLES: [&str; 2] = ["daily-usage", "daily-activity"];

/// A server with figures that do not change while a test reads them.
static SERVER: LazyLock<Shared> = LazyLock::new(|| {
    let server = Shared::start(&[]);
    for number in 0..7 {
        let reporter = Reporter::new(&format!("person{number}"));
        let models = ["claude-opus-5-5", "claude-haiku-5-5", "claude-sonnet-5-5"];
        let points = models.map(|model| reporter.model_point(model, 5.0 + f64::from(number)));
        server.accept("metrics", &reporter.points(points.to_vec()).encode_to_vec());
        if number % 2 == 0 {
            server.accept("logs", &reporter.calls(&[100]).encode_to_vec());
        }
    }
    report_everything(&server);
    report_unnamed(&server);
    server.settle();
    server
});

/// Somebody with a name, in whose rows nothing is zero.
fn report_everything(server: &Shared) {
    let reporter = Reporter::new("everything");
    let point = |kind: &str| {
        let mut point = reporter.tokens_point(3.0);
        point.attributes.retain(|attribute| attribute.key != "type");
        point.attributes.push(text("type", kind));
        point
    };
    let mut resource = reporter.resource();
    resource.push(text("user.name", "Any Body"));
    resource.push(text("service.version", "2.1.328"));
    let sums = vec![
        sum("claude_code.lines_of_code.count", vec![point("added"), point("removed")]),
        sum("claude_code.active_time.total", vec![point("user"), point("cli")]),
        sum("claude_code.commit.count", vec![reporter.tokens_point(2.0)]),
        sum("claude_code.pull_request.count", vec![reporter.tokens_point(1.0)]),
    ];
    server.accept("metrics", &metrics(resource.clone(), sums).encode_to_vec());
    let event = |name: &str| record(name, vec![text("session.id", &reporter.session)]);
    let decision = |decision: &str| {
        let attributes = vec![
            text("session.id", &reporter.session),
            text("tool_name", "Edit"),
            text("decision", decision),
        ];
        record("tool_decision", attributes)
    };
    let mut records: Vec<_> = ["user_prompt", "tool_result", "api_error"].map(event).to_vec();
    records.extend([decision("accept"), decision("reject"), reporter.call(9)]);
    server.accept("logs", &logs(resource, records).encode_to_vec());
}

/// Somebody nobody has named.
fn report_unnamed(server: &Shared) {
    let reporter = Reporter::new("unnamed");
    let mut point = reporter.tokens_point(13.0);
    point.attributes.push(text("user.id", "an-install"));
    let sums = vec![sum("claude_code.token.usage", vec![point])];
    server.accept("metrics", &metrics(Vec::new(), sums).encode_to_vec());
}

/// Every row of a table.
fn rows(table: &str) -> Vec<Value> {
    SERVER.daily(table, "")
}
