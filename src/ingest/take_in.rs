//! What every door does with a request, however it came: who sends it, then from the body to
//! the disk.

use std::time::Duration;

use actix_web::http::StatusCode;
use actix_web::web::{self, Bytes};
use daybook_jobs::fold::Checked;
use tokio::time::timeout;

use super::accept::{Accepted, Caller, Described, accept};
use super::answer::Refused;
use super::enqueue::{Arrival, NotEnqueued};
use super::rates::Resource;
use crate::state::{AppState, now_micros};
use crate::tokens::{self, Purpose};

/// How long the database may take to say whose a token is. With the commit that is waited for then,
/// the client is answered while it would still send again.
const PATIENCE: Duration = Duration::from_millis(1500);

/// Whose token a request carries in its `Authorization`. Refuses who sent too many of late.
pub(super) async fn authorize(
    authorization: Option<&str>,
    state: &web::Data<AppState>,
) -> Result<Caller, Refused> {
    let Some(token) = authorization.and_then(tokens::bearer) else {
        return Err(Refused::new(
            StatusCode::UNAUTHORIZED,
            "the ingest token is missing; set OTEL_EXPORTER_OTLP_HEADERS to \
             Authorization=Bearer <ingest token>",
        ));
    };
    let found = match state.tokens.remembered_connection(token) {
        Some(known) => known,
        None => look_up(token, state).await?,
    };
    let connection_id = found.ok_or_else(|| {
        Refused::new(
            StatusCode::UNAUTHORIZED,
            "the ingest token is not known or was revoked; copy the settings of the connection again",
        )
    })?;
    let caller = Caller { connection_id, token: number(token) };
    state.rates.take(caller.token, Resource::Requests, 1)?;
    Ok(caller)
}

/// Asks the database for the connection of a live token; waits no longer than the client does. Who
/// hangs in the middle of an answer may never give it.
async fn look_up(token: &str, state: &web::Data<AppState>) -> Result<Option<i32>, Refused> {
    let (state, token) = (state.clone(), token.to_owned());
    let found = timeout(PATIENCE, web::block(move || state.tokens.connection(&token))).await;
    let unreadable = "the database cannot be read just now; it is sent again by itself";
    found
        .map_err(|_| Refused::try_again(unreadable))?
        .map_err(|_| Refused::try_again("the server is stopping"))?
        .map_err(|_| Refused::try_again(unreadable))
}

/// The id of a known token as a number: it is 16 hex digits.
fn number(token: &str) -> u64 {
    let id = tokens::parse(Purpose::Ingest, token).map(|(id, _)| u64::from_str_radix(id, 16));
    id.and_then(Result::ok).unwrap_or_default()
}

/// Takes in a body that has arrived: on disk when this returns `Ok`.
pub(super) async fn take_in(
    described: Described,
    body: Bytes,
    state: &web::Data<AppState>,
) -> Result<Checked, Refused> {
    state.rates.take(described.caller.token, Resource::Bytes, body.len())?;
    let received_at = now_micros();
    let Accepted { checked, signal, shard, is_test } =
        accept(described, body, received_at, state).await?;
    if let Some(signal) = signal {
        let connection_id = described.caller.connection_id;
        let arrival = Arrival { connection_id, received_at, imported: false, shard };
        state.enqueuer.enqueue(signal, arrival).await.map_err(not_enqueued)?;
    }
    if !is_test {
        state.health.accepted(described.caller, described.kind, received_at);
    }
    Ok(checked)
}

/// Whose token a refused request carried, live or revoked.
///
/// A request may be refused before anybody looked at its token: who always sends to the wrong
/// path is known by it all the same. Who was refused for the token was looked up already, and
/// whoever is to come again does not wait for that.
pub(super) async fn whose(
    authorization: Option<&str>,
    refused: &Refused,
    state: &web::Data<AppState>,
) -> Option<i32> {
    let token = authorization.and_then(tokens::bearer)?;
    let known = state.tokens.sender(token);
    if known.is_some()
        || [StatusCode::UNAUTHORIZED, StatusCode::SERVICE_UNAVAILABLE].contains(&refused.status)
    {
        return known;
    }
    // What is found is remembered.
    look_up(token, state).await.ok()?;
    state.tokens.sender(token)
}

/// More bytes than a request may have as it is sent.
pub(super) fn too_many_bytes(max: usize) -> Refused {
    Refused::new(
        StatusCode::PAYLOAD_TOO_LARGE,
        format!("the body is larger than {max} bytes; send smaller batches or use gzip"),
    )
}

/// A body that did not arrive in its time.
pub(super) fn too_slow(seconds: u64) -> Refused {
    Refused::try_again(format!(
        "the body did not arrive within {seconds} s; it is sent again by itself, check the \
         network in between if this goes on"
    ))
}

/// A request that was understood but is not on disk.
fn not_enqueued(reason: NotEnqueued) -> Refused {
    Refused::try_again(match reason {
        NotEnqueued::Full => "too much is waiting to be stored; it is sent again by itself",
        NotEnqueued::NotCommitted => "the database could not commit; it is sent again by itself",
        NotEnqueued::Stopping => "the server is stopping; it is sent again by itself",
    })
}
