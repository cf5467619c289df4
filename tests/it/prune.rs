//! Pruning forgets what tells copies apart when it can decide nothing any more, and no figure.

use chrono::Utc;
use daybook_jobs::prune::prune;
use daybook_schema::store::Store;
use daybook_schema::{derived, signals};

use crate::support::reshape::merged;
use crate::support::{Server, corpus};

/// Microseconds of a day.
const DAY: i64 = 86_400_000_000;

/// The rows of one derived table.
fn rows(store: &Store, table: &str) -> Vec<String> {
    let tables = store.read(derived::dump).expect("rows");
    tables.into_iter().find(|(name, _)| *name == table).expect("a table").1
}

#[test]
fn pruning_forgets_old_copies_and_no_figure() {
    let mut server = Server::start();
    let connection = server.connection("prune");
    let requests = corpus::run("r01-proto-delta").requests;
    server.replay(&connection, &requests);
    server.settle();
    server.stop();
    let store = server.store();
    let figures = rows(&store, "daily_usage");
    assert!(!figures.is_empty() && !rows(&store, "seen").is_empty());
    let now = Utc::now().timestamp_micros();

    prune(&store, now + 29 * DAY).expect("pruned");
    assert!(!rows(&store, "seen").is_empty(), "a copy would still be counted");

    prune(&store, now + 40 * DAY).expect("pruned");
    assert!(rows(&store, "seen").is_empty());
    assert_eq!(rows(&store, "daily_usage"), figures);
}

#[test]
fn what_a_signal_in_quarantine_may_be_a_copy_of_is_not_forgotten() {
    let mut server = Server::start();
    let connection = server.connection("aside");
    let requests = corpus::run("r01-proto-delta").requests;
    server.replay(&connection, &requests);
    server.settle();
    let before = server.daily("daily-usage", "");
    server.stop();
    // Another receiver stored the same in other batches, and they could not be counted.
    server.with_arguments(&["--workers", "0"]);
    server.run(&[]);
    server.replay(&connection, &merged(&requests));
    server.stop();
    let store = server.store();
    let put_aside = store.write(|conn| {
        let waiting = signals::waiting_after(conn, 0, 100)?;
        waiting.iter().try_for_each(|row| signals::quarantine(conn, row.id, "for a while"))?;
        Ok(waiting.len())
    });
    assert!(put_aside.expect("written") > 0);
    prune(&store, Utc::now().timestamp_micros() + 40 * DAY).expect("pruned");
    server.with_arguments(&[]);
    server.run(&[]);
    server.command(&["replay"]);
    assert_eq!(server.settle()["signals"]["quarantined"], 0);
    assert_eq!(server.daily("daily-usage", ""), before);
}

#[test]
fn a_replay_that_was_forgotten_as_requests_is_still_counted_once() {
    let server = Server::start();
    let connection = server.connection("replay");
    let requests = corpus::run("r02-proto-cumulative").requests;
    server.replay(&connection, &requests);
    server.settle();
    let before = server.daily("daily-usage", "");
    // In other batches the bytes are others: only points and records tell.
    server.replay(&connection, &merged(&requests));
    let status = server.settle();
    assert_eq!(status["signals"]["copies"], 0);
    assert_eq!(server.daily("daily-usage", ""), before);
}
