//! Slows down who guesses: ten wrong passwords at once, then one a minute, for each account
//! and for each address.
//!
//! In the memory of this process, and bounded: who is forgotten first has owed least. Failures
//! are counted, successes are not, so a busy office behind one address does not notice.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// How long a failure weighs.
const WEIGHT: Duration = Duration::from_secs(60);

/// How many failures there may be at once.
const AT_ONCE: u32 = 10;

/// Most accounts and addresses that are remembered.
const MAX_REMEMBERED: usize = 20_000;

/// What failures are counted by.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Source {
    /// An email address as it was typed; there need not be an account of it.
    Email([u8; 32]),
    /// An address; of IPv6 the network, as one customer has all of it.
    Address(IpAddr),
}

impl Source {
    /// What was typed as an email address.
    pub fn email(text: &str) -> Source {
        Source::Email(*blake3::hash(text.as_bytes()).as_bytes())
    }

    /// Where a request came from.
    pub fn address(address: IpAddr) -> Source {
        Source::Address(match address.to_canonical() {
            IpAddr::V6(address) => IpAddr::V6((address.to_bits() >> 64 << 64).into()),
            address => address,
        })
    }
}

/// When the failures of each source are forgiven.
#[derive(Default)]
pub struct Throttle {
    forgiven_at: Mutex<HashMap<Source, Instant>>,
}

impl Throttle {
    /// Takes note of an attempt as if it failed, before it is known; how long to wait where
    /// there were too many. Attempts side by side so cannot all slip through.
    pub fn attempt(&self, sources: &[Source], now: Instant) -> Result<(), Duration> {
        let mut forgiven_at = self.forgiven_at.lock().unwrap_or_else(PoisonError::into_inner);
        let most = now + WEIGHT * (AT_ONCE - 1);
        let latest = sources.iter().filter_map(|source| forgiven_at.get(source)).max();
        if let Some(latest) = latest.filter(|latest| **latest > most) {
            return Err(latest.duration_since(most));
        }
        forget(&mut forgiven_at, now);
        for source in sources {
            let at = forgiven_at.entry(source.clone()).or_insert(now);
            *at = (*at).max(now) + WEIGHT;
        }
        Ok(())
    }

    /// Takes an attempt back that succeeded.
    pub fn succeeded(&self, sources: &[Source]) {
        let mut forgiven_at = self.forgiven_at.lock().unwrap_or_else(PoisonError::into_inner);
        for source in sources {
            if let Some(at) = forgiven_at.get_mut(source) {
                *at = at.checked_sub(WEIGHT).unwrap_or(*at);
            }
        }
    }
}

/// Forgets who owes nothing any more, and where all owe something, who owes least.
fn forget(forgiven_at: &mut HashMap<Source, Instant>, now: Instant) {
    if forgiven_at.len() < MAX_REMEMBERED {
        return;
    }
    forgiven_at.retain(|_, at| *at > now);
    let mut debt = WEIGHT;
    while forgiven_at.len() >= MAX_REMEMBERED {
        forgiven_at.retain(|_, at| *at > now + debt);
        debt += WEIGHT;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An address of IPv4.
    fn address(number: u32) -> Source {
        Source::address(IpAddr::V4(number.into()))
    }

    #[test]
    fn ten_failures_are_let_through_and_then_one_a_minute() {
        let (throttle, now) = (Throttle::default(), Instant::now());
        let sources = [Source::email("ada@example.com"), address(1)];
        let passed = |at| (0..30).filter(|_| throttle.attempt(&sources, at).is_ok()).count();
        assert_eq!(passed(now), 10);
        assert_eq!(throttle.attempt(&sources, now), Err(WEIGHT));
        assert_eq!(passed(now + WEIGHT), 1);
        assert_eq!(passed(now + WEIGHT * 60), 10);
    }

    #[test]
    fn an_account_is_protected_from_many_addresses_and_an_address_from_many_accounts() {
        let (throttle, now) = (Throttle::default(), Instant::now());
        let email = Source::email("ada@example.com");
        let passed = (0..30)
            .filter(|number| throttle.attempt(&[email.clone(), address(*number)], now).is_ok());
        assert_eq!(passed.count(), 10);
        let passed = (0..30).filter(|number: &u32| {
            let email = Source::email(&format!("person{number}@example.com"));
            throttle.attempt(&[email, address(99)], now).is_ok()
        });
        assert_eq!(passed.count(), 10);
    }

    #[test]
    fn success_costs_nothing() {
        let (throttle, now) = (Throttle::default(), Instant::now());
        for _ in 0..100 {
            assert_eq!(throttle.attempt(&[address(1)], now), Ok(()));
            throttle.succeeded(&[address(1)]);
        }
    }

    #[test]
    fn a_network_of_ipv6_is_one_source() {
        let source = |text: &str| Source::address(text.parse().expect("an address"));
        assert_eq!(source("2001:db8::1"), source("2001:db8::ffff:1:2"));
        assert_ne!(source("2001:db8::1"), source("2001:db8:0:1::1"));
        assert_eq!(source("::ffff:192.0.2.1"), source("192.0.2.1"));
    }

    #[test]
    fn what_is_remembered_is_bounded_and_who_guesses_most_is_kept() {
        let (throttle, now) = (Throttle::default(), Instant::now());
        for _ in 0..10 {
            assert!(throttle.attempt(&[address(0)], now).is_ok());
        }
        for number in 1..=50_000 {
            assert!(throttle.attempt(&[address(number)], now).is_ok());
        }
        assert!(throttle.forgiven_at.lock().is_ok_and(|all| all.len() <= MAX_REMEMBERED));
        assert!(throttle.attempt(&[address(0)], now).is_err());
    }
}
