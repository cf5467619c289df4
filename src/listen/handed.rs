//! Sockets that systemd opened before it started this process (`LISTEN_FDS`, `LISTEN_PID`).

use std::io;

use listenfd::ListenFd;

use super::Handed;

/// Takes every socket that was handed over. `names` are separated by colons, in their order.
pub(super) fn take(names: Option<&str>) -> io::Result<Vec<Handed>> {
    let mut sockets = ListenFd::from_env();
    let mut names = names.unwrap_or_default().split(':').filter(|name| !name.is_empty());
    let mut handed = Vec::new();
    for place in 0..sockets.len() {
        let name = names.next().unwrap_or("unknown").to_owned();
        if let Some(listener) = sockets.take_tcp_listener(place)? {
            handed.push(Handed { name, listener });
        }
    }
    Ok(handed)
}
