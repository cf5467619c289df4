//! Sums of a small database, and the way they are found.

use daybook_test_database::{Backend, Database, NOT_DURABLE};
use diesel::debug_query;
use diesel::sql_types::Text;
use diesel::sqlite::Sqlite;

use super::*;
use crate::counters::{ActivityCounters, UsageCounters};
use crate::daily_activity::{
    self as activity_rows, Coverage, DailyActivityAmount, DailyActivityKey,
};
use crate::daily_usage::{self as usage_rows, DailyUsageAmount, DailyUsageKey};
use crate::store::{Location, Store};
use crate::total::total;
use crate::users::{self as user_rows, User};

/// A database of its own.
fn store(database: &Database) -> Store {
    let location = Location::parse(&database.url).unwrap();
    Store::open(&location, &[NOT_DURABLE.to_owned()]).unwrap()
}

/// Ada (1), Bob (2) and an install nobody has named (3).
fn add_users(store: &Store) {
    let rows =
        [(1, Some("ada@xyz.com")), (2, Some("bob@xyz.com")), (3, None)].map(|(id, email)| {
            let stand_in = email.is_none().then(|| "install:x".to_owned());
            User { id, email: email.map(str::to_owned), stand_in, name: None, name_time: 0 }
        });
    store.write(|conn| user_rows::save(conn, &rows)).unwrap();
}

/// A day of a user with a model, for some dollars.
fn add(store: &Store, user_id: i64, day: &str, model: &str, connection_id: i32, dollars: i64) {
    let day: NaiveDate = day.parse().unwrap();
    let basis = Basis::Local.number();
    let usage = DailyUsageAmount {
        counters: UsageCounters {
            requests: 1,
            input_tokens: 10,
            output_tokens: 20,
            cache_read_tokens: 30,
            cache_creation_tokens: 40,
            cost_nanos: dollars * 1_000_000_000,
        },
        metrics_sessions: 0,
        events_sessions: 1,
    };
    let activity = DailyActivityAmount {
        sessions: 1,
        counters: ActivityCounters { edit_accepted: 2, write_accepted: 3, ..Default::default() },
        coverage: Coverage { scopes: 1, events_missing: user_id - 1, ..Default::default() },
    };
    let usage_key = DailyUsageKey { user_id, day, basis, model: model.to_owned(), connection_id };
    let activity_key = DailyActivityKey { user_id, day, basis, connection_id };
    store
        .write(|conn| {
            usage_rows::add(conn, &[(usage_key, usage)])?;
            activity_rows::add(conn, &[(activity_key, activity)])
        })
        .unwrap();
}

/// Four rows of November 2026.
fn filled(database: &Database) -> Store {
    let store = store(database);
    add_users(&store);
    add(&store, 1, "2026-11-18", "opus", 1, 1);
    add(&store, 1, "2026-11-19", "opus", 1, 2);
    add(&store, 2, "2026-11-19", "haiku", 2, 4);
    add(&store, 3, "2026-11-20", "opus", 1, 8);
    store
}

/// All of November.
fn november() -> DailyFilter {
    DailyFilter {
        from: "2026-11-01".parse().unwrap(),
        to: "2026-11-30".parse().unwrap(),
        basis: Basis::Local,
        user: None,
        model: None,
        connection: None,
        team: None,
    }
}

/// A filter of November by user, model and connection.
fn filter(user: &str, model: &str, connection: i32) -> DailyFilter {
    let given = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    DailyFilter {
        user: given(user),
        model: given(model),
        connection: (connection > 0).then_some(connection),
        ..november()
    }
}

