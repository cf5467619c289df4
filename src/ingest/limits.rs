//! Counts what an OTLP request holds while it is still protobuf on the wire, and refuses
//! what is too much before a single struct is built.
//!
//! A few kilobytes of gzip can unpack to millions of empty log records of two bytes each, and
//! every one of them costs a hundred times that once decoded. So the walk in here allocates
//! nothing, goes no deeper than it is told, and stops at the first limit it meets. It does not
//! decode: what it lets pass may still be refused by `prost`, never the other way round.

use thiserror::Error;

pub(in crate::ingest) use budget::Budget;
use field::{Holds, Shape};
use wire::Wire;

mod budget;
mod field;
mod shapes;
mod wire;

#[cfg(test)]
mod tests;

/// How many fields of one message the walk can keep a count for; no message lists more.
const FIELDS_PER_MESSAGE: usize = 10;

/// How much one request may hold once it is unpacked, whatever its encoding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ElementLimits {
    /// Data points, log records or spans in one request.
    pub max_points: usize,
    /// Estimate of the memory the decoded structs take, in bytes.
    pub max_decoded_bytes: usize,
    /// Messages nested in each other below the request. `prost` refuses past 100 whatever
    /// stands here.
    pub max_depth: usize,
}

impl Default for ElementLimits {
    /// Far above anything a real client sends, far below what hurts.
    fn default() -> Self {
        Self { max_points: 100_000, max_decoded_bytes: 32 * 1024 * 1024, max_depth: 64 }
    }
}

/// Which of the three OTLP requests a body is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RequestKind {
    /// An `ExportMetricsServiceRequest`.
    Metrics,
    /// An `ExportLogsServiceRequest`.
    Logs,
    /// An `ExportTraceServiceRequest`.
    Traces,
}

/// What a request holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Measured {
    /// Data points, log records or spans.
    pub points: usize,
    /// Estimate of the memory the decoded structs take, in bytes.
    pub decoded_bytes: usize,
}

/// Why a request was refused before it was decoded.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum MeasureError {
    /// The bytes are not protobuf.
    #[error(
        "the body is not valid protobuf: {0}; check that the sender's content type matches what it sends"
    )]
    Malformed(&'static str),
    /// More data points, log records or spans than one request may hold.
    #[error(
        "the request holds more than {limit} data points, log records or spans; send smaller batches"
    )]
    TooManyPoints {
        /// How many are allowed.
        limit: usize,
    },
    /// The decoded structs would take more memory than one request may.
    #[error(
        "the request would take more than {limit} bytes of memory once decoded; send smaller batches"
    )]
    TooLarge {
        /// How many bytes are allowed.
        limit: usize,
    },
    /// Messages nested in each other too deeply.
    #[error(
        "the request nests values more than {limit} levels deep; flatten the nested attribute or body"
    )]
    TooDeep {
        /// How many levels are allowed.
        limit: usize,
    },
}

/// Counts the points of a protobuf request and estimates the memory it takes once decoded.
///
/// Whatever `prost` decodes within the limits is accepted. Unknown fields cost nothing, as
/// `prost` skips them.
pub fn measure(
    kind: RequestKind,
    body: &[u8],
    limits: &ElementLimits,
) -> Result<Measured, MeasureError> {
    let request = match kind {
        RequestKind::Metrics => &shapes::METRICS_REQUEST,
        RequestKind::Logs => &shapes::LOGS_REQUEST,
        RequestKind::Traces => &shapes::TRACES_REQUEST,
    };
    let budget = Budget::new(limits);
    walk(request, body, 0, &budget)?;
    Ok(budget.measured())
}

/// Counts one message and everything in it. `depth` is 0 for the request itself.
///
/// Calls itself for nested messages; [`Budget::descend`] bounds how often.
fn walk(
    shape: &Shape,
    mut rest: &[u8],
    depth: usize,
    budget: &Budget<'_>,
) -> Result<(), MeasureError> {
    budget.descend(depth)?;
    let mut counts = [0_usize; FIELDS_PER_MESSAGE];
    while let Some(field) = wire::next_field(&mut rest)? {
        let Some((position, holds)) = shape.find(field.number) else {
            continue;
        };
        match (holds, field.value) {
            (Holds::Text, Wire::Bytes(text)) => budget.allocate(text.len())?,
            (Holds::One(nested), Wire::Bytes(body)) => walk(nested, body, depth + 1, budget)?,
            (Holds::Many { nested, size }, Wire::Bytes(body)) => {
                budget.grow(add(&mut counts, position, 1), 1, *size)?;
                walk(nested, body, depth + 1, budget)?;
            }
            (Holds::Points { nested, size }, Wire::Bytes(body)) => {
                budget.point()?;
                budget.grow(add(&mut counts, position, 1), 1, *size)?;
                walk(nested, body, depth + 1, budget)?;
            }
            (Holds::Texts, Wire::Bytes(text)) => {
                budget.grow(add(&mut counts, position, 1), 1, size_of::<String>())?;
                budget.allocate(text.len())?;
            }
            (Holds::Numbers { packed_bytes }, value) => {
                let added = value.numbers(*packed_bytes);
                budget.grow(add(&mut counts, position, added), added, size_of::<u64>())?;
            }
            // A wire type `prost` refuses for this field; it says so better than we could.
            _ => {}
        }
    }
    Ok(())
}

/// Adds to the count of one repeated field and returns what it was before.
fn add(counts: &mut [usize], position: usize, added: usize) -> usize {
    counts.get_mut(position).map_or(0, |count| {
        let before = *count;
        *count = before.saturating_add(added);
        before
    })
}
