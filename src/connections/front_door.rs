//! A test request: telemetry that the server sends to its own front door, over a real socket,
//! with a real token. It goes the whole way to the fold, which knows it by its mark and counts
//! nothing of it.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Instant;

use anyhow::Context;
use daybook_jobs::probe;
use daybook_jobs::signal::Request;
use daybook_schema::audit_log;
use prost::Message as _;
use rustls::ClientConfig;

use super::tokens::{latest, opened};
use super::{NotDone, entry};
use crate::conformance::client::{Client, Message, Protocol, Sending};
use crate::conformance::target::Target;
use crate::listen::reached_at;
use crate::state::{AppState, now_micros};

mod own_certificate;

/// Where the server itself is reached.
#[derive(Clone, Copy, Debug)]
pub struct FrontDoor {
    pub address: SocketAddr,
    pub is_tls: bool,
}

/// What came of a test request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Knock {
    /// What it is known by.
    pub number: String,
    /// What it was answered.
    pub status: u16,
    pub millis: u32,
}

/// Sends a test request with the connection's latest token. Blocks.
pub fn knock(state: &AppState, connection_id: i32, actor: &str) -> Result<Knock, NotDone> {
    let door = state.front_door.context("this process has no front door");
    let door = door.map_err(NotDone::Broken)?;
    let token = opened(&state.seal, &latest(&state.store, connection_id)?)?;
    let entry = entry(actor, "connection.test", connection_id, "");
    state.store.write(|conn| audit_log::record(conn, &entry, now_micros()))?;
    let number = fastrand::u64(..);
    let now = u64::try_from(now_micros()).unwrap_or_default().saturating_mul(1000);
    let request = probe::request(&state.keys, connection_id, number, now);
    let begun = Instant::now();
    let status = send(door, &token, &request).map_err(NotDone::NotSent)?;
    let millis = u32::try_from(begun.elapsed().as_millis()).unwrap_or(u32::MAX);
    Ok(Knock { number: probe::written(number), status, millis })
}

/// Sends it; the answer's status.
fn send(door: FrontDoor, token: &str, request: &Request) -> anyhow::Result<u16> {
    let Request::Logs(logs) = request else {
        anyhow::bail!("a test request is of logs");
    };
    let mut client = Client::open(&target(door)?, Protocol::Http1)?;
    let answer = client.send(&Message {
        method: "POST",
        path: "/api/otel/v1/logs",
        headers: vec![
            ("content-type", "application/x-protobuf".to_owned()),
            ("authorization", format!("Bearer {token}")),
        ],
        body: logs.encode_to_vec(),
        sending: Sending::Whole,
    })?;
    Ok(answer.status)
}

/// Whom the client speaks to.
fn target(door: FrontDoor) -> anyhow::Result<Target> {
    Ok(Target {
        authority: reached_at(door.address)
            .to_string()
            .parse()
            .context("an address is an authority")?,
        prefix: String::new(),
        tls: door.is_tls.then(config).transpose()?,
    })
}

/// TLS to this very process: its certificate is of another name than its address.
fn config() -> anyhow::Result<ClientConfig> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let verifier = Arc::new(own_certificate::OwnCertificate::new(Arc::clone(&provider)));
    Ok(ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .dangerous()
        .with_custom_certificate_verifier(verifier)
        .with_no_client_auth())
}
