//! The database goes away and comes back: 503 meanwhile, whole again by itself.

use std::process::{Command, Output};
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use daybook_test_database::{Backend, Database, Durability, PostgresServer};

use crate::crash::{counted, signal};
use crate::support::server::{DAYBOOK, until};
use crate::support::{Answer, Captured, Connection, Server};

/// How long Daybook may take until it serves again.
const PATIENCE: Duration = Duration::from_secs(30);

/// How many connections to the database one process has at most, beside the one that listens.
pub const MOST_CONNECTIONS: usize = 12;

/// How many connections of Daybook wait for a lock.
pub const WAITING: &str = "SELECT count(*) FROM pg_stat_activity \
     WHERE datname = current_database() AND wait_event_type = 'Lock'";

/// What reads daily usage.
pub const DAYS: &str = "/api/v1/daily-usage?from=2000-01-01&to=2100-01-01";

/// A PostgreSQL server of its own, and a server over it.
fn own() -> (PostgresServer, Server, Connection) {
    let postgres = PostgresServer::start(Durability::Processes);
    let url = postgres.create("daybook");
    let server = Server::over(Arc::new(Database::at(&url)), &[]);
    let connection = server.connection("outage");
    (postgres, server, connection)
}

/// Fails unless an answer asks to come again soon.
fn assert_try_again(answer: &Answer) {
    assert_eq!(answer.status, 503);
    let after: u32 = answer.header("Retry-After").parse().expect("a number");
    assert!((1..=2).contains(&after), "the client waits no longer: {after}");
}

/// Sends a request until it is taken, as the client does: the same bytes each time.
fn send_until_taken(server: &Server, connection: &Connection, request: &Captured) {
    let begun = Instant::now();
    loop {
        let answer = server.offer(connection, request);
        if answer.status == 200 {
            return;
        }
        assert_try_again(&answer);
        assert!(begun.elapsed() < PATIENCE, "it does not come back");
    }
}

#[test]
fn a_database_that_was_killed_costs_nothing_but_time() {
    let (postgres, server, connection) = own();
    let (first, mut tokens) = signal(0);
    send_until_taken(&server, &connection, &first);
    for round in 1..4 {
        let (request, more) = signal(round);
        postgres.kill();
        assert_try_again(&server.offer(&connection, &request));
        assert_eq!(server.get_with("/healthz", &[]).status, 200, "the process lives");
        assert_eq!(server.get_with("/readyz", &[]).status, 503, "and says what it cannot do");
        postgres.run();
        send_until_taken(&server, &connection, &request);
        tokens += more;
    }
    let status = server.settle();
    assert_eq!(status["signals"]["quarantined"], 0);
    assert_eq!(counted(&server, &connection), tokens);
}

/// Has a server open every connection to the database that it may have.
fn open_all(postgres: &PostgresServer, server: &Server) {
    let mut other = postgres.session("daybook").expect("a session");
    assert!(other.say("BEGIN; LOCK TABLE daily_usage IN ACCESS EXCLUSIVE MODE"));
    thread::scope(|scope| {
        for _ in 0..2 * MOST_CONNECTIONS {
            scope.spawn(|| server.get(DAYS));
        }
        until(|| postgres.ask("daybook", WAITING) == MOST_CONNECTIONS.to_string());
        drop(other);
    });
}

#[test]
fn a_database_that_hangs_is_answered_503_before_the_client_gives_up() {
    let (postgres, server, connection) = own();
    let ((first, tokens), (second, more)) = (signal(0), signal(1));
    send_until_taken(&server, &connection, &first);
    server.settle();
    // One that is idle is taken for one that answers.
    open_all(&postgres, &server);
    postgres.freeze();
    // The exporter's own time-out is 10 seconds. The token is trusted for 3: then it is looked up.
    let frozen = Instant::now();
    while frozen.elapsed() < Duration::from_secs(8) {
        let begun = Instant::now();
        assert_try_again(&server.offer(&connection, &second));
        assert!(begun.elapsed() < Duration::from_secs(6), "{:?}", begun.elapsed());
    }
    postgres.thaw();
    send_until_taken(&server, &connection, &second);
    server.settle();
    assert_eq!(counted(&server, &connection), tokens + more);
}

#[test]
fn a_database_without_free_connections_is_waited_for() {
    let (postgres, server, connection) = own();
    let ((first, tokens), (second, more)) = (signal(0), signal(1));
    send_until_taken(&server, &connection, &first);
    server.settle();
    // Whoever is in is thrown out, and nobody gets in.
    postgres.say("ALTER DATABASE daybook ALLOW_CONNECTIONS false");
    postgres
        .say("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'daybook'");
    assert_try_again(&server.offer(&connection, &second));
    postgres.say("ALTER DATABASE daybook ALLOW_CONNECTIONS true");
    send_until_taken(&server, &connection, &second);
    server.settle();
    assert_eq!(counted(&server, &connection), tokens + more);
}

