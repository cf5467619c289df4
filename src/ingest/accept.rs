//! What is done with a body that has arrived: unpack, count, decode, check, redact.
//!
//! Nothing here waits for anybody; what is large does not hold up what is small.

use std::sync::Arc;
use std::time::Duration;

use actix_web::http::StatusCode;
use actix_web::web::{self, Bytes};
use daybook_jobs::fold::{Checked, check};
use daybook_jobs::probe;
use daybook_jobs::signal::{self, Request};
use daybook_schema::signals::SignalKind;
use tokio::time::timeout;

use super::answer::{MediaType, Refused};
use super::elements::{elements, is_empty};
use super::json;
use super::limits::{ElementLimits, MeasureError, RequestKind, measure};
use super::rates::Resource;
use super::redact::Signal;
use super::unpack::{Encoding, UnpackError, unpack};
use crate::state::AppState;

/// Bodies over this size are worked on one at a time beside the others, so that a few large
/// ones cannot take all the memory or stall the small ones.
pub(super) const LARGE_BODY_BYTES: usize = 256 << 10;

/// How long a large body waits for its turn: the client's own patience is 10 seconds in all.
const TURN_PATIENCE: Duration = Duration::from_secs(4);

/// What a request's headers say of its body.
#[derive(Clone, Copy)]
pub(super) struct Described {
    pub(super) kind: SignalKind,
    pub(super) media: MediaType,
    pub(super) encoding: Encoding,
    pub(super) caller: Caller,
}

/// Whose token a request carries.
#[derive(Clone, Copy)]
pub(super) struct Caller {
    pub(super) connection_id: i32,
    /// The token's id, as a number.
    pub(super) token: u64,
}

/// What is left to do for a request that was understood.
pub struct Accepted {
    pub checked: Checked,
    /// `None` for a request without a single point, record or span.
    pub signal: Option<Signal>,
    /// Of the first session in it.
    pub(super) shard: i16,
    /// Whether the server sent it to itself, to see whether it arrives.
    pub(super) is_test: bool,
}

/// Accepts a body: here if it comes to little, else where it does not hold up others.
pub(super) async fn accept(
    described: Described,
    body: Bytes,
    received_at: i64,
    state: &web::Data<AppState>,
) -> Result<Accepted, Refused> {
    if body.len() <= LARGE_BODY_BYTES {
        let here = accept_here(described, body.clone(), received_at, state, &Bounds::small(state));
        // A few hundred bytes can unpack to 20 MB: what is too much beside others is tried
        // again in its turn.
        match here {
            Err(refused) if refused.status == StatusCode::PAYLOAD_TOO_LARGE => {}
            here => return here,
        }
    }
    accept_in_turn(described, body, received_at, state).await
}

/// Accepts a body of some `Content-Type` and `Content-Encoding` with no server at work: what
/// fuzzing calls.
pub fn accept_alone(
    kind: SignalKind,
    content_type: &str,
    content_encoding: &str,
    body: Bytes,
    received_at: i64,
    state: &AppState,
) -> Result<Accepted, Refused> {
    let unknown = || Refused::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "the headers are unknown");
    let described = Described {
        kind,
        media: MediaType::parse(content_type).ok_or_else(unknown)?,
        encoding: Encoding::parse(content_encoding).ok_or_else(unknown)?,
        caller: Caller { connection_id: 1, token: 1 },
    };
    accept_here(described, body, received_at, state, &Bounds::of(state))
}

/// How much a body may come to.
struct Bounds {
    /// Most bytes once it is unpacked.
    unpacked_bytes: usize,
    /// Most points, memory and depth once it is decoded.
    elements: ElementLimits,
}

impl Bounds {
    /// What is allowed.
    fn of(state: &AppState) -> Bounds {
        Bounds {
            unpacked_bytes: state.limits.max_unpacked_bytes,
            elements: state.element_limits.clone(),
        }
    }

    /// What may be worked on beside others: no more than is allowed, and far more than the
    /// client ever sends.
    fn small(state: &AppState) -> Bounds {
        let allowed = Bounds::of(state);
        Bounds {
            unpacked_bytes: allowed.unpacked_bytes.min(LARGE_BODY_BYTES),
            elements: ElementLimits {
                max_decoded_bytes: allowed.elements.max_decoded_bytes.min(8 * LARGE_BODY_BYTES),
                ..allowed.elements
            },
        }
    }
}

