//! `daybook try-signal`: folds one signal in a process of its own, and saves nothing.

use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use daybook_jobs::crash;
use daybook_jobs::trial::{Trial, Verdict};

use super::open;
use crate::config::{DataArgs, TrySignal, this_program};
use crate::state::folder;

/// How long one signal may take: a hundred times what the largest does.
const PATIENCE: Duration = Duration::from_secs(30);

/// How often it is looked whether the process has ended.
const LOOK: Duration = Duration::from_millis(20);

/// Runs `daybook try-signal`.
pub fn run(arguments: &TrySignal) -> anyhow::Result<()> {
    if let Some(point) = &arguments.crash_at {
        crash::arm(point);
    }
    let store = open::store(&arguments.data)?;
    let (installation, _) = open::installation(&store, chrono_tz::Tz::UTC)?;
    let time_zone = open::time_zone(&installation)?;
    folder(&store, &installation, time_zone, none()).rehearse(arguments.id)
}

/// Tries signals in a process of their own.
pub fn apart(data: &DataArgs) -> Trial {
    let data = data.clone();
    Arc::new(move |id| match start(&data, id).map(survived) {
        Ok(true) => Verdict::Harmless,
        Ok(false) | Err(_) => Verdict::Harmful,
    })
}

/// Tries nothing: for processes that fold only what they made themselves.
pub fn none() -> Trial {
    Arc::new(|_| Verdict::Harmful)
}

/// Starts the process. The database's password goes by the environment, where only its owner
/// can look.
fn start(data: &DataArgs, id: i64) -> std::io::Result<Child> {
    let mut command = Command::new(this_program()?);
    command.args(["try-signal", &id.to_string()]);
    command.env("DAYBOOK_DATA_DIR", &data.data_dir);
    if let Some(url) = &data.database_url {
        command.env("DAYBOOK_DATABASE_URL", url);
    }
    if !data.allow_not_durable.is_empty() {
        command.env("DAYBOOK_ALLOW_NOT_DURABLE", data.allow_not_durable.join(","));
    }
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn()
}

/// Waits for the process: whether it ended in order, and in time.
fn survived(mut child: Child) -> bool {
    let begun = Instant::now();
    loop {
        match child.try_wait() {
            Ok(Some(status)) => return ended_in_order(status),
            Ok(None) if begun.elapsed() < PATIENCE => std::thread::sleep(LOOK),
            Ok(None) | Err(_) => {
                let _ = child.kill();
                let _ = child.wait();
                return false;
            }
        }
    }
}

/// Whether a process ended by itself, be it with an error: the database may have gone away
/// meanwhile. What is wrong with the signal, whoever folds it hears and does not die of.
fn ended_in_order(status: ExitStatus) -> bool {
    if cfg!(unix) { status.code().is_some() } else { status.success() }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whether a process that does something survived it.
    fn survives(script: &str) -> std::io::Result<bool> {
        Ok(survived(Command::new("sh").args(["-c", script]).spawn()?))
    }

    #[test]
    fn a_process_that_is_killed_did_not_survive() -> std::io::Result<()> {
        assert!(!survives("kill -ABRT $$")?);
        assert!(!survives("kill -KILL $$")?);
        Ok(())
    }

    #[test]
    fn a_process_that_could_not_reach_the_database_survived() -> std::io::Result<()> {
        assert!(survives("exit 0")?);
        assert!(survives("exit 1")?);
        Ok(())
    }
}
