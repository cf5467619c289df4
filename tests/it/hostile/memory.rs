//! How much memory a server takes.

use std::fs;

use prost::Message;

use crate::support::{Reporter, Server, Shared};

/// What one request may cost at most, in kB.
pub const ALLOWANCE_KB: u64 = 64 << 10;

/// The most memory the server ever had at once, in kB; `None` where there is no `/proc`.
pub fn peak_kb(server: &Server) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{}/status", server.pid())).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().trim_end_matches(" kB").parse().ok()
}

/// Fails when something took more memory than one request may; nobody else may use the server.
pub fn within_allowance<T>(server: &Shared, what: &str, request: impl FnOnce() -> T) -> T {
    within(ALLOWANCE_KB, server, what, request)
}

/// The same with another allowance, in kB.
pub fn within<T>(allowed_kb: u64, server: &Shared, what: &str, request: impl FnOnce() -> T) -> T {
    // What a server takes for its first request of all is not this one's.
    server.accept("metrics", &Reporter::new("first").tokens(&[1.0]).encode_to_vec());
    server.settle();
    let before = peak_kb(server);
    let done = request();
    server.settle();
    if let (Some(before), Some(after)) = (before, peak_kb(server)) {
        let grown = after.saturating_sub(before);
        assert!(grown <= allowed_kb, "{what} took {grown} kB more");
    }
    done
}
