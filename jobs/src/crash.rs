//! Named points at which a test can have the process die.
//!
//! Only in debug builds; a release build has none of it.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

/// The points that are armed.
static ARMED: OnceLock<Vec<Armed>> = OnceLock::new();

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

/// What begins the name of the point at which a signal of a connection is folded; its number
/// follows.
pub const CONNECTION: &str = "connection-";

/// The same of the point at which the fold panics over it, and the process lives.
pub const PANIC: &str = "panic-";

/// An armed point.
struct Armed {
    point: String,
    /// How often it is passed until it kills.
    passes: AtomicU32,
}

/// Makes the process die when it comes to one of some points: `mid-fold`, or `mid-fold@3` for
/// the third time, or several with commas between. `connection-3` kills whenever a signal of
/// that connection is folded, `panic-3` has the fold panic then.
pub fn arm(points: &str) {
    if cfg!(debug_assertions) {
        let armed = points.split(',').map(|point| {
            let (point, passes) = point.split_once('@').unwrap_or((point, "1"));
            Armed { point: point.to_owned(), passes: AtomicU32::new(passes.parse().unwrap_or(1)) }
        });
        let _ = ARMED.set(armed.collect());
    }
}

/// Dies here, if this point is armed: at once, as by a power cut.
pub fn at(point: &str) {
    if cfg!(debug_assertions)
        && armed(|armed| armed == point)
            .is_some_and(|armed| armed.passes.fetch_sub(1, Ordering::SeqCst) == 1)
    {
        std::process::abort();
    }
}

/// Dies or panics here, if signals of this connection are armed: they are poison to whoever folds
/// them.
#[expect(clippy::panic, reason = "a test asks for it")]
pub fn over(connection_id: i32) {
    let is_armed = |kind: &str| {
        armed(|point| {
            point.strip_prefix(kind).and_then(|id| id.parse().ok()) == Some(connection_id)
        })
        .is_some()
    };
    if cfg!(debug_assertions) && is_armed(CONNECTION) {
        std::process::abort();
    }
    if cfg!(debug_assertions) && is_armed(PANIC) {
        panic!("a test has the fold panic here");
    }
}

/// The armed point that is asked for.
fn armed(is_it: impl Fn(&str) -> bool) -> Option<&'static Armed> {
    ARMED.get()?.iter().find(|armed| is_it(&armed.point))
}
