//! How much an ingest token may send in a second: a bucket for each limit of each token.
//!
//! In the memory of this process: several servers each allow as much. A request is let in while
//! there is anything left in its bucket, and may take more than that; those after it wait until
//! the debt is paid. So a single batch that is larger than a bucket is late and never stuck.

use std::collections::HashMap;
use std::num::NonZeroU64;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use actix_web::http::StatusCode;
use serde_json::{Value, json};

use super::answer::Refused;
use crate::config::RateLimits;

/// Most tokens whose buckets are remembered: those that are full are as good as forgotten.
const MAX_TOKENS: usize = 10_000;

/// What is limited.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Resource {
    Requests,
    /// As they are sent.
    Bytes,
    /// Data points, log records and spans.
    Points,
}

impl Resource {
    /// Cause and cure, for the sender.
    fn message(self, rate: NonZeroU64) -> String {
        let (what, cure, flag) = match self {
            Resource::Requests => ("requests", "export less often", "requests"),
            Resource::Bytes => ("bytes", "use gzip and export less often", "bytes"),
            Resource::Points => ("points, records and spans", "export less often", "points"),
        };
        format!(
            "the ingest token sends more than {rate} {what} a second; it is sent again by itself. \
             {cure}, give each team its own token, or raise --token-{flag}-per-sec"
        )
    }
}

/// The buckets of every token that sent something of late.
pub struct Rates {
    limits: RateLimits,
    tokens: Mutex<HashMap<u64, Buckets>>,
    limited: Limited,
}

/// When each bucket of a token is full again.
#[derive(Clone, Copy)]
struct Buckets {
    requests: Instant,
    bytes: Instant,
    points: Instant,
}

/// How many requests were told to wait, by the limit they met.
#[derive(Default)]
struct Limited {
    requests: AtomicU64,
    bytes: AtomicU64,
    points: AtomicU64,
}

impl Rates {
    /// Full buckets.
    pub fn new(limits: RateLimits) -> Rates {
        Rates { limits, tokens: Mutex::new(HashMap::new()), limited: Limited::default() }
    }

    /// Takes an amount out of a token's bucket; refused, to be sent again, while it is empty.
    pub fn take(&self, token: u64, resource: Resource, amount: usize) -> Result<(), Refused> {
        self.take_at(token, resource, amount, Instant::now())
    }

    /// The same, at some time.
    fn take_at(
        &self,
        token: u64,
        resource: Resource,
        amount: usize,
        now: Instant,
    ) -> Result<(), Refused> {
        let Some(rate) = self.rate(resource) else {
            return Ok(());
        };
        let burst = Duration::from_secs(self.limits.token_burst_secs);
        let mut tokens = self.tokens.lock().unwrap_or_else(PoisonError::into_inner);
        if tokens.len() >= MAX_TOKENS && !tokens.contains_key(&token) {
            tokens.retain(|_, buckets| !buckets.are_full(now));
        }
        let buckets = tokens.entry(token).or_insert_with(|| Buckets::full(now));
        let full_at = buckets.of(resource);
        let due = (*full_at).max(now);
        if due.duration_since(now) >= burst {
            self.limited.of(resource).fetch_add(1, Ordering::Relaxed);
            return Err(Refused::new(StatusCode::TOO_MANY_REQUESTS, resource.message(rate)));
        }
        *full_at = due + time_of(amount, rate);
        Ok(())
    }

    /// How much of something a token may send in a second.
    fn rate(&self, resource: Resource) -> Option<NonZeroU64> {
        match resource {
            Resource::Requests => self.limits.token_requests_per_sec,
            Resource::Bytes => self.limits.token_bytes_per_sec,
            Resource::Points => self.limits.token_points_per_sec,
        }
    }

    /// How many requests were told to wait since the process began, for `/status`.
    pub fn limited(&self) -> Value {
        let count = |resource| self.limited.of(resource).load(Ordering::Relaxed);
        json!({
            "requests": count(Resource::Requests),
            "bytes": count(Resource::Bytes),
            "points": count(Resource::Points),
        })
    }
}

