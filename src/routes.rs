//! Every URL on one screen, and who may use it.
//!
//! A route has no way round its guard: it is put in its place by this table alone, and the
//! table has no row without a `Who`.

use actix_web::body::BoxBody;
use actix_web::dev::ServiceRequest;
use actix_web::http::Method;
use actix_web::middleware::{Condition, Next, from_fn};
use actix_web::web::{self, ServiceConfig};
use actix_web::{
    FromRequest, Handler, HttpRequest, HttpResponse, Resource, Responder, ResponseError, Route,
    guard,
};

use crate::access::{self, Who};
use crate::api::{
    audit_log, connections, daily, detections, health, ingest_tokens, me, redaction_patterns,
    redaction_rules, resource_attributes, schema, settings, status, teams, users,
};
use crate::dashboard::{self, connections as of_connections, people, security, teams as of_teams};
use crate::error::ApiError;
use crate::ingest::receive;
use crate::pages::{login, provider, setup};
use crate::state::AppState;
use crate::{assets, dashboard as page};

/// A path with a method, who may use it, and what answers.
pub struct Entry {
    pub method: Method,
    pub path: &'static str,
    pub who: Who,
    route: Route,
}

/// Every route.
#[rustfmt::skip]
pub fn all() -> Vec<Entry> {
    use Who::{Admin, Anyone, Figures, Ingest, OwnFigures, SignedIn};
    vec![
        post("/api/otel/v1/metrics",                Ingest,   receive::metrics),
        post("/api/otel/v1/logs",                   Ingest,   receive::logs),
        post("/api/otel/v1/traces",                 Ingest,   receive::traces),
        post("/v1/metrics",                         Ingest,   receive::metrics),
        post("/v1/logs",                            Ingest,   receive::logs),
        post("/v1/traces",                          Ingest,   receive::traces),

        get("/healthz",                             Anyone,   status::healthz),
        get("/readyz",                              Anyone,   status::readyz),

        get("/api/v1/status",                       Figures,  status::status),
        get("/api/v1/daily-usage",                  OwnFigures, daily::usage),
        get("/api/v1/daily-activity",               OwnFigures, daily::activity),
        get("/api/v1/schema",                       Figures,  schema::schema),
        get("/api/v1/detections",                   Figures,  detections::rows),
        get("/api/v1/detections/counts",            Figures,  detections::counts),
        get("/api/v1/redaction-rules",              Figures,  redaction_rules::list),
        get("/api/v1/redaction-patterns",           Figures,  redaction_patterns::list),
        post("/api/v1/redaction-patterns",          Admin,    redaction_patterns::add),
        post("/api/v1/redaction-patterns/test",     Admin,    redaction_patterns::test),
        patch("/api/v1/redaction-patterns/{name}",  Admin,    redaction_patterns::switch),
        delete("/api/v1/redaction-patterns/{name}", Admin,    redaction_patterns::delete),
        get("/api/v1/connections",                  Figures,  connections::list),
        post("/api/v1/connections",                 Admin,    connections::add),
        get("/api/v1/connections/{id}",             Figures,  connections::one),
        patch("/api/v1/connections/{id}",           Admin,    connections::change),
        post("/api/v1/connections/{id}/tokens",     Admin,    ingest_tokens::add),
        delete("/api/v1/connections/{id}/tokens/{token}",   Admin, ingest_tokens::revoke),
        get("/api/v1/connections/{id}/tokens/{token}/text", Admin, ingest_tokens::text),
        get("/api/v1/connections/{id}/settings",    Admin,    settings::show),
        post("/api/v1/connections/{id}/settings/merge",     Admin, settings::merge),
        post("/api/v1/connections/{id}/resource-attributes", Admin, resource_attributes::make),
        get("/api/v1/refused-requests",             Admin,    health::unknown_senders),
        get("/api/v1/unattributed",                 Figures,  users::unattributed::list),
        get("/api/v1/users",                        Figures,  users::list),
        get("/api/v1/users/{id}",                   Figures,  users::one),
        post("/api/v1/users/{id}/merge",            Admin,    users::merge),
        post("/api/v1/users/{id}/identities/{identity}/split", Admin, users::split),
        get("/api/v1/users/{id}/export",            Admin,    users::export::export),
        post("/api/v1/users/{id}/erase",            Admin,    users::erasure::erase),

        get("/api/v1/teams/memberships",            Admin,    teams::list),
        replace("/api/v1/teams/memberships",        Admin,    teams::replace),
        patch("/api/v1/teams/memberships",          Admin,    teams::amend),

        get("/api/v1/me",                           SignedIn, me::about),
        get("/api/v1/audit-log",                    Admin,    audit_log::rows),

        get("/setup/{link}",                        Anyone,   setup::show),
        post("/setup/{link}",                       Anyone,   setup::use_up),
        get("/login",                               Anyone,   login::show),
        post("/login",                              Anyone,   login::sign_in),
        get("/login/provider",                      Anyone,   provider::begin),
        get("/login/provider/callback",             Anyone,   provider::end),
        post("/logout",                             SignedIn, login::sign_out),

        get("/",                                    OwnFigures, page::overview::show),
        get("/me",                                  SignedIn, page::me::show),
        get("/daily",                               Figures,  page::daily::show),
        get("/users",                               Figures,  people::list::show),
        get("/users/{id}",                          Figures,  people::one::show),
        post("/users/{id}",                         Admin,    people::forms::submit),
        get("/teams",                               Admin,    of_teams::show),
        post("/teams",                              Admin,    of_teams::submit),
        get("/security",                            Figures,  security::show),
        get("/security/patterns",                   Figures,  security::forms::back),
        post("/security/patterns",                  Admin,    security::forms::submit),
        post("/security/patterns/{name}",           Admin,    security::forms::change),
        get("/connections",                         Figures,  of_connections::list::show),
        post("/connections",                        Admin,    of_connections::forms::create),
        get("/connections/{id}",                    Figures,  of_connections::one::show),
        post("/connections/{id}",                   Admin,    of_connections::forms::change),
        get("/connections/{id}/tokens",             Figures,  of_connections::forms::back),
        post("/connections/{id}/tokens",            Admin,    of_connections::forms::add_token),
        get("/connections/{id}/tokens/{token}",     Figures,  of_connections::forms::back),
        post("/connections/{id}/tokens/{token}",    Admin,    of_connections::forms::token),
        get("/connections/{id}/test",               Figures,  of_connections::forms::back),
        post("/connections/{id}/test",              Admin,    of_connections::forms::test),
        get("/connections/{id}/settings",           Figures,  of_connections::settings::show),
        post("/connections/{id}/settings",          Admin,    of_connections::settings::show_with_token),
        get("/connections/{id}/settings/file",      Figures,  of_connections::forms::back),
        post("/connections/{id}/settings/file",     Admin,    of_connections::settings::file),
        get("/connections/{id}/settings/merge",     Figures,  of_connections::forms::back),
        post("/connections/{id}/settings/merge",    Admin,    of_connections::settings::merge_into),
        get("/connections/{id}/attributes",         Figures,  of_connections::attributes::show),
        post("/connections/{id}/attributes",        Admin,    of_connections::attributes::one_person),
        get("/connections/{id}/attributes/file",    Figures,  of_connections::forms::back),
        post("/connections/{id}/attributes/file",   Admin,    of_connections::attributes::file),
        get("/settings",                            SignedIn, page::settings::show),
        post("/settings/password",                  SignedIn, page::settings::password),
        get("/settings/accounts",                   SignedIn, page::settings::back),
        post("/settings/accounts",                  Admin,    page::settings::add_account),
        get("/settings/accounts/{id}",              SignedIn, page::settings::back),
        post("/settings/accounts/{id}",             Admin,    page::settings::change_account),
        get("/settings/api-tokens",                 SignedIn, page::settings::back),
        post("/settings/api-tokens",                Admin,    page::settings::add_token),
        get("/settings/api-tokens/{id}",            SignedIn, page::settings::back),
        post("/settings/api-tokens/{id}",           Admin,    page::settings::change_token),
        get("/audit",                               Admin,    page::audit::show),
        get("/assets/{fingerprint}/{name}",         Anyone,   assets::serve),
    ]
}

