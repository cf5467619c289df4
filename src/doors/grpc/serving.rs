//! One connection of the gRPC port: what it may take, when its client is told to go, and how
//! long it has then.

use std::convert::Infallible;
use std::pin::pin;
use std::time::Duration;

use hyper::body::Incoming;
use hyper::server::conn::http2;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use tokio::sync::Notify;
use tokio::time::{sleep, timeout};
use tonic::body::Body;
use tonic::codegen::Service;

use super::connections::Connection;
use crate::ingest::grpc::{GrpcService, refuse};
use crate::stop::{Phase, Stopping, too_late};

/// Calls of one connection at once; exporters make one after another.
const MAX_STREAMS: u32 = 64;

/// Most bytes of a call's metadata.
const MAX_METADATA_BYTES: u32 = 16 << 10;

/// How much of a connection, and of a call, may be on its way before it is read.
const CONNECTION_WINDOW_BYTES: u32 = 1 << 20;
const STREAM_WINDOW_BYTES: u32 = 256 << 10;

/// A connection is asked whether it is still there, and given up when it does not answer.
const ASK_EVERY: Duration = Duration::from_secs(30);
const ANSWER_WITHIN: Duration = Duration::from_secs(20);

/// A client is told to go at this age of its connection: none is held for ever.
const MAX_AGE: Duration = Duration::from_secs(1800);

/// How long calls under way may take once a client was told to go.
const GRACE: Duration = Duration::from_secs(30);

/// How long a client that has made no call yet is left to make one before it is told to go.
const FIRST_CALL: Duration = Duration::from_millis(250);

/// Serves a connection to its end.
///
/// Told to go (GOAWAY), a client sends its next call on another connection. hyper says first that
/// nothing new is wanted and asks for a sign of life, and closes when that has come and every call
/// from before it is answered: no call falls between two connections.
pub(super) async fn serve(connection: Connection, service: GrpcService, stopping: Stopping) {
    let called = Notify::new();
    let answer = service_fn(|request| {
        called.notify_one();
        answer(service.clone(), stopping.phase(), request)
    });
    let mut serving = pin!(protocol().serve_connection(TokioIo::new(connection), answer));
    tokio::select! {
        // How a connection ends is its client's affair.
        _ = serving.as_mut() => return,
        () = has_to_go(&stopping, &called) => {}
        () = sleep(MAX_AGE) => {}
    }
    serving.as_mut().graceful_shutdown();
    let _ = timeout(GRACE, serving).await;
}

/// Waits until the server is stopping and the client has made the call it came for.
///
/// Until another process takes over, a client that is told to go comes back to this one: were it
/// told before its call, it would come and go without end.
async fn has_to_go(stopping: &Stopping, called: &Notify) {
    stopping.begun().await;
    let _ = timeout(FIRST_CALL, called.notified()).await;
}

/// Answers a call as the phase demands.
async fn answer(
    mut service: GrpcService,
    phase: Phase,
    request: Request<Incoming>,
) -> Result<Response<Body>, Infallible> {
    if phase == Phase::Closing {
        return Ok(refuse(too_late()));
    }
    service.call(request.map(Body::new)).await
}

/// HTTP/2 by which nobody can fill a server with what nobody reads.
fn protocol() -> http2::Builder<TokioExecutor> {
    let mut protocol = http2::Builder::new(TokioExecutor::new());
    protocol
        .timer(TokioTimer::new())
        .max_concurrent_streams(MAX_STREAMS)
        .max_header_list_size(MAX_METADATA_BYTES)
        .initial_connection_window_size(CONNECTION_WINDOW_BYTES)
        .initial_stream_window_size(STREAM_WINDOW_BYTES)
        .keep_alive_interval(ASK_EVERY)
        .keep_alive_timeout(ANSWER_WITHIN);
    protocol
}
