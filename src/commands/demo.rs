//! `daybook demo`: a made-up year of an organization, told to a throw-away database through
//! the real redaction, queue and fold; then served.

mod organization;
mod session;
mod telemetry;

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::Context;
use chrono::{DateTime, Days, Utc};
use daybook_jobs::signal::Request;
use daybook_schema::connections::Change;
use daybook_schema::installation::Installation;
use daybook_schema::signals::{self, NewSignal};
use daybook_schema::store::Store;

use super::account::ACTOR;
use super::rebuild::progress;
use super::{open, serve, trial};
use crate::api_tokens;
use crate::config::{DataArgs, Demo, Limits, Scope};
use crate::connections;
use crate::doors::Doors;
use crate::ingest::enqueue::Arrival;
use crate::ingest::patterns::watch::Current;
use crate::ingest::redact::{Demands, Redactor};
use crate::listen::Sockets;
use crate::seal::{KeySource, Seal};
use crate::sign_in::settings::Settings;
use crate::state::{folder, hash_key};
use organization::Organization;

/// The same year each time.
const SEED: u64 = 2026;

/// Runs `daybook demo`.
pub fn run(arguments: &Demo) -> anyhow::Result<()> {
    let throw_away = tempfile::tempdir().context("make a throw-away folder")?;
    let folder = match &arguments.data_dir {
        Some(kept) => kept.clone(),
        None => throw_away.path().to_owned(),
    };
    let (store, installation) = open_empty(&folder)?;
    let seal = Seal::load(KeySource { text: None, file: None, folder: &folder })?;
    fill(&store, &seal, &installation, arguments)?;
    let token = api_tokens::create(&store, "demo", Scope::Read, None, ACTOR)?;
    if arguments.no_serve {
        println!("the demo is in {}", folder.display());
        return Ok(());
    }
    let mut sockets = Sockets::new(None, false)?;
    let listener = serve::listen(&mut sockets, arguments.listen)?;
    let address = format!("http://{}", listener.local_addr()?);
    let server = serve::Server {
        store,
        seal,
        time_zone: chrono_tz::Tz::UTC,
        limits: Limits::default(),
        trial: trial::none(),
        demands: Current::default(),
        detection_days: u32::MAX,
        folds: true,
        lock: None,
        listener,
        ending: sockets.into_stop(),
        drain: Duration::ZERO,
        sign_in: Settings::default(),
        provider: None,
        doors: Doors::default(),
    };
    actix_web::rt::System::new().block_on(server.run(&installation, || {
        serve::say(&format!(
            "daybook is listening on {address}\n\n\
             Dashboard   {address}/\n\
             API token   {}\n\n\
             Everything in it is made up, and gone when you stop this (Ctrl-C).\n",
            token.text
        ));
    }))
}

/// A new database; a demo is never put among real figures.
fn open_empty(folder: &Path) -> anyhow::Result<(Store, Installation)> {
    let data = DataArgs {
        data_dir: PathBuf::from(folder),
        database_url: None,
        allow_not_durable: Vec::new(),
        detection_days: u32::MAX,
        ..DataArgs::default()
    };
    let store = open::store(&data)?;
    let (installation, is_new) = open::installation(&store, chrono_tz::Tz::UTC)?;
    anyhow::ensure!(
        is_new,
        "{} holds a database already; choose an empty folder",
        folder.display()
    );
    Ok((store, installation))
}

/// Tells every day of the organization, oldest first.
fn fill(
    store: &Store,
    seal: &Seal,
    installation: &Installation,
    arguments: &Demo,
) -> anyhow::Result<()> {
    let name = Change { name: Some("Demo organization".to_owned()), ..Change::default() };
    let connection = connections::create(store, seal, name, ACTOR)?.connection;
    let now = Utc::now();
    let teller = Teller {
        store,
        redactor: Redactor::new(),
        hash_key: hash_key(installation),
        connection_id: connection.id,
        received_at: now.timestamp_micros(),
    };
    let fold = folder(store, installation, chrono_tz::Tz::UTC, trial::none());
    let mut organization = Organization::new(arguments.people, arguments.days, SEED);
    let bar = progress(arguments.days.into(), "days");
    for age in (0..arguments.days).rev() {
        let day = now.date_naive().checked_sub_days(Days::new(age.into())).context("a day")?;
        teller.tell(&organization.day(day, age, now))?;
        fold.fold_waiting()?;
        bar.inc(1);
    }
    bar.finish_and_clear();
    Ok(())
}

/// Tells requests to the queue as the ingest does.
struct Teller<'a> {
    store: &'a Store,
    redactor: Redactor,
    hash_key: [u8; 32],
    connection_id: i32,
    received_at: i64,
}

impl Teller<'_> {
    /// Redacts, packs and enqueues requests.
    fn tell(&self, requests: &[Request]) -> anyhow::Result<()> {
        let rows: anyhow::Result<Vec<NewSignal>> =
            requests.iter().map(|request| self.row(request)).collect();
        let rows = rows?;
        self.store.write(|conn| signals::enqueue(conn, &rows, 0, self.received_at))?;
        Ok(())
    }

    /// A request as a row of the queue.
    fn row(&self, request: &Request) -> anyhow::Result<NewSignal> {
        let demands = Demands::default();
        let signal = self.redactor.seal(request.clone(), None, &demands, |kind, body| {
            let mut hash = [0; 16];
            let mut hasher = blake3::Hasher::new();
            hasher.update(&kind.number().to_le_bytes()).update(body);
            hasher.finalize_xof().fill(&mut hash);
            hash
        })?;
        let arrival = Arrival {
            connection_id: self.connection_id,
            received_at: self.received_at,
            imported: true,
            shard: 0,
        };
        Ok(signal.into_row(arrival, &self.hash_key))
    }
}

/// A time as OTLP has it.
fn nanos(time: DateTime<Utc>) -> u64 {
    time.timestamp_nanos_opt().and_then(|nanos| u64::try_from(nanos).ok()).unwrap_or_default()
}
