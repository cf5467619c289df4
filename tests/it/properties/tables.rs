//! Folds items into a database of its own, and reads all of it.

use chrono_tz::Tz;
use daybook_jobs::fold::{FoldContext, Observed, fold};
use daybook_jobs::keys::Keys;
use daybook_jobs::save::{Claim, save};
use daybook_jobs::signal::{Request, StoredSignal};
use daybook_schema::counters::Basis;
use daybook_schema::derived;
use daybook_schema::store::Store;

use daybook_test_database::Database;

use crate::support::server::open;

use super::history::{Item, NOW_MICROS, requests};

/// Every derived row, as text.
#[derive(Debug, PartialEq, Eq)]
pub struct Tables {
    tables: Vec<(&'static str, Vec<String>)>,
    tokens: i64,
}

impl Tables {
    /// All of a database. Which signal said it is all that may differ.
    pub fn of(store: &Store) -> Tables {
        let mut tables = store.read(derived::dump).expect("rows");
        tables.retain(|(name, _)| *name != "session_signals");
        Tables { tokens: tokens(store), tables }
    }

    /// The published tables and the counters of sessions: what does not depend on how a
    /// client reports.
    pub fn figures(&self) -> Vec<&(&'static str, Vec<String>)> {
        let names = [
            "session_usage",
            "session_activity",
            "session_teams",
            "daily_usage",
            "daily_activity",
            "daily_teams",
        ];
        self.tables.iter().filter(|(name, _)| names.contains(name)).collect()
    }

    /// Tokens of all kinds and sources, in UTC days.
    pub fn tokens(&self) -> i64 {
        self.tokens
    }
}

/// The key of every database.
pub const KEY: &[u8; 32] = b"the same key for every database.";

/// What the fold needs to know.
pub fn context() -> FoldContext {
    FoldContext {
        keys: Keys::new(KEY),
        generation: 0,
        time_zone: Tz::America__St_Johns,
        identity_orders: std::collections::BTreeMap::new(),
        decisions: std::sync::Arc::default(),
    }
}

/// The tables after items were folded, so many to a signal and so many signals to a batch.
pub fn told(items: &[Item], signal_items: usize, batch_signals: usize) -> Tables {
    let database = Database::new();
    let store = open(&database);
    let context = context();
    let mut observed: Vec<Observed> = Vec::new();
    for (id, request) in items.chunks(signal_items).flat_map(requests).enumerate() {
        observed.push(fold(&context, &signal(id, request)));
    }
    for batch in observed.chunks(batch_signals) {
        let bases = [Basis::Utc, Basis::Local];
        save(&store, &context, &bases, batch, Claim::Rebuild).expect("saved");
    }
    Tables::of(&store)
}

/// A request as a stored signal.
pub fn signal(id: usize, request: Request) -> StoredSignal {
    StoredSignal {
        id: i64::try_from(id).expect("few"),
        connection_id: 1,
        received_at: NOW_MICROS,
        imported: false,
        request,
    }
}

/// Tokens the daily table shows.
fn tokens(store: &Store) -> i64 {
    use daybook_schema::api::DailyFilter;
    let filter = DailyFilter {
        from: chrono::NaiveDate::default(),
        to: "2100-01-01".parse().expect("a day"),
        basis: Basis::Utc,
        user: None,
        model: None,
        connection: None,
        team: None,
    };
    let rows = store
        .read(|conn| daybook_schema::daily_rows::usage(conn, &filter, None, 100_000))
        .expect("rows");
    rows.iter()
        .map(|(_, row)| {
            row.input_tokens + row.output_tokens + row.cache_read_tokens + row.cache_creation_tokens
        })
        .sum()
}
