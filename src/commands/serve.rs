//! `daybook serve`: receives, folds, answers; and stops in order.

use std::io::Write;
use std::net::{SocketAddr, TcpListener};
use std::time::Duration;

use actix_web::dev::ServerHandle;
use actix_web::{App, HttpServer, web};
use anyhow::Context;
use chrono_tz::Tz;
use daybook_jobs::trial::Trial;
use daybook_jobs::{crash, fold_signals, prune};
use daybook_schema::connections;
use daybook_schema::store::{Job, Store};
use daybook_schema::tokens::{self as rows, SetupLink};
use daybook_schema::{installation, signals};
use tokio::sync::oneshot;

use super::{create, open, trial};
use crate::config::{Limits, Serve};
use crate::doors::Doors;
use crate::doors::http::{HEAD_TIME, KEEP_ALIVE};
use crate::ingest::enqueue::{Enqueuer, Wake};
use crate::state::{AppState, folder, now_micros, worker};
use crate::tokens::{self, Purpose};
use crate::{routes, settings};

/// How often what decides nothing any more is forgotten.
const PRUNE_EVERY: Duration = Duration::from_secs(86_400);

/// Runs `daybook serve`.
pub fn run(arguments: &Serve) -> anyhow::Result<()> {
    if let Some(point) = &arguments.crash_at {
        crash::arm(point);
    }
    let store = open::store(&arguments.data)?;
    let _lock = open::lock(&arguments.data)?;
    let (installation, _) = open::installation(&store, arguments.time_zone)?;
    let time_zone = open::time_zone(&installation)?;
    change_time_zone(&store, time_zone, arguments.time_zone)?;
    let time_zone = arguments.time_zone;
    let listener = listen(arguments.listen)?;
    let doors = Doors::bind(&arguments.doors)?;
    let address = format!("{}://{}", doors.scheme(), listener.local_addr()?);
    let lines = doors.lines()?;
    // Of several processes that start on a new database one says it.
    let first = store.alone(Job::FirstStart, || first_start(&store, &address))?.transpose()?;
    let first = first.flatten();
    let server = Server {
        store,
        time_zone,
        limits: arguments.limits.clone(),
        trial: trial::apart(&arguments.data),
        folds: arguments.workers > 0,
        listener,
        doors,
    };
    actix_web::rt::System::new().block_on(server.run(&installation, || {
        say(&format!(
            "{lines}daybook is listening on {address}\n{}",
            first.as_deref().unwrap_or_default()
        ));
    }))
}

/// Changes the time zone of a database without figures; figures are made again by a rebuild.
fn change_time_zone(store: &Store, kept: Tz, asked: Tz) -> anyhow::Result<()> {
    if kept == asked {
        return Ok(());
    }
    anyhow::ensure!(
        store.read(signals::folded)? == 0,
        "the database's days are of {kept}, but {asked} is asked for; start with --time-zone \
         {kept}, or make the days again with `daybook rebuild --time-zone {asked}`"
    );
    store.write(|conn| installation::begin_generation(conn, asked.name()))?;
    Ok(())
}

/// Says something on standard output. Whoever started the server may have stopped listening to
/// it: that ends nothing.
pub fn say(text: &str) {
    let _ = writeln!(std::io::stdout(), "{text}");
}

/// Binds the address.
pub fn listen(address: SocketAddr) -> anyhow::Result<TcpListener> {
    let listener = TcpListener::bind(address).with_context(|| {
        format!("listen on {address}; is the port in use? --listen chooses another")
    })?;
    Ok(listener)
}

/// What the first start says: the setup link, an ingest token, the settings to paste. `None`
/// when there is a connection already.
fn first_start(store: &Store, address: &str) -> anyhow::Result<Option<String>> {
    if !store.read(connections::all)?.is_empty() {
        return Ok(None);
    }
    let (_, ingest_token) = create::create_connection(store, "Default")?;
    let link = tokens::create(Purpose::Setup)?;
    let row = SetupLink {
        id: link.id,
        secret_hash: link.secret_hash,
        created_at: now_micros(),
        used_at: None,
    };
    store.write(|conn| rows::add_setup_link(conn, &row))?;
    let settings = serde_json::to_string_pretty(&settings::json(address, &ingest_token))?;
    Ok(Some(format!(
        "\nDashboard           {address}/\n\
         One-time setup link {address}/setup/{}\n\
         Ingest token        {ingest_token}\n\n\
         Paste this into ~/.claude/settings.json (or managed settings) and restart Claude Code:\n\n\
         {settings}\n",
        link.text
    )))
}