/// Accepts a large body, one at a time, on a thread where it does not hold up others.
async fn accept_in_turn(
    described: Described,
    body: Bytes,
    received_at: i64,
    state: &web::Data<AppState>,
) -> Result<Accepted, Refused> {
    let turn = timeout(TURN_PATIENCE, Arc::clone(&state.large_bodies).acquire_owned())
        .await
        .map_err(|_| Refused::try_again("too many large bodies wait; it is sent again by itself"))?
        .map_err(|_| Refused::try_again("the server is stopping"))?;
    let blocking = state.clone();
    let allowed = Bounds::of(state);
    let work = move || {
        // It ends with the work: who does not wait for the answer makes no room for another.
        let _turn = turn;
        accept_here(described, body, received_at, &blocking, &allowed)
    };
    web::block(work).await.map_err(|_| Refused::try_again("the server is stopping"))?
}

/// Unpacks, counts, decodes, checks and redacts a body.
fn accept_here(
    described: Described,
    body: Bytes,
    received_at: i64,
    state: &AppState,
    bounds: &Bounds,
) -> Result<Accepted, Refused> {
    let max = bounds.unpacked_bytes;
    let raw = unpack(described.encoding, body, max).map_err(|error| not_unpacked(error, max))?;
    let (request, protobuf) = decode(described, raw, &bounds.elements)?;
    if is_empty(&request) {
        let checked = Checked::default();
        return Ok(Accepted { checked, signal: None, shard: 0, is_test: false });
    }
    state.rates.take(described.caller.token, Resource::Points, elements(&request))?;
    let checked = check(&request, received_at);
    let connection_id = described.caller.connection_id;
    let shard = state.keys.shard(connection_id, request.first_session().as_deref());
    let hash = |kind, body: &[u8]| state.content_hash(connection_id, kind, body);
    let is_test = probe::number_of(&state.keys, connection_id, &request).is_some();
    let mut demands = state.demands.of(connection_id);
    // Nothing is counted by the mark of a test, but it is known by it.
    demands.only_needed &= !is_test;
    let signal = state.redactor.seal(request, protobuf, &demands, hash);
    let signal = signal.map_err(|_| Refused::try_again("the body could not be compressed"))?;
    Ok(Accepted { checked, signal: Some(signal), shard, is_test })
}

/// Decodes a body; with its protobuf, where that is what was sent.
fn decode(
    described: Described,
    raw: Bytes,
    limits: &ElementLimits,
) -> Result<(Request, Option<Bytes>), Refused> {
    match described.media {
        MediaType::Protobuf => {
            let kind = match described.kind {
                SignalKind::Metrics => RequestKind::Metrics,
                SignalKind::Logs => RequestKind::Logs,
                SignalKind::Traces => RequestKind::Traces,
            };
            measure(kind, &raw, limits).map_err(|error| not_measured(&error))?;
            let request = signal::decode(described.kind, &raw).map_err(|_| {
                Refused::new(
                    StatusCode::BAD_REQUEST,
                    "the body is not the protobuf its path asks for; check the exporter's protocol",
                )
            })?;
            Ok((request, Some(raw)))
        }
        MediaType::Json => {
            let request = match described.kind {
                SignalKind::Metrics => json::metrics(&raw, limits).map(Request::Metrics),
                SignalKind::Logs => json::logs(&raw, limits).map(Request::Logs),
                SignalKind::Traces => json::traces(&raw, limits).map(Request::Traces),
            };
            let request = request.map_err(|error| match error {
                json::JsonError::Limit(limit) => not_measured(&limit),
                other => Refused::new(StatusCode::BAD_REQUEST, other.to_string()),
            })?;
            Ok((request, None))
        }
    }
}

/// A body that could not be unpacked.
fn not_unpacked(error: UnpackError, max: usize) -> Refused {
    match error {
        UnpackError::TooLarge => Refused::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            format!("the body is larger than {max} bytes unpacked; send smaller batches"),
        ),
        UnpackError::Malformed => Refused::new(
            StatusCode::BAD_REQUEST,
            "the body is not what its Content-Encoding says; check the exporter's compression",
        ),
    }
}

/// A body that holds too much, or is no protobuf.
fn not_measured(error: &MeasureError) -> Refused {
    let status = match error {
        MeasureError::TooManyPoints { .. } | MeasureError::TooLarge { .. } => {
            StatusCode::PAYLOAD_TOO_LARGE
        }
        MeasureError::Malformed(_) | MeasureError::TooDeep { .. } => StatusCode::BAD_REQUEST,
    };
    Refused::new(status, error.to_string())
}
