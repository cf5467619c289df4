//! Hears what other processes announce: LISTEN, on a connection of its own. While it lasts, it shows
//! them that its worker is there.

use std::pin::pin;
use std::time::Duration;

use diesel_async::SimpleAsyncConnection;
use futures::StreamExt;
use tokio::runtime::{Builder, Runtime};
use tokio::time::timeout;

use super::connect::Connector;
use crate::workers;

/// Tells whoever listens. Sent by itself, after what it tells of is committed: in a transaction
/// it would make all commits wait for each other.
pub(super) const ANNOUNCE: &str = "NOTIFY daybook_signals";

/// The reverse.
const LISTEN: &str = "LISTEN daybook_signals";

/// How long to wait before connecting again. Meanwhile others may take the worker for dead.
const PAUSE: Duration = Duration::from_millis(200);

/// After how long a silent connection is tried.
const QUIET: Duration = Duration::from_secs(10);

/// Listening, until it is dropped; on a thread of its own.
pub struct Listening {
    runtime: Option<Runtime>,
}

impl Drop for Listening {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

/// Calls `heard` at every announcement, and whenever some may have been missed. Where no thread
/// can be had, it never does: there is a look each second besides.
pub(super) fn start(
    connector: Connector,
    worker: i64,
    heard: impl Fn() + Send + Sync + 'static,
) -> Listening {
    let runtime =
        Builder::new_multi_thread().worker_threads(1).thread_name("postgres").enable_all().build();
    let runtime = runtime.ok().inspect(|runtime| {
        runtime.spawn(async move {
            loop {
                hear(&connector, worker, &heard).await;
                tokio::time::sleep(PAUSE).await;
            }
        });
    });
    Listening { runtime }
}

/// Listens on one connection, for as long as it lasts.
async fn hear(connector: &Connector, worker: i64, heard: &(impl Fn() + Send + Sync)) {
    let Ok(mut connection) = connector.establish().await else {
        return;
    };
    let begin = format!("{LISTEN}; {}", workers::show(worker));
    if connection.batch_execute(&begin).await.is_err() {
        return;
    }
    heard();
    loop {
        let announced = {
            let mut announcements = pin!(connection.notifications_stream());
            timeout(QUIET, announcements.next()).await
        };
        match announced {
            Ok(Some(Ok(_))) => heard(),
            Ok(_) => return,
            // A connection that was cut without a word only shows it when it is used.
            Err(_) if connection.batch_execute("SELECT 1").await.is_err() => return,
            Err(_) => {}
        }
    }
}
