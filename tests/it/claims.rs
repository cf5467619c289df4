//! Claims: nothing that waits is out of everybody's reach.

use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use daybook::commands::trial;
use daybook::state::folder;
use daybook_jobs::fold_signals;
use daybook_jobs::queue::Worker;
use daybook_schema::claims::{self, Claimant};
use daybook_schema::{installation, signals, workers};
use tokio::sync::{Notify, oneshot};

use crate::support::Server;
use crate::support::telemetry::{call, logs};

#[test]
fn what_a_worker_claimed_without_hearing_of_it_is_folded_while_it_lives() {
    let server = Server::start_with(&["--workers", "0"]);
    let connection = server.connection("unheard");
    let sent = logs(vec![call("unheard@example.com", "unheard", 1, 100)]);
    assert_eq!(server.offer(&connection, &sent).status, 200);

    // The claim is committed, and its answer is lost with the connection to the database.
    let store = server.store();
    let worker = Worker { id: 1, name: "unheard".to_owned() };
    store.write(|conn| workers::beat(conn, worker.id, &worker.name)).expect("it lives");
    let claimant = Claimant { worker: worker.id, number: -1, after: 0, under_way: &[], limit: 10 };
    let claimed = claims::claim(&store, claimant, |waiting| waiting).expect("claimed");
    assert_eq!(claimed.len(), 1);

    let known = store.read(installation::load).expect("read").expect("not new");
    let folder = folder(&store, &known, chrono_tz::Tz::UTC, trial::none());
    let (stop, stopped) = oneshot::channel::<()>();
    let fold = thread::spawn(move || {
        let runtime = tokio::runtime::Runtime::new().expect("a runtime");
        let stopped = async { stopped.await.expect("asked to stop") };
        runtime.block_on(fold_signals::run(folder, worker, Arc::new(Notify::new()), stopped))
    });
    let status = server.settle();
    stop.send(()).expect("it runs");
    fold.join().expect("no panic").expect("it ends in order");
    assert_eq!(status["signals"]["folded"], 1);
}

#[test]
fn what_is_sent_back_is_folded_while_telemetry_goes_on_arriving() {
    let mut server = Server::start_with(&["--workers", "0"]);
    let connection = server.connection("sent back");
    server.offer(&connection, &logs(vec![call("back@example.com", "back", 1, 100)]));
    let store = server.store();
    let put_aside = store.write(|conn| {
        let waiting = signals::waiting_after(conn, 0, 10)?;
        waiting.iter().try_for_each(|row| signals::quarantine(conn, row.id, "for a while"))
    });
    put_aside.expect("written");
    server.stop();
    server.with_arguments(&[]);
    server.run(&[]);
    // The fold is past it.
    server.offer(&connection, &logs(vec![call("busy@example.com", "busy", 1, 1)]));
    server.settle();
    server.command(&["replay"]);
    let begun = Instant::now();
    for number in 2.. {
        if !server.daily("daily-usage", "&user=back@example.com").is_empty() {
            break;
        }
        assert!(begun.elapsed() < Duration::from_secs(20), "it is left lying");
        server.offer(&connection, &logs(vec![call("busy@example.com", "busy", number, 1)]));
    }
}
