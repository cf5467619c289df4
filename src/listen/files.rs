//! How many files the process may have open: every connection is one.

/// Files that are no connections: the database, its readers, the log, what is being read.
const OTHER_FILES: u64 = 256;

/// Below this many connections an organization's clients may be held up.
const FEW_CONNECTIONS: u64 = 4096;

/// Raises the limit of open files as far as may be; how many connections fit in it.
pub fn raise_open_files() -> usize {
    let connections = open_files().saturating_sub(OTHER_FILES).max(1);
    if connections < FEW_CONNECTIONS {
        tracing::warn!(
            connections,
            "the limit of open files is low: more clients than this wait to be accepted; raise \
             it with LimitNOFILE= or `ulimit -n`"
        );
    }
    usize::try_from(connections).unwrap_or(usize::MAX)
}

/// The limit, raised to what the operator allows.
#[cfg(unix)]
fn open_files() -> u64 {
    use nix::sys::resource::{Resource, getrlimit, setrlimit};

    let Ok((soft, hard)) = getrlimit(Resource::RLIMIT_NOFILE) else {
        return OTHER_FILES;
    };
    match setrlimit(Resource::RLIMIT_NOFILE, hard, hard) {
        Ok(()) => hard,
        Err(_) => soft,
    }
}

/// Other systems have no such limit that matters here.
#[cfg(not(unix))]
fn open_files() -> u64 {
    u64::from(u32::MAX)
}
