//! Every URL on one screen.

use actix_web::middleware::from_fn;
use actix_web::web::{self, ServiceConfig, get, post, resource, route, scope};
use actix_web::{HttpRequest, HttpResponse, ResponseError};

use crate::api::{access, daily, schema, status};
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

/// A path that is read.
fn read(path: &str) -> actix_web::Resource {
    resource(path).default_service(route().to(wrong_method))
}

/// Nothing is here.
async fn not_found(_: HttpRequest, _: web::Payload) -> HttpResponse {
    ApiError::NotFound.error_response()
}

/// Something is here, but it is read.
async fn wrong_method() -> HttpResponse {
    let mut answer = ApiError::Method.error_response();
    answer.headers_mut().insert(
        actix_web::http::header::ALLOW,
        actix_web::http::header::HeaderValue::from_static("GET"),
    );
    answer
}
