//! Drops points and records that were counted before, in this batch or any other.

use std::collections::hash_map::Entry;
use std::collections::{BTreeSet, HashMap, HashSet};

use daybook_schema::QueryResult;
use daybook_schema::seen::{self, Seen};
use daybook_schema::store::StoreConnection;

use super::{Counted, What};
use crate::fold::{Identity, Observation, Observed};

/// A batch without its copies.
pub(super) struct Fresh<'a> {
    /// Everything that counts once and was not counted yet.
    pub(super) counted: Vec<Counted<'a>>,
    /// How many copies there were.
    pub(super) copies: usize,
    /// What is known from now on.
    pub(super) seen: Vec<Seen>,
}

/// Drops the copies of a batch.
pub(super) fn without_copies<'a>(
    connection: &mut StoreConnection<'_>,
    batch: &'a [Observed],
) -> QueryResult<Fresh<'a>> {
    let mut known = load(connection, batch)?;
    let mut changed = BTreeSet::new();
    let mut counted = Vec::new();
    let mut copies = 0;
    for (observed, observation) in all(batch) {
        let Identity::Once { seen_scope, hash } = observation.identity else {
            continue;
        };
        let row = match known.entry(seen_scope) {
            Entry::Occupied(row) => row.into_mut(),
            Entry::Vacant(place) => {
                place.insert(Seen { scope: seen_scope, hashes: HashSet::new() })
            }
        };
        if !row.hashes.insert(hash) {
            copies += 1;
            continue;
        }
        changed.insert(seen_scope);
        counted.extend(Counted::of(observed, observation));
    }
    let seen = changed.iter().filter_map(|scope| known.remove(scope)).collect();
    Ok(Fresh { counted, copies, seen })
}

/// What was counted of the scopes and minutes of a batch.
fn load(
    connection: &mut StoreConnection<'_>,
    batch: &[Observed],
) -> QueryResult<HashMap<i64, Seen>> {
    let scopes: BTreeSet<i64> = all(batch)
        .filter_map(|(_, observation)| match observation.identity {
            Identity::Once { seen_scope, .. } => Some(seen_scope),
            Identity::Stream { .. } => None,
        })
        .collect();
    let scopes: Vec<i64> = scopes.into_iter().collect();
    let rows = seen::of_scopes(connection, &scopes)?;
    Ok(rows.into_iter().map(|row| (row.scope, row)).collect())
}

/// Every observation of a batch, with its signal.
pub(super) fn all(batch: &[Observed]) -> impl Iterator<Item = (&Observed, &Observation)> {
    batch.iter().flat_map(|observed| {
        observed.observations.iter().map(move |observation| (observed, observation))
    })
}

impl<'a> Counted<'a> {
    /// An observation as something to be counted.
    fn of(observed: &Observed, observation: &'a Observation) -> Option<Counted<'a>> {
        Some(Counted {
            session: observed.scopes.get(observation.scope)?.key,
            source: observation.source,
            utc_day: observation.utc_day,
            local_day: observation.local_day,
            what: What::Observed(&observation.amount, observation.sequence),
        })
    }
}
