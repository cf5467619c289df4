//! A server over a database that has grown for years: how soon it listens, and how long a
//! page of one month takes.

use std::time::{Duration, Instant};

use chrono::{Days, NaiveDate, Utc};
use daybook_schema::counters::{Basis, UsageCounters};
use daybook_schema::daily_usage::{self, DailyUsageAmount, DailyUsageKey};
use daybook_schema::store::{Location, Store};
use daybook_schema::users::{self, User};

use crate::figures::{megabytes, millis, percentile};
use crate::process;
use crate::server::{Data, Server};

/// Users, days and models: a million rows.
const USERS: i64 = 500;
const DAYS: u64 = 500;
const MODELS: [&str; 4] = ["claude-haiku-5-5", "claude-opus-5-5", "claude-sonnet-5", "other"];

/// How often the server is started.
const STARTS: usize = 10;

/// How often each page is read.
const READS: usize = 10;

/// Days of a page.
const MONTH: u64 = 30;

/// Fills a database, starts the server on it again and again, reads pages of the last one.
pub(crate) fn measure() -> anyhow::Result<()> {
    let data = Data::new(None)?;
    let today = Utc::now().date_naive();
    let rows = fill(&data, today)?;
    let (mut starts, mut server) = (Vec::new(), None);
    for _ in 0..STARTS {
        drop(server.take());
        let started = Server::daybook(&data, &[])?;
        starts.push(started.ready_after);
        server = Some(started);
    }
    println!("{rows} rows in daily_usage\n\n| | median ms | most ms |\n|---|---:|---:|");
    line("start until it listens", &mut starts);
    if let Some(server) = server {
        let from = today - Days::new(MONTH - 1);
        let month = format!("/api/v1/daily-usage?from={from}&to={today}");
        read("a month, first 1000 rows", &server, &format!("{month}&limit=1000"))?;
        read("a month, first 10000 rows", &server, &format!("{month}&limit=10000"))?;
        read("a month of one user", &server, &format!("{month}&user=dev0007@xyz.com"))?;
        let memory = process::memory(server.pid())?;
        println!("\n{:.0} MB resident after that", megabytes(memory.now_kb));
    }
    Ok(())
}

/// Reads a page again and again.
fn read(name: &str, server: &Server, path: &str) -> anyhow::Result<()> {
    let mut times = Vec::new();
    for _ in 0..READS {
        let begun = Instant::now();
        server.api()?.get_bytes(path)?;
        times.push(begun.elapsed());
    }
    line(name, &mut times);
    Ok(())
}

/// Prints the middle and the end of some times.
fn line(name: &str, times: &mut [Duration]) {
    let (median, most) = (percentile(times, 50), percentile(times, 100));
    println!("| {name} | {:.1} | {:.1} |", millis(median), millis(most));
}

/// Writes the rows; how many.
fn fill(data: &Data, today: NaiveDate) -> anyhow::Result<usize> {
    let store = Store::open(&Location::Sqlite(data.folder().join("daybook.db")), &[])?;
    let people: Vec<User> = (0..USERS)
        .map(|id| User {
            id,
            email: Some(format!("dev{id:04}@xyz.com")),
            stand_in: None,
            name: Some(format!("Developer {id:04}")),
            name_time: 0,
        })
        .collect();
    store.write(|conn| users::save(conn, &people))?;
    let mut rows = 0;
    for user_id in 0..USERS {
        let changes: Vec<_> = (0..DAYS)
            .flat_map(|back| MODELS.iter().map(move |model| (today - Days::new(back), model)))
            .map(|(day, model)| (key(user_id, day, model), amount(user_id)))
            .collect();
        store.write(|conn| daily_usage::add(conn, &changes))?;
        rows += changes.len();
    }
    Ok(rows)
}

/// What a row is about.
fn key(user_id: i64, day: NaiveDate, model: &str) -> DailyUsageKey {
    DailyUsageKey {
        user_id,
        day,
        basis: Basis::Utc.number(),
        model: model.to_owned(),
        connection_id: 1,
    }
}

/// What a row says.
fn amount(user_id: i64) -> DailyUsageAmount {
    DailyUsageAmount {
        counters: UsageCounters {
            requests: 120 + user_id,
            input_tokens: 1_234_567,
            output_tokens: 123_456,
            cache_read_tokens: 98_765_432,
            cache_creation_tokens: 1_234_567,
            cost_nanos: 12_345_678_901,
        },
        metrics_sessions: 0,
        events_sessions: 5,
    }
}