impl Buckets {
    /// Full buckets.
    fn full(now: Instant) -> Buckets {
        Buckets { requests: now, bytes: now, points: now }
    }

    /// Whether all of them are full again.
    fn are_full(&self, now: Instant) -> bool {
        [self.requests, self.bytes, self.points].iter().all(|full_at| *full_at <= now)
    }

    /// When one of them is full again.
    fn of(&mut self, resource: Resource) -> &mut Instant {
        match resource {
            Resource::Requests => &mut self.requests,
            Resource::Bytes => &mut self.bytes,
            Resource::Points => &mut self.points,
        }
    }
}

impl Limited {
    /// The counter of one limit.
    fn of(&self, resource: Resource) -> &AtomicU64 {
        match resource {
            Resource::Requests => &self.requests,
            Resource::Bytes => &self.bytes,
            Resource::Points => &self.points,
        }
    }
}

/// How long a bucket takes to fill by an amount.
fn time_of(amount: usize, rate: NonZeroU64) -> Duration {
    let nanos = u64::try_from(amount).unwrap_or(u64::MAX).saturating_mul(1_000_000_000);
    Duration::from_nanos(nanos / rate)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Ten requests, a hundred bytes and a hundred points a second, for two seconds at once.
    fn rates() -> Rates {
        Rates::new(RateLimits {
            token_requests_per_sec: NonZeroU64::new(10),
            token_bytes_per_sec: NonZeroU64::new(100),
            token_points_per_sec: NonZeroU64::new(100),
            token_burst_secs: 2,
        })
    }

    #[test]
    fn a_quiet_token_may_send_the_burst_at_once_and_then_the_rate() {
        let (rates, now) = (rates(), Instant::now());
        let take = |at| rates.take_at(1, Resource::Requests, 1, at).is_ok();
        assert_eq!((0..30).filter(|_| take(now)).count(), 20);
        let later = now + Duration::from_millis(500);
        assert_eq!((0..30).filter(|_| take(later)).count(), 5);
        let much_later = now + Duration::from_secs(3600);
        assert_eq!((0..30).filter(|_| take(much_later)).count(), 20);
    }

    #[test]
    fn a_batch_larger_than_the_bucket_passes_and_its_debt_is_waited_out() {
        let (rates, now) = (rates(), Instant::now());
        let take = |after_secs, amount| {
            let at = now + Duration::from_secs(after_secs);
            rates.take_at(1, Resource::Points, amount, at).is_ok()
        };
        assert!(take(0, 1000), "while anything is left");
        assert!(!take(7, 1) && !take(8, 1), "a debt of ten seconds");
        assert!(take(9, 1));
    }

    #[test]
    fn tokens_and_limits_are_apart() {
        let (rates, now) = (rates(), Instant::now());
        assert!(rates.take_at(1, Resource::Bytes, 100_000, now).is_ok());
        assert!(rates.take_at(1, Resource::Bytes, 1, now).is_err());
        assert!(rates.take_at(2, Resource::Bytes, 1, now).is_ok());
        assert!(rates.take_at(1, Resource::Requests, 1, now).is_ok());
        assert_eq!(rates.limited(), json!({"requests": 0, "bytes": 1, "points": 0}));
    }

    #[test]
    fn no_more_is_remembered_than_tokens_that_owe_something() {
        let (rates, now) = (rates(), Instant::now());
        for token in 0..25_000 {
            let at = now + Duration::from_millis(token);
            assert!(rates.take_at(token, Resource::Bytes, 1, at).is_ok());
        }
        let remembered = rates.tokens.lock().map(|tokens| tokens.len());
        assert!(remembered.is_ok_and(|tokens| tokens <= MAX_TOKENS));
    }

    #[test]
    fn without_limits_nothing_is_remembered() {
        let rates = Rates::new(RateLimits::default());
        for _ in 0..1000 {
            assert!(rates.take(1, Resource::Bytes, usize::MAX).is_ok());
        }
        assert!(rates.tokens.lock().is_ok_and(|tokens| tokens.is_empty()));
    }
}
