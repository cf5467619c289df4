//! Teams as a file says them: on the days it covers it outranks telemetry, and past days stay.

use daybook_schema::audit_log;
use serde_json::{Value, json};

use super::{Teams, at_noon, days_ago};
use crate::support::Answer;

impl Teams {
    /// Sends a file of memberships.
    pub(super) fn send(&self, method: &str, query: &str, media_type: &str, body: &str) -> Answer {
        let authorization = format!("Bearer {}", self.token);
        let headers = [("Authorization", authorization.as_str()), ("Content-Type", media_type)];
        let path = format!("/api/v1/teams/memberships{query}");
        self.server.call(method, &path, &headers, body.as_bytes())
    }

    /// Takes in a CSV file beside what stands.
    pub(super) fn amend(&self, file: &str) -> Value {
        let answer = self.send("PATCH", "", "text/csv", file);
        assert_eq!(answer.status, 200, "{}", answer.json());
        answer.json()
    }

    /// What stands, as CSV.
    fn standing(&self) -> String {
        let authorization = format!("Bearer {}", self.token);
        let path = "/api/v1/teams/memberships?format=csv";
        let answer = self.server.get_with(path, &[("Authorization", &authorization)]);
        String::from_utf8(answer.body).expect("text")
    }

    /// The teams of everybody's days, by day and email.
    fn teams(&self) -> Vec<String> {
        self.placed("").into_iter().map(|(_, _, team)| team).collect()
    }
}

/// Ada on four days, in a team by telemetry.
fn four_days() -> Teams {
    let all = Teams::start();
    let day = |days| at_noon(days, "ada@example.com", "one", 1 << days);
    all.tell(&[("team", "Told")], vec![day(4), day(3), day(2), day(1)]);
    all
}

#[test]
fn a_file_outranks_telemetry_on_the_days_it_covers_alone() {
    let all = four_days();
    let answer = all.amend(&format!(
        "email,team,from,to\nADA@example.com,File,{},{}\n",
        days_ago(3),
        days_ago(2)
    ));
    assert_eq!((&answer["changed"], &answer["preview"]), (&json!(1), &json!(false)));
    assert_eq!(all.teams(), ["Told", "File", "File", "Told"]);
    assert_eq!((all.tokens("File"), all.tokens("Told"), all.tokens("(none)")), (12, 18, 0));
    all.amend(&format!("email,from\nada@example.com,{}\n", days_ago(1)));
    assert_eq!(all.teams(), ["Told", "File", "File", "-"], "a line of no team says so");
    assert_eq!((all.tokens("File"), all.tokens("Told"), all.tokens("(none)")), (12, 16, 2));
}

#[test]
fn past_days_keep_their_team_after_a_file_that_begins_later() {
    let all = four_days();
    all.amend("email,team,cost_center\nada@example.com,Platform,1\n");
    assert_eq!(all.teams(), ["Platform"; 4]);
    let later = days_ago(2);
    all.amend(&format!("from,email,team\n{later},ada@example.com,Search\n"));
    assert_eq!(all.teams(), ["Platform", "Platform", "Search", "Search"]);
    let expected = format!(
        "email,team,department,cost_center,from,to\n\
         ada@example.com,Platform,,1,,{}\nada@example.com,Search,,,{later},\n",
        days_ago(3)
    );
    assert_eq!(all.standing(), expected);
}

#[test]
fn a_file_is_taken_in_as_a_whole_or_not_at_all() {
    let all = four_days();
    all.amend("email,team\nada@example.com,Platform\n");
    let before = all.standing();
    let wrong = "email,team,from,to\n\
                 bob@example.com,B,2026-01-01,2026-01-31\n\
                 ada@example.com,A,,2026-02-30\n\
                 BOB@example.com,C,2026-01-31,\n";
    let answer = all.send("PUT", "", "text/csv", wrong);
    assert_eq!(answer.status, 400);
    assert_eq!(answer.json()["errors"][0]["line"], 3, "{}", answer.json());
    let overlapping = wrong.replace("2026-02-30", "2026-02-28");
    let answer = all.send("PUT", "", "text/csv", &overlapping).json();
    let error = &answer["errors"][0];
    assert_eq!((&error["line"], &answer["errors"][1]), (&json!(4), &Value::Null), "{answer}");
    let cause = error["cause"].as_str().expect("a cause");
    assert!(cause.contains("2026-01-31 to 2026-01-31 with line 2"), "{cause}");
    assert!(error["cure"].as_str().expect("a cure").contains("the day before"), "{error}");
    assert_eq!(all.standing(), before);
}

#[test]
fn a_preview_changes_nothing_and_what_was_downloaded_is_the_way_back() {
    let all = four_days();
    all.amend("email,team\nada@example.com,Platform\nnew@example.com,\"=1+1, or not\"\n");
    let before = all.standing();
    assert!(before.contains("usr_") && before.contains("'=1+1"), "no email is kept: {before}");
    let file = "email,team\nada@example.com,Search\n";
    let answer = all.send("PUT", "?preview=true", "text/csv", file).json();
    assert_eq!((&answer["changed"], &answer["preview"]), (&json!(2), &json!(true)), "{answer}");
    assert_eq!(all.standing(), before);
    assert_eq!(all.send("PUT", "", "text/csv", file).status, 200);
    assert_eq!(all.teams(), ["Search"; 4]);
    assert!(!all.standing().contains("usr_"), "what is not in the file is gone");
    assert_eq!(all.send("PUT", "", "text/csv", &before).status, 200);
    assert_eq!(all.standing(), before);
    assert_eq!(all.teams(), ["Platform"; 4]);
    all.tell(&[], vec![at_noon(1, "new@example.com", "two", 1)]);
    assert!(all.placed("").iter().any(|(_, _, team)| team == "=1+1, or not"));
}

