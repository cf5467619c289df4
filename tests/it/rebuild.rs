//! `daybook rebuild` gives the same rows as live folding, bit for bit.

use std::process::Command;

use daybook::commands::trial;
use daybook::state::folder;
use daybook_jobs::rebuild::Rebuild;
use daybook_schema::store::Job;
use daybook_schema::{derived, installation};

use crate::support::corpus::recent::captured_day;
use crate::support::reshape::{shuffled, split};
use crate::support::server::{DAYBOOK, data_arguments};
use crate::support::{Captured, Server, corpus};

/// Every derived row of a server's database.
fn rows(server: &Server) -> Vec<(&'static str, Vec<String>)> {
    server.store().read(derived::dump).expect("rows")
}

/// Telemetry of every kind, with copies, in any order, over several connections.
fn send_some(server: &Server) {
    let names = [
        "r02-proto-cumulative",
        "r02c-cumulative-no-session-id-parallel",
        "r14a-oauth-and-resource-email",
        "r14c-apikey-no-resource-attrs",
        "r12a-resume-continue-fork",
        "r07a-no-session-id",
        "r06-traces",
    ];
    for (seed, name) in (3..).zip(names) {
        let connection = server.connection(name);
        let requests = corpus::run(name).requests;
        let parts: Vec<Captured> = requests.iter().take(4).flat_map(split).collect();
        server.replay(&connection, &shuffled(&[requests, parts].concat(), seed));
    }
    server.settle();
}

#[test]
fn a_rebuild_gives_the_same_rows_bit_for_bit() {
    let mut server = Server::start();
    send_some(&server);
    server.stop();
    let live = rows(&server);
    assert!(live.iter().all(|(_, rows)| !rows.is_empty()), "every table has rows");
    server.command(&["rebuild"]);
    assert_eq!(rows(&server), live);
}

#[test]
fn a_rebuild_beside_a_running_server_changes_no_figure() {
    let server = Server::start();
    send_some(&server);
    let before = server.daily("daily-usage", "");
    let said = server.command(&["rebuild"]);
    assert!(said.contains("every figure was made again"), "{said}");
    assert_eq!(server.daily("daily-usage", ""), before);
    let connection = server.connection("after");
    server.replay(&connection, &corpus::run("r03-json").requests);
    server.settle();
    assert!(server.daily("daily-usage", "").len() > before.len());
}

#[test]
fn what_is_folded_while_a_rebuild_ends_is_caught_up_with() {
    let server = Server::start();
    send_some(&server);
    let store = server.store();
    let known = store.read(installation::load).expect("read").expect("not new");
    let folder = folder(&store, &known, chrono_tz::Tz::UTC, trial::none());
    let mut rebuild = Rebuild::begin(folder).expect("begun");
    while rebuild.step().expect("a step") > 0 {}
    let connection = server.connection("meanwhile");
    server.replay(&connection, &corpus::run("r03-json").requests);
    server.settle();
    let before = server.daily("daily-usage", "");
    let count = rebuild.finish().expect("nobody is in its way");
    assert_eq!(server.get("/api/v1/status").json()["signals"]["folded"], count);
    assert_eq!(server.daily("daily-usage", ""), before);
}

#[test]
fn a_second_rebuild_beside_the_first_is_refused() {
    let server = Server::start();
    let beside = server.store().alone(Job::Rebuild, || server.refused(&["rebuild"]));
    let said = beside.expect("a lock").expect("nobody has it");
    assert!(said.contains("another `daybook rebuild` is under way"), "{said}");
}

/// Makes a database one of an earlier version, and starts again on it.
fn age(server: &mut Server) {
    server.stop();
    let aged = server.store().write(|conn| installation::note_rules(conn, 0));
    aged.expect("written");
    server.run(&[]);
}

/// Whether a page says that its figures were counted by other rules.
fn warns(server: &Server, page: &str) -> bool {
    let page = server.get(page);
    assert_eq!(page.status, 200);
    String::from_utf8_lossy(&page.body).contains("Counted by the rules of another version")
}

#[test]
fn figures_of_another_versions_rules_are_said_to_want_a_rebuild() {
    let mut server = Server::start();
    let wants = |server: &Server| server.get("/api/v1/status").json()["rebuild_wanted"].clone();
    assert_eq!(wants(&server), false);
    send_some(&server);
    assert!(!warns(&server, "/") && !warns(&server, "/daily"));
    age(&mut server);
    assert_eq!(wants(&server), true);
    assert!(warns(&server, "/") && warns(&server, "/daily"));
    server.command(&["rebuild"]);
    assert_eq!(wants(&server), false);
    assert!(!warns(&server, "/") && !warns(&server, "/daily"));
}

#[test]
fn a_database_without_figures_takes_the_rules_of_this_version() {
    let mut server = Server::start();
    age(&mut server);
    assert_eq!(server.get("/api/v1/status").json()["rebuild_wanted"], false);
}

#[test]
fn a_rebuild_into_another_time_zone_makes_other_local_days() {
    let mut server = Server::start();
    send_some(&server);
    server.stop();
    server.command(&["rebuild", "--time-zone", "Pacific/Kiritimati"]);
    let tables = rows(&server);
    let usage = &tables.iter().find(|(name, _)| *name == "daily_usage").expect("a table").1;
    let count = |text: &str| usage.iter().filter(|row| row.contains(text)).count();
    let utc_day = format!("{}, 1,", captured_day());
    assert!(count(&utc_day) > 0, "UTC days stay: {usage:?}");
    assert_eq!(count(&utc_day), count(", 2, \"claude"), "each is a local day too: {usage:?}");
}

#[test]
fn another_time_zone_is_refused_once_there_are_figures_and_the_cure_is_named() {
    let mut server = Server::start();
    let connection = server.connection("zone");
    server.replay(&connection, &corpus::run("r18d-logs-only").requests);
    server.settle();
    server.stop();
    let said =
        server.refused(&["serve", "--listen", "127.0.0.1:0", "--time-zone", "Europe/Berlin"]);
    assert!(said.contains("daybook rebuild --time-zone Europe/Berlin"), "{said}");
}

#[test]
fn the_time_zone_of_an_empty_database_is_a_matter_of_choice() {
    let mut server = Server::start();
    server.stop();
    server.with_arguments(&["--time-zone", "Europe/Berlin"]);
    server.run(&[]);
    assert_eq!(server.get("/api/v1/status").json()["time_zone"], "Europe/Berlin");
}

#[test]
fn what_a_killed_rebuild_left_behind_stands_in_nobodys_way() {
    // In a container every rebuild has the same process id, as these two have.
    let script = "echo 'half a database' > \"$2/daybook.rebuild-$$\"; \
                  exec \"$0\" rebuild --data-dir \"$2\" \"${@:3}\"";
    let mut server = Server::start();
    let connection = server.connection("left behind");
    server.replay(&connection, &corpus::run("r18d-logs-only").requests);
    server.settle();
    server.stop();
    let live = rows(&server);
    let rebuild = Command::new("bash")
        .args(["-c", script, DAYBOOK])
        .args(data_arguments(server.data()))
        .output()
        .expect("bash runs");
    assert!(rebuild.status.success(), "{}", String::from_utf8_lossy(&rebuild.stderr));
    assert_eq!(rows(&server), live);
}
