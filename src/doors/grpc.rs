//! OTLP's own gRPC port, usually 4317.
//!
//! On threads of its own, so that calls neither wait for pages nor hold them up.

mod connections;
mod stream;
mod serving;

use std::net::TcpListener;
use std::sync::Arc;
use std::time::Duration;

use actix_web::web;
use anyhow::Context;
use rustls::ServerConfig;
use tokio::runtime::Runtime;
use tokio::task::JoinHandle;

use crate::ingest::grpc::GrpcService;
use crate::state::AppState;
use crate::stop::Stopping;
use connections::Port;

/// How long calls under way may take when the server has stopped.
const CLOSE_WITHIN: Duration = Duration::from_secs(2);

/// The port while it is answering.
pub struct GrpcDoor {
    runtime: Runtime,
    stopping: Stopping,
    running: JoinHandle<()>,
}

impl GrpcDoor {
    /// Begins to answer.
    pub fn open(
        listener: TcpListener,
        tls: Option<ServerConfig>,
        state: web::Data<AppState>,
        stopping: Stopping,
    ) -> anyhow::Result<GrpcDoor> {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .thread_name("grpc")
            .enable_all()
            .build()
            .context("start the threads of gRPC")?;
        let port = {
            let _inside = runtime.enter();
            Port::open(listener, tls.map(speaks_http2), stopping.connections.clone())?
        };
        let running = runtime.spawn(answer(port, GrpcService::new(state), stopping.clone()));
        Ok(GrpcDoor { runtime, stopping, running })
    }

    /// Accepts nobody any more, and returns when calls under way are answered.
    pub async fn close(self) {
        self.stopping.accept_nobody();
        if let Ok(Err(error)) = tokio::time::timeout(CLOSE_WITHIN, self.running).await {
            tracing::error!(%error, "the port of OTLP over gRPC ended badly");
        }
        self.runtime.shutdown_background();
    }
}

/// Accepts until nobody is to be accepted any more, and returns when every connection has ended.
async fn answer(port: Port, service: GrpcService, stopping: Stopping) {
    loop {
        let accepted = tokio::select! {
            // Who waits in a socket that was handed over waits for the next process.
            biased;
            () = stopping.accepts_nobody() => break,
            accepted = port.accept() => accepted,
        };
        let Some(connection) = accepted else { break };
        tokio::spawn(serving::serve(connection, service.clone(), stopping.clone()));
    }
    port.close().await;
}

/// TLS that agrees on HTTP/2, without which there is no gRPC.
fn speaks_http2(mut config: ServerConfig) -> Arc<ServerConfig> {
    config.alpn_protocols = vec![b"h2".to_vec()];
    Arc::new(config)
}