#[test]
fn json_is_taken_in_as_csv_is() {
    let all = four_days();
    let lines = json!({"memberships": [
        {"email": "ada@example.com", "team": "Platform", "to": days_ago(3).to_string()},
        {"email": "ada@example.com", "team": "Search", "from": days_ago(2).to_string()},
    ]});
    assert_eq!(all.send("PUT", "", "application/json", &lines.to_string()).status, 200);
    assert_eq!(all.teams(), ["Platform", "Platform", "Search", "Search"]);
    let authorization = format!("Bearer {}", all.token);
    let path = "/api/v1/teams/memberships";
    let listed = all.server.get_with(path, &[("Authorization", &authorization)]).json();
    let again = json!({"memberships": listed["data"]});
    let answer = all.send("PUT", "", "application/json", &again.to_string());
    assert_eq!((answer.status, &answer.json()["changed"]), (200, &json!(0)), "{}", answer.json());
    let unknown = json!({"memberships": [{"email": "a@b.c", "boss": "x"}]});
    assert_eq!(all.send("PUT", "", "application/json", &unknown.to_string()).status, 400);
    assert_eq!(all.send("PUT", "", "text/plain", "email\n").status, 415);
}

#[test]
fn who_is_merged_takes_the_others_team_where_there_is_one() {
    let mut all = four_days();
    let bob = |days| at_noon(days, "bob@example.com", "two", 1);
    all.tell(&[], vec![bob(4), bob(3)]);
    let (day4, day3) = (days_ago(4), days_ago(3));
    all.amend(&format!(
        "email,team,from,to\nbob@example.com,Bob's,{day4},{day3}\nada@example.com,Ada's,{day3},{day3}\n"
    ));
    all.server.command(&["user", "merge", "bob@example.com", "ada@example.com", "--yes"]);
    assert_eq!(all.teams(), ["Bob's", "Ada's", "Told", "Told"]);
    all.server.stop();
    all.server.command(&["rebuild"]);
    all.server.command(&["user", "split", "ada@example.com", "bob@example.com", "--yes"]);
    all.server.run(&[]);
    assert_eq!(all.teams(), ["Told", "Bob's", "Ada's", "Bob's", "Told", "Told"]);
}

#[test]
fn who_was_erased_is_not_named_again_and_keeps_the_team() {
    let all = four_days();
    all.amend("email,team\nada@example.com,Platform\n");
    let users = all.server.get("/api/v1/users?user=ada%40example.com").json();
    let id = users["data"][0]["id"].as_str().expect("an id").to_owned();
    all.server.command(&["user", "erase", &id, "--confirm", &id]);
    assert_eq!(all.teams(), ["Platform"; 4]);
    let answer = all.send("PATCH", "", "text/csv", "email,team\nada@example.com,Search\n");
    assert_eq!(answer.status, 400);
    assert!(answer.json()["detail"].as_str().expect("why").contains("erased"));
    let by_id = format!("email,team\n{id},Search\n");
    assert_eq!(all.send("PATCH", "", "text/csv", &by_id).status, 200);
    assert_eq!(all.teams(), ["Search"; 4]);
}

#[test]
fn the_command_does_what_the_api_does() {
    let all = four_days();
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("teams.csv");
    std::fs::write(&file, "email,team\nada@example.com,Platform\n").expect("written");
    let file = file.to_str().expect("text");
    let said = all.server.command(&["team", "import", file]);
    assert!(said.contains("ada@example.com: not in the file -> Platform .."), "{said}");
    assert!(said.contains("1 would change; nothing was changed"), "{said}");
    assert_eq!(all.teams(), ["Told"; 4]);
    all.server.command(&["team", "import", file, "--yes"]);
    assert_eq!(all.teams(), ["Platform"; 4], "a running server says so at once");
    assert_eq!(all.server.command(&["team", "export"]), all.standing());
    let listed = all.server.command(&["team", "list"]);
    assert!(listed.contains("Platform\n  ada@example.com"), "{listed}");
    std::fs::write(file, "email,boss\nada@example.com,x\n").expect("written");
    assert!(all.server.refused(&["team", "import", file, "--yes"]).contains("nobody knows"));
}

#[test]
fn what_was_taken_in_is_written_down_without_naming_anybody() {
    let all = four_days();
    all.amend("email,team\nada@example.com,Platform\n");
    let log = all.server.store().read(|conn| audit_log::page(conn, i64::MAX, 100)).expect("rows");
    let row = log.iter().find(|row| row.action == "team.import").expect("a row");
    assert_eq!(row.detail, "amend: 1 people in the file, 1 changed");
    assert!(log.iter().all(|row| !format!("{row:?}").contains("ada@example.com")), "{log:?}");
}
