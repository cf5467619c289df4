//! OTLP's own ports beside the main address, and TLS at all of them. What comes in here goes the
//! same way as there; pages and the API are not served here.

pub mod tls;
pub mod http;
mod grpc;

use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;

use actix_web::dev::ServerHandle;
use actix_web::rt::task::JoinHandle;
use actix_web::web;
use anyhow::Context;
use rustls::ServerConfig;

use crate::config::DoorArgs;
use crate::listen::Sockets;
use crate::state::AppState;
use crate::stop::Stopping;
use tls::Tls;

/// The ports, bound and not answering yet.
#[derive(Default)]
pub struct Doors {
    tls: Option<Arc<Tls>>,
    http: Option<TcpListener>,
    grpc: Option<TcpListener>,
}

/// The ports while they are answering.
pub struct OpenDoors {
    reloading: Option<JoinHandle<()>>,
    http: Option<http::HttpDoor>,
    grpc: Option<grpc::GrpcDoor>,
}

impl Doors {
    /// Binds the ports that are asked for, by an address or by a socket that is handed over.
    pub fn bind(
        arguments: &DoorArgs,
        tls: Option<Arc<Tls>>,
        sockets: &mut Sockets,
    ) -> anyhow::Result<Doors> {
        let http = bind(sockets, "otlp-http", arguments.otlp_http_listen)?;
        let grpc = bind(sockets, "otlp-grpc", arguments.otlp_grpc_listen)?;
        Ok(Doors { tls, http, grpc })
    }

    /// Whether every address speaks TLS.
    pub fn speaks_tls(&self) -> bool {
        self.tls.is_some()
    }

    /// How the URL of every address begins.
    pub fn scheme(&self) -> &'static str {
        if self.speaks_tls() { "https" } else { "http" }
    }

    /// What to say when they answer: a line a port.
    pub fn lines(&self) -> anyhow::Result<String> {
        let mut lines = String::new();
        for (what, listener) in [("HTTP", &self.http), ("gRPC", &self.grpc)] {
            if let Some(listener) = listener {
                let (scheme, address) = (self.scheme(), listener.local_addr()?);
                lines
                    .push_str(&format!("daybook takes OTLP over {what} on {scheme}://{address}\n"));
            }
        }
        Ok(lines)
    }

    /// How a door speaks TLS; `None` where it does not.
    pub fn tls_config(&self) -> anyhow::Result<Option<ServerConfig>> {
        self.tls.as_ref().map(Tls::server_config).transpose()
    }

    /// Begins to answer.
    pub fn open(
        self,
        state: &web::Data<AppState>,
        stopping: &Stopping,
    ) -> anyhow::Result<OpenDoors> {
        let (http_tls, grpc_tls) = (self.tls_config()?, self.tls_config()?);
        let http = self.http.map(|listener| {
            http::HttpDoor::open(listener, http_tls, state.clone(), stopping.clone())
        });
        let grpc = self.grpc.map(|listener| {
            grpc::GrpcDoor::open(listener, grpc_tls, state.clone(), stopping.clone())
        });
        Ok(OpenDoors {
            reloading: self.tls.map(|tls| actix_web::rt::spawn(reload(tls))),
            http: http.transpose()?,
            grpc: grpc.transpose()?,
        })
    }
}

impl OpenDoors {
    /// The servers that stop with the main one; the gRPC door watches for the end by itself.
    pub fn servers(&self) -> impl Iterator<Item = ServerHandle> {
        self.http.iter().map(http::HttpDoor::server)
    }

    /// Takes no new requests, and returns when those under way are answered.
    pub async fn close(self) {
        if let Some(reloading) = self.reloading {
            reloading.abort();
        }
        let http = async {
            if let Some(door) = self.http {
                door.close().await;
            }
        };
        let grpc = async {
            if let Some(door) = self.grpc {
                door.close().await;
            }
        };
        tokio::join!(http, grpc);
    }
}

/// Takes new certificates into use for as long as it runs.
async fn reload(tls: Arc<Tls>) {
    if let Err(error) = tls::reload_when_changed(tls).await {
        tracing::error!(%error, "new TLS certificates will not be noticed");
    }
}

/// The socket of a door: handed over under its name, or opened where `--NAME-listen` says.
fn bind(
    sockets: &mut Sockets,
    name: &str,
    address: Option<SocketAddr>,
) -> anyhow::Result<Option<TcpListener>> {
    sockets.bind_if_asked(name, address).with_context(|| {
        let address = address.map(|address| address.to_string()).unwrap_or_default();
        format!("listen on {address}; is the port in use? --{name}-listen chooses another")
    })
}
