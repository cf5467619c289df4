//! What is shown of a team: its days alone, and all teams together are the whole.

use serde_json::Value;

use super::{Teams, at_noon};

/// Ada changes team, Bob is in one, Carl in none.
fn company() -> Teams {
    let all = Teams::start();
    let ada = "ada@example.com";
    all.tell(&[("team", "Platform")], vec![at_noon(4, ada, "a", 1), at_noon(3, ada, "a", 2)]);
    all.tell(&[("team", "Search")], vec![at_noon(2, ada, "a", 4)]);
    all.tell(&[("team", "Search")], vec![at_noon(3, "bob@example.com", "b", 8)]);
    all.tell(&[], vec![at_noon(2, "carl@example.com", "c", 16)]);
    all
}

/// A page as text.
fn page(all: &Teams, path: &str) -> String {
    let answer = all.server.get_with(path, &[("Authorization", &format!("Bearer {}", all.token))]);
    assert_eq!(answer.status, 200, "{path}");
    String::from_utf8(answer.body).expect("text")
}

#[test]
fn the_figures_of_all_teams_and_of_none_are_those_of_everybody() {
    let all = company();
    assert_eq!((all.tokens("Platform"), all.tokens("Search"), all.tokens("(none)")), (3, 12, 16));
    assert_eq!(all.tokens("Nobody%20has%20this"), 0);
    for table in ["daily-usage", "daily-activity"] {
        let whole = all.server.daily(table, "");
        let mut parts: Vec<Value> = Vec::new();
        for team in ["Platform", "Search", "(none)"] {
            let rows = all.server.daily(table, &format!("&team={team}"));
            let named = if team == "(none)" { Value::Null } else { team.into() };
            assert!(rows.iter().all(|row| row["team"] == named), "{table} {team}: {rows:?}");
            parts.extend(rows);
        }
        let sorted = |rows: Vec<Value>| {
            let mut rows: Vec<String> = rows.iter().map(Value::to_string).collect();
            rows.sort();
            rows
        };
        assert_eq!(sorted(parts), sorted(whole), "{table}");
    }
}

#[test]
fn pages_of_a_team_are_of_its_days() {
    let all = company();
    let daily = page(&all, "/daily?team=Search");
    assert!(daily.contains("ada@example.com") && daily.contains("bob@example.com"));
    assert!(!daily.contains("carl@example.com</bdi>"), "{daily}");
    assert!(daily.contains("2 rows"), "one of Ada's days and Bob's");
    let overview = page(&all, "/?team=Platform");
    assert!(!overview.contains("By team"), "one team is looked at");
    assert!(overview.contains("/?team=Platform") || overview.contains("team=Platform"));
    let whole = page(&all, "/");
    assert!(whole.contains("By team") && whole.contains("No team"));
    assert!(whole.contains("href=\"/?team=Search\"") && whole.contains("team=%28none%29"));
}

#[test]
fn nothing_is_said_of_teams_while_nobody_has_one() {
    let all = Teams::start();
    all.tell(&[], vec![at_noon(1, "ada@example.com", "one", 1)]);
    let overview = page(&all, "/");
    assert!(!overview.contains("By team") && !overview.contains("name=\"team\""));
}

#[test]
fn the_name_of_a_team_is_never_trusted() {
    let all = Teams::start();
    let hostile = "=cmd|' /C calc'!A0 <script>alert(1)</script>\u{202e}";
    all.tell(&[("team", hostile)], vec![at_noon(1, "ada@example.com", "one", 1)]);
    for path in ["/", "/daily", "/users"] {
        let page = page(&all, path);
        assert!(!page.contains("<script>alert"), "{path}");
        assert!(page.contains("&lt;script&gt;") && page.contains("⟨U+202E⟩"), "{path}");
    }
    let csv = all.server.get("/api/v1/daily-usage?from=2000-01-01&to=2100-01-01&format=csv");
    let csv = String::from_utf8(csv.body).expect("text");
    let rows = csv::Reader::from_reader(csv.as_bytes()).into_records();
    let rows: Vec<csv::StringRecord> = rows.map(|row| row.expect("a row")).collect();
    assert!(rows[0].iter().any(|cell| cell == format!("'{hostile}")), "{csv}");
    assert_eq!(all.server.daily("daily-usage", "")[0]["team"], hostile);
}
