//! Refused requests by connection and cause: how often, and when.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use daybook_schema::connection_health::{ConnectionHealth, NO_CONNECTION};
use daybook_schema::refused_requests::RefusedRequest;
use daybook_schema::signals::SignalKind;

use crate::ingest::answer::Refused;

/// Most causes that are told apart until they are written; what is more is only counted.
const MAX_CAUSES: usize = 200;

/// Longest message that is kept, in bytes.
const MAX_MESSAGE_BYTES: usize = 400;

/// What was refused since it was last written.
#[derive(Default)]
pub(super) struct Refusals(Mutex<Gathered>);

/// The same, unlocked.
#[derive(Default)]
struct Gathered {
    /// By connection, status, signal and message.
    causes: BTreeMap<(i32, u16, i16, String), Times>,
    by_connection: BTreeMap<i32, Times>,
    written_at: i64,
}

/// How often, and when.
#[derive(Clone, Copy, Default)]
struct Times {
    times: i64,
    first_at: i64,
    last_at: i64,
}

impl Times {
    /// Once more.
    fn add(&mut self, at: i64) {
        if self.times == 0 {
            self.first_at = at;
        }
        self.times = self.times.saturating_add(1);
        self.last_at = at;
    }
}

impl Refusals {
    /// A request was refused.
    pub(super) fn add(
        &self,
        connection: Option<i32>,
        kind: Option<SignalKind>,
        refused: &Refused,
        at: i64,
    ) {
        let connection = connection.unwrap_or(NO_CONNECTION);
        let status = refused.status.as_u16();
        let key = (connection, status, kind.map_or(0, SignalKind::number), cut(&refused.message));
        let mut gathered = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        gathered.by_connection.entry(connection).or_default().add(at);
        if gathered.causes.len() < MAX_CAUSES || gathered.causes.contains_key(&key) {
            gathered.causes.entry(key).or_default().add(at);
        }
    }

    /// Takes what was refused, unless it was taken after a time.
    pub(super) fn take(
        &self,
        now: i64,
        before: i64,
    ) -> (BTreeMap<i32, ConnectionHealth>, Vec<RefusedRequest>) {
        let mut gathered = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if gathered.by_connection.is_empty() || gathered.written_at > before {
            return Default::default();
        }
        let Gathered { causes, by_connection, .. } =
            std::mem::replace(&mut *gathered, Gathered { written_at: now, ..Gathered::default() });
        drop(gathered);
        let counts = by_connection.into_iter().map(|(id, of)| (id, count(id, of)));
        (counts.collect(), causes.into_iter().map(row).collect())
    }
}

/// How often a connection was refused.
fn count(connection_id: i32, of: Times) -> ConnectionHealth {
    ConnectionHealth {
        connection_id,
        refused: of.times,
        last_refused_at: Some(of.last_at),
        ..ConnectionHealth::default()
    }
}

/// A cause as it is stored.
fn row(
    ((connection_id, status, kind, message), of): ((i32, u16, i16, String), Times),
) -> RefusedRequest {
    RefusedRequest {
        connection_id,
        status: i16::try_from(status).unwrap_or(i16::MAX),
        kind,
        message,
        times: of.times,
        first_at: of.first_at,
        last_at: of.last_at,
    }
}

/// A message, no longer than it may be.
fn cut(message: &str) -> String {
    let mut end = message.len().min(MAX_MESSAGE_BYTES);
    while !message.is_char_boundary(end) {
        end -= 1;
    }
    message.get(..end).unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flood_is_a_few_rows_and_every_request_of_it_is_counted() {
        let refusals = Refusals::default();
        for number in 0..10_000 {
            let refused = Refused::try_again(format!("cause {}", number % 1000));
            refusals.add(Some(7), Some(SignalKind::Logs), &refused, number);
        }
        let (counts, causes) = refusals.take(1, i64::MAX);
        assert_eq!((counts[&7].refused, counts[&7].last_refused_at), (10_000, Some(9_999)));
        assert_eq!(causes.len(), MAX_CAUSES);
        assert!(causes.iter().all(|cause| cause.times == 10));
        assert!(refusals.take(2, i64::MAX).1.is_empty());
    }

    #[test]
    fn a_long_message_is_cut_between_letters() {
        let refusals = Refusals::default();
        refusals.add(None, None, &Refused::try_again("é".repeat(1000)), 1);
        let (_, causes) = refusals.take(2, i64::MAX);
        assert_eq!((causes[0].connection_id, causes[0].message.len()), (0, MAX_MESSAGE_BYTES));
    }
}
