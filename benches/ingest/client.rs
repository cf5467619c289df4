//! Sends a load over many connections from one thread, and notes how long each answer took.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use mio::{Events, Poll, Token};

use crate::connection::{Connection, Heads};
use crate::load::Request;

/// Keep-alive connections.
pub(crate) const CONNECTIONS: usize = 64;

/// How long a load may take before something is wrong.
const PATIENCE: Duration = Duration::from_secs(180);

/// When requests are sent.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Pace {
    /// On each connection the next as soon as the last is answered.
    ClosedLoop,
    /// So many a second, whether the last are answered or not: one that finds no connection
    /// free waits, and its time runs.
    OpenLoop { per_second: u32 },
}

/// How a load was answered. Every answer was 200 and accepted everything.
#[derive(Debug)]
pub(crate) struct Answered {
    pub(crate) begun: Instant,
    pub(crate) took: Duration,
    pub(crate) latencies: Vec<Duration>,
}

/// Sends requests to some servers in turn, and waits for every answer.
pub(crate) fn send(
    addresses: &[SocketAddr],
    heads: &Heads,
    requests: &[Request],
    pace: Pace,
) -> anyhow::Result<Answered> {
    let mut poll = Poll::new()?;
    let mut connections = (0..CONNECTIONS)
        .zip(addresses.iter().cycle())
        .map(|(number, address)| Connection::open(*address, heads, poll.registry(), Token(number)))
        .collect::<anyhow::Result<Vec<_>>>()?;
    // In turn, so that none idles until the server closes it.
    let mut free: VecDeque<usize> = (0..CONNECTIONS).collect();
    let mut events = Events::with_capacity(2 * CONNECTIONS);
    let mut latencies = Vec::with_capacity(requests.len());
    let mut waiting = requests.iter().enumerate().peekable();
    let begun = Instant::now();
    while latencies.len() < requests.len() {
        anyhow::ensure!(begun.elapsed() < PATIENCE, "the load is not answered in time");
        let now = Instant::now();
        let mut until_next = None;
        while let Some((number, _)) = waiting.peek()
            && let Some(of) = free.front().copied()
        {
            let due = due(pace, begun, now, *number)?;
            if due > now {
                until_next = Some(due - now);
                break;
            }
            if let (Some((_, request)), Some(connection)) =
                (waiting.next(), connections.get_mut(of))
            {
                free.pop_front();
                connection.begin(request, due)?;
            }
        }
        poll.poll(&mut events, Some(until_next.unwrap_or(PATIENCE)))?;
        for event in &events {
            let Token(number) = event.token();
            let Some(connection) = connections.get_mut(number) else {
                continue;
            };
            if let Some(due) = connection.go_on(event.is_writable(), event.is_readable())? {
                latencies.push(due.elapsed());
                free.push_back(number);
            }
        }
    }
    Ok(Answered { begun, took: begun.elapsed(), latencies })
}

/// When a request is to be sent.
fn due(pace: Pace, begun: Instant, now: Instant, number: usize) -> anyhow::Result<Instant> {
    Ok(match pace {
        Pace::ClosedLoop => now,
        Pace::OpenLoop { per_second } => {
            begun + Duration::from_secs(1) * u32::try_from(number)? / per_second
        }
    })
}
