//! The same front door over gRPC: the three `Export` methods of OTLP.
//!
//! A message is taken as the bytes that came, so that it is unpacked, counted and redacted by
//! the very steps a body over HTTP takes, within the same limits, and decoded once.

mod answer;
mod message;

use std::convert::Infallible;
use std::task::{Context, Poll};
use std::time::Duration;

use actix_web::web;
use daybook_schema::signals::SignalKind;
use tonic::body::Body;
use tonic::codegen::http::header::{AUTHORIZATION, CONTENT_TYPE};
use tonic::codegen::http::{HeaderMap, Request, Response};
use tonic::codegen::{BoxFuture, Service};

use super::accept::Described;
use super::answer::{MediaType, Refused};
use super::take_in::{authorize, take_in, too_slow, whose};
use super::unpack::Encoding;
use crate::state::{AppState, now_micros};
use answer::{Answer, Refusal};

/// Where clients name how a message is packed.
const GRPC_ENCODING: &str = "grpc-encoding";

/// Answers the calls of OTLP over gRPC.
#[derive(Clone)]
pub struct GrpcService {
    state: web::Data<AppState>,
}

impl GrpcService {
    /// The service of a server.
    pub fn new(state: web::Data<AppState>) -> GrpcService {
        GrpcService { state }
    }

    /// Receives a call: on disk when this returns `Ok`.
    async fn receive(&self, request: Request<Body>) -> Result<Answer, Refusal> {
        let (head, body) = request.into_parts();
        check_media_type(&head.headers)?;
        let kind = method(head.uri.path()).ok_or_else(Refusal::unknown_method)?;
        let encoding = encoding(&head.headers)?;
        let authorization = text(&head.headers, AUTHORIZATION.as_str());
        let caller = authorize(authorization, &self.state).await?;
        let limits = &self.state.limits;
        let arriving = message::read(body, limits.max_body_bytes, &self.state.arriving);
        let message = tokio::time::timeout(Duration::from_secs(limits.body_timeout_secs), arriving)
            .await
            .map_err(|_| too_slow(limits.body_timeout_secs))??;
        let encoding = if message.is_packed { encoding } else { Encoding::Identity };
        let media = MediaType::Protobuf;
        let described = Described { kind, media, encoding, caller };
        let checked = take_in(described, message.bytes, &self.state).await?;
        Ok(Answer::accepted(&checked))
    }

    /// Remembers why a call was refused, for who looks after the connection.
    async fn note_refused(
        &self,
        authorization: Option<&str>,
        kind: Option<SignalKind>,
        refusal: &Refusal,
    ) {
        let refused = refusal.refused();
        let sender = whose(authorization, &refused, &self.state).await;
        self.state.health.refused(sender, kind, &refused, now_micros());
    }
}

impl Service<Request<Body>> for GrpcService {
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = BoxFuture<Response<Body>, Infallible>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        let service = self.clone();
        Box::pin(async move {
            let authorization = text(request.headers(), AUTHORIZATION.as_str()).map(str::to_owned);
            let kind = method(request.uri().path());
            Ok(match service.receive(request).await {
                Ok(answer) => answer.response(),
                Err(refusal) => {
                    service.note_refused(authorization.as_deref(), kind, &refusal).await;
                    refusal.response()
                }
            })
        })
    }
}

/// Answers a call that is refused unread, as the same request over HTTP would be.
pub fn refuse(refused: Refused) -> Response<Body> {
    Refusal::from(refused).response()
}

/// What the method of a path receives.
fn method(path: &str) -> Option<SignalKind> {
    match path {
        "/opentelemetry.proto.collector.metrics.v1.MetricsService/Export" => {
            Some(SignalKind::Metrics)
        }
        "/opentelemetry.proto.collector.logs.v1.LogsService/Export" => Some(SignalKind::Logs),
        "/opentelemetry.proto.collector.trace.v1.TraceService/Export" => Some(SignalKind::Traces),
        _ => None,
    }
}

/// Refuses what is not gRPC with protobuf.
fn check_media_type(headers: &HeaderMap) -> Result<(), Refusal> {
    let media = text(headers, CONTENT_TYPE.as_str()).unwrap_or_default();
    let name = media.split(';').next().unwrap_or_default().trim();
    let is_known = ["application/grpc", "application/grpc+proto"]
        .iter()
        .any(|known| name.eq_ignore_ascii_case(known));
    if is_known { Ok(()) } else { Err(Refusal::not_grpc()) }
}

/// How the message is packed, when it says of itself that it is.
fn encoding(headers: &HeaderMap) -> Result<Encoding, Refusal> {
    match headers.get(GRPC_ENCODING) {
        None => Ok(Encoding::Identity),
        Some(header) => {
            header.to_str().ok().and_then(Encoding::parse).ok_or_else(Refusal::unknown_encoding)
        }
    }
}

/// A header as text; `None` when it is missing or not text.
fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}
