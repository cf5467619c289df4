//! Reads out of a signal what it says was used.
//!
//! Pure: no clock, no database, no network. It returns [`Observed`] and somebody else counts
//! it, because which points were counted before only the database knows.

mod refusal;
mod scopes;
mod teams;
mod counter;
mod metrics;
mod events;

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{DateTime, Days, NaiveDate, TimeZone, Utc};
use chrono_tz::Tz;
use daybook_schema::counters::{Source, UsageCounters};
use daybook_schema::decisions::Decisions;

pub use counter::Counter;
pub use refusal::{Checked, Refusal, Refusals, check};
pub use scopes::{Labels, Scope, day_group, session_group};
pub use teams::SaidTeam;

use crate::attributes::Known;
use crate::keys::Keys;
use crate::probe;
use crate::resolve::{self, Declared, IdentityOrder};
use crate::signal::{Request, StoredSignal};

/// What folding needs to know besides the signal.
#[derive(Clone)]
pub struct FoldContext {
    pub keys: Keys,
    /// The derived tables this is for; when they are others, it is folded again.
    pub generation: i64,
    /// The zone of the `local` days.
    pub time_zone: Tz,
    /// By connection; what is not in it has the default.
    pub identity_orders: BTreeMap<i32, IdentityOrder>,
    /// What people decided about who is who.
    pub decisions: Arc<Decisions>,
}

/// What a signal says, before it is known which of it was counted already.
#[derive(Debug, Default)]
pub struct Observed {
    pub signal_id: i64,
    pub connection_id: i32,
    /// When the signal was received, microseconds since 1970.
    pub received_at: i64,
    pub scopes: Vec<Scope>,
    pub observations: Vec<Observation>,
    pub refusals: Refusals,
    /// Points and records kept but too old to be counted.
    pub too_old: usize,
    pub unknown_metrics: BTreeMap<String, usize>,
    pub unknown_events: BTreeMap<String, usize>,
    /// Whether it was traces, of which nothing is counted.
    pub traces: bool,
    /// What a test request is known by; nothing of one is counted.
    pub test: Option<u64>,
    /// What has to become of the kept body, where it named somebody who was erased.
    pub hidden: Option<HiddenBody>,
}

/// A kept body without the people who were erased.
#[derive(Debug)]
pub struct HiddenBody {
    /// Packed; `None` when it is let go of.
    pub body: Option<Vec<u8>>,
    /// The emails that were in it.
    pub emails: Vec<String>,
}

/// One point or record.
#[derive(Debug)]
pub struct Observation {
    /// Index in [`Observed::scopes`].
    pub scope: usize,
    pub source: Source,
    pub utc_day: NaiveDate,
    pub local_day: NaiveDate,
    pub identity: Identity,
    pub amount: Amount,
    /// `event.sequence` of a record.
    pub sequence: Option<i64>,
}

/// How an observation is told from its copies.
#[derive(Debug)]
pub enum Identity {
    /// A delta point or a record: counted when its hash is new in its scope and minute.
    Once { seen_scope: i64, hash: u64 },
    /// A cumulative point: the last value of its stream and day.
    Stream { stream: i64, time_nanos: i64, value: i64 },
}

/// What is counted.
#[derive(Debug)]
pub enum Amount {
    /// Nothing but that it was seen.
    Nothing,
    /// One counter; of a cumulative point the amount is in its identity.
    One { counter: Counter, raw_model: Option<String>, amount: i64 },
    /// An API call.
    Call(Box<Call>),
}

/// An API call of an event.
#[derive(Debug)]
pub struct Call {
    pub raw_model: String,
    pub counters: UsageCounters,
}

/// Reads a signal.
pub fn fold(context: &FoldContext, signal: &StoredSignal) -> Observed {
    let mut reader = Reader::new(context, signal);
    let test = probe::number_of(&context.keys, signal.connection_id, &signal.request);
    if test.is_some() {
        return Observed { test, ..reader.observed };
    }
    match &signal.request {
        Request::Metrics(request) => metrics::read(&mut reader, request),
        Request::Logs(request) => events::read(&mut reader, request),
        Request::Traces(_) => reader.observed.traces = true,
    }
    reader.observed
}

impl Observed {
    /// What traces say: nothing that is counted. Their tokens are those of metrics and events,
    /// told a third time.
    pub fn of_traces(signal_id: i64, connection_id: i32, received_at: i64) -> Observed {
        Observed { signal_id, connection_id, received_at, traces: true, ..Observed::default() }
    }
}

/// Reading in progress.
struct Reader<'a> {
    context: &'a FoldContext,
    order: IdentityOrder,
    imported: bool,
    observed: Observed,
    scope_index: scopes::Index,
}

impl<'a> Reader<'a> {
    /// Begins with nothing observed.
    fn new(context: &'a FoldContext, signal: &StoredSignal) -> Reader<'a> {
        let order = context.identity_orders.get(&signal.connection_id);
        Reader {
            context,
            order: order.copied().unwrap_or_default(),
            imported: signal.imported,
            observed: Observed {
                signal_id: signal.id,
                connection_id: signal.connection_id,
                received_at: signal.received_at,
                ..Observed::default()
            },
            scope_index: scopes::Index::default(),
        }
    }

    /// Whom a record declares.
    fn declared(&self, resource: &Known<'_>, record: &Known<'_>) -> Declared {
        let said = resolve::said(self.order, resource, record);
        resolve::declared(&self.context.keys, &self.context.decisions.erased, said)
    }

    /// Where a time stands, or `None` when it may not be counted; that is noted.
    fn moment(&mut self, time_nanos: u64) -> Option<Moment> {
        match refusal::time(time_nanos, self.observed.received_at) {
            Err(refusal) => {
                self.observed.refusals.add(refusal);
                None
            }
            Ok(time) if time.too_old && !self.imported => {
                self.observed.too_old += 1;
                None
            }
            Ok(time) => Some(self.days(time.nanos)),
        }
    }

    /// The days a time is in.
    fn days(&self, nanos: i64) -> Moment {
        let micros = nanos.div_euclid(1000);
        let utc = DateTime::<Utc>::from_timestamp_micros(micros).unwrap_or_default();
        let local = match self.context.time_zone {
            Tz::UTC => utc.date_naive(),
            zone => zone.from_utc_datetime(&utc.naive_utc()).date_naive(),
        };
        Moment {
            nanos,
            micros,
            minute: micros.div_euclid(60_000_000),
            utc_day: utc.date_naive(),
            local_day: local,
        }
    }
}

/// A time and the days it is in.
#[derive(Clone, Copy)]
struct Moment {
    nanos: i64,
    micros: i64,
    minute: i64,
    utc_day: NaiveDate,
    local_day: NaiveDate,
}

/// The first day whose figures can still change: what is older is not counted.
pub fn first_open_day(now: DateTime<Utc>) -> Option<NaiveDate> {
    now.date_naive().checked_sub_days(Days::new(refusal::MAX_AGE_DAYS))
}
