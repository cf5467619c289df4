//! OTLP's own HTTP port, usually 4318.

use std::net::TcpListener;
use std::time::Duration;

use actix_web::dev::ServerHandle;
use actix_web::{App, HttpServer, web};
use rustls::ServerConfig;

use crate::routes;
use crate::state::AppState;

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
    ) -> anyhow::Result<HttpDoor> {
        let server = HttpServer::new(move || {
            App::new().app_data(state.clone()).configure(routes::configure_otlp)
        })
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

    /// Takes no new requests, and returns when those under way are answered.
    pub async fn close(self) {
        self.server.stop(true).await;
        if let Ok(Err(error)) = self.running.await {
            tracing::error!(%error, "the port of OTLP over HTTP ended badly");
        }
    }
}
