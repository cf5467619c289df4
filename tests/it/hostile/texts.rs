//! Texts made to hurt whoever shows them: intact in JSON, harmless in CSV.

use std::collections::HashMap;
use std::sync::LazyLock;

use prost::Message;
use serde_json::Value;

use crate::support::reporter::moment;
use crate::support::telemetry::text;
use crate::support::{Reporter, Shared};

static SERVER: LazyLock<Shared> = LazyLock::new(|| Shared::start(&[]));

/// Texts that break out of HTML, SQL, JSON, terminals and lines.
const TEXTS: [&str; 11] = [
    "<script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>",
    "'; DROP TABLE users; --",
    "two\nlines\r\nand a third",
    "a\0nul",
    "\u{202e}right to left\u{202c}",
    "\u{200b}zero\u{feff}width",
    "\u{1b}[31mred\u{7}",
    "comma,quote\"semi;tab\tend",
    "{{7*7}}${7*7}%s%n",
    "\u{1f980}\u{0301}\u{fffd}\u{10ffff}",
];

/// Texts a spreadsheet takes for a formula.
const FORMULAS: [&str; 5] =
    ["=HYPERLINK(\"http://example.com\")", "+1+1", "-2+3", "@SUM(A1)", "=cmd|' /C calc'!A0"];

/// A text as it is kept: PostgreSQL has no NUL.
fn kept(text: &str) -> String {
    text.trim().replace('\0', "\u{fffd}")
}

/// Sends a point of a user with a name and a model; the row of it.
fn row_of(reporter: &Reporter, name: &str, model: &str) -> Value {
    let mut request = reporter.points(vec![reporter.model_point(model, 1.0)]);
    let resource = request.resource_metrics[0].resource.as_mut().expect("a resource");
    resource.attributes.push(text("user.name", name));
    SERVER.accept("metrics", &request.encode_to_vec());
    SERVER.settle();
    let mut rows = SERVER.daily("daily-usage", &format!("&user={}", reporter.email));
    assert_eq!(rows.len(), 1);
    rows.remove(0)
}

/// The cells of a user's only row in CSV, by their columns.
fn csv_of(reporter: &Reporter) -> HashMap<String, String> {
    let path = format!(
        "/api/v1/daily-usage?from=2000-01-01&to=2100-01-01&format=csv&user={}",
        reporter.email
    );
    let body = SERVER.get(&path).body;
    let mut rows = csv::ReaderBuilder::new().from_reader(&body[..]);
    rows.deserialize().next().expect("a row").expect("CSV")
}

#[test]
fn a_hostile_name_comes_out_of_json_and_csv_as_it_went_in() {
    for (number, hostile) in TEXTS.iter().enumerate() {
        let reporter = Reporter::new(&format!("hostilename{number}"));
        let row = row_of(&reporter, hostile, "claude-opus-5-5");
        let kept = kept(hostile);
        assert_eq!(row["user_name"], kept, "{hostile:?}");
        assert_eq!(csv_of(&reporter)["user_name"], kept, "{hostile:?}");
    }
}

#[test]
fn a_hostile_model_comes_out_of_json_and_csv_as_it_went_in() {
    for (number, hostile) in TEXTS.iter().enumerate() {
        let reporter = Reporter::new(&format!("hostilemodel{number}"));
        let row = row_of(&reporter, "", hostile);
        let canonical = kept(hostile).to_ascii_lowercase();
        assert_eq!(row["model"], canonical, "{hostile:?}");
        assert_eq!(csv_of(&reporter)["model"], canonical, "{hostile:?}");
    }
}

#[test]
fn a_formula_is_no_formula_in_csv() {
    for (number, formula) in FORMULAS.iter().enumerate() {
        let reporter = Reporter::new(&format!("formula{number}"));
        let row = row_of(&reporter, formula, &format!("{formula}x"));
        assert_eq!(row["user_name"], *formula, "JSON has it as it is");
        let cells = csv_of(&reporter);
        assert_eq!(cells["user_name"], format!("'{formula}"));
        assert!(cells["model"].starts_with('\''), "{}", cells["model"]);
    }
}

#[test]
fn a_formula_for_an_email_is_no_formula_in_csv() {
    let reporter = Reporter { email: "=1+1@example.com".to_owned(), ..Reporter::new("mail") };
    SERVER.accept("metrics", &reporter.tokens(&[1.0]).encode_to_vec());
    SERVER.settle();
    let path =
        "/api/v1/daily-usage?from=2000-01-01&to=2100-01-01&format=csv&user=%3D1%2B1%40example.com";
    let body = String::from_utf8(SERVER.get(path).body).expect("text");
    assert!(body.contains(",'=1+1@example.com,"), "{body}");
    let path = path.replace("csv", "json");
    assert_eq!(SERVER.get(&path).json()["data"][0]["user_email"], "=1+1@example.com");
}

#[test]
fn an_email_with_control_characters_names_nobody() {
    for (number, email) in
        ["a\n@example.com", "a\0@example.com", "a b@example.com"].iter().enumerate()
    {
        let reporter = Reporter {
            email: (*email).to_owned(),
            session: format!("control-{number}-{}", moment()),
        };
        SERVER.accept("metrics", &reporter.tokens(&[1.0]).encode_to_vec());
    }
    SERVER.settle();
    let rows = SERVER.daily("daily-usage", "");
    let emails = rows.iter().filter_map(|row| row["user_email"].as_str());
    assert!(emails.clone().all(|email| !email.chars().any(|c| c.is_control() || c == ' ')));
    let unnamed = rows.iter().filter(|row| row["user_email"].is_null());
    assert_eq!(unnamed.filter_map(|row| row["input_tokens"].as_i64()).sum::<i64>(), 3);
}

#[test]
fn markup_in_an_email_comes_out_of_json_as_it_went_in() {
    let email = "<script>alert(1)</script>@example.com";
    let reporter = Reporter { email: email.to_owned(), ..Reporter::new("markup") };
    SERVER.accept("metrics", &reporter.tokens(&[107.0]).encode_to_vec());
    SERVER.settle();
    let rows = SERVER.daily("daily-usage", "");
    let row = rows.iter().find(|row| row["user_email"] == email).expect("the row");
    assert_eq!(row["input_tokens"], 107);
}

#[test]
fn json_is_never_taken_for_a_page() {
    for path in ["/api/v1/daily-usage?from=2000-01-01&to=2100-01-01", "/api/v1/status"] {
        let answer = SERVER.get(path);
        assert!(answer.header("content-type").starts_with("application/json"), "{path}");
    }
    let answer = SERVER.get("/api/v1/daily-usage?from=2000-01-01&to=2100-01-01&format=csv");
    assert!(answer.header("content-type").starts_with("text/csv"));
    assert!(answer.header("content-disposition").starts_with("attachment"));
}

#[test]
fn hostile_unknown_names_come_out_of_the_status_as_they_went_in() {
    let reporter = Reporter::new("unknownhostile");
    let metric = crate::support::reporter::sum(TEXTS[0], vec![reporter.tokens_point(1.0)]);
    let request = crate::support::reporter::metrics(reporter.resource(), vec![metric]);
    SERVER.accept("metrics", &request.encode_to_vec());
    assert_eq!(SERVER.settle()["unknown"]["metrics"][TEXTS[0]], 1);
}
