//! Several processes on one PostgreSQL database: every signal is counted once, whoever received
//! it, claimed it, froze or died.

use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use chrono::Utc;
use daybook_jobs::crash as point;
use daybook_schema::claims::{self, Claimant};
use daybook_schema::workers;
use daybook_test_database::{Backend, Database};

use crate::crash::{counted, signal};
use crate::support::server::until;
use crate::support::{Captured, Connection, Server, Worker};

/// A receiver that folds nothing, on an empty database.
fn receiver() -> Server {
    Server::on(Backend::Postgres, &["--workers", "0"])
}

/// One more receiver on the database of another.
fn one_more(server: &Server) -> Server {
    Server::over(Arc::clone(server.data()), &["--workers", "0"])
}

/// Signals, and the tokens in all of them.
fn signals(count: usize) -> (Vec<Captured>, i64) {
    let (requests, tokens): (Vec<_>, Vec<_>) = (0..count).map(signal).unzip();
    (requests, tokens.iter().sum())
}

/// Sends requests side by side to receivers in turn; all must be taken.
fn send(receivers: &[&Server], connection: &Connection, requests: &[Captured]) {
    let next = AtomicUsize::new(0);
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                loop {
                    let number = next.fetch_add(1, Ordering::SeqCst);
                    let (Some(request), Some(server)) =
                        (requests.get(number), receivers.get(number % receivers.len()))
                    else {
                        return;
                    };
                    assert_eq!(server.offer(connection, request).status, 200);
                }
            });
        }
    });
}

/// Makes every claim free, whoever folds it now.
fn wipe_claims(database: &Database) {
    database.ask("DELETE FROM claims");
}

#[test]
fn a_worker_takes_what_another_leaves_lying_although_it_has_its_own() {
    let server = receiver();
    send(&[&server], &server.connection("left lying"), &signals(64).0);
    // Every second shard is the other's, who lives and does nothing.
    server
        .data()
        .ask("UPDATE signals SET shard = id % 2, received_at = received_at - 60000000 * (id % 2)");
    let store = server.store();
    let alive = store.write(|conn| {
        workers::beat(conn, 1, "this one")?;
        workers::beat(conn, 2, "the other")
    });
    alive.expect("written");
    let minute_ago = Utc::now().timestamp_micros() - 30_000_000;
    let claimed = |number| {
        let under_way = &[0, 1];
        let claimant = Claimant { worker: 1, number, after: 0, under_way, limit: 1000 };
        let rows = claims::claim(&store, claimant, |waiting| waiting).expect("claimed");
        assert!(!rows.is_empty());
        let old = rows.iter().filter(|row| row.received_at < minute_ago).count();
        (old, rows.len() - old)
    };
    let (old, young) = claimed(0);
    assert!(old > 0 && young == 0, "first what was left lying: {old}, {young}");
    let (old, young) = claimed(1);
    assert!(old == 0 && young > 0, "then its own: {old}, {young}");
}

#[test]
fn two_receivers_and_two_workers_count_every_signal_once() {
    let first = receiver();
    let second = one_more(&first);
    let _workers = [Worker::start(first.data(), &[]), Worker::start(first.data(), &[])];
    let connection = first.connection("two");
    let (requests, tokens) = signals(300);
    send(&[&first, &second], &connection, &requests);
    // Each request once more, to the other receiver, which has not seen these bytes.
    send(&[&second, &first], &connection, &requests);
    let status = first.settle();
    assert_eq!(counted(&first, &connection), tokens);
    assert_eq!(status["signals"]["quarantined"], 0);
    assert_eq!(status["signals"]["folded"], 600, "copies are known by their records");
}

#[test]
fn claims_that_are_wiped_while_they_are_folded_count_once() {
    let server = receiver();
    let connection = server.connection("wiped");
    let (requests, tokens) = signals(300);
    let _workers = [Worker::start(server.data(), &[]), Worker::start(server.data(), &[])];
    thread::scope(|scope| {
        let sending = scope.spawn(|| send(&[&server], &connection, &requests));
        while !sending.is_finished() {
            wipe_claims(server.data());
        }
    });
    let status = server.settle();
    assert_eq!(status["signals"]["quarantined"], 0);
    assert_eq!(counted(&server, &connection), tokens);
}

/// What is in the table of claims.
const CLAIMS: &str = "SELECT count(*) FROM claims";

