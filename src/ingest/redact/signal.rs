//! A signal: a request that has been redacted. Nothing else can make one, and nothing else
//! can be enqueued.

use std::borrow::Cow;

use actix_web::web::Bytes;
use daybook_jobs::signal::{self, Request};
use daybook_schema::signals::{NewSignal, SignalKind};

use super::{Carrier, Demands, Redactions, Redactor, needed};
use crate::ingest::detected;
use crate::ingest::enqueue::Arrival;
use crate::ingest::patterns::Patterns;

/// A redacted request, packed for the database.
#[derive(Debug)]
pub struct Signal {
    kind: SignalKind,
    content_hash: [u8; 16],
    size: usize,
    body: Vec<u8>,
    redactions: Redactions,
    /// Who and which session a request with detections is of; redacted like all of it.
    who: Option<Who>,
}

/// The body could not be compressed.
#[derive(Debug, thiserror::Error)]
#[error("the body could not be compressed")]
pub struct NotPacked;

impl Redactor {
    /// Redacts a request and packs it. `content_hash` is taken of the packed body: the same
    /// request packs to the same bytes, which are a third as many. `protobuf` is what it was
    /// decoded from, where it came as protobuf: it is kept as it is when nothing in it could be
    /// a secret, and nothing is to be dropped.
    pub fn seal(
        &self,
        mut request: Request,
        protobuf: Option<Bytes>,
        demands: &Demands,
        content_hash: impl FnOnce(SignalKind, &[u8]) -> [u8; 16],
    ) -> Result<Signal, NotPacked> {
        let kind = match &request {
            Request::Metrics(_) => SignalKind::Metrics,
            Request::Logs(_) => SignalKind::Logs,
            Request::Traces(_) => SignalKind::Traces,
        };
        let dropped = if demands.only_needed { needed::keep(&mut request) } else { 0 };
        let as_it_came = protobuf.filter(|_| dropped == 0);
        let encoded = as_it_came.unwrap_or_else(|| request.encode().into());
        let mut who = None;
        let suspect = self.may_match(&encoded) || demands.patterns.may_match(&encoded);
        // A large request need not be held twice: not while it is redacted, nor while it is packed.
        let (raw, mut redactions) = if suspect {
            drop(encoded);
            let redactions = self.redact_with(&demands.patterns, Carrier::from(&mut request));
            who = (redactions.count > 0).then(|| Who::of(&request));
            let encoded = request.encode();
            drop(request);
            (encoded.into(), redactions)
        } else {
            drop(request);
            (encoded, Redactions::default())
        };
        redactions.dropped_attributes = dropped;
        let body = signal::pack(&raw).map_err(|_| NotPacked)?;
        let content_hash = content_hash(kind, &body);
        Ok(Signal { kind, content_hash, size: raw.len(), body, redactions, who })
    }

    /// Redacts a stored request again, by own patterns alone; `None` when there is nothing in it.
    pub fn redact_again(
        &self,
        patterns: &Patterns,
        request: &mut Request,
    ) -> Option<(Vec<u8>, Redactions)> {
        let redactions = self.redact_with(patterns, Carrier::from(&mut *request));
        (redactions.count > 0).then(|| (request.encode(), redactions))
    }
}

/// Who a request is of.
#[derive(Debug, Default)]
struct Who {
    session_id: Option<String>,
    email: Option<String>,
}

impl Who {
    /// Of a redacted request: of its first record, or its resource.
    fn of(request: &Request) -> Who {
        Who {
            session_id: request.first_session().map(Cow::into_owned),
            email: request.first_email(),
        }
    }
}

impl Signal {
    /// What was taken out, with the detections of it.
    pub fn redactions(&self) -> &Redactions {
        &self.redactions
    }

    /// The row that is stored, with the rows of what was found in it.
    pub fn into_row(self, arrival: Arrival, hash_key: &[u8; 32]) -> NewSignal {
        let who = self.who.unwrap_or_default();
        NewSignal {
            detections: detected::rows(
                self.redactions.detections.kept,
                detected::Place {
                    connection_id: arrival.connection_id,
                    received_at: arrival.received_at,
                    session_id: who.session_id,
                    email: who.email,
                },
                hash_key,
            ),
            dropped_attributes: self.redactions.dropped_attributes,
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
