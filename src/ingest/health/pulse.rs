//! Accepted requests by token: a few numbers that every thread raises without waiting.

use std::collections::HashMap;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use daybook_schema::connection_health::ConnectionHealth;
use daybook_schema::signals::SignalKind;

use crate::ingest::accept::Caller;

/// How exactly it is known when a token was last used.
const USED_MICROS: i64 = 60_000_000;

/// Every token that was used since the process began. Only tokens that are known come here, so
/// there are no more than the database has.
#[derive(Default)]
pub(super) struct Pulses {
    by_token: RwLock<HashMap<u64, Arc<Pulse>>>,
}

/// What came with one token.
struct Pulse {
    connection_id: i32,
    /// Since the last time it was written.
    accepted: AtomicI64,
    /// When the last of each signal came; 0 for never.
    metrics_at: AtomicI64,
    logs_at: AtomicI64,
    traces_at: AtomicI64,
    written_at: AtomicI64,
    /// What was last written of its use.
    used_at: AtomicI64,
}

/// What came with a token since the last time.
pub(super) struct Beat {
    pub(super) health: ConnectionHealth,
    /// The token's id and when it was used, where that is to be written.
    pub(super) used: Option<(String, i64)>,
}

impl Pulses {
    /// A request was accepted.
    pub(super) fn beat(&self, caller: Caller, kind: SignalKind, at: i64) {
        let known = {
            let by_token = self.by_token.read().unwrap_or_else(PoisonError::into_inner);
            by_token.get(&caller.token).map(Arc::clone)
        };
        known.unwrap_or_else(|| self.begin(caller)).beat(kind, at);
    }

    /// The pulse of a token that was not used yet.
    fn begin(&self, caller: Caller) -> Arc<Pulse> {
        let mut by_token = self.by_token.write().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(by_token.entry(caller.token).or_insert_with(|| {
            Arc::new(Pulse {
                connection_id: caller.connection_id,
                accepted: AtomicI64::new(0),
                metrics_at: AtomicI64::new(0),
                logs_at: AtomicI64::new(0),
                traces_at: AtomicI64::new(0),
                written_at: AtomicI64::new(i64::MIN),
                used_at: AtomicI64::new(i64::MIN),
            })
        }))
    }

    /// Takes what came with tokens that were last taken before a time.
    pub(super) fn take(&self, now: i64, before: i64) -> Vec<Beat> {
        let by_token = self.by_token.read().unwrap_or_else(PoisonError::into_inner);
        by_token.iter().filter_map(|(token, pulse)| pulse.take(*token, now, before)).collect()
    }
}

impl Pulse {
    /// A request was accepted.
    fn beat(&self, kind: SignalKind, at: i64) {
        self.accepted.fetch_add(1, Ordering::Relaxed);
        let last_at = match kind {
            SignalKind::Metrics => &self.metrics_at,
            SignalKind::Logs => &self.logs_at,
            SignalKind::Traces => &self.traces_at,
        };
        last_at.store(at, Ordering::Relaxed);
    }

    /// Takes what came, unless it was taken of late or nothing did.
    fn take(&self, token: u64, now: i64, before: i64) -> Option<Beat> {
        if self.written_at.load(Ordering::Relaxed) > before {
            return None;
        }
        let accepted = self.accepted.swap(0, Ordering::Relaxed);
        if accepted == 0 {
            return None;
        }
        self.written_at.store(now, Ordering::Relaxed);
        let last = |at: &AtomicI64| Some(at.load(Ordering::Relaxed)).filter(|at| *at > 0);
        let health = ConnectionHealth {
            connection_id: self.connection_id,
            accepted,
            last_metrics_at: last(&self.metrics_at),
            last_logs_at: last(&self.logs_at),
            last_traces_at: last(&self.traces_at),
            ..ConnectionHealth::default()
        };
        Some(Beat { health, used: self.used(now).map(|at| (format!("{token:016x}"), at)) })
    }

    /// The minute in which the token was used, unless that was written before.
    fn used(&self, now: i64) -> Option<i64> {
        let minute = now - now.rem_euclid(USED_MICROS);
        (self.used_at.swap(minute, Ordering::Relaxed) < minute).then_some(minute)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is taken: accepted requests, and whether the token's use is to be written.
    fn taken(pulses: &Pulses, now: i64, before: i64) -> Vec<(i64, bool)> {
        let beats = pulses.take(now, before);
        beats.iter().map(|beat| (beat.health.accepted, beat.used.is_some())).collect()
    }

    #[test]
    fn what_was_taken_is_not_taken_again_and_use_is_written_by_the_minute() {
        let (pulses, second) = (Pulses::default(), 1_000_000);
        let caller = Caller { connection_id: 7, token: 1 };
        for at in 1..=3 {
            pulses.beat(caller, SignalKind::Logs, at);
        }
        assert_eq!(taken(&pulses, second, -second), [(3, true)]);
        assert_eq!(taken(&pulses, 7 * second, 2 * second), []);
        pulses.beat(caller, SignalKind::Metrics, 9 * second);
        assert_eq!(taken(&pulses, 9 * second, 0), [], "it was written of late");
        assert_eq!(taken(&pulses, 9 * second, 4 * second), [(1, false)]);
        pulses.beat(caller, SignalKind::Metrics, 61 * second);
        assert_eq!(taken(&pulses, 61 * second, i64::MAX), [(1, true)]);
    }
}
