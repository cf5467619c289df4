//! `daybook rebuild` and `daybook replay`.

use anyhow::Context;
use chrono_tz::Tz;
use daybook_jobs::rebuild::Rebuild as Rebuilding;
use daybook_schema::installation::Installation;
use daybook_schema::store::{Job, Store};
use daybook_schema::{signals, tallies};
use indicatif::{ProgressBar, ProgressStyle};

use super::{open, trial};
use crate::config::{Rebuild, Replay};
use crate::state::folder;

/// Runs `daybook rebuild`.
pub fn run(arguments: &Rebuild) -> anyhow::Result<()> {
    let store = open::store(&arguments.data)?;
    let (installation, _) = open::installation(&store, chrono_tz::Tz::UTC)?;
    let kept = open::time_zone(&installation)?;
    let time_zone = arguments.time_zone.unwrap_or(kept);
    // The pages of a server that runs would go on asking for days of the old zone.
    let _lock = if time_zone == kept { None } else { open::lock(&arguments.data)? };
    let rebuilt = store.alone(Job::Rebuild, || rebuild(&store, &installation, time_zone))?;
    rebuilt.context("another `daybook rebuild` is under way; wait for it to end")?
}

/// Makes every figure again, with a bar.
fn rebuild(store: &Store, installation: &Installation, time_zone: Tz) -> anyhow::Result<()> {
    let tallies = store.read(tallies::all)?;
    let known = tallies.iter().find(|tally| tally.name == tallies::FOLDED);
    let known = known.and_then(|tally| u64::try_from(tally.count).ok());
    let progress = progress(known.unwrap_or_default(), "signals");
    let mut rebuild = Rebuilding::begin(folder(store, installation, time_zone, trial::none()))?;
    loop {
        let step = rebuild.step()?;
        if step == 0 {
            break;
        }
        progress.inc(u64::try_from(step).unwrap_or(0));
    }
    let folded = rebuild.finish()?;
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
