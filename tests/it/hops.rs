//! What stands between client and server: proxies that lose answers, hops that send things
//! again, another day.

use chrono::Utc;
use daybook_jobs::prune::prune;

use crate::crash::{counted, signal};
use crate::support::proxy::Proxy;
use crate::support::reshape::{merged, shuffled, split};
use crate::support::server::until;
use crate::support::{Captured, Server, corpus};

/// Microseconds of a day.
const DAY: i64 = 86_400_000_000;

#[test]
fn answers_lost_after_the_commit_count_nothing_twice() {
    const SIGNALS: usize = 120;
    let server = Server::start();
    let connection = server.connection("lossy");
    let proxy = Proxy::start(&server.url, 30, 11);
    let (requests, tokens): (Vec<Captured>, Vec<i64>) = (0..SIGNALS).map(signal).unzip();
    for request in &requests {
        // The client sends the same bytes again until it hears of them.
        until(|| {
            let sent = server.try_offer_at(&proxy.url, &connection, request);
            sent.is_ok_and(|it| it.status == 200)
        });
    }
    assert!(proxy.lost() > SIGNALS / 5, "answers were lost: {}", proxy.lost());
    let status = server.settle();
    assert_eq!(status["signals"]["copies"], proxy.lost());
    assert_eq!(counted(&server, &connection), tokens.iter().sum::<i64>());
}

#[test]
fn a_hop_that_cuts_anew_and_repeats_parts_counts_nothing_twice() {
    let server = Server::start();
    let requests = corpus::run("r01-proto-delta").requests;
    let straight = server.connection("straight");
    server.replay(&straight, &requests);
    let hop = server.connection("hop");
    let parts: Vec<Captured> = requests.iter().flat_map(split).collect();
    let (half, _) = parts.split_at(parts.len() / 2);
    let everything = [merged(&requests), parts.clone(), half.to_vec()].concat();
    server.replay(&hop, &shuffled(&everything, 5));
    server.settle();
    assert_eq!(counted(&server, &hop), counted(&server, &straight));
    assert!(counted(&server, &hop) > 0);
}

#[test]
fn a_replay_another_day_counts_nothing_twice() {
    let mut server = Server::start();
    let connection = server.connection("replay");
    let requests = corpus::run("r01-proto-delta").requests;
    server.replay(&connection, &requests);
    server.settle();
    let before = server.daily("daily-usage", "");
    server.stop();
    // What is forgotten in the night, and what a new process does not remember.
    prune(&server.store(), Utc::now().timestamp_micros() + DAY).expect("pruned");
    server.run(&[]);
    server.replay(&connection, &requests);
    let parts: Vec<Captured> = requests.iter().flat_map(split).collect();
    server.replay(&connection, &parts);
    server.settle();
    assert_eq!(server.daily("daily-usage", ""), before);
}
