//! Which signals go together in one batch.

use daybook_schema::signals::SignalRow;

/// Most signals of one batch, and most bytes of their unpacked bodies.
pub(super) const MAX_SIGNALS: i64 = 2000;
const MAX_BYTES: i64 = 8 << 20;

/// Most signals of a batch that were tried once before, and took the process with them or were
/// in bad company. What was tried more often goes alone.
const MAX_TRIED: usize = 50;

/// As much of the front of the queue as one batch may hold. Signals that were tried before go
/// in small company, then alone, so that one that kills the process is found in two more
/// deaths and takes no other with it.
pub(super) fn one_batch(waiting: Vec<SignalRow>) -> Vec<SignalRow> {
    let tried = waiting.first().map_or(0, |row| row.attempts);
    let most = match tried {
        0 => usize::MAX,
        1 => MAX_TRIED,
        _ => 1,
    };
    let mut bytes = 0_i64;
    let mut batch: Vec<SignalRow> = Vec::new();
    for row in waiting {
        bytes = bytes.saturating_add(row.size);
        let full = batch.len() >= most || bytes > MAX_BYTES || row.attempts != tried;
        if !batch.is_empty() && full {
            break;
        }
        batch.push(row);
    }
    batch
}

/// Whether a batch is of signals that were tried before: nothing gathers behind it, for many of
/// them may be waiting, to go in small company or alone.
pub(super) fn is_tried_again(batch: &[SignalRow]) -> bool {
    batch.iter().any(|row| row.attempts > 0)
}

/// Whether a batch holds about as much as one may.
pub(super) fn is_full(batch: &[SignalRow]) -> bool {
    let bytes = batch.iter().fold(0_i64, |sum, row| sum.saturating_add(row.size));
    i64::try_from(batch.len()).is_ok_and(|length| length >= MAX_SIGNALS)
        || bytes > MAX_BYTES / 4 * 3
}
