//! What one ingest token may send in a second.

use std::num::NonZeroU64;

use clap::Args;

/// How much a token may send; what is not given is not limited.
#[derive(Clone, Debug, Args)]
pub struct RateLimits {
    /// Most requests a second of one ingest token; not limited unless given.
    #[arg(long, env = "DAYBOOK_TOKEN_REQUESTS_PER_SEC")]
    pub token_requests_per_sec: Option<NonZeroU64>,
    /// Most bytes a second of one ingest token, as sent; not limited unless given.
    #[arg(long, env = "DAYBOOK_TOKEN_BYTES_PER_SEC")]
    pub token_bytes_per_sec: Option<NonZeroU64>,
    /// Most data points, log records and spans a second of one ingest token; not limited unless
    /// given.
    #[arg(long, env = "DAYBOOK_TOKEN_POINTS_PER_SEC")]
    pub token_points_per_sec: Option<NonZeroU64>,
    /// For how many seconds' worth a token that was quiet may send at once.
    #[arg(
        long,
        env = "DAYBOOK_TOKEN_BURST_SECS",
        default_value_t = RateLimits::default().token_burst_secs,
        value_parser = clap::value_parser!(u64).range(1..=3600)
    )]
    pub token_burst_secs: u64,
}

impl Default for RateLimits {
    /// No limit. A whole team may report with one token, so no number suits everybody.
    fn default() -> RateLimits {
        RateLimits {
            token_requests_per_sec: None,
            token_bytes_per_sec: None,
            token_points_per_sec: None,
            token_burst_secs: 5,
        }
    }
}
