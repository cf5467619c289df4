//! Cumulative streams: a day's use is its last value less the last one of the day before.
//!
//! A function of the set of points, so an older value that arrives late changes nothing it
//! should not, in whatever order.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use daybook_schema::QueryResult;
use daybook_schema::series::{self, Series};
use daybook_schema::store::StoreConnection;

use super::copies::all;
use super::{Counted, SaveError, What};
use crate::choose::Overflow;
use crate::fold::{Identity, Observation, Observed};

/// A day of a stream.
type Cell = (NaiveDate, NaiveDate);

/// What a stream had counted when it was last heard of on a day, and where that counts.
#[derive(Clone, Copy)]
struct Last {
    time_nanos: i64,
    value: i64,
    session: i64,
}

/// Each day of one stream.
type Cells = BTreeMap<Cell, Last>;

/// Takes in every cumulative point of a batch; adds how far each day moved to `counted`, and
/// returns the days that changed.
pub(super) fn count<'a>(
    connection: &mut StoreConnection<'_>,
    batch: &'a [Observed],
    counted: &mut Vec<Counted<'a>>,
) -> Result<Vec<Series>, SaveError> {
    let points = points(batch);
    if points.is_empty() {
        return Ok(Vec::new());
    }
    let mut streams = load(connection, &points)?;
    let mut changed = Vec::new();
    for (stream, points) in points {
        let cells = streams.entry(stream).or_default();
        let before = uses(cells)?;
        for cell in take(cells, &points) {
            changed.extend(cells.get(&cell).map(|last| row(stream, cell, *last)));
        }
        let Some((_, observation)) = points.first().copied() else {
            continue;
        };
        for (cell, moved) in moves(&before, &uses(cells)?)? {
            let (utc_day, local_day) = cell;
            counted.extend(cells.get(&cell).map(|last| Counted {
                session: last.session,
                source: observation.source,
                utc_day,
                local_day,
                what: What::Moved(&observation.amount, moved),
            }));
        }
    }
    Ok(changed)
}

/// The stored days of some streams.
fn load(
    connection: &mut StoreConnection<'_>,
    points: &BTreeMap<i64, Vec<(i64, &Observation)>>,
) -> QueryResult<BTreeMap<i64, Cells>> {
    let ids: Vec<i64> = points.keys().copied().collect();
    let mut streams: BTreeMap<i64, Cells> = BTreeMap::new();
    for row in series::of_streams(connection, &ids)? {
        let last = Last { time_nanos: row.last_time, value: row.last_value, session: row.session };
        streams.entry(row.stream).or_default().insert((row.utc_day, row.local_day), last);
    }
    Ok(streams)
}

/// A day of a stream as it is stored.
fn row(stream: i64, (utc_day, local_day): Cell, last: Last) -> Series {
    Series {
        stream,
        utc_day,
        local_day,
        session: last.session,
        last_time: last.time_nanos,
        last_value: last.value,
    }
}

/// The cumulative points of a batch by stream, each with its session.
///
/// All points of a stream have the same attributes, hence the same counter.
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
    for (session, observation) in points {
        let Identity::Stream { time_nanos, value, .. } = observation.identity else {
            continue;
        };
        let cell = (observation.utc_day, observation.local_day);
        let said = Last { time_nanos, value, session: *session };
        let last = cells.entry(cell).or_insert(Last { time_nanos: i64::MIN, ..said });
        if (time_nanos, value) > (last.time_nanos, last.value) {
            *last = said;
            touched.insert(cell);
        }
    }
    touched
}

/// The use of each day. A value below that of the day before began again from zero.
fn uses(cells: &Cells) -> Result<BTreeMap<Cell, i64>, Overflow> {
    let mut previous = 0_i64;
    let mut uses = BTreeMap::new();
    for (cell, Last { value, .. }) in cells {
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
