//! Teams as resource attributes say them.

use daybook_jobs::signal;
use daybook_schema::connections::{self, Change, parse_public_id};
use daybook_schema::{derived, signals};
use opentelemetry_proto::tonic::logs::v1::LogRecord;

use super::{Teams, at_noon, days_ago, nanos};
use crate::support::server::until;
use crate::support::telemetry::{call, text};

#[test]
fn a_day_has_the_team_that_its_telemetry_named_last() {
    let all = Teams::start();
    let ada = "ada@example.com";
    all.tell(&[("team", "Platform")], vec![at_noon(3, ada, "one", 1), at_noon(2, ada, "one", 2)]);
    let later = LogRecord {
        time_unix_nano: nanos(&format!("{}T13:00:00Z", days_ago(2))),
        ..call(ada, "two", 0, 4)
    };
    all.tell(&[("team", "Search"), ("cost_center", "42")], vec![later]);
    all.tell(&[("team", "Old news")], vec![at_noon(2, ada, "three", 8)]);
    let rows = all.server.daily("daily-usage", "");
    let of = |day: u64| {
        let day = days_ago(day).to_string();
        let row = rows.iter().find(|row| row["date"] == day.as_str()).expect("a row");
        (row["team"].clone(), row["department"].clone(), row["cost_center"].clone())
    };
    assert_eq!(of(3), ("Platform".into(), serde_json::Value::Null, serde_json::Value::Null));
    assert_eq!(of(2), ("Search".into(), serde_json::Value::Null, "42".into()));
    let activity = all.server.daily("daily-activity", "");
    assert_eq!(activity.iter().filter(|row| row["team"] == "Search").count(), 1);
}

#[test]
fn a_day_is_of_the_reporting_zone_where_that_is_asked_for() {
    // Half past midnight there is still the day before in UTC.
    let all = Teams::start_with(&["--time-zone", "Pacific/Kiritimati"]);
    let at = |time: &str, session: &str, output| LogRecord {
        time_unix_nano: nanos(&format!("{}T{time}Z", days_ago(3))),
        ..call("ada@example.com", session, 0, output)
    };
    all.tell(&[("team", "Before")], vec![at("09:30:00", "one", 1)]);
    all.tell(&[("team", "After")], vec![at("10:30:00", "two", 2)]);
    let (third, second) = (days_ago(3).to_string(), days_ago(2).to_string());
    let row =
        |day: &str, team: &str| (day.to_owned(), "ada@example.com".to_owned(), team.to_owned());
    assert_eq!(all.placed("&basis=local"), [row(&third, "Before"), row(&second, "After")]);
    assert_eq!(all.placed("&basis=utc"), [row(&third, "After")]);
    assert_eq!((all.tokens("Before&basis=local"), all.tokens("After&basis=local")), (1, 2));
    assert_eq!((all.tokens("Before&basis=utc"), all.tokens("After&basis=utc")), (0, 3));
}

#[test]
fn telemetry_without_a_team_writes_no_row_of_one() {
    let all = Teams::start();
    all.tell(&[("service.name", "claude-code")], vec![at_noon(1, "ada@example.com", "one", 1)]);
    let dump = all.server.store().read(derived::dump).expect("rows");
    let tables = dump.iter().filter(|(table, _)| table.ends_with("_teams"));
    assert_eq!(tables.map(|(_, rows)| rows.len()).collect::<Vec<_>>(), [0, 0]);
    assert_eq!(all.placed("")[0].2, "-");
}

#[test]
fn a_later_link_takes_the_team_along() {
    let all = Teams::start();
    let laptop = |mut record: LogRecord| {
        record.attributes.push(text("user.id", "laptop"));
        record
    };
    let day = days_ago(2).to_string();
    all.tell(&[("team", "Platform")], vec![laptop(at_noon(2, "", "one", 1))]);
    assert_eq!(all.placed(""), [(day.clone(), "-".to_owned(), "Platform".to_owned())]);
    all.tell(&[], vec![laptop(at_noon(1, "ada@example.com", "two", 2))]);
    let placed = all.placed(&format!("&from={day}&to={day}"));
    assert_eq!(placed, [(day, "ada@example.com".to_owned(), "Platform".to_owned())]);
}

