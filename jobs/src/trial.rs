//! Trials: whether a signal is to blame for the death of the processes that folded it.
//!
//! When a process dies, every signal that it had claimed may be to blame, and so may somebody
//! outside who killed it. A signal that was there three times is folded by another process
//! first, for show. Only if that dies too is it put aside.

use std::sync::Arc;

/// What a trial says of a signal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// A process survived it.
    Harmless,
    /// A process died of it, or hung, or could not be started.
    Harmful,
}

/// Tries the signal of an id; blocks until that is done.
pub type Trial = Arc<dyn Fn(i64) -> Verdict + Send + Sync>;