#[test]
fn a_worker_that_froze_and_comes_back_counts_nothing_again() {
    let server = receiver();
    let connection = server.connection("frozen");
    let (requests, tokens) = signals(200);
    let (before, after) = requests.split_at(100);
    send(&[&server], &connection, before);
    // It claims, and comes no further than to the bodies.
    let mut bodies = server.data().session();
    assert!(bodies.say("BEGIN; LOCK TABLE signal_bodies IN ACCESS EXCLUSIVE MODE"));
    let frozen = Worker::start(server.data(), &[]);
    until(|| server.data().ask(CLAIMS) != "0");
    let claimant = server.data().ask("SELECT DISTINCT worker FROM claims");
    frozen.freeze();
    drop(bodies);
    let other = Worker::start(server.data(), &[]);
    send(&[&server], &connection, after);
    // All was counted while it held what it had claimed.
    let status = server.settle();
    assert_eq!(status["signals"]["folded"], 200);
    assert_eq!(status["signals"]["quarantined"], 0);
    assert_eq!(counted(&server, &connection), tokens);
    let held = format!("{CLAIMS} WHERE worker = {claimant}");
    assert_eq!(server.data().ask(&held), "0", "its claim was broken");
    // Nobody else folds when it comes back.
    drop(other);
    frozen.thaw();
    let (more, more_tokens) = signal(1_000);
    send(&[&server], &connection, &[more]);
    let status = server.settle();
    assert_eq!(counted(&server, &connection), tokens + more_tokens);
    assert_eq!(status["signals"]["folded"], 201);
    assert_eq!(status["signals"]["quarantined"], 0);
}

/// Sends requests, each when the one before was counted; how long all of it took.
fn one_by_one(server: &Server, connection: &Connection, numbers: Range<usize>) -> Duration {
    let begun = Instant::now();
    for number in numbers {
        send(&[server], connection, &[signal(number).0]);
        server.settle();
    }
    begun.elapsed()
}

#[test]
fn a_worker_is_woken_by_whoever_receives_also_after_its_connection_was_cut() {
    const REQUESTS: usize = 20;
    // By itself a worker looks once a second.
    const SOON: Duration = Duration::from_secs(10);
    // The connection that listens holds the worker's lock.
    const LISTENING: &str = "SELECT pid FROM pg_locks \
         WHERE locktype = 'advisory' AND objsubid = 1 AND mode = 'ShareLock' \
         AND database = (SELECT oid FROM pg_database WHERE datname = current_database())";
    let server = receiver();
    let _worker = Worker::start(server.data(), &[]);
    let connection = server.connection("woken");
    let took = one_by_one(&server, &connection, 0..REQUESTS);
    assert!(took < SOON, "{took:?}: nobody wakes it");

    let cut = server.data().ask(LISTENING);
    let ended = server.data().ask(&format!("SELECT pg_terminate_backend({cut})"));
    assert_eq!(ended, "t", "one listens: {cut}");
    until(|| {
        let listening = server.data().ask(LISTENING);
        !listening.is_empty() && listening != cut
    });
    let took = one_by_one(&server, &connection, REQUESTS..2 * REQUESTS);
    assert!(took < SOON, "{took:?}: nobody wakes it again");
    assert_eq!(counted(&server, &connection), signals(2 * REQUESTS).1);
}

#[test]
fn what_a_killed_worker_had_claimed_is_counted_by_another() {
    for at in [point::CLAIMED, point::MID_FOLD, point::BEFORE_FOLD_COMMIT] {
        let server = receiver();
        let connection = server.connection("killed");
        let (requests, tokens) = signals(40);
        let mut dying = Worker::start(server.data(), &[("DAYBOOK_CRASH_AT", at)]);
        send(&[&server], &connection, &requests);
        dying.wait_end();
        let _other = Worker::start(server.data(), &[]);
        let status = server.settle();
        assert_eq!(status["signals"]["quarantined"], 0, "{at}");
        assert_eq!(counted(&server, &connection), tokens, "{at}");
    }
}

#[test]
fn two_processes_that_start_on_an_empty_database_make_one_connection() {
    let data = Arc::new(Database::on(Backend::Postgres));
    let servers = thread::scope(|scope| {
        let starting: Vec<_> =
            (0..2).map(|_| scope.spawn(|| Server::over(Arc::clone(&data), &[]))).collect();
        starting.into_iter().map(|server| server.join().expect("started")).collect::<Vec<_>>()
    });
    assert_eq!(data.ask("SELECT count(*) FROM connections"), "1");
    assert_eq!(data.ask("SELECT count(*) FROM installation"), "1");
    assert_eq!(servers[0].get("/readyz").status, 200);
}
