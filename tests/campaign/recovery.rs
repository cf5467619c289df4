//! How soon Daybook lives again after a fault.

use std::time::{Duration, Instant};

use anyhow::Context;
use chrono::{DateTime, Utc};

use crate::client::Client;
use crate::fleet::Fleet;
use crate::intent_log::{IntentLog, Why};

/// Times from when everything had been started again.
#[derive(Clone, Copy, Debug)]
pub struct Recovery {
    /// Until every receiver had acknowledged something.
    pub accepting: Duration,
    /// Until all was counted that had been received before.
    pub counted: Duration,
}

/// Watches Daybook come to life again; call it at the moment everything has been started.
pub fn watch(
    fleet: &mut Fleet,
    client: &mut Client<'_>,
    log: &IntentLog,
) -> anyhow::Result<Recovery> {
    let (begun, since) = (Instant::now(), Utc::now());
    for receiver in 0..fleet.urls.len() {
        let parcel = client.next();
        let request = log.intend(&parcel, Why::New);
        fleet.wait("an acknowledgement", |_| {
            let is_acknowledged = client.attempt(request, &parcel, receiver);
            if !is_acknowledged {
                log.again(request);
            }
            Ok(is_acknowledged)
        })?;
    }
    let accepting = begun.elapsed();
    fleet.wait("the fold", |fleet| {
        Ok(fleet.status().is_some_and(|status| is_past(&status, since)))
    })?;
    Ok(Recovery { accepting, counted: begun.elapsed() })
}

/// Whether everything is counted that was received before a moment.
fn is_past(status: &serde_json::Value, moment: DateTime<Utc>) -> bool {
    let refreshed = status["data_refreshed_at"].as_str().context("a time");
    let refreshed = refreshed.and_then(|time| Ok(DateTime::parse_from_rfc3339(time)?));
    refreshed.expect("the status says it") >= moment
}
