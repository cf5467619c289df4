//! Where telemetry may arrive besides the main address.

use std::net::SocketAddr;

use clap::Args;

/// The doors of OTLP's own ports.
#[derive(Clone, Debug, Default, Args)]
pub struct DoorArgs {
    /// Take OTLP over HTTP here too, and nothing else, e.g. `127.0.0.1:4318`; off unless given,
    /// port 0 picks a free one.
    #[arg(long, env = "DAYBOOK_OTLP_HTTP_LISTEN")]
    pub otlp_http_listen: Option<SocketAddr>,
    /// Take OTLP over gRPC here, e.g. `127.0.0.1:4317`; off unless given, port 0 picks a free
    /// one.
    #[arg(long, env = "DAYBOOK_OTLP_GRPC_LISTEN")]
    pub otlp_grpc_listen: Option<SocketAddr>,
}
