//! Named points at which a test can have the process die.
//!
//! Only in debug builds; a release build has none of it.

use std::sync::OnceLock;

/// The point that is armed.
static ARMED: OnceLock<String> = OnceLock::new();

/// A group of requests is written, but not committed.
pub const BEFORE_ENQUEUE_COMMIT: &str = "before-enqueue-commit";
/// A group of requests is on disk, and nobody was answered.
pub const AFTER_ENQUEUE_COMMIT: &str = "after-enqueue-commit";
/// A batch is claimed, and nothing of it is decoded.
pub const CLAIMED: &str = "claimed";
/// A batch is folded, and nothing of it is written.
pub const MID_FOLD: &str = "mid-fold";
/// A batch is written, but not committed.
pub const BEFORE_FOLD_COMMIT: &str = "before-fold-commit";
/// A batch is on disk.
pub const AFTER_FOLD_COMMIT: &str = "after-fold-commit";

/// Makes the process die when it comes to a point.
pub fn arm(point: &str) {
    if cfg!(debug_assertions) {
        let _ = ARMED.set(point.to_owned());
    }
}

/// Dies here, if this point is armed: at once, as by a power cut.
pub fn at(point: &str) {
    if cfg!(debug_assertions) && ARMED.get().is_some_and(|armed| armed == point) {
        std::process::abort();
    }
}
