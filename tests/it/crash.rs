//! The process is killed: what was answered 200 is counted, and counted once.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use daybook_jobs::crash as point;
use daybook_schema::connections::parse_public_id;
use daybook_schema::signals;
use daybook_schema::store::StoreConnection;
use diesel::RunQueryDsl;
use diesel::sql_types::{Binary, Integer};

use crate::support::telemetry::{call, logs};
use crate::support::{Captured, Connection, Server};

/// Output tokens the API shows of a connection.
pub fn counted(server: &Server, connection: &Connection) -> i64 {
    let rows = server.daily("daily-usage", &format!("&connection={}", connection.id));
    rows.iter().map(|row| row["output_tokens"].as_i64().expect("tokens")).sum()
}

/// The n-th signal, and its tokens: no two are the same.
pub fn signal(n: usize) -> (Captured, i64) {
    let tokens = 1000 + i64::try_from(n).expect("few") * 7;
    let email = format!("person{}@xyz.com", n % 5);
    let session = format!("session{}", n % 9);
    (logs(vec![call(&email, &session, i64::try_from(n).expect("few"), tokens)]), tokens)
}

/// Has the process die at a point while a signal is on its way; starts it again, and sends
/// again what was not answered. What is counted then must be what was sent.
fn dies_at(point: &str) {
    let mut server = Server::start();
    let connection = server.connection("crash");
    let (first, tokens) = signal(1);
    server.offer(&connection, &first);
    server.settle();
    server.stop();

    server.run(&[("DAYBOOK_CRASH_AT", point)]);
    let (second, more) = signal(2);
    let answered = server.try_offer(&connection, &second).is_ok_and(|answer| answer.status == 200);
    server.wait_end();

    server.run(&[]);
    if !answered {
        server.offer(&connection, &second);
    }
    let status = server.settle();
    assert_eq!(status["signals"]["quarantined"], 0, "{point}");
    assert_eq!(counted(&server, &connection), tokens + more, "{point}");
}

#[test]
fn dying_before_the_commit_of_a_request_loses_nothing() {
    dies_at(point::BEFORE_ENQUEUE_COMMIT);
}

#[test]
fn dying_between_commit_and_answer_counts_once() {
    dies_at(point::AFTER_ENQUEUE_COMMIT);
}

#[test]
fn dying_with_a_claimed_batch_counts_it_later() {
    dies_at(point::CLAIMED);
}

#[test]
fn dying_in_the_middle_of_a_fold_counts_once() {
    dies_at(point::MID_FOLD);
}

#[test]
fn dying_before_the_commit_of_a_fold_counts_once() {
    dies_at(point::BEFORE_FOLD_COMMIT);
}

#[test]
fn dying_after_the_commit_of_a_fold_counts_once() {
    dies_at(point::AFTER_FOLD_COMMIT);
}

/// A server three processes of which died while they folded the same signal; its tokens.
fn died_three_times() -> (Server, Connection, i64) {
    let mut server = Server::start();
    let connection = server.connection("poison");
    server.stop();
    server.run(&[("DAYBOOK_CRASH_AT", point::MID_FOLD)]);
    let (poison, tokens) = signal(1);
    // It may die of it before it answers; what it dies of is stored by then.
    if let Ok(answer) = server.try_offer(&connection, &poison) {
        assert_eq!(answer.status, 200);
    }
    server.wait_end();
    for _ in 1..3 {
        server.run(&[("DAYBOOK_CRASH_AT", point::MID_FOLD)]);
        server.wait_end();
    }
    (server, connection, tokens)
}

#[test]
fn a_signal_that_was_only_there_when_three_processes_were_killed_is_counted() {
    let (mut server, connection, tokens) = died_three_times();
    server.run(&[]);
    let status = server.settle();
    assert_eq!(status["signals"]["quarantined"], 0);
    assert_eq!(counted(&server, &connection), tokens);
}

#[test]
fn a_signal_the_process_dies_of_three_times_goes_to_quarantine_and_can_be_replayed() {
    let (mut server, connection, tokens) = died_three_times();
    // Whoever folds it dies still, also the process it is tried in.
    server.run(&[("DAYBOOK_CRASH_AT", point::MID_FOLD)]);
    let status = server.settle();
    assert_eq!(status["signals"]["quarantined"], 1);
    assert_eq!(counted(&server, &connection), 0);
    server.stop();
    server.run(&[]);

    let (neighbour, more) = signal(2);
    server.offer(&connection, &neighbour);
    server.settle();
    assert_eq!(counted(&server, &connection), more);

    // Beside the running server, which finds it by itself.
    server.command(&["replay"]);
    let status = server.settle();
    assert_eq!(status["signals"]["quarantined"], 0);
    assert_eq!(counted(&server, &connection), tokens + more);
}

/// A receiver with ten signals of somebody, and in their middle one of somebody else; it has
/// stopped. Both connections, and the tokens of the ten and of the one.
fn one_among_ten() -> (Server, [Connection; 2], [i64; 2]) {
    let mut server = Server::start_with(&["--workers", "0"]);
    let connections = [server.connection("neighbours"), server.connection("bad")];
    let mut tokens = [0; 2];
    for n in 0..11 {
        let whose = usize::from(n == 5);
        let (request, more) = signal(n);
        assert_eq!(server.offer(&connections[whose], &request).status, 200);
        tokens[whose] += more;
    }
    server.stop();
    server.with_arguments(&[]);
    (server, connections, tokens)
}

