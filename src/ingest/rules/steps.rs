//! Counts the bytes that rules look at, so that a text made to be read again and again is given up.

use std::cell::Cell;

thread_local! {
    /// Bytes looked at by this thread.
    static LOOKED_AT: Cell<usize> = const { Cell::new(0) };
}

/// Notes that so many bytes are looked at, some perhaps again.
#[inline]
pub fn look_at(bytes: usize) {
    LOOKED_AT.set(LOOKED_AT.get().wrapping_add(bytes));
}

/// The bytes this thread has looked at since a count of them.
pub fn since(before: usize) -> usize {
    LOOKED_AT.get().wrapping_sub(before)
}

/// The bytes this thread has looked at so far.
pub fn count() -> usize {
    LOOKED_AT.get()
}
