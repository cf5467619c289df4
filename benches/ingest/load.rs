//! The requests of a run, made before any clock runs. No two of them are copies.

use std::time::{Duration, SystemTime};

use prost::Message;

use crate::corpus::{Template, templates};
use crate::rewrite::Place;

/// People who work at the same time, and requests of one session of theirs.
const USERS: usize = 200;
const REQUESTS_PER_SESSION: usize = 40;

/// How far apart a person's requests are, and how long ago the first was at most.
const INTERVAL: Duration = Duration::from_secs(15);
const REACH: Duration = Duration::from_secs(12 * 3600);

/// What a request holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Metrics,
    Logs,
}

impl Kind {
    /// The last part of its path.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Kind::Metrics => "metrics",
            Kind::Logs => "logs",
        }
    }
}

/// A request, as it is sent after the part of the head that all of its kind share.
#[derive(Debug)]
pub(crate) struct Request {
    pub(crate) kind: Kind,
    /// The length of the body, the end of the head, and the body.
    pub(crate) bytes: Vec<u8>,
}

impl Request {
    /// A request with a body.
    pub(crate) fn new(kind: Kind, body: &[u8]) -> Request {
        let mut bytes = format!("Content-Length: {}\r\n\r\n", body.len()).into_bytes();
        bytes.extend_from_slice(body);
        Request { kind, bytes }
    }
}

/// What all requests of a run are like.
#[derive(Debug)]
pub(crate) struct Load {
    pub(crate) requests: Vec<Request>,
    /// Bytes of all bodies.
    bytes: usize,
    logs: usize,
}

impl Load {
    /// Makes a load: every user sends in turn, each one session after the other, each
    /// session what some of the captured runs sent.
    pub(crate) fn make(count: usize) -> anyhow::Result<Load> {
        let templates = templates()?;
        let turns = count.div_ceil(USERS);
        let span = INTERVAL * u32::try_from(turns)?;
        anyhow::ensure!(span < REACH, "so many requests reach too far back; ask for fewer");
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH)?;
        let first = u64::try_from((now - span).as_nanos())?;
        let interval = u64::try_from(INTERVAL.as_nanos())?;
        let mut load = Load { requests: Vec::with_capacity(count), bytes: 0, logs: 0 };
        let mut sequences = vec![0_i64; USERS];
        for number in 0..count {
            let (turn, user) = (number / USERS, number % USERS);
            let (session, position) = (turn / REQUESTS_PER_SESSION, turn % REQUESTS_PER_SESSION);
            let session = session * USERS + user;
            // Times a prime: neighbours are not in the same place of the same run.
            let template = templates.get((session * 37 + position) % templates.len());
            let (Some(template), Some(sequence)) = (template, sequences.get_mut(user)) else {
                continue;
            };
            if position == 0 {
                *sequence = 0;
            }
            let nanos = |turn: usize| u64::try_from(turn).map(|turn| first + turn * interval);
            let mut place = Place {
                user,
                session,
                begun_nanos: nanos(turn - position)?,
                time_nanos: nanos(turn)? + u64::try_from(number)?,
                next_sequence: *sequence,
            };
            load.add(template, &mut place);
            *sequence = place.next_sequence;
        }
        Ok(load)
    }

    /// Adds a captured request at its new place.
    fn add(&mut self, template: &Template, place: &mut Place) {
        let (kind, body) = match template.clone() {
            Template::Metrics(mut request) => {
                place.metrics(&mut request);
                (Kind::Metrics, request.encode_to_vec())
            }
            Template::Logs(mut request) => {
                place.logs(&mut request);
                (Kind::Logs, request.encode_to_vec())
            }
        };
        self.bytes += body.len();
        self.logs += usize::from(kind == Kind::Logs);
        self.requests.push(Request::new(kind, &body));
    }

    /// One line that says what the load is.
    pub(crate) fn describe(&self) -> String {
        let count = self.requests.len();
        format!(
            "{count} requests ({} metrics, {} logs) of {USERS} users, {} bytes on average",
            count - self.logs,
            self.logs,
            self.bytes / count.max(1),
        )
    }
}
