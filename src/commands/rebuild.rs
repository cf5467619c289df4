//! `daybook rebuild` and `daybook replay`.

use std::fs;
use std::path::{Path, PathBuf};

use daybook_jobs::rebuild::Rebuild as Rebuilding;
use daybook_schema::signals;
use indicatif::{ProgressBar, ProgressStyle};

use super::open;
use crate::config::{Rebuild, Replay};
use crate::state::folder;

/// Runs `daybook rebuild`.
pub fn run(arguments: &Rebuild) -> anyhow::Result<()> {
    let store = open::store(&arguments.data)?;
    let (installation, _) = open::installation(&store, chrono_tz::Tz::UTC)?;
    let kept = open::time_zone(&installation)?;
    let time_zone = arguments.time_zone.unwrap_or(kept);
    // A server that runs would go on making days of the old zone.
    let _lock = if time_zone == kept { None } else { Some(open::lock(&arguments.data)?) };
    let beside = Beside::new(&arguments.data.sqlite_path()?);
    let folded = store.read(signals::folded)?;
    let progress = progress(u64::try_from(folded).unwrap_or(0), "signals");
    let mut rebuild = Rebuilding::begin(folder(&store, &installation, time_zone), &beside.path)?;
    loop {
        let step = rebuild.step()?;
        if step == 0 {
            break;
        }
        progress.inc(u64::try_from(step).unwrap_or(0));
    }
    rebuild.finish(&beside.path)?;
    progress.finish_and_clear();
    println!("every figure was made again from {folded} signals");
    Ok(())
}

/// Runs `daybook replay`.
pub fn replay(arguments: &Replay) -> anyhow::Result<()> {
    let store = open::store(&arguments.data)?;
    let replayed = store.write(signals::replay_quarantined)?;
    println!(
        "{replayed} signals went back to the queue; a server that runs takes them within seconds"
    );
    Ok(())
}

/// A bar on standard error, where people look.
pub fn progress(length: u64, what: &str) -> ProgressBar {
    let bar = ProgressBar::new(length);
    let template = format!("{{bar:40}} {{human_pos}}/{{human_len}} {what}, {{eta}} left");
    if let Ok(style) = ProgressStyle::with_template(&template) {
        bar.set_style(style);
    }
    bar
}

/// The database beside; gone when it is dropped.
struct Beside {
    path: PathBuf,
}

impl Beside {
    /// A path next to the database, of this process alone.
    fn new(database: &Path) -> Beside {
        Beside { path: database.with_extension(format!("rebuild-{}", std::process::id())) }
    }
}

impl Drop for Beside {
    fn drop(&mut self) {
        for suffix in ["", "-wal", "-shm"] {
            let mut path = self.path.clone().into_os_string();
            path.push(suffix);
            let _ = fs::remove_file(path);
        }
    }
}
