//! Query strings, read and written.

use chrono_tz::Europe::Berlin;

use super::*;

/// Half past midnight of 20 November in Berlin, still the 19th in UTC.
fn read(query: &str) -> Result<View, WrongParameter> {
    View::parse(query, Berlin, "2026-11-19T23:30:00Z".parse().unwrap())
}

#[test]
fn every_range_has_its_days() {
    for (query, from, to) in [
        ("", "2026-10-24", "2026-11-20"),
        ("range=7d", "2026-11-14", "2026-11-20"),
        ("range=90d", "2026-08-23", "2026-11-20"),
        ("range=month", "2026-11-01", "2026-11-20"),
        ("range=last_month", "2026-10-01", "2026-10-31"),
        ("basis=utc&range=7d", "2026-11-13", "2026-11-19"),
        ("from=2026-11-01&to=2026-11-03", "2026-11-01", "2026-11-03"),
        ("from=2026-11-18", "2026-11-18", "2026-11-20"),
        ("to=2026-10-31", "2026-10-04", "2026-10-31"),
        ("range=7d&from=&to=&user=&model=&connection=", "2026-11-14", "2026-11-20"),
        ("range=7d&from=2026-11-01&to=2026-11-03", "2026-11-01", "2026-11-03"),
    ] {
        let filter = read(query).unwrap().filter;
        assert_eq!(
            (filter.from.to_string().as_str(), filter.to.to_string().as_str()),
            (from, to),
            "{query}"
        );
    }
}

#[test]
fn a_wrong_parameter_is_named() {
    for (query, name) in [
        ("range=8d", "range"),
        ("from=yesterday", "from"),
        ("from=2026-11-1", "from"),
        ("to=2026-02-30", "to"),
        ("from=2026-11-02&to=2026-11-01", "from"),
        ("from=2020-01-01&to=2026-11-01", "from"),
        ("user=a%20b", "user"),
        ("connection=7", "connection"),
        ("basis=moon", "basis"),
        ("page=0", "page"),
        ("page=-1", "page"),
        ("usr=abc%40xyz.com", "usr"),
        ("%3Cscript%3E=1", "<script>"),
    ] {
        assert_eq!(read(query).unwrap_err().name, name, "{query}");
    }
}

#[test]
fn every_example_works() {
    for query in
        ["range=x", "from=x", "to=x", "user=%20a%20b", "connection=x", "basis=x", "page=x", "x=x"]
    {
        let example = read(query).unwrap_err().example;
        let (_, query) = example.split_once('?').unwrap();
        assert!(read(query).is_ok(), "{example}");
    }
}

#[test]
fn a_view_is_a_link() {
    for query in [
        "range=7d&user=abc%40xyz.com",
        "from=2026-11-01&to=2026-11-03&model=a%26b%3Cc%22&connection=con_2",
        "user=zo%C3%AB%2Bx%40xyz.com&basis=utc&page=3",
    ] {
        let link = read(query).unwrap().link("/daily");
        assert_eq!(link, format!("/daily?{query}"));
    }
    assert_eq!(read("range=28d&page=1").unwrap().link("/"), "/");
}

#[test]
fn the_api_call_is_of_the_same_days() {
    let view = read("range=7d&user=ABC%40xyz.com").unwrap();
    assert_eq!(
        view.api_call("csv"),
        "/api/v1/daily-usage?from=2026-11-14&to=2026-11-20&user=abc%40xyz.com&basis=local&format=csv"
    );
}
