//! A client: sends every request until it is acknowledged, some of them too often.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use fastrand::Rng;

use crate::intent_log::{IntentLog, Why};
use crate::pause;
use crate::support::Connection;
use crate::traffic::{Parcel, Session, merge};

/// How long a client waits for an answer, as the real one does.
const PATIENCE: Duration = Duration::from_secs(10);

/// Statuses after which the real client sends the same bytes again. It drops what got another.
const PASSING: [u16; 4] = [429, 502, 503, 504];

/// How many acknowledged requests a client remembers, to send them again.
const REMEMBERED: usize = 12;

/// What all clients work with.
pub struct Field {
    /// The addresses of the receivers.
    pub urls: Vec<String>,
    pub connection: Connection,
    /// Whose telemetry kills who folds it.
    pub poison: Connection,
    pub log: IntentLog,
    /// No new requests.
    pub enough: AtomicBool,
    /// The campaign broke off: nobody waits for anything.
    pub abandoned: AtomicBool,
    /// How often there was which answer.
    pub answers: Mutex<BTreeMap<String, u64>>,
}

/// A client.
pub struct Client<'a> {
    field: &'a Field,
    name: String,
    rng: Rng,
    agent: ureq::Agent,
    sessions: u64,
    session: Option<Session>,
    acknowledged: VecDeque<Parcel>,
}

impl<'a> Client<'a> {
    /// A client with a name of its own.
    pub fn new(field: &'a Field, name: &str, seed: u64) -> Client<'a> {
        let agent = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .timeout_global(Some(PATIENCE))
            .build()
            .into();
        let rng = Rng::with_seed(seed);
        let (name, acknowledged) = (name.to_owned(), VecDeque::new());
        Client { field, name, rng, agent, sessions: 0, session: None, acknowledged }
    }

    /// Reports until there is enough.
    pub fn run(&mut self) {
        while !self.field.enough.load(Ordering::SeqCst) {
            let parcel = self.next();
            self.deliver(&parcel, Why::New);
            self.remember(parcel);
            self.repeat();
            pause(Duration::from_millis(self.rng.u64(1..40)));
        }
    }

    /// The next request, of a new session now and then.
    pub fn next(&mut self) -> Parcel {
        if self.session.is_none() || self.rng.u8(..20) == 0 {
            let connection = &self.field.connection;
            let session = Session::begin(connection, &self.name, self.sessions, &mut self.rng);
            self.session = Some(session);
            self.sessions += 1;
        }
        self.session.as_mut().expect("begun").report(&mut self.rng)
    }

    /// A request that kills who folds it.
    pub fn poison(&mut self) -> Parcel {
        self.sessions += 1;
        let connection = &self.field.poison;
        Session::begin(connection, &self.name, self.sessions, &mut self.rng).report(&mut self.rng)
    }

    /// Sends a request until it is acknowledged. What got no answer comes in other cuts now and
    /// then, as from a collector that was started again.
    ///
    /// Any receiver may get it: clients come through a load balancer.
    pub fn deliver(&mut self, parcel: &Parcel, why: Why) {
        let request = self.field.log.intend(parcel, why);
        let receivers = self.field.urls.len();
        let mut receiver = self.rng.usize(..receivers);
        while !self.attempt(request, parcel, receiver) {
            if self.field.abandoned.load(Ordering::SeqCst) {
                return;
            }
            pause(Duration::from_millis(self.rng.u64(5..60)));
            receiver = self.rng.usize(..receivers);
            if why == Why::New && self.rng.u8(..10) == 0 {
                parcel.split().iter().for_each(|part| self.deliver(part, Why::Cut));
                return;
            }
            self.field.log.again(request);
        }
    }

    /// Sends a request once to a receiver: whether it was acknowledged.
    pub fn attempt(&mut self, request: u64, parcel: &Parcel, receiver: usize) -> bool {
        let kind = parcel.request.kind.name();
        let url = format!("{}/api/otel/v1/{kind}", self.field.urls[receiver]);
        let sent = self
            .agent
            .post(url)
            .header("Content-Type", &parcel.request.content_type)
            .header("Authorization", format!("Bearer {}", parcel.token))
            .send(&parcel.request.body)
            .and_then(|mut answer| {
                Ok((answer.status().as_u16(), answer.body_mut().read_to_vec()?))
            });
        let (answer, is_acknowledged) = match sent {
            Ok((200, body)) if body.is_empty() => ("200".to_owned(), true),
            Ok((200, _)) => ("200, refused in part".to_owned(), true),
            Ok((status, _)) if PASSING.contains(&status) => (status.to_string(), false),
            Ok((status, _)) => (format!("{status}, dropped by a real client"), false),
            Err(_) => ("none".to_owned(), false),
        };
        if is_acknowledged {
            self.field.log.acknowledged(request);
        }
        *self.field.answers.lock().expect("lock").entry(answer).or_default() += 1;
        is_acknowledged
    }

    /// Remembers a request that was acknowledged.
    fn remember(&mut self, parcel: Parcel) {
        self.acknowledged.push_back(parcel);
        if self.acknowledged.len() > REMEMBERED {
            self.acknowledged.pop_front();
        }
    }

    /// Sends now and then what was acknowledged: the same bytes, or other cuts of them.
    fn repeat(&mut self) {
        let old = self.acknowledged[self.rng.usize(..self.acknowledged.len())].clone();
        match self.rng.u8(..40) {
            0..3 => self.deliver(&old, Why::Copy),
            3 => old.split().iter().for_each(|part| self.deliver(part, Why::Cut)),
            4 => {
                let all = self.acknowledged.make_contiguous().to_vec();
                let merged = merge(&all, self.rng.u64(..));
                merged.iter().for_each(|parcel| self.deliver(parcel, Why::Cut));
            }
            _ => {}
        }
    }
}
