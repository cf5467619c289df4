//! OTLP's own ports beside the main address.

mod http;
mod grpc;
mod rates;
mod tls;
