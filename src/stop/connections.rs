//! How many clients are connected, and since when.

use std::any::Any;
use std::sync::Arc;
use std::time::Duration;

use actix_web::dev::Extensions;
use parking_lot::Mutex;
use tokio::time::Instant;

/// Counts connections of one time: each holds one handle.
type Count = Arc<()>;

/// The connections of the server. Cheap to clone.
#[derive(Clone, Default)]
pub struct Connections(Arc<Mutex<Counts>>);

/// The connections from before the stop began, and from then on.
#[derive(Default)]
struct Counts {
    old: Option<Count>,
    current: Count,
    latest: Option<Instant>,
}

/// A connection, as long as it is open.
pub struct OpenConnection {
    _count: Count,
}

impl Connections {
    /// A connection was opened; it counts until what is returned is dropped.
    pub fn open(&self) -> OpenConnection {
        let mut counts = self.0.lock();
        counts.latest = Some(Instant::now());
        OpenConnection { _count: Arc::clone(&counts.current) }
    }

    /// Puts the count into what the framework keeps of a connection.
    pub fn on_connect(&self) -> impl Fn(&dyn Any, &mut Extensions) + Send + Sync + 'static {
        let connections = self.clone();
        move |_, data| {
            data.insert(connections.open());
        }
    }

    /// How many are open.
    pub fn count(&self) -> usize {
        self.0.lock().open()
    }

    /// Tells those that are open from those to come.
    pub(super) fn begin_again(&self) {
        let mut counts = self.0.lock();
        let before = std::mem::take(&mut counts.current);
        counts.old = Some(before);
    }

    /// Whether those from before the stop are gone.
    pub(super) fn are_old_closed(&self) -> bool {
        self.0.lock().old.as_ref().is_none_or(|old| holders(old) == 0)
    }

    /// Whether somebody connected within some time up to now.
    pub(super) fn have_come_within(&self, time: Duration) -> bool {
        self.0.lock().latest.is_some_and(|latest| latest.elapsed() < time)
    }

    /// Whether nobody is connected, and nobody was for some time since a moment.
    pub(super) fn are_quiet_since(&self, moment: Instant, time: Duration) -> bool {
        let counts = self.0.lock();
        let latest = counts.latest.map_or(moment, |latest| latest.max(moment));
        counts.open() == 0 && latest.elapsed() >= time
    }
}

impl Counts {
    /// How many are open, from before and from since.
    fn open(&self) -> usize {
        holders(&self.current) + self.old.as_ref().map_or(0, holders)
    }
}

/// How many connections hold a count, this handle aside.
fn holders(count: &Count) -> usize {
    Arc::strong_count(count).saturating_sub(1)
}
