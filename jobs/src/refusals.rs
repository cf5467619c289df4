//! Whose fault it is that the database takes no batch: its own, mostly, and that passes.

use std::time::{Duration, Instant};

/// How often the database may refuse signals in a row while it takes other writes: long enough
/// for whatever holds a lock to let go.
const MOST: usize = 240;

/// How often it is said: the log may be on the same full disk.
const SAY_EVERY: Duration = Duration::from_secs(5);

/// What to do after a refusal. However often, it is to try again first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Next {
    Again,
    /// And to ask whether there is room for so much: where there is none,
    /// [forget](Refusals::forget) what was refused.
    AskForRoom,
    /// Not any more: it is the signals' fault.
    Blame,
}

/// Refusals in a row.
#[derive(Debug, Default)]
pub(crate) struct Refusals {
    count: usize,
    said: Option<Instant>,
}

impl Refusals {
    /// One more; whether the database takes other writes.
    pub(crate) fn again(&mut self, takes_others: bool) -> Next {
        self.count = if takes_others { self.count.saturating_add(1) } else { 0 };
        match self.count {
            MOST => Next::AskForRoom,
            count if count > MOST => Next::Blame,
            _ => Next::Again,
        }
    }

    /// Nobody is to blame for those so far.
    pub(crate) fn forget(&mut self) {
        self.count = 0;
    }

    /// Says why, now and then.
    pub(crate) fn say(&mut self, error: &str) {
        if self.said.is_none_or(|said| said.elapsed() >= SAY_EVERY) {
            tracing::warn!(error, "the fold waits for the database");
            self.said = Some(Instant::now());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is to be done after each of so many refusals that is not to try again.
    fn after(refusals: &mut Refusals, count: usize, takes_others: bool) -> Vec<Next> {
        let all = (0..count).map(|_| refusals.again(takes_others));
        all.filter(|next| *next != Next::Again).collect()
    }

    #[test]
    fn signals_are_blamed_when_there_is_room_and_they_are_refused_once_more() {
        let mut refusals = Refusals::default();
        assert_eq!(after(&mut refusals, MOST, true), [Next::AskForRoom]);
        assert_eq!(refusals.again(true), Next::Blame);
    }

    #[test]
    fn signals_are_not_blamed_for_a_full_disk_however_long_it_is_full() {
        let mut refusals = Refusals::default();
        for _ in 0..3 {
            assert_eq!(after(&mut refusals, MOST, true), [Next::AskForRoom]);
            refusals.forget();
        }
    }

    #[test]
    fn signals_are_not_blamed_while_nothing_can_be_written() {
        let mut refusals = Refusals::default();
        assert_eq!(after(&mut refusals, MOST.saturating_mul(3), false), []);
        assert_eq!(after(&mut refusals, MOST - 1, true), []);
        assert_eq!(refusals.again(false), Next::Again);
        assert_eq!(after(&mut refusals, MOST - 1, true), []);
    }
}
