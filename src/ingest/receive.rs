//! The three front doors: `POST /api/otel/v1/{metrics,logs,traces}`, and the same at `/v1/...`.
//!
//! Token, limits, decoding; then redaction and the queue. 200 is answered only after the
//! commit. What the client must not send again is 4xx, our own trouble is 503.

use std::time::Duration;

use actix_web::http::StatusCode;
use actix_web::http::header::{
    AUTHORIZATION, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, HeaderMap, HeaderName,
};
use actix_web::web::{self, Bytes, BytesMut};
use actix_web::{HttpRequest, HttpResponse};
use daybook_jobs::fold::Checked;
use daybook_schema::signals::SignalKind;
use futures::StreamExt;

use super::accept::Described;
use super::answer::{MediaType, Refused, accepted};
use super::arriving::Held;
use super::take_in::{authorize, take_in, too_many_bytes, too_slow, whose};
use super::unpack::Encoding;
use crate::state::{AppState, now_micros};

/// Bytes of a body there is room for before it arrives: a request of the client is seldom longer.
const FIRST_BYTES: usize = 16 << 10;

/// Receives metrics.
pub async fn metrics(
    request: HttpRequest,
    payload: web::Payload,
    state: web::Data<AppState>,
) -> HttpResponse {
    answer(SignalKind::Metrics, &request, payload, &state).await
}

/// Receives logs.
pub async fn logs(
    request: HttpRequest,
    payload: web::Payload,
    state: web::Data<AppState>,
) -> HttpResponse {
    answer(SignalKind::Logs, &request, payload, &state).await
}

/// Receives traces.
pub async fn traces(
    request: HttpRequest,
    payload: web::Payload,
    state: web::Data<AppState>,
) -> HttpResponse {
    answer(SignalKind::Traces, &request, payload, &state).await
}

/// Any other method.
pub async fn wrong_method(request: HttpRequest, state: web::Data<AppState>) -> HttpResponse {
    let media = media_type(request.headers());
    let refused = Refused::new(StatusCode::METHOD_NOT_ALLOWED, "telemetry is sent with POST");
    note_refused(&request, None, &refused, &state).await;
    refused.answer(media)
}

/// Any other path below the doors.
pub async fn wrong_path(request: HttpRequest, state: web::Data<AppState>) -> HttpResponse {
    let media = media_type(request.headers());
    let message = "nothing is received here: metrics go to /api/otel/v1/metrics, logs to \
                   /api/otel/v1/logs, traces to /api/otel/v1/traces; check OTEL_EXPORTER_OTLP_ENDPOINT";
    let refused = Refused::new(StatusCode::NOT_FOUND, message);
    note_refused(&request, None, &refused, &state).await;
    refused.answer(media)
}

/// Receives a request and answers it.
async fn answer(
    kind: SignalKind,
    request: &HttpRequest,
    payload: web::Payload,
    state: &web::Data<AppState>,
) -> HttpResponse {
    let media = media_type(request.headers());
    match receive(kind, request, payload, state).await {
        Ok((media, checked)) => accepted(kind, media, &checked),
        Err(refused) => {
            tracing::debug!(status = refused.status.as_u16(), "request refused");
            note_refused(request, Some(kind), &refused, state).await;
            refused.answer(media)
        }
    }
}

/// Receives a request: on disk when this returns `Ok`.
async fn receive(
    kind: SignalKind,
    request: &HttpRequest,
    payload: web::Payload,
    state: &web::Data<AppState>,
) -> Result<(MediaType, Checked), Refused> {
    let headers = request.headers();
    let described = Described {
        kind,
        media: media_type(headers).ok_or_else(unknown_media_type)?,
        encoding: encoding(headers)?,
        caller: authorize(text(headers, &AUTHORIZATION), state).await?,
    };
    let (body, _held) = read_body(headers, payload, state).await?;
    let checked = take_in(described, body, state).await?;
    Ok((described.media, checked))
}

/// Remembers why a request was refused, for who looks after the connection.
async fn note_refused(
    request: &HttpRequest,
    kind: Option<SignalKind>,
    refused: &Refused,
    state: &web::Data<AppState>,
) {
    let sender = whose(text(request.headers(), &AUTHORIZATION), refused, state).await;
    state.health.refused(sender, kind, refused, now_micros());
}

/// `Content-Type`, when it is one OTLP knows.
fn media_type(headers: &HeaderMap) -> Option<MediaType> {
    MediaType::parse(text(headers, &CONTENT_TYPE)?)
}

/// A header as text; `None` when it is missing or not text.
fn text<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}

/// The media type is missing or strange.
fn unknown_media_type() -> Refused {
    Refused::new(
        StatusCode::UNSUPPORTED_MEDIA_TYPE,
        "Content-Type must be application/x-protobuf or application/json; set \
         OTEL_EXPORTER_OTLP_PROTOCOL to http/protobuf or http/json",
    )
}

/// `Content-Encoding`, when it is one that can be unpacked.
fn encoding(headers: &HeaderMap) -> Result<Encoding, Refused> {
    let Some(header) = headers.get(CONTENT_ENCODING) else {
        return Ok(Encoding::Identity);
    };
    header.to_str().ok().and_then(Encoding::parse).ok_or_else(|| {
        Refused::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "Content-Encoding must be gzip, deflate, zstd or none; set \
             OTEL_EXPORTER_OTLP_COMPRESSION to gzip",
        )
    })
}

/// Reads the body, within its limit and its time; with its share of what may be arriving at once.
async fn read_body(
    headers: &HeaderMap,
    payload: web::Payload,
    state: &AppState,
) -> Result<(Bytes, Held), Refused> {
    let max = state.limits.max_body_bytes;
    let announced = text(headers, &CONTENT_LENGTH).and_then(|length| length.parse::<usize>().ok());
    if announced.is_some_and(|length| length > max) {
        return Err(too_many_bytes(max));
    }
    let time = Duration::from_secs(state.limits.body_timeout_secs);
    let first = announced.unwrap_or_default().min(FIRST_BYTES);
    let arriving = arrive(payload, BytesMut::with_capacity(first), max, state.arriving.hold());
    let arrived = tokio::time::timeout(time, arriving).await;
    arrived.map_err(|_| too_slow(state.limits.body_timeout_secs))?
}

/// Reads a body to its end; holds no more of it than has arrived.
async fn arrive(
    mut payload: web::Payload,
    mut body: BytesMut,
    max: usize,
    mut held: Held,
) -> Result<(Bytes, Held), Refused> {
    while let Some(chunk) = payload.next().await {
        let chunk = chunk.map_err(|_| {
            Refused::new(
                StatusCode::BAD_REQUEST,
                "the body could not be read to its end; check its Content-Length or chunks",
            )
        })?;
        let length = body.len().saturating_add(chunk.len());
        if length > max {
            return Err(too_many_bytes(max));
        }
        held.grow_to(length)?;
        body.extend_from_slice(&chunk);
    }
    Ok((body.freeze(), held))
}
