//! `daybook work`: folds what other processes receive; listens on no port.

use std::sync::Arc;

use anyhow::Context;
use daybook_jobs::{crash, fold_signals};
use tokio::sync::Notify;

use super::serve::{prune_daily, say};
use super::{open, trial};
use crate::config::Work;
use crate::state::{folder, worker};
use crate::stop::Signals;

/// Runs `daybook work`.
pub fn run(arguments: &Work) -> anyhow::Result<()> {
    if let Some(point) = &arguments.crash_at {
        crash::arm(point);
    }
    let store = open::store(&arguments.data)?;
    let _lock = open::lock(&arguments.data)?;
    let (installation, _) = open::installation(&store, chrono_tz::Tz::UTC)?;
    let time_zone = open::time_zone(&installation)?;
    open::compare_rules(&store, &installation)?;
    let folder = folder(&store, &installation, time_zone, trial::apart(&arguments.data));
    actix_web::rt::System::new().block_on(async move {
        let mut signals = Signals::listen(false).context("listen for SIGTERM and SIGINT")?;
        let asked = async move {
            signals.next().await;
        };
        let pruning = actix_web::rt::spawn(prune_daily(store, arguments.data.detection_days));
        say("daybook is folding\n");
        let folded = fold_signals::run(folder, worker()?, Arc::new(Notify::new()), asked).await;
        pruning.abort();
        folded
    })
}
