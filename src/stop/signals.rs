//! The process is asked to stop; what its supervisor is told.

/// Who asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asked {
    /// A supervisor: SIGTERM.
    Terminate,
    /// A person at a terminal: SIGINT.
    Interrupt,
}

/// Signals that ask the process to stop.
///
/// The framework listens for them only once its workers run, some time after the port is open;
/// asked before that, the process would just die.
#[cfg(unix)]
pub struct Signals {
    terminate: tokio::signal::unix::Signal,
    interrupt: tokio::signal::unix::Signal,
    /// SIGHUP asks for certificates to be read again, or says that the terminal was closed. Where it
    /// means neither it is passed over: without anybody who listens, it would end the process.
    hangup: tokio::signal::unix::Signal,
    /// Whether it is the terminal that is gone.
    ends_on_hangup: bool,
}

#[cfg(unix)]
impl Signals {
    /// Listens from now on. Whoever has certificates reads them again on SIGHUP.
    pub fn listen(has_certificates: bool) -> std::io::Result<Signals> {
        use std::io::IsTerminal;
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Signals {
            terminate: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
            hangup: signal(SignalKind::hangup())?,
            ends_on_hangup: !has_certificates && std::io::stdin().is_terminal(),
        })
    }

    /// Waits for the next one.
    pub async fn next(&mut self) -> Asked {
        tokio::select! {
            _ = self.terminate.recv() => Asked::Terminate,
            _ = self.interrupt.recv() => Asked::Interrupt,
            _ = self.hangup.recv(), if self.ends_on_hangup => Asked::Terminate,
        }
    }
}

/// Ctrl-C, where that is all there is.
#[cfg(not(unix))]
pub struct Signals;

#[cfg(not(unix))]
impl Signals {
    /// Listens from the first wait on.
    pub fn listen(_has_certificates: bool) -> std::io::Result<Signals> {
        Ok(Signals)
    }

    /// Waits for the next one.
    pub async fn next(&mut self) -> Asked {
        let _ = tokio::signal::ctrl_c().await;
        Asked::Interrupt
    }
}

impl Signals {
    /// Ends the process when it is asked again. That is safe at any moment: what was
    /// acknowledged is on disk, and what was not is rolled back at the next start.
    pub(super) async fn end_at_once(mut self) {
        self.next().await;
        tracing::warn!("asked again: ending at once");
        std::process::exit(1);
    }
}

/// Tells systemd that requests are answered from now on.
pub fn tell_supervisor_of_start() {
    #[cfg(unix)]
    tell(&[sd_notify::NotifyState::Ready]);
}

/// Tells systemd that the process is on its way out.
pub(super) fn tell_supervisor_of_end() {
    #[cfg(unix)]
    tell(&[sd_notify::NotifyState::Stopping]);
}

/// Tells systemd something; nothing happens where it did not ask to be told.
#[cfg(unix)]
fn tell(state: &[sd_notify::NotifyState<'_>]) {
    if let Err(error) = sd_notify::notify(state) {
        tracing::warn!(%error, "systemd could not be told");
    }
}
