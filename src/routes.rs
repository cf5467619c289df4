//! Every URL on one screen.

use actix_web::middleware::from_fn;
use actix_web::web::{self, ServiceConfig, delete, get, patch, post, resource, route, scope};
use actix_web::{HttpRequest, HttpResponse, ResponseError};

use crate::api::{
    access, connections, daily, detections, health, ingest_tokens, redaction_patterns,
    redaction_rules, schema, settings, status,
};
use crate::dashboard;
use crate::error::ApiError;
use crate::ingest::receive;
use crate::pages::setup;

/// Puts every URL in its place.
pub fn configure(service: &mut ServiceConfig) {
    service
        .service(doors("/api/otel/v1"))
        .service(doors("/v1"))
        .route("/healthz", get().to(status::healthz))
        .route("/readyz", get().to(status::readyz))
        .service(
            scope("/api/v1")
                .service(read("/status").route(get().to(status::status)))
                .service(read("/daily-usage").route(get().to(daily::usage)))
                .service(read("/daily-activity").route(get().to(daily::activity)))
                .service(read("/schema").route(get().to(schema::schema)))
                .service(read("/detections").route(get().to(detections::rows)))
                .service(read("/detections/counts").route(get().to(detections::counts)))
                .service(read("/redaction-rules").route(get().to(redaction_rules::list)))
                .configure(redaction)
                .configure(reporting)
                .default_service(route().to(not_found)),
        )
        .service(
            resource("/setup/{link}")
                .wrap(dashboard::headers())
                .route(get().to(setup::show))
                .route(post().to(setup::use_up)),
        )
        // `/`, `/daily` and the files they need.
        .service(
            scope("")
                .wrap(from_fn(access::pages))
                .configure(dashboard::configure)
                .default_service(route().to(not_found)),
        );
}

/// Puts the URLs of telemetry in their place, and no others: OTLP's own port.
pub fn configure_otlp(service: &mut ServiceConfig) {
    service
        .service(doors("/api/otel/v1"))
        .service(doors("/v1"))
        .default_service(route().to(receive::wrong_path));
}

/// The doors of telemetry under a prefix.
fn doors(prefix: &str) -> actix_web::Scope {
    let door = |path: &str| resource(path).default_service(route().to(receive::wrong_method));
    scope(prefix)
        .service(door("/metrics").route(post().to(receive::metrics)))
        .service(door("/logs").route(post().to(receive::logs)))
        .service(door("/traces").route(post().to(receive::traces)))
        .default_service(route().to(receive::wrong_path))
}

/// What an admin may change.
fn redaction(service: &mut ServiceConfig) {
    service
        .service(
            answers("/redaction-patterns", "GET, POST")
                .route(get().to(redaction_patterns::list))
                .route(post().to(redaction_patterns::add)),
        )
        .service(
            answers("/redaction-patterns/test", "POST").route(post().to(redaction_patterns::test)),
        )
        .service(
            answers("/redaction-patterns/{name}", "PATCH, DELETE")
                .route(patch().to(redaction_patterns::switch))
                .route(delete().to(redaction_patterns::delete)),
        );
}

/// Who reports, and with what.
fn reporting(service: &mut ServiceConfig) {
    service
        .service(
            answers("/connections", "GET, POST")
                .route(get().to(connections::list))
                .route(post().to(connections::add)),
        )
        .service(
            answers("/connections/{id}", "GET, PATCH")
                .route(get().to(connections::one))
                .route(patch().to(connections::change)),
        )
        .service(read("/refused-requests").route(get().to(health::unknown_senders)))
        .service(answers("/connections/{id}/tokens", "POST").route(post().to(ingest_tokens::add)))
        .service(
            answers("/connections/{id}/tokens/{token}", "DELETE")
                .route(delete().to(ingest_tokens::revoke)),
        )
        .service(
            answers("/connections/{id}/tokens/{token}/text", "GET")
                .route(get().to(ingest_tokens::text)),
        )
        .service(read("/connections/{id}/settings").route(get().to(settings::show)))
        .service(
            answers("/connections/{id}/settings/merge", "POST").route(post().to(settings::merge)),
        );
}

/// A path that is read.
fn read(path: &str) -> actix_web::Resource {
    answers(path, "GET")
}

/// A path that answers some methods.
fn answers(path: &str, methods: &'static str) -> actix_web::Resource {
    let refused = move || async move { ApiError::Method(methods).error_response() };
    resource(path).default_service(route().to(refused))
}

/// Nothing is here.
async fn not_found(_: HttpRequest, _: web::Payload) -> HttpResponse {
    ApiError::NotFound.error_response()
}