#[test]
fn a_database_that_is_read_only_is_waited_for() {
    let (postgres, server, connection) = own();
    let ((first, tokens), (second, more)) = (signal(0), signal(1));
    send_until_taken(&server, &connection, &first);
    // So that it is noted that the token is used.
    postgres.ask("daybook", "UPDATE api_tokens SET last_used_at = 0");
    postgres.say("ALTER DATABASE daybook SET default_transaction_read_only = on");
    // Whoever comes in again may only read, for as long as the connection lasts.
    postgres
        .say("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'daybook'");
    for _ in 0..10 {
        assert_try_again(&server.offer(&connection, &second));
    }
    let days = server.get(DAYS);
    assert_eq!(days.status, 200, "reading goes on");
    postgres.say("ALTER DATABASE daybook RESET default_transaction_read_only");
    // Each of the connections that may only read is found out once, and then given up.
    let mut refusals = 0..=MOST_CONNECTIONS;
    while server.offer(&connection, &second).status != 200 {
        assert!(refusals.next().is_some(), "connections that may only read are kept");
    }
    let status = server.settle();
    assert_eq!(status["signals"]["quarantined"], 0);
    assert_eq!(counted(&server, &connection), tokens + more);
}

/// Runs `daybook` to its end.
fn run(arguments: &[&str]) -> Output {
    let folder = tempfile::tempdir().expect("a folder");
    let mut command = Command::new(DAYBOOK);
    command.args(arguments).arg("--data-dir").arg(folder.path());
    command.output().expect("daybook runs")
}

/// Starts a server with a database it must refuse; what it says.
fn refusal(arguments: &[&str]) -> String {
    let output = run(&[&["serve", "--listen", "127.0.0.1:0"], arguments].concat());
    assert!(!output.status.success(), "{arguments:?}");
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn a_setting_that_breaks_the_promise_stops_the_start_unless_it_is_named() {
    let data = Arc::new(Database::on(Backend::Postgres));
    let said = refusal(&["--database-url", &data.url]);
    assert!(said.contains("fsync is off") && said.contains("--allow-not-durable fsync"), "{said}");
    let name = data.ask("SELECT current_database()");
    data.ask(&format!("ALTER DATABASE {name} SET synchronous_commit = off"));
    let said = refusal(&["--database-url", &data.url, "--allow-not-durable", "fsync"]);
    assert!(said.contains("synchronous_commit is off"), "{said}");
    let output = run(&[
        "connection",
        "create",
        "named",
        "--database-url",
        &data.url,
        "--allow-not-durable",
        "fsync,synchronous_commit",
    ]);
    assert!(output.status.success(), "both are named: {output:?}");
}

#[test]
fn pages_that_may_be_half_written_stop_the_start_unless_that_is_named() {
    let postgres = PostgresServer::start(Durability::Processes);
    let url = postgres.create("daybook");
    postgres.say("ALTER SYSTEM SET full_page_writes = off");
    postgres.say("SELECT pg_reload_conf()");
    until(|| postgres.ask("daybook", "SHOW full_page_writes") == "off");
    let said = refusal(&["--database-url", &url, "--allow-not-durable", "fsync"]);
    let cure = "--allow-not-durable full_page_writes";
    assert!(said.contains("full_page_writes is off") && said.contains(cure), "{said}");
    let named = ["--allow-not-durable", "fsync,full_page_writes", "--database-url", &url];
    let output = run(&[&["connection", "create", "named"], &named[..]].concat());
    assert!(output.status.success(), "both are named: {output:?}");
}

#[test]
fn the_way_to_a_database_is_encrypted_and_its_certificate_is_verified() {
    let postgres = PostgresServer::start(Durability::Processes);
    let url = postgres.create("daybook");
    let own = rcgen::generate_simple_self_signed(vec!["127.0.0.1".to_owned()]).expect("made");
    postgres.encrypt(&own.cert.pem(), &own.signing_key.serialize_pem());
    let folder = tempfile::tempdir().expect("a folder");
    let authority = folder.path().join("ca.pem");
    std::fs::write(&authority, own.cert.pem()).expect("written");
    let trusting = format!("{url}?sslmode=verify-full&sslrootcert={}", authority.display());
    let made = ["connection", "create", "safe", "--allow-not-durable", "fsync", "--database-url"];
    let output = run(&[&made[..], &[&trusting]].concat());
    assert!(output.status.success(), "{output:?}");
    for (parameters, why) in
        [("?sslmode=require", "certificate"), ("?sslmode=disable", "no pg_hba.conf entry")]
    {
        let output = run(&[&made[..], &[&format!("{url}{parameters}")]].concat());
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(!output.status.success() && said.contains(why), "{parameters}: {said}");
    }
    let missing = format!("{url}?sslmode=require&sslrootcert=/nowhere/ca.pem");
    let said = refusal(&["--database-url", &missing]);
    assert!(said.contains("/nowhere/ca.pem"), "the file is named: {said}");
}

#[test]
fn a_database_that_cannot_be_reached_is_named_without_its_password() {
    for url in [
        "postgres://daybook:s3cret@127.0.0.1:1/daybook",
        "postgres://daybook:s3cret@[::1/daybook",
        "mysql://daybook:s3cret@127.0.0.1/daybook",
    ] {
        let said = refusal(&["--database-url", url]);
        assert!(said.contains("--database-url"), "the cure is named: {said}");
        assert!(!said.contains("s3cret"), "{said}");
    }
}