#[test]
fn neither_the_allow_list_nor_a_rule_takes_a_team_away() {
    let all = Teams::start();
    let id = parse_public_id(&all.connection.id).expect("an id");
    let needed = Change { only_needed: Some(true), ..Change::default() };
    let changed = all.server.store().write(|conn| connections::change(conn, id, &needed));
    changed.expect("the database").expect("changed");
    let named =
        [("team", "call +49 30 901820"), ("department", "Password Reset"), ("office", "x9")];
    // The setting is heard within seconds.
    let mut tries = 0;
    until(|| {
        tries += 1;
        all.tell(&named, vec![call(&format!("p{tries}@example.com"), "one", 0, 1)]);
        let bodies = all.server.store().read(|conn| signals::bodies_after(conn, 0, 10_000));
        let (_, _, last) = bodies.expect("bodies").pop().expect("a body");
        !String::from_utf8_lossy(&signal::unpack(&last).expect("unpacks")).contains("x9")
    });
    let last = format!("p{tries}@example.com");
    let rows = all.server.daily("daily-usage", &format!("&user={last}"));
    assert_eq!(rows[0]["team"], "call +49 30 901820");
    assert_eq!(rows[0]["department"], "Password Reset");
}

#[test]
fn an_erasure_takes_the_person_out_of_names_of_teams() {
    let all = Teams::start();
    let ada = "ada@example.com";
    all.tell(
        &[("team", "team of Ada@Example.com"), ("department", "R&D")],
        vec![at_noon(2, ada, "one", 1)],
    );
    all.tell(&[("team", "friends of ada@example.com")], vec![at_noon(1, "bob@xyz.com", "two", 2)]);
    let users = all.server.get("/api/v1/users?user=ada%40example.com").json();
    let id = users["data"][0]["id"].as_str().expect("an id").to_owned();
    all.server.command(&["user", "erase", &id, "--confirm", &id]);
    let rows = all.server.daily("daily-usage", "");
    assert!(!format!("{rows:?}").to_lowercase().contains(ada), "{rows:?}");
    assert_eq!(rows[0]["department"], "R&D", "what names nobody stays");
    let live = all.server.store().read(derived::dump).expect("rows");
    let mut server = all.server;
    server.stop();
    server.command(&["rebuild"]);
    assert_eq!(server.store().read(derived::dump).expect("rows"), live);
}

#[test]
fn a_merge_and_a_split_move_teams_and_a_rebuild_gives_the_same() {
    let mut all = Teams::start();
    let (ada, bob) = ("ada@example.com", "bob@example.com");
    all.tell(&[("team", "A")], vec![at_noon(3, ada, "one", 1)]);
    all.tell(&[("team", "B")], vec![at_noon(3, bob, "two", 2), at_noon(2, bob, "two", 4)]);
    let before = all.server.store().read(derived::dump).expect("rows");
    all.server.command(&["user", "merge", bob, ada, "--yes"]);
    let days = [days_ago(3).to_string(), days_ago(2).to_string()];
    let of = |day: &String, team: &str| (day.clone(), ada.to_owned(), team.to_owned());
    assert_eq!(all.placed(""), [of(&days[0], "A"), of(&days[1], "B")], "one's own outranks");
    all.tell(&[("team", "B2")], vec![at_noon(1, bob, "two", 8)]);
    assert_eq!(all.placed("")[2].2, "B2");
    let merged = all.server.store().read(derived::dump).expect("rows");
    all.server.stop();
    all.server.command(&["rebuild"]);
    assert_eq!(all.server.store().read(derived::dump).expect("rows"), merged);
    all.server.command(&["user", "split", ada, bob, "--yes"]);
    let split = all.server.store().read(derived::dump).expect("rows");
    let daily = |dump: &[(&'static str, Vec<String>)]| {
        let found = dump.iter().find(|(table, _)| *table == "daily_teams").expect("the table");
        found.1.clone()
    };
    assert_eq!(daily(&split).iter().filter(|row| daily(&before).contains(row)).count(), 3);
}
