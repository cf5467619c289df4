//! Cumulative streams: a day's use is its last value less the last one of the day before.
//!
//! A function of the set of points, so an older value that arrives late changes nothing it
//! should not, in whatever order.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use daybook_schema::series::{self, Series};
use daybook_schema::store::StoreConnection;

use super::copies::all;
use super::{Counted, SaveError, What};
use crate::choose::Overflow;
use crate::fold::{Identity, Observation, Observed};

/// A day of a stream.
type Cell = (NaiveDate, NaiveDate);

/// Last time and value of each day of one stream.
type Cells = BTreeMap<Cell, (i64, i64)>;

/// Takes in every cumulative point of a batch; adds how far each day moved to `counted`.
pub(super) fn count<'a>(
    connection: &mut StoreConnection<'_>,
    batch: &'a [Observed],
    counted: &mut Vec<Counted<'a>>,
) -> Result<(), SaveError> {
    let points = points(batch);
    if points.is_empty() {
        return Ok(());
    }
    let ids: Vec<i64> = points.keys().copied().collect();
    let mut streams: BTreeMap<i64, Cells> = BTreeMap::new();
    for row in series::of_streams(connection, &ids)? {
        let cells = streams.entry(row.stream).or_default();
        cells.insert((row.utc_day, row.local_day), (row.last_time, row.last_value));
    }
    let mut changed = Vec::new();
    for (stream, points) in points {
        let cells = streams.entry(stream).or_default();
        let before = uses(cells)?;
        let touched = take(cells, &points);
        for cell in touched {
            if let Some((last_time, last_value)) = cells.get(&cell).copied() {
                let (utc_day, local_day) = cell;
                changed.push(Series { stream, utc_day, local_day, last_time, last_value });
            }
        }
        let Some((session, observation)) = points.first().copied() else {
            continue;
        };
        for ((utc_day, local_day), moved) in moves(&before, &uses(cells)?)? {
            counted.push(Counted {
                session,
                source: observation.source,
                utc_day,
                local_day,
                what: What::Moved(&observation.amount, moved),
            });
        }
    }
    series::save(connection, &changed)?;
    Ok(())
}

/// The cumulative points of a batch by stream, each with its session.
///
/// All points of a stream have the same attributes, hence the same session and counter.
fn points(batch: &[Observed]) -> BTreeMap<i64, Vec<(i64, &Observation)>> {
    let mut points: BTreeMap<i64, Vec<(i64, &Observation)>> = BTreeMap::new();
    for (observed, observation) in all(batch) {
        if let Identity::Stream { stream, .. } = observation.identity
            && let Some(scope) = observed.scopes.get(observation.scope)
        {
            points.entry(stream).or_default().push((scope.key, observation));
        }
    }
    points
}

/// Keeps the last value of each day; says which days changed.
fn take(cells: &mut Cells, points: &[(i64, &Observation)]) -> BTreeSet<Cell> {
    let mut touched = BTreeSet::new();
    for (_, observation) in points {
        let Identity::Stream { time_nanos, value, .. } = observation.identity else {
            continue;
        };
        let cell = (observation.utc_day, observation.local_day);
        let last = cells.entry(cell).or_insert((i64::MIN, 0));
        if (time_nanos, value) > *last {
            *last = (time_nanos, value);
            touched.insert(cell);
        }
    }
    touched
}

/// The use of each day. A value below that of the day before began again from zero.
fn uses(cells: &Cells) -> Result<BTreeMap<Cell, i64>, Overflow> {
    let mut previous = 0_i64;
    let mut uses = BTreeMap::new();
    for (cell, (_, value)) in cells {
        let used = if *value >= previous { value.checked_sub(previous) } else { Some(*value) };
        uses.insert(*cell, used.ok_or(Overflow)?);
        previous = *value;
    }
    Ok(uses)
}

/// How far each day's use moved.
fn moves(
    before: &BTreeMap<Cell, i64>,
    after: &BTreeMap<Cell, i64>,
) -> Result<Vec<(Cell, i64)>, Overflow> {
    let mut moves = Vec::new();
    for (cell, now) in after {
        let was = before.get(cell).copied().unwrap_or_default();
        let moved = now.checked_sub(was).ok_or(Overflow)?;
        if moved != 0 {
            moves.push((*cell, moved));
        }
    }
    Ok(moves)
}
