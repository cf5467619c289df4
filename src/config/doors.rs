//! Where telemetry may arrive besides the main address.

use std::net::SocketAddr;
use std::path::PathBuf;

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
    #[command(flatten)]
    pub tls: TlsArgs,
}

/// TLS on every door.
#[derive(Clone, Debug, Default, Args)]
pub struct TlsArgs {
    /// Speak TLS at every address, with this certificate (PEM, its chain behind it). Read again
    /// when it changes, and on SIGHUP.
    #[arg(long, env = "DAYBOOK_TLS_CERTIFICATE", requires = "tls_key")]
    pub tls_certificate: Option<PathBuf>,
    /// The key of the certificate (PEM).
    #[arg(long, env = "DAYBOOK_TLS_KEY", requires = "tls_certificate")]
    pub tls_key: Option<PathBuf>,
    /// Let in only clients that show a certificate of these authorities (PEM).
    #[arg(long, env = "DAYBOOK_TLS_CLIENT_CA", requires = "tls_certificate")]
    pub tls_client_ca: Option<PathBuf>,
}
