//! OTLP's own gRPC port, usually 4317.
//!
//! On threads of its own, so that calls neither wait for pages nor hold them up.

mod connections;
mod stream;

use std::net::TcpListener;
use std::sync::Arc;
use std::time::Duration;

use actix_web::web;
use anyhow::Context;
use rustls::ServerConfig;
use tokio::runtime::Runtime;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tonic::transport::Server;

use crate::ingest::grpc::GrpcService;
use crate::state::AppState;

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

/// A connection is asked to end at this age, and ended a little later: none is held for ever.
const MAX_AGE: Duration = Duration::from_secs(1800);
const MAX_AGE_GRACE: Duration = Duration::from_secs(30);

/// How long calls under way may take when the server stops.
const CLOSE_WITHIN: Duration = Duration::from_secs(2);

/// The port while it is answering.
pub struct GrpcDoor {
    runtime: Runtime,
    stop: oneshot::Sender<()>,
    running: JoinHandle<Result<(), tonic::transport::Error>>,
}

impl GrpcDoor {
    /// Begins to answer.
    pub fn open(
        listener: TcpListener,
        tls: Option<ServerConfig>,
        state: web::Data<AppState>,
    ) -> anyhow::Result<GrpcDoor> {
        listener.set_nonblocking(true)?;
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .thread_name("grpc")
            .enable_all()
            .build()
            .context("start the threads of gRPC")?;
        let (stop, stopped) = oneshot::channel();
        let incoming = {
            let _inside = runtime.enter();
            connections::accept(listener, tls.map(speaks_http2))?
        };
        let running = runtime.spawn(server().serve_with_incoming_shutdown(
            GrpcService::new(state),
            incoming,
            async {
                let _ = stopped.await;
            },
        ));
        Ok(GrpcDoor { runtime, stop, running })
    }

    /// Takes no new calls, and returns when those under way are answered.
    pub async fn close(self) {
        let _ = self.stop.send(());
        if let Ok(Ok(Err(error))) = tokio::time::timeout(CLOSE_WITHIN, self.running).await {
            tracing::error!(%error, "the port of OTLP over gRPC ended badly");
        }
        self.runtime.shutdown_background();
    }
}

/// TLS that agrees on HTTP/2, without which there is no gRPC.
fn speaks_http2(mut config: ServerConfig) -> Arc<ServerConfig> {
    config.alpn_protocols = vec![b"h2".to_vec()];
    Arc::new(config)
}

/// A server that nobody can fill with what nobody reads.
fn server() -> Server {
    Server::builder()
        .max_concurrent_streams(MAX_STREAMS)
        .http2_max_header_list_size(MAX_METADATA_BYTES)
        .initial_connection_window_size(CONNECTION_WINDOW_BYTES)
        .initial_stream_window_size(STREAM_WINDOW_BYTES)
        .http2_keepalive_interval(Some(ASK_EVERY))
        .http2_keepalive_timeout(Some(ANSWER_WITHIN))
        .max_connection_age(MAX_AGE)
        .max_connection_age_grace(MAX_AGE_GRACE)
}
