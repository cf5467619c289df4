//! What receiving telemetry costs at the least: a server that reads a body, decodes it, and
//! answers. The measure the real server is held against.
//!
//! Runs in a process of its own, as the real one does, with as many workers and the same
//! allocator; it ends with the process that started it.

use std::io::Read;
use std::net::TcpListener;

use actix_web::web::{Bytes, post};
use actix_web::{App, HttpResponse, HttpServer};
use opentelemetry_proto::tonic::collector::logs::v1::ExportLogsServiceRequest;
use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceRequest;
use prost::Message;

/// Serves until standard input ends.
pub(crate) fn serve() -> anyhow::Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    println!("daybook is listening on http://{}", listener.local_addr()?);
    std::thread::spawn(|| {
        let _ = std::io::stdin().read_to_end(&mut Vec::new());
        std::process::exit(0);
    });
    let server = HttpServer::new(|| {
        App::new()
            .route("/api/otel/v1/metrics", post().to(decode::<ExportMetricsServiceRequest>))
            .route("/api/otel/v1/logs", post().to(decode::<ExportLogsServiceRequest>))
    });
    actix_web::rt::System::new().block_on(server.listen(listener)?.run())?;
    Ok(())
}

/// Decodes a body, and answers as the real server does.
async fn decode<M: Message + Default>(body: Bytes) -> HttpResponse {
    match M::decode(body) {
        Ok(message) => {
            std::hint::black_box(message);
            HttpResponse::Ok().content_type("application/x-protobuf").finish()
        }
        Err(_) => HttpResponse::BadRequest().finish(),
    }
}