#[test]
fn every_query_sums_what_the_filter_lets_through() {
    let database = Database::new();
    let store = filled(&database);
    for (filter, dollars, rows) in [
        (november(), 15, 4),
        (filter("ada@xyz.com", "", 0), 3, 2),
        (filter("", "opus", 0), 11, 3),
        (filter("", "", 2), 4, 1),
        (filter("ada@xyz.com", "haiku", 0), 0, 0),
        (filter("nobody@xyz.com", "", 0), 0, 0),
        (DailyFilter { basis: Basis::Utc, ..november() }, 0, 0),
        (DailyFilter { to: "2026-11-18".parse().unwrap(), ..november() }, 1, 1),
    ] {
        store
            .read(|conn| {
                let micros = dollars * 1_000_000;
                assert_eq!(totals(conn, &filter)?.cost_micros, micros, "{filter:?}");
                assert_eq!(totals(conn, &filter)?.input_tokens, 10 * rows, "{filter:?}");
                assert_eq!(cost_micros(conn, &filter)?, micros, "{filter:?}");
                let by_model = usage_by_day_and_model(conn, &filter)?;
                assert_eq!(by_model.iter().map(|row| row.cost_micros).sum::<i64>(), micros);
                let by_user = usage_by_user(conn, &filter)?;
                assert_eq!(by_user.iter().map(|row| row.cost_micros).sum::<i64>(), micros);
                let by_day = rows_by_day(conn, &filter)?;
                assert_eq!(by_day.iter().map(|(_, count)| count).sum::<i64>(), rows, "{filter:?}");
                let page = super::rows(conn, &filter, 0, 50)?;
                assert_eq!(page.iter().map(|row| row.cost_micros).sum::<i64>(), micros);
                Ok(())
            })
            .unwrap();
    }
}

#[test]
fn rows_are_the_newest_first_and_unattributed_ones_last() {
    let database = Database::new();
    let store = filled(&database);
    add(&store, 3, "2026-11-19", "opus", 1, 1);
    let rows = store.read(|conn| super::rows(conn, &november(), 1, 3)).unwrap();
    let emails: Vec<Option<&str>> = rows.iter().map(|row| row.user_email.as_deref()).collect();
    assert_eq!(emails, [Some("ada@xyz.com"), Some("bob@xyz.com"), None]);
}

#[test]
fn activity_says_who_was_active_and_how_complete_the_days_are() {
    let database = Database::new();
    let store = filled(&database);
    let rows = store.read(|conn| activity_by_user(conn, &november())).unwrap();
    let ada = rows.first().unwrap();
    assert_eq!((ada.sessions, ada.edits_accepted, ada.days, ada.complete_days), (2, 10, 2, 2));
    assert_eq!(ada.last_active_day, "2026-11-19".parse().ok());
    assert_eq!(rows.iter().map(|row| row.complete_days).sum::<i64>(), 2);
    let active = store.read(|conn| active_users(conn, &november())).unwrap();
    assert_eq!(active, [1, 2, 3]);
}

#[test]
fn people_are_those_with_an_email() {
    let database = Database::new();
    let store = filled(&database);
    store
        .read(|conn| {
            assert_eq!(people_seen(conn, &november())?, 2);
            assert_eq!(people_seen(conn, &filter("", "", 2))?, 1);
            assert_eq!(unattributed_users(conn)?, [3]);
            Ok(())
        })
        .unwrap();
}

#[test]
fn the_first_and_the_last_day_are_found() {
    let database = Database::new();
    let store = filled(&database);
    let day = |text: &str| text.parse::<NaiveDate>().unwrap();
    store
        .read(|conn| {
            let both = first_and_last_day(conn, Basis::Local)?;
            assert_eq!(both, Some((day("2026-11-18"), day("2026-11-20"))));
            assert_eq!(first_and_last_day(conn, Basis::Utc)?, None);
            assert_eq!(last_day(conn, &filter("", "haiku", 0))?, Some(day("2026-11-19")));
            let range = (day("2026-11-19"), day("2026-11-30"));
            assert_eq!(models_between(conn, Basis::Local, range, 9)?, ["haiku", "opus"]);
            Ok(())
        })
        .unwrap();
}

/// One step of how SQLite answers a query.
#[derive(QueryableByName)]
struct Step {
    #[diesel(sql_type = Text)]
    detail: String,
}

#[test]
fn consumption_is_found_through_its_users() {
    let database = Database::on(Backend::Sqlite);
    let filter = november();
    let query =
        daily_usage::table.filter(usage_in(&filter)).select(total(daily_usage::cost_micros));
    let text = debug_query::<Sqlite, _>(&query).to_string();
    let text = format!("EXPLAIN QUERY PLAN {}", text.split(" -- binds").next().unwrap());
    let steps: Vec<Step> = store(&database)
        .read(|conn| on_backend!(conn, conn => diesel::sql_query(&text).load(*conn)))
        .unwrap();
    let first = &steps.first().unwrap().detail;
    assert!(first.contains("PRIMARY KEY (user_id=? AND day>? AND day<?)"), "{first}");
}
