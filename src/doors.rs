//! OTLP's own ports beside the main address. What comes in here goes the same way as there;
//! pages and the API are not served here.

pub mod http;
mod grpc;

use std::net::{SocketAddr, TcpListener};

use actix_web::web;
use anyhow::Context;

use crate::config::DoorArgs;
use crate::state::AppState;

/// The ports, bound and not answering yet.
#[derive(Default)]
pub struct Doors {
    http: Option<TcpListener>,
    grpc: Option<TcpListener>,
}

/// The ports while they are answering.
pub struct OpenDoors {
    http: Option<http::HttpDoor>,
    grpc: Option<grpc::GrpcDoor>,
}

impl Doors {
    /// Binds the ports that are asked for.
    pub fn bind(arguments: &DoorArgs) -> anyhow::Result<Doors> {
        let http = arguments.otlp_http_listen.map(|address| bind(address, "--otlp-http-listen"));
        let grpc = arguments.otlp_grpc_listen.map(|address| bind(address, "--otlp-grpc-listen"));
        Ok(Doors { http: http.transpose()?, grpc: grpc.transpose()? })
    }

    /// What to say when they answer: a line a port.
    pub fn lines(&self) -> anyhow::Result<String> {
        let mut lines = String::new();
        for (what, listener) in [("HTTP", &self.http), ("gRPC", &self.grpc)] {
            if let Some(listener) = listener {
                let address = listener.local_addr()?;
                lines.push_str(&format!("daybook takes OTLP over {what} on http://{address}\n"));
            }
        }
        Ok(lines)
    }

    /// Begins to answer.
    pub fn open(self, state: &web::Data<AppState>) -> anyhow::Result<OpenDoors> {
        let http = self.http.map(|listener| http::HttpDoor::open(listener, state.clone()));
        let grpc = self.grpc.map(|listener| grpc::GrpcDoor::open(listener, state.clone()));
        Ok(OpenDoors { http: http.transpose()?, grpc: grpc.transpose()? })
    }
}

impl OpenDoors {
    /// Takes no new requests, and returns when those under way are answered.
    pub async fn close(self) {
        if let Some(door) = self.http {
            door.close().await;
        }
        if let Some(door) = self.grpc {
            door.close().await;
        }
    }
}

/// Binds an address that a flag named.
fn bind(address: SocketAddr, flag: &str) -> anyhow::Result<TcpListener> {
    TcpListener::bind(address)
        .with_context(|| format!("listen on {address}; is the port in use? {flag} chooses another"))
}
