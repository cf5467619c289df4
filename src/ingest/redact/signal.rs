//! A signal: a request that has been redacted. Nothing else can make one, and nothing else
//! can be enqueued.

use actix_web::web::Bytes;
use daybook_jobs::signal::{self, Request};
use daybook_schema::signals::{NewSignal, SignalKind};
use prost::Message;

use super::{Redactions, Redactor, needed};
use crate::ingest::enqueue::Arrival;

/// A redacted request, packed for the database.
#[derive(Debug)]
pub struct Signal {
    kind: SignalKind,
    content_hash: [u8; 16],
    size: usize,
    body: Vec<u8>,
    redactions: Redactions,
}

/// The body could not be compressed.
#[derive(Debug, thiserror::Error)]
#[error("the body could not be compressed")]
pub struct NotPacked;

impl Redactor {
    /// Redacts a request and packs it. `content_hash` is taken of the packed body: the same
    /// request packs to the same bytes, which are a third as many. `protobuf` is what it was decoded from, where it came
    /// as protobuf: it is kept as it is when nothing in it could be a secret.
    pub fn seal(
        &self,
        mut request: Request,
        protobuf: Option<Bytes>,
        content_hash: impl FnOnce(SignalKind, &[u8]) -> [u8; 16],
    ) -> Result<Signal, NotPacked> {
        let kind = match &request {
            Request::Metrics(_) => SignalKind::Metrics,
            Request::Logs(_) => SignalKind::Logs,
            Request::Traces(_) => SignalKind::Traces,
        };
        let dropped = if self.settings.only_needed { needed::keep(&mut request) } else { 0 };
        let as_it_came = protobuf.filter(|_| dropped == 0);
        let encoded = as_it_came.unwrap_or_else(|| encode(&request).into());
        let (raw, mut redactions) = if self.may_match(&encoded) {
            let redactions = match &mut request {
                Request::Metrics(request) => self.redact_metrics(request),
                Request::Logs(request) => self.redact_logs(request),
                Request::Traces(request) => self.redact_traces(request),
            };
            (encode(&request).into(), redactions)
        } else {
            // A large request need not be held twice while it is packed.
            drop(request);
            (encoded, Redactions::default())
        };
        redactions.dropped_attributes = dropped;
        let body = signal::pack(&raw).map_err(|_| NotPacked)?;
        let content_hash = content_hash(kind, &body);
        Ok(Signal { kind, content_hash, size: raw.len(), body, redactions })
    }
}

impl Signal {
    /// What was taken out, with the detections of it.
    pub fn redactions(&self) -> &Redactions {
        &self.redactions
    }

    /// The row that is stored.
    pub fn into_row(self, arrival: Arrival) -> NewSignal {
        NewSignal {
            connection_id: arrival.connection_id,
            kind: self.kind,
            received_at: arrival.received_at,
            imported: arrival.imported,
            shard: arrival.shard,
            size: i64::try_from(self.size).unwrap_or(i64::MAX),
            content_hash: self.content_hash,
            body: self.body,
        }
    }
}

/// A request as protobuf.
fn encode(request: &Request) -> Vec<u8> {
    match request {
        Request::Metrics(request) => request.encode_to_vec(),
        Request::Logs(request) => request.encode_to_vec(),
        Request::Traces(request) => request.encode_to_vec(),
    }
}
