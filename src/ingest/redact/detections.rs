//! Remembers what was replaced in a string while it is scanned again and again, and says at the
//! end what stands round each marker.

use super::json_path;
use daybook_jobs::detection::{Detection, Detections, MAX_DETECTIONS};
use std::ops::Range;

/// Bytes of the text round a marker that are kept on either side.
const CONTEXT_BYTES: usize = 24;

/// A marker in a string.
pub struct Replaced {
    /// Which piece it stands in.
    pub piece: usize,
    /// Where, in the piece as it is now.
    pub range: Range<usize>,
    /// Its type.
    pub rule: &'static str,
    /// The keyed hash of what stood there.
    pub secret_hash: [u8; 16],
}

/// The markers written into some pieces.
#[derive(Default)]
pub struct Ledger {
    /// The first [`MAX_DETECTIONS`].
    replaced: Vec<Replaced>,
    /// How many more there were.
    not_kept: usize,
}

impl Ledger {
    /// Notes a marker that took the place of `length` bytes, and moves what stands behind it.
    pub fn note(&mut self, new: Replaced, length: usize) {
        for known in self.replaced.iter_mut().filter(|known| known.piece == new.piece) {
            if known.range.start >= new.range.start {
                let shift = |at: usize| (at + new.range.len()).saturating_sub(length);
                known.range = shift(known.range.start)..shift(known.range.end);
            }
        }
        if self.replaced.len() < MAX_DETECTIONS {
            self.replaced.push(new);
        } else {
            self.not_kept = self.not_kept.saturating_add(1);
        }
    }

    /// Forgets what stood in a piece that was replaced as a whole.
    pub fn forget(&mut self, piece: usize) {
        self.replaced.retain(|known| known.piece != piece);
    }

    /// Tells what was found. `path` names a piece, from the pieces as they are now.
    pub fn tell(
        self,
        pieces: &[&mut String],
        path: impl Fn(usize, &[&mut String]) -> String,
        detections: &mut Detections,
    ) {
        let room = MAX_DETECTIONS.saturating_sub(detections.kept.len());
        let beyond = self.replaced.len().saturating_sub(room).saturating_add(self.not_kept);
        detections.not_kept = detections.not_kept.saturating_add(beyond);
        for Replaced { piece, range, rule, secret_hash } in self.replaced.into_iter().take(room) {
            let text = pieces.get(piece).map(|piece| piece.as_str()).unwrap_or_default();
            let inner = json_path::of(text, range.start);
            detections.kept.push(Detection {
                rule: rule.to_owned(),
                path: format!("{}{inner}", path(piece, pieces)),
                before: end(text.get(..range.start).unwrap_or_default()).to_owned(),
                after: start(text.get(range.end..).unwrap_or_default()).to_owned(),
                secret_hash,
            });
        }
    }
}

/// The end of a text, on a character boundary.
pub fn end(text: &str) -> &str {
    let cut = text.len().saturating_sub(CONTEXT_BYTES);
    (cut..=text.len()).find_map(|at| text.get(at..)).unwrap_or_default()
}

/// The start of a text, on a character boundary.
pub fn start(text: &str) -> &str {
    let cut = text.len().min(CONTEXT_BYTES);
    (0..=cut).rev().find_map(|at| text.get(..at)).unwrap_or_default()
}
