//! Takes new certificates into use: when their files change, and at once when asked to (SIGHUP).

use std::sync::Arc;
use std::time::Duration;

use super::Tls;

/// How often the files are looked at. They are small, and what they hold is compared: a link
/// that was turned to other files is seen, and a copy that keeps its times.
const LOOK_EVERY: Duration = Duration::from_secs(2);

/// Reloads for as long as it runs.
pub async fn reload_when_changed(tls: Arc<Tls>) -> std::io::Result<()> {
    let mut looks = tokio::time::interval(LOOK_EVERY);
    looks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    let mut asked = Asked::listen()?;
    let mut complained = None;
    loop {
        tokio::select! {
            _ = looks.tick() => {}
            () = asked.next() => complained = None,
        }
        let reloading = Arc::clone(&tls);
        match tokio::task::spawn_blocking(move || reloading.reload()).await {
            Ok(Ok(true)) => {
                complained = None;
                tracing::info!("new TLS certificates are in use for new connections");
            }
            Ok(Ok(false)) | Err(_) => {}
            Ok(Err(error)) => complain(&mut complained, &format!("{error:#}")),
        }
    }
}

/// Says what is wrong with new files, once.
fn complain(complained: &mut Option<String>, error: &str) {
    if complained.as_deref() != Some(error) {
        tracing::error!(error, "new TLS files cannot be used; the old ones stay in use");
        *complained = Some(error.to_owned());
    }
}

/// Waits for SIGHUP, where there is such a thing.
struct Asked {
    #[cfg(unix)]
    signal: tokio::signal::unix::Signal,
}

impl Asked {
    /// Begins to listen.
    fn listen() -> std::io::Result<Asked> {
        Ok(Asked {
            #[cfg(unix)]
            signal: tokio::signal::unix::signal(tokio::signal::unix::SignalKind::hangup())?,
        })
    }

    /// Returns when it is asked.
    #[cfg(unix)]
    async fn next(&mut self) {
        let _ = self.signal.recv().await;
    }

    /// Never returns: nobody can ask.
    #[cfg(not(unix))]
    async fn next(&mut self) {
        std::future::pending().await
    }
}
