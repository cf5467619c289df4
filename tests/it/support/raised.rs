//! A flag that ends what goes on beside a test.

use std::sync::atomic::{AtomicBool, Ordering};

/// Raises a flag when it is dropped, also when the test fails: who waits for it would wait for
/// ever.
pub struct Raised<'a>(pub &'a AtomicBool);

impl Drop for Raised<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::SeqCst);
    }
}