/// Fails unless of one among ten signals that cannot be folded nothing was counted, and all of the
/// ten; then has it folded after all.
fn assert_alone_put_aside(
    server: &mut Server,
    [neighbours, bad]: [Connection; 2],
    [tokens, of_bad]: [i64; 2],
    mend: impl FnOnce(&Server),
) {
    let status = server.settle();
    assert_eq!(status["signals"]["quarantined"], 1);
    assert_eq!(status["signals"]["folded"], 10);
    assert_eq!(counted(server, &neighbours), tokens);
    assert_eq!(counted(server, &bad), 0);
    server.stop();
    mend(server);
    server.run(&[]);
    server.command(&["replay"]);
    assert_eq!(server.settle()["signals"]["quarantined"], 0);
    assert_eq!(counted(server, &neighbours), tokens);
    assert_eq!(counted(server, &bad), of_bad);
}

#[test]
fn a_signal_the_fold_panics_over_goes_to_quarantine_alone() {
    let (mut server, connections, tokens) = one_among_ten();
    let bad = parse_public_id(&connections[1].id).expect("an id");
    server.run(&[("DAYBOOK_CRASH_AT", &format!("{}{bad}", point::PANIC))]);
    assert_alone_put_aside(&mut server, connections, tokens, |_| ());
}

#[test]
fn a_body_that_is_damaged_goes_to_quarantine_alone() {
    let (mut server, connections, tokens) = one_among_ten();
    let bad = parse_public_id(&connections[1].id).expect("an id");
    let whole = body_of(&server, bad);
    let (half, _) = whole.split_at(whole.len() / 2);
    replace_body(&server, bad, half);
    server.run(&[]);
    assert_alone_put_aside(&mut server, connections, tokens, |server| {
        replace_body(server, bad, &whole);
    });
}

/// The body of a connection's one signal, as it is stored.
fn body_of(server: &Server, connection: i32) -> Vec<u8> {
    let bodies = server.store().read(|conn| {
        let waiting = signals::waiting_after(conn, 0, 100)?;
        let bad = waiting.iter().filter(|row| row.connection_id == connection);
        signals::bodies(conn, &bad.map(|row| row.id).collect::<Vec<_>>())
    });
    bodies.expect("read").pop().expect("one").1
}

/// Puts something in its place.
fn replace_body(server: &Server, connection: i32, body: &[u8]) {
    let update = diesel::sql_query(
        "UPDATE signal_bodies SET body = $1 \
         WHERE signal_id = (SELECT id FROM signals WHERE connection_id = $2)",
    );
    let update = update.bind::<Binary, _>(body).bind::<Integer, _>(connection);
    let replaced = server.store().write(|conn| match conn {
        StoreConnection::Sqlite(conn) => update.execute(*conn),
        StoreConnection::Postgres(conn) => update.execute(*conn),
    });
    assert_eq!(replaced.expect("written"), 1);
}

#[test]
fn killed_at_full_load_again_and_again_it_counts_every_signal_once() {
    const SIGNALS: usize = 600;
    const KILLS: usize = 6;
    let mut server = Server::start();
    let connection = server.connection("load");
    // A client sends the same bytes again, so they are made once.
    let signals: Vec<(Captured, i64)> = (0..SIGNALS).map(signal).collect();
    let unsent: Mutex<Vec<usize>> = Mutex::new((0..SIGNALS).collect());
    let next = || unsent.lock().expect("lock").pop();
    for kill in 0..=KILLS {
        let answered = AtomicUsize::new(0);
        let share = SIGNALS / (KILLS + 1);
        thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    while let Some(n) = next() {
                        let sent = server.try_offer(&connection, &signals[n].0);
                        if sent.is_ok_and(|answer| answer.status == 200) {
                            answered.fetch_add(1, Ordering::SeqCst);
                            continue;
                        }
                        // Not acknowledged: a client that got no answer may send it again.
                        unsent.lock().expect("lock").push(n);
                        return;
                    }
                });
            }
            if kill < KILLS {
                let pid = server.pid().to_string();
                let left = || !unsent.lock().expect("lock").is_empty();
                while answered.load(Ordering::SeqCst) < share && left() {
                    thread::yield_now();
                }
                std::process::Command::new("kill").args(["-9", &pid]).status().expect("kill");
            }
        });
        if kill < KILLS {
            server.wait_end();
            server.run(&[]);
        }
    }
    let status = server.settle();
    assert_eq!(status["signals"]["quarantined"], 0);
    let expected: i64 = signals.iter().map(|(_, tokens)| tokens).sum();
    assert_eq!(counted(&server, &connection), expected);
}

#[test]
fn stopping_in_order_loses_nothing_and_counts_what_is_under_way() {
    let mut server = Server::start();
    let connection = server.connection("stop");
    let sent: Vec<_> = (0..40).map(signal).collect();
    for (request, _) in &sent {
        assert_eq!(server.offer(&connection, request).status, 200);
    }
    server.stop();
    server.run(&[]);
    server.settle();
    let expected: i64 = sent.iter().map(|(_, tokens)| tokens).sum();
    assert_eq!(counted(&server, &connection), expected);
}
