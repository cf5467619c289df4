//! What is left of a request's limits while it is being counted, on the wire or while JSON is
//! decoded. Knows sizes and limits, nothing of encodings.

use std::cell::Cell;

use super::{ElementLimits, MeasureError, Measured};

/// Messages `prost` decodes below a request before it refuses; not configurable there.
const PROST_MAX_DEPTH: usize = 100;
/// Elements a `Vec` makes room for with its first push.
const FIRST_CAPACITY: usize = 4;
/// Bytes an allocator keeps for itself in front of each allocation.
const ALLOCATION_HEADER: usize = 8;
/// Allocators hand out multiples of this many bytes.
const ALLOCATION_STEP: usize = 16;

/// Running totals of one request. Methods take `&self`, so visitors can share it.
pub(in crate::ingest) struct Budget<'a> {
    /// What may be used.
    limits: &'a ElementLimits,
    /// Points met so far.
    points: Cell<usize>,
    /// Estimated bytes of the structs met so far.
    bytes: Cell<usize>,
}

impl<'a> Budget<'a> {
    /// Starts at nothing used.
    pub(in crate::ingest) fn new(limits: &'a ElementLimits) -> Self {
        Self { limits, points: Cell::new(0), bytes: Cell::new(0) }
    }

    /// The totals so far.
    pub(in crate::ingest) fn measured(&self) -> Measured {
        Measured { points: self.points.get(), decoded_bytes: self.bytes.get() }
    }

    /// Counts one data point, log record or span.
    pub(in crate::ingest) fn point(&self) -> Result<(), MeasureError> {
        let points = self.points.get().saturating_add(1);
        self.points.set(points);
        if points > self.limits.max_points {
            let limit = self.limits.max_points;
            return Err(MeasureError::TooManyPoints { limit });
        }
        Ok(())
    }

    /// Counts a string or byte string of `length` bytes. An empty one allocates nothing.
    pub(in crate::ingest) fn allocate(&self, length: usize) -> Result<(), MeasureError> {
        if length == 0 {
            return Ok(());
        }
        let taken = length.saturating_add(ALLOCATION_HEADER);
        self.spend(taken.checked_next_multiple_of(ALLOCATION_STEP).unwrap_or(usize::MAX))
    }

    /// Counts what a `Vec` of `before` elements allocates for `added` more of `size` bytes.
    ///
    /// Follows `Vec`'s own growth: 4 elements first, doubled whenever full. That the old
    /// allocation lives on for the moment of the copy is left out.
    pub(in crate::ingest) fn grow(
        &self,
        before: usize,
        added: usize,
        size: usize,
    ) -> Result<(), MeasureError> {
        let more = capacity(before.saturating_add(added)).saturating_sub(capacity(before));
        if more == 0 {
            return Ok(());
        }
        self.spend(more.saturating_mul(size).saturating_add(ALLOCATION_HEADER))
    }

    /// Asks whether a message may stand `depth` levels below the request.
    pub(in crate::ingest) fn descend(&self, depth: usize) -> Result<(), MeasureError> {
        let limit = self.limits.max_depth.min(PROST_MAX_DEPTH);
        if depth > limit {
            return Err(MeasureError::TooDeep { limit });
        }
        Ok(())
    }

    /// Adds estimated bytes.
    fn spend(&self, more: usize) -> Result<(), MeasureError> {
        let bytes = self.bytes.get().saturating_add(more);
        self.bytes.set(bytes);
        if bytes > self.limits.max_decoded_bytes {
            let limit = self.limits.max_decoded_bytes;
            return Err(MeasureError::TooLarge { limit });
        }
        Ok(())
    }
}

/// Elements a `Vec` has room for after `count` pushes.
fn capacity(count: usize) -> usize {
    match count {
        0 => 0,
        _ => count.checked_next_power_of_two().unwrap_or(usize::MAX).max(FIRST_CAPACITY),
    }
}
