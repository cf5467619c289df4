//! What clients report: sessions of three kinds, every token of them known beforehand.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};

use fastrand::Rng;
use opentelemetry_proto::tonic::metrics::v1::metric::Data;
use opentelemetry_proto::tonic::metrics::v1::{AggregationTemporality, NumberDataPoint};
use prost::Message;

use crate::support::reporter::{moment, point, record, sum};
use crate::support::reshape::{merged, shuffled, split};
use crate::support::telemetry::{number, text};
use crate::support::{Captured, Connection, Kind, Reporter, reporter};

/// The kinds of tokens: as events name them, as metrics do, as the API does.
pub const TOKENS: [(&str, &str, &str); 4] = [
    ("input_tokens", "input", "input_tokens"),
    ("output_tokens", "output", "output_tokens"),
    ("cache_read_tokens", "cacheRead", "cache_read_tokens"),
    ("cache_creation_tokens", "cacheCreation", "cache_creation_tokens"),
];

/// How many sessions a person has.
const SESSIONS_OF_A_PERSON: u64 = 4;

/// What one point or record says was used. In whatever requests it comes, its number is the same.
#[derive(Clone, Debug)]
pub struct Use {
    pub number: u64,
    /// The id of the connection it was reported to.
    pub connection: String,
    pub email: String,
    /// No two sessions have a model in common: so the API tells the sessions apart.
    pub model: String,
    /// In the order of [`TOKENS`].
    pub tokens: [i64; 4],
}

/// A request and all that it says, point by point.
#[derive(Clone, Debug)]
pub struct Parcel {
    pub request: Captured,
    pub uses: Vec<Use>,
    /// The ingest token it is sent with.
    pub token: String,
}

/// How a session reports.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Exporter {
    Events,
    Delta,
    Cumulative,
}

/// A session that goes on.
pub struct Session {
    connection: Connection,
    reporter: Reporter,
    name: String,
    exporter: Exporter,
    begun: u64,
    calls: i64,
    /// What cumulative streams have come to.
    totals: BTreeMap<(String, usize), i64>,
}

impl Session {
    /// The n-th session of a client.
    pub fn begin(connection: &Connection, client: &str, n: u64, rng: &mut Rng) -> Session {
        let name = format!("{client}s{n}");
        let reporter = Reporter {
            email: format!("{client}p{}@example.com", n / SESSIONS_OF_A_PERSON),
            session: format!("session-{name}"),
        };
        let exporters = [Exporter::Events, Exporter::Delta, Exporter::Cumulative];
        let exporter = exporters[rng.usize(..exporters.len())];
        let connection = connection.clone();
        let totals = BTreeMap::new();
        Session { connection, reporter, name, exporter, begun: moment(), calls: 0, totals }
    }

    /// The next request: one to four API calls.
    pub fn report(&mut self, rng: &mut Rng) -> Parcel {
        let calls: Vec<(String, [i64; 4])> = (0..rng.usize(1..=4))
            .map(|_| {
                let model = format!("opus-{}-{}", self.name, rng.choice(["a", "b"]).unwrap());
                (model, std::array::from_fn(|_| rng.i64(1..50_000)))
            })
            .collect();
        let (kind, body, uses) = match self.exporter {
            Exporter::Events => self.events(&calls),
            Exporter::Delta | Exporter::Cumulative => self.metrics(&calls),
        };
        let content_type = "application/x-protobuf".to_owned();
        let request = Captured { kind, content_type, content_encoding: None, body };
        Parcel { request, uses, token: self.connection.token.clone() }
    }

    /// Calls as events: a record each.
    fn events(&mut self, calls: &[(String, [i64; 4])]) -> (Kind, Vec<u8>, Vec<Use>) {
        let mut uses = Vec::new();
        let mut records = Vec::new();
        for (model, tokens) in calls {
            self.calls += 1;
            let mut attributes = vec![
                text("session.id", &self.reporter.session),
                text("model", model),
                number("event.sequence", self.calls),
            ];
            let values = TOKENS.iter().zip(tokens);
            attributes.extend(values.map(|((name, _, _), tokens)| number(name, *tokens)));
            records.push(record("api_request", attributes));
            uses.push(self.usage(model, *tokens));
        }
        (Kind::Logs, self.reporter.records(records).encode_to_vec(), uses)
    }

    /// Calls as metrics: a point for each kind of token.
    fn metrics(&mut self, calls: &[(String, [i64; 4])]) -> (Kind, Vec<u8>, Vec<Use>) {
        let mut uses = Vec::new();
        let mut points = Vec::new();
        for (model, tokens) in calls {
            for (place, amount) in tokens.iter().enumerate() {
                points.push(self.point(model, place, *amount));
                let mut tokens = [0; 4];
                tokens[place] = *amount;
                uses.push(self.usage(model, tokens));
            }
        }
        let mut metric = sum("claude_code.token.usage", points);
        if self.exporter == Exporter::Cumulative
            && let Some(Data::Sum(sum)) = &mut metric.data
        {
            sum.aggregation_temporality = AggregationTemporality::Cumulative.into();
        }
        let request = reporter::metrics(self.reporter.resource(), vec![metric]);
        (Kind::Metrics, request.encode_to_vec(), uses)
    }

    /// The point that says a call used so many tokens of a kind.
    fn point(&mut self, model: &str, place: usize, amount: i64) -> NumberDataPoint {
        let total = self.totals.entry((model.to_owned(), place)).or_default();
        *total += amount;
        let value = if self.exporter == Exporter::Cumulative { *total } else { amount };
        let attributes = vec![
            text("session.id", &self.reporter.session),
            text("model", model),
            text("type", TOKENS[place].1),
        ];
        NumberDataPoint { start_time_unix_nano: self.begun, ..point(value as f64, attributes) }
    }

    /// What a point or record of this session says.
    fn usage(&self, model: &str, tokens: [i64; 4]) -> Use {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        Use {
            number: NEXT.fetch_add(1, Ordering::Relaxed),
            connection: self.connection.id.clone(),
            email: self.reporter.email.clone(),
            model: model.to_owned(),
            tokens,
        }
    }
}

impl Parcel {
    /// The same telemetry, a request for each point or record.
    pub fn split(&self) -> Vec<Parcel> {
        let parts = split(&self.request).into_iter().zip(&self.uses);
        parts
            .map(|(request, one)| Parcel {
                request,
                uses: vec![one.clone()],
                token: self.token.clone(),
            })
            .collect()
    }
}

/// The same telemetry in another order and in two requests: one of metrics, one of logs.
pub fn merge(parcels: &[Parcel], seed: u64) -> Vec<Parcel> {
    let requests: Vec<Captured> = parcels.iter().map(|parcel| parcel.request.clone()).collect();
    let merged = merged(&shuffled(&requests, seed)).into_iter();
    merged
        .filter(|request| !request.body.is_empty())
        .map(|request| {
            let same = parcels.iter().filter(|parcel| parcel.request.kind == request.kind);
            let uses = same.flat_map(|parcel| parcel.uses.clone()).collect();
            Parcel { request, uses, token: parcels[0].token.clone() }
        })
        .collect()
}