/// Puts every URL in its place.
pub fn configure(service: &mut ServiceConfig) {
    put(service, all());
    service.default_service(web::route().to(nothing_here));
}

/// Puts the URLs of telemetry in their place, and no others: OTLP's own port.
pub fn configure_otlp(service: &mut ServiceConfig) {
    put(service, all().into_iter().filter(|entry| entry.who == Who::Ingest));
    service.default_service(web::route().to(receive::wrong_path));
}

/// Puts routes in their place: those of one path stand together.
fn put(service: &mut ServiceConfig, entries: impl IntoIterator<Item = Entry>) {
    let mut entries = entries.into_iter().peekable();
    while let Some(first) = entries.next() {
        let mut of_path = vec![first];
        let path = of_path.first().map(|entry| entry.path);
        while let Some(next) = entries.next_if(|next| Some(next.path) == path) {
            of_path.push(next);
        }
        place(service, of_path);
    }
}

/// Puts the routes of one path in their place.
fn place(service: &mut ServiceConfig, entries: Vec<Entry>) {
    let Some(Entry { path, who, .. }) = entries.first() else { return };
    let (path, is_telemetry, is_page) = (*path, *who == Who::Ingest, is_page(path));
    let methods: Vec<&str> = entries.iter().map(|entry| entry.method.as_str()).collect();
    let methods = methods.join(", ");
    let resource = entries.into_iter().fold(web::resource(path), put_route);
    let resource = if is_telemetry {
        resource.default_service(web::route().to(receive::wrong_method))
    } else {
        let refused = move || {
            let error = ApiError::Method(methods.clone());
            async move { error.error_response() }
        };
        resource.default_service(web::route().to(refused))
    };
    service.service(resource.wrap(Condition::new(is_page, dashboard::headers())));
}