/// Forgets once a day what can decide nothing any more.
pub(super) async fn prune_daily(store: Store) {
    let mut days = tokio::time::interval(PRUNE_EVERY);
    loop {
        days.tick().await;
        let store = store.clone();
        let pruned = actix_web::rt::task::spawn_blocking(move || {
            store
                .alone(Job::Prune, || prune::prune(&store, now_micros()))
                .and_then(Option::transpose)
        });
        if !matches!(pruned.await, Ok(Ok(_))) {
            tracing::warn!("pruning failed; it is tried again tomorrow");
        }
    }
}

/// A server, ready to run.
pub struct Server {
    pub store: Store,
    pub time_zone: Tz,
    pub limits: Limits,
    pub trial: Trial,
    /// Whether what is received is folded by this process.
    pub folds: bool,
    pub listener: TcpListener,
    /// Where telemetry may arrive besides.
    pub doors: Doors,
}

impl Server {
    /// Runs until the process is asked to stop. `ready` is called when requests are answered.
    ///
    /// Stops in order: HTTP first, then the writer drains and commits, then the fold ends.
    pub async fn run(
        self,
        installation: &daybook_schema::installation::Installation,
        ready: impl FnOnce(),
    ) -> anyhow::Result<()> {
        let wake = Wake::default();
        let (enqueuer, writer) = Enqueuer::start(self.store.clone(), wake.clone())?;
        let announcing = self
            .store
            .is_shared()
            .then(|| actix_web::rt::spawn(wake.clone().announce(self.store.clone())));
        let worker = worker()?;
        let (stop, stopped) = oneshot::channel::<()>();
        let folder = folder(&self.store, installation, self.time_zone, self.trial);
        let fold = self.folds.then(|| {
            actix_web::rt::spawn(fold_signals::run(folder, worker, wake.here, async {
                let _ = stopped.await;
            }))
        });
        let state = web::Data::new(AppState::new(
            self.store,
            installation,
            self.time_zone,
            self.limits,
            enqueuer,
        ));
        let tls = self.doors.tls_config()?;
        let doors = self.doors.open(&state)?;
        let http = {
            let state = state.clone();
            let server = HttpServer::new(move || {
                App::new().app_data(state.clone()).configure(routes::configure)
            })
            .keep_alive(KEEP_ALIVE)
            .client_request_timeout(HEAD_TIME)
            .client_disconnect_timeout(Duration::from_secs(2))
            .shutdown_timeout(2)
            .disable_signals();
            match tls {
                Some(config) => server.listen_rustls_0_23(self.listener, config)?,
                None => server.listen(self.listener)?,
            }
            .run()
        };
        let pruning = actix_web::rt::spawn(prune_daily(state.store.clone()));
        stop_when_asked(http.handle())?;
        ready();
        let served = http.await;
        pruning.abort();
        announcing.inspect(tokio::task::JoinHandle::abort);
        doors.close().await;
        drop(state);
        actix_web::rt::task::spawn_blocking(move || writer.join())
            .await?
            .map_err(|_| anyhow::anyhow!("the writer panicked"))?;
        let _ = stop.send(());
        if let Some(fold) = fold {
            fold.await??;
        }
        served.context("serve HTTP")
    }
}

/// Stops the server in order when the process is asked to.
///
/// The framework listens for signals only once its workers run, some time after the port is
/// open; asked before that, the process would just die.
fn stop_when_asked(server: ServerHandle) -> anyhow::Result<()> {
    let asked = asked_to_stop()?;
    actix_web::rt::spawn(async move {
        asked.await;
        server.stop(true).await;
    });
    Ok(())
}

/// Ends when the process is asked to stop. Listens from when it is called.
pub(super) fn asked_to_stop() -> anyhow::Result<impl Future<Output = ()> + Send + 'static> {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let mut terminate = signal(SignalKind::terminate()).context("listen for SIGTERM")?;
        let mut interrupt = signal(SignalKind::interrupt()).context("listen for SIGINT")?;
        Ok(async move {
            tokio::select! {
                _ = terminate.recv() => {}
                _ = interrupt.recv() => {}
            }
        })
    }
    #[cfg(not(unix))]
    Ok(async {
        let _ = tokio::signal::ctrl_c().await;
    })
}
