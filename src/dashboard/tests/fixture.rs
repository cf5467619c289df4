//! A small database, filled through the queries that fill a real one.

use chrono::{Days, NaiveDate};
use daybook_schema::counters::{ActivityCounters, Basis, UsageCounters};
use daybook_schema::daily_activity::{self, Coverage, DailyActivityAmount, DailyActivityKey};
use daybook_schema::daily_usage::{self, DailyUsageAmount, DailyUsageKey};
use daybook_schema::store::{Location, Store};
use daybook_schema::users::{self, User};
use daybook_schema::{connections, installation};
use daybook_test_database::NOT_DURABLE;

use crate::config::Limits;
use crate::ingest::enqueue::{Enqueuer, Wake};
use crate::ingest::patterns::watch::Current;
use crate::seal::Seal;
use crate::state::AppState;

/// A name that would be markup, if it were not text.
pub(super) const HOSTILE: &str = "\"><script>alert(1)</script>\" onmouseover=\"x\u{202e}";

/// A database in a folder of its own.
pub(super) struct Database {
    pub(super) store: Store,
    _of: daybook_test_database::Database,
}

impl Database {
    /// A new database.
    pub(super) fn empty() -> Database {
        let of = daybook_test_database::Database::new();
        let location = Location::parse(&of.url).unwrap();
        let store = Store::open(&location, &[NOT_DURABLE.to_owned()]).unwrap();
        Database { store, _of: of }
    }

    /// Three people and one install, three models, two connections, two days.
    pub(super) fn filled() -> Database {
        let database = Database::empty();
        database.add_connections();
        database.add_users();
        for (user, day, model, connection, dollars) in [
            (1, "2026-11-19", "claude-opus-5-5", 1, 20),
            (1, "2026-11-20", "claude-opus-5-5", 1, 10),
            (2, "2026-11-20", "claude-opus-5-5", 1, 30),
            (3, "2026-11-19", HOSTILE, 2, 5),
            (4, "2026-11-19", "claude-haiku-4-5", 1, 10),
        ] {
            database.add_usage(user, day, model, connection, Basis::Local, dollars);
            database.add_activity(user, day, connection, user == 2 || user == 4);
        }
        database.add_usage(1, "2026-11-19", "claude-opus-5-5", 1, Basis::Utc, 1);
        database.add_activity_on(1, "2026-11-19", 1, Basis::Utc, false);
        database
    }

    /// So many rows, seven a day.
    pub(super) fn with_rows(count: u64) -> Database {
        let database = Database::empty();
        database.add_users();
        let last: NaiveDate = "2026-11-20".parse().unwrap();
        for row in 0..count {
            let day = last.checked_sub_days(Days::new(row / 7)).unwrap().to_string();
            let model = format!("model-{}", row % 7);
            database.add_usage(1, &day, &model, 1, Basis::Local, 1);
        }
        database.add_activity(1, "2026-11-20", 1, false);
        database
    }

    /// Two connections.
    fn add_connections(&self) {
        for name in ["Default", HOSTILE] {
            self.store.write(|conn| connections::create(conn, name, 0)).unwrap();
        }
    }

    /// Users 1 to 3 have an email, user 4 has none.
    fn add_users(&self) {
        let user = |id, email: Option<&str>, name: &str| User {
            id,
            email: email.map(str::to_owned),
            stand_in: email.is_none().then(|| "install:x".to_owned()),
            name: Some(name.to_owned()),
            name_time: 0,
        };
        let rows = [
            user(1, Some("ada@example.com"), "Ada"),
            user(2, Some("bob@example.com"), "Bob"),
            user(3, Some(HOSTILE), HOSTILE),
            user(4, None, "nobody"),
        ];
        self.store.write(|conn| users::save(conn, &rows)).unwrap();
    }

    /// A row of consumption; user 2 has metrics only.
    fn add_usage(
        &self,
        user_id: i64,
        day: &str,
        model: &str,
        connection_id: i32,
        basis: Basis,
        dollars: i64,
    ) {
        let key = DailyUsageKey {
            user_id,
            day: day.parse().unwrap(),
            basis: basis.number(),
            model: model.to_owned(),
            connection_id,
        };
        let by_metrics = user_id == 2;
        let amount = DailyUsageAmount {
            counters: UsageCounters {
                requests: if by_metrics { 0 } else { 3 },
                input_tokens: 100,
                output_tokens: 50,
                cache_read_tokens: 800,
                cache_creation_tokens: 100,
                cost_nanos: dollars * 1_000_000_000,
            },
            metrics_sessions: i64::from(by_metrics),
            events_sessions: i64::from(!by_metrics),
        };
        self.store.write(|conn| daily_usage::add(conn, &[(key, amount)])).unwrap();
    }

    /// A row of activity, complete or not.
    fn add_activity(&self, user_id: i64, day: &str, connection_id: i32, gaps: bool) {
        self.add_activity_on(user_id, day, connection_id, Basis::Local, gaps);
    }

    /// A row of activity on either kind of days.
    fn add_activity_on(
        &self,
        user_id: i64,
        day: &str,
        connection_id: i32,
        basis: Basis,
        gaps: bool,
    ) {
        let key = DailyActivityKey {
            user_id,
            day: day.parse().unwrap(),
            basis: basis.number(),
            connection_id,
        };
        let amount = DailyActivityAmount {
            sessions: 1,
            counters: ActivityCounters {
                lines_added: 10,
                lines_removed: 4,
                commits: 1,
                prompts: 2,
                edit_accepted: 3,
                edit_rejected: 1,
                ..ActivityCounters::default()
            },
            coverage: Coverage {
                metrics_tokens: 1050,
                events_tokens: 1050,
                events: 9,
                events_missing: i64::from(gaps),
                scopes: 1,
                ..Coverage::default()
            },
        };
        self.store.write(|conn| daily_activity::add(conn, &[(key, amount)])).unwrap();
    }
}

/// The state of a server over a database.
pub(super) fn state(database: &Database) -> AppState {
    let store = database.store.clone();
    store.write(|conn| installation::create(conn, &[7; 32], "Europe/Berlin", 0)).unwrap();
    let installation = store.read(installation::load).unwrap().unwrap();
    let (enqueuer, _) = Enqueuer::start(store.clone(), Wake::default(), [0; 32]).unwrap();
    let limits = Limits { max_body_bytes: 1, ..Limits::default() };
    let demands = Current::default();
    AppState::new(
        store,
        Seal::throw_away().unwrap(),
        &installation,
        chrono_tz::Europe::Berlin,
        limits,
        enqueuer,
        demands,
    )
}