/// Adds a route behind its guard. The doors of telemetry are their own guards: what they refuse
/// is said as OTLP says it.
fn put_route(resource: Resource, entry: Entry) -> Resource {
    let Entry { who, route, .. } = entry;
    if who == Who::Ingest {
        return resource.route(route);
    }
    let guard =
        move |request: ServiceRequest, next: Next<BoxBody>| access::guard(who, request, next);
    resource.route(route.wrap(from_fn(guard)))
}

/// Whether people look at what a path answers.
fn is_page(path: &str) -> bool {
    !path.starts_with("/api/") && !path.starts_with("/v1/") && !path.ends_with('z')
}

/// A path that is read, with or without the body.
fn get<F, Args>(path: &'static str, who: Who, handler: F) -> Entry
where
    F: Handler<Args>,
    Args: FromRequest + 'static,
    F::Output: Responder + 'static,
{
    let reads = guard::Any(guard::Get()).or(guard::Head());
    Entry { method: Method::GET, path, who, route: web::route().guard(reads).to(handler) }
}

/// A path that something is sent to.
fn post<F, Args>(path: &'static str, who: Who, handler: F) -> Entry
where
    F: Handler<Args>,
    Args: FromRequest + 'static,
    F::Output: Responder + 'static,
{
    Entry { method: Method::POST, path, who, route: web::post().to(handler) }
}

/// A path whose whole content is given.
fn replace<F, Args>(path: &'static str, who: Who, handler: F) -> Entry
where
    F: Handler<Args>,
    Args: FromRequest + 'static,
    F::Output: Responder + 'static,
{
    Entry { method: Method::PUT, path, who, route: web::put().to(handler) }
}

/// A path that is changed.
fn patch<F, Args>(path: &'static str, who: Who, handler: F) -> Entry
where
    F: Handler<Args>,
    Args: FromRequest + 'static,
    F::Output: Responder + 'static,
{
    Entry { method: Method::PATCH, path, who, route: web::patch().to(handler) }
}

/// A path that is deleted.
fn delete<F, Args>(path: &'static str, who: Who, handler: F) -> Entry
where
    F: Handler<Args>,
    Args: FromRequest + 'static,
    F::Output: Responder + 'static,
{
    Entry { method: Method::DELETE, path, who, route: web::delete().to(handler) }
}

/// Nothing is here; what was meant as telemetry is told so as OTLP tells it.
async fn nothing_here(
    request: HttpRequest,
    _: web::Payload,
    state: web::Data<AppState>,
) -> HttpResponse {
    let is_telemetry = ["/api/otel/v1", "/v1"].iter().any(|door| {
        let rest = request.path().strip_prefix(door);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    });
    match is_telemetry {
        true => receive::wrong_path(request, state).await,
        false => ApiError::NotFound.error_response(),
    }
}
