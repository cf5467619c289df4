//! How much may be arriving, or worked on, at once: each body holds its share of the memory.
//!
//! What the first bytes of every body take is apart from what large bodies take beyond them, so
//! that a few large ones that stall hold up nobody who reports as the client does.

use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::accept::LARGE_BODY_BYTES;
use super::answer::Refused;

/// Most kilobytes that the beginnings of bodies hold, each as long as a body that is not large.
const MAX_BEGINNINGS_KB: usize = 128 << 10;

/// Most kilobytes that large bodies hold beyond their beginnings, unless a single one may be larger.
/// More is overload.
const MAX_REST_KB: usize = 64 << 10;

/// The room that all bodies share, by whatever door they come. Cheap to clone.
#[derive(Clone)]
pub struct Arriving {
    beginnings: Arc<Semaphore>,
    rest: Arc<Semaphore>,
}

impl Arriving {
    /// Room for bodies none of which is larger than `max_body_bytes`.
    pub fn new(max_body_bytes: usize) -> Arriving {
        Arriving::of(MAX_BEGINNINGS_KB, MAX_REST_KB.max(max_body_bytes / 1024 + 1))
    }

    /// So many kilobytes for beginnings, and for what is beyond them.
    fn of(beginnings: usize, rest: usize) -> Arriving {
        Arriving {
            beginnings: Arc::new(Semaphore::new(beginnings)),
            rest: Arc::new(Semaphore::new(rest)),
        }
    }

    /// The share of a body of which nothing has arrived.
    pub(super) fn hold(&self) -> Held {
        Held {
            beginning: Share { of: Arc::clone(&self.beginnings), permit: None },
            rest: Share { of: Arc::clone(&self.rest), permit: None },
        }
    }
}

/// What a body takes of the room, until it is dropped.
pub(super) struct Held {
    beginning: Share,
    rest: Share,
}

impl Held {
    /// Takes room for so many bytes in all; too little room is overload, which passes.
    pub(super) fn grow_to(&mut self, bytes: usize) -> Result<(), Refused> {
        let taken = self.beginning.grow_to(bytes.min(LARGE_BODY_BYTES))
            && (bytes <= LARGE_BODY_BYTES || self.rest.grow_to(bytes - LARGE_BODY_BYTES));
        let full =
            || Refused::try_again("too much is arriving at once; it is sent again by itself");
        taken.then_some(()).ok_or_else(full)
    }
}

/// Kilobytes of some room.
struct Share {
    of: Arc<Semaphore>,
    permit: Option<OwnedSemaphorePermit>,
}

impl Share {
    /// Takes room for so many bytes in all; whether there was as much.
    fn grow_to(&mut self, bytes: usize) -> bool {
        let has = self.permit.as_ref().map_or(0, OwnedSemaphorePermit::num_permits);
        let more = (bytes / 1024 + 1).saturating_sub(has);
        if more == 0 {
            return true;
        }
        let more = u32::try_from(more).unwrap_or(u32::MAX);
        let Ok(permit) = Arc::clone(&self.of).try_acquire_many_owned(more) else {
            return false;
        };
        match &mut self.permit {
            Some(held) => held.merge(permit),
            none => *none = Some(permit),
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bodies_share_their_memory_and_give_it_back() {
        let arriving = Arriving::of(10, 1);
        let mut held = arriving.hold();
        assert!(held.grow_to(1).is_ok() && held.grow_to(9000).is_ok());
        assert_eq!(arriving.beginnings.available_permits(), 1);
        let mut other = arriving.hold();
        assert!(other.grow_to(1024).is_err(), "two kilobytes are too much");
        drop(held);
        assert!(other.grow_to(9000).is_ok());
    }

    #[test]
    fn a_body_as_large_as_is_allowed_finds_room() {
        let max = 100 << 20;
        assert!(Arriving::new(max).hold().grow_to(max).is_ok());
    }

    #[test]
    fn large_bodies_leave_room_for_beginnings() {
        let arriving = Arriving::of(600, 100);
        let mut large = arriving.hold();
        assert!(large.grow_to(LARGE_BODY_BYTES + 99 * 1024).is_ok());
        let mut another = arriving.hold();
        assert!(another.grow_to(LARGE_BODY_BYTES + 1024).is_err());
        assert!(arriving.hold().grow_to(5000).is_ok());
    }
}
