//! `daybook work`: folds what other processes receive; listens on no port.

use std::sync::Arc;

use daybook_jobs::{crash, fold_signals};
use tokio::sync::Notify;

use super::serve::{asked_to_stop, prune_daily, say};
use super::{open, trial};
use crate::config::Work;
use crate::state::{folder, worker};

/// Runs `daybook work`.
pub fn run(arguments: &Work) -> anyhow::Result<()> {
    if let Some(point) = &arguments.crash_at {
        crash::arm(point);
    }
    let store = open::store(&arguments.data)?;
    let _lock = open::lock(&arguments.data)?;
    let (installation, _) = open::installation(&store, chrono_tz::Tz::UTC)?;
    let time_zone = open::time_zone(&installation)?;
    let folder = folder(&store, &installation, time_zone, trial::apart(&arguments.data));
    actix_web::rt::System::new().block_on(async move {
        let asked = asked_to_stop()?;
        let pruning = actix_web::rt::spawn(prune_daily(store));
        say("daybook is folding\n");
        let folded = fold_signals::run(folder, worker()?, Arc::new(Notify::new()), asked).await;
        pruning.abort();
        folded
    })
}
