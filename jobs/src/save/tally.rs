//! Counts for `/status` what a batch refused, repeated or did not know.

use std::collections::BTreeMap;

use daybook_schema::QueryResult;
use daybook_schema::store::StoreConnection;
use daybook_schema::tallies;

use crate::fold::{Observed, Refusal};

/// Most unknown names that are told apart; the rest is one tally.
const MAX_NAMES: i64 = 500;

/// Writes the tallies of a batch.
pub(super) fn save(
    connection: &mut StoreConnection<'_>,
    batch: &[Observed],
    copies: usize,
    overflowed: usize,
) -> QueryResult<()> {
    let now = batch.iter().map(|observed| observed.received_at).max().unwrap_or_default();
    let mut counts: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    counts.insert((tallies::FOLDED, ""), batch.len());
    let traces = batch.iter().filter(|observed| observed.traces).count();
    counts.insert((tallies::TRACES, ""), traces);
    counts.insert((tallies::RECORD_COPIES, ""), copies);
    counts.insert((tallies::REFUSED, Refusal::TooLarge.name()), overflowed);
    for observed in batch {
        *counts.entry((tallies::TOO_OLD, "")).or_default() += observed.too_old;
        for (refusal, count) in &observed.refusals.by_reason {
            *counts.entry((tallies::REFUSED, refusal.name())).or_default() += count;
        }
        for (name, count) in &observed.unknown_metrics {
            *counts.entry((tallies::UNKNOWN_METRIC, name)).or_default() += count;
        }
        for (name, count) in &observed.unknown_events {
            *counts.entry((tallies::UNKNOWN_EVENT, name)).or_default() += count;
        }
    }
    for ((name, detail), count) in counts.into_iter().filter(|(_, count)| *count > 0) {
        let bounded = matches!(name, tallies::UNKNOWN_METRIC | tallies::UNKNOWN_EVENT)
            && tallies::details(connection, name)? >= MAX_NAMES;
        let detail = if bounded { "(others)" } else { detail };
        tallies::add(connection, name, detail, count, now)?;
    }
    Ok(())
}
