//! OTLP's own HTTP port, usually 4318.

use std::net::TcpListener;
use std::time::Duration;

use actix_web::dev::ServerHandle;
use actix_web::middleware::from_fn;
use actix_web::{App, HttpServer, web};
use rustls::ServerConfig;

use crate::routes;
use crate::state::AppState;
use crate::stop::{self, Stopping};

/// Longer than any exporter's pause between two batches, so connections are reused.
pub const KEEP_ALIVE: Duration = Duration::from_secs(90);

/// How long the head of a request may take.
///
/// The framework answers a head that is late, too large or unreadable by itself (408, 431, 400)
/// and has no place for a body: these are the only refusals without a `Status`.
pub const HEAD_TIME: Duration = Duration::from_secs(10);

/// The port while it is answering.
pub struct HttpDoor {
    server: ServerHandle,
    running: actix_web::rt::task::JoinHandle<std::io::Result<()>>,
}

impl HttpDoor {
    /// Begins to answer.
    pub fn open(
        listener: TcpListener,
        tls: Option<ServerConfig>,
        state: web::Data<AppState>,
        stopping: Stopping,
    ) -> anyhow::Result<HttpDoor> {
        let on_connect = stopping.connections.on_connect();
        let stopping = web::Data::new(stopping);
        let server = HttpServer::new(move || {
            App::new()
                .app_data(state.clone())
                .app_data(stopping.clone())
                .wrap(from_fn(stop::while_stopping))
                .configure(routes::configure_otlp)
        })
        .on_connect(on_connect)
        .keep_alive(KEEP_ALIVE)
        .client_request_timeout(HEAD_TIME)
        .client_disconnect_timeout(Duration::from_secs(2))
        .shutdown_timeout(2)
        .disable_signals();
        let server = match tls {
            Some(config) => server.listen_rustls_0_23(listener, config)?,
            None => server.listen(listener)?,
        }
        .run();
        Ok(HttpDoor { server: server.handle(), running: actix_web::rt::spawn(server) })
    }

    /// What it is stopped by.
    pub fn server(&self) -> ServerHandle {
        self.server.clone()
    }

    /// Takes no new requests, and returns when those under way are answered.
    pub async fn close(self) {
        self.server.stop(true).await;
        if let Ok(Err(error)) = self.running.await {
            tracing::error!(%error, "the port of OTLP over HTTP ended badly");
        }
    }
}
