//! Goes through kept telemetry for whoever was erased, in the server: an erasure that a process
//! did not finish is finished by the next.

use std::time::Duration;

use daybook_jobs::keys::Keys;
use daybook_jobs::people::erase;
use daybook_schema::store::Store;

/// How often it is looked for erasures.
const EVERY: Duration = Duration::from_secs(1);

/// Finishes erasures as they come, for as long as it runs; one process does at a time.
pub async fn watch(store: Store, keys: Keys) {
    loop {
        tokio::time::sleep(EVERY).await;
        let (store, keys) = (store.clone(), keys.clone());
        let done = tokio::task::spawn_blocking(move || erase::finish(&store, &keys));
        if let Ok(Err(error)) = done.await {
            tracing::warn!(%error, "an erasure could not be finished; it is tried again");
        }
    }
}
