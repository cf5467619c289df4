//! `daybook serve`: receives, folds, answers; and stops in order.

use std::io::Write;
use std::net::{SocketAddr, TcpListener};
use std::num::NonZero;
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use actix_web::middleware::from_fn;
use actix_web::{App, HttpServer, web};
use anyhow::Context;
use chrono_tz::Tz;
use daybook_jobs::fold_signals::{self, Folder};
use daybook_jobs::queue::Worker;
use daybook_jobs::trial::Trial;
use daybook_jobs::{crash, prune};
use daybook_schema::connections::{self, Change};
use daybook_schema::store::{Job, Store};
use daybook_schema::tokens::{self as rows, SetupLink};
use daybook_schema::{installation, signals};
use rustls::ServerConfig;
use tokio::sync::{Notify, oneshot};

use super::account::ACTOR;
use super::turns::{FoldLock, Presence};
use super::{open, trial};
use crate::config::{Limits, Serve};
use crate::connections::front_door::FrontDoor;
use crate::doors::Doors;
use crate::doors::http::{HEAD_TIME, KEEP_ALIVE};
use crate::doors::tls::Tls;
use crate::ingest::enqueue::{Enqueuer, Wake};
use crate::ingest::health::Health;
use crate::ingest::patterns::watch::Current;
use crate::ingest::rescan;
use crate::listen::{Ending, Sockets, raise_open_files, reached_at};
use crate::seal::Seal;
use crate::sign_in::provider::Provider;
use crate::state::{AppState, folder, hash_key, now_micros, worker};
use crate::stop::{self, Signals, Stopping};
use crate::tokens::{self, Purpose};
use crate::{erasing, routes, settings, sign_in};

/// How often what decides nothing any more is forgotten.
const PRUNE_EVERY: Duration = Duration::from_secs(86_400);

/// Runs `daybook serve`.
pub fn run(arguments: &Serve) -> anyhow::Result<()> {
    if let Some(point) = &arguments.crash_at {
        crash::arm(point);
    }
    let store = open::store(&arguments.data)?;
    let presence = Presence::announce(&arguments.data)?;
    let lock = FoldLock::open(&arguments.data)?;
    let (installation, _) = open::installation(&store, arguments.time_zone)?;
    let time_zone = open::time_zone(&installation)?;
    change_time_zone(&store, &presence, time_zone, arguments.time_zone)?;
    open::compare_rules(&store, &installation)?;
    let time_zone = arguments.time_zone;
    let demands = Current::default();
    demands.read(&store).context("read what is to be redacted")?;
    // Whatever can be wrong is found out before a client can come: once the port is joined, half of
    // them do.
    let seal = open::seal(&arguments.data)?;
    let tls = Tls::load(&arguments.doors.tls)?;
    let provider = arguments.provider.settings()?.map(Provider::new).transpose()?;
    let mut sockets = Sockets::new(arguments.socket_names.as_deref(), presence.has_company())
        .context("take the sockets that systemd hands over")?;
    let doors = Doors::bind(&arguments.doors, tls, &mut sockets)?;
    let listener = listen(&mut sockets, arguments.listen)?;
    let (scheme, address) = (doors.scheme(), listener.local_addr()?);
    let here = format!("{scheme}://{}", reached_at(address));
    let lines = doors.lines()?;
    // Of several processes that start on a new database one says it.
    let first = store.alone(Job::FirstStart, || first_start(&store, &seal, &here))?;
    let first = first.transpose()?.flatten();
    let server = Server {
        store,
        seal,
        time_zone,
        limits: arguments.limits.clone(),
        trial: trial::apart(&arguments.data),
        demands,
        detection_days: arguments.data.detection_days,
        folds: arguments.workers > 0,
        lock,
        listener,
        ending: sockets.into_stop(),
        drain: Duration::from_secs(arguments.drain_secs),
        sign_in: arguments.sign_in.settings(doors.speaks_tls()),
        provider,
        doors,
    };
    actix_web::rt::System::new().block_on(server.run(&installation, || {
        say(&format!(
            "{lines}daybook is listening on {scheme}://{address}\n{}",
            first.as_deref().unwrap_or_default()
        ));
    }))
}

/// Changes the time zone of a database without figures; figures are made again by a rebuild.
fn change_time_zone(store: &Store, presence: &Presence, kept: Tz, asked: Tz) -> anyhow::Result<()> {
    if kept == asked {
        return Ok(());
    }
    anyhow::ensure!(
        !presence.has_company() && !store.read(signals::any_folded)?,
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

/// Opens the socket of the main door.
pub fn listen(sockets: &mut Sockets, address: SocketAddr) -> anyhow::Result<TcpListener> {
    sockets.bind("http", address).with_context(|| {
        format!("listen on {address}; is the port in use? --listen chooses another")
    })
}

/// What the first start says: the setup link, an ingest token, the settings to paste. `None`
/// when there is a connection already.
fn first_start(store: &Store, seal: &Seal, address: &str) -> anyhow::Result<Option<String>> {
    if !store.read(connections::all)?.is_empty() {
        return Ok(None);
    }
    let name = Change { name: Some("Default".to_owned()), ..Change::default() };
    let ingest_token = crate::connections::create(store, seal, name, ACTOR)?.token.text;
    let link = tokens::create(Purpose::Setup)?;
    let row = SetupLink {
        id: link.id,
        secret_hash: link.secret_hash,
        created_at: now_micros(),
        used_at: None,
        account_id: None,
        expires_at: None,
    };
    store.write(|conn| rows::add_setup_link(conn, &row))?;
    let settings = settings::printed(address, &ingest_token)?;
    Ok(Some(format!(
        "\nDashboard           {address}/\n\
         One-time setup link {address}/setup/{}\n\
         Ingest token        {ingest_token}\n\n\
         Paste this into ~/.claude/settings.json (or managed settings) and restart Claude Code:\n\n\
         {settings}",
        link.text
    )))
}

/// Forgets once a day what can decide nothing any more.
pub(super) async fn prune_daily(store: Store, detection_days: u32) {
    let mut days = tokio::time::interval(PRUNE_EVERY);
    loop {
        days.tick().await;
        let store = store.clone();
        let pruned = actix_web::rt::task::spawn_blocking(move || {
            let prune = || {
                prune::prune(&store, now_micros())?;
                prune::prune_detections(&store, now_micros(), detection_days)
            };
            store.alone(Job::Prune, prune).and_then(Option::transpose)
        });
        if !matches!(pruned.await, Ok(Ok(_))) {
            tracing::warn!("pruning failed; it is tried again tomorrow");
        }
    }
}

/// Folds until `stopped` says so; waits first until no other process folds.
async fn fold_in_turn(
    lock: Option<FoldLock>,
    folder: Folder,
    worker: Worker,
    wake: Arc<Notify>,
    mut stopped: oneshot::Receiver<()>,
) -> anyhow::Result<()> {
    let mut lock = lock;
    if let Some(lock) = lock.as_mut().filter(|lock| !lock.is_held()) {
        tracing::info!("another daybook works on the data; this one receives until it ends");
        tokio::select! {
            waited = lock.wait() => waited?,
            _ = &mut stopped => return Ok(()),
        }
        tracing::info!("this daybook works on the data now");
    }
    let asked = Arc::new(OnceLock::new());
    let stop = {
        let asked = Arc::clone(&asked);
        async move {
            let _ = stopped.await;
            let _ = asked.set(Instant::now());
        }
    };
    let folded = fold_signals::run(folder, worker, wake, stop).await;
    if asked.get().is_none_or(|asked| asked.elapsed() >= fold_signals::PATIENCE) {
        // A thread whose batch was given up may be writing still: the lock goes with the process.
        std::mem::forget(lock);
    }
    folded
}

/// A server, ready to run.
pub struct Server {
    pub store: Store,
    /// Seals ingest tokens.
    pub seal: Seal,
    pub time_zone: Tz,
    pub limits: Limits,
    pub trial: Trial,
    /// How long what redaction found is kept.
    pub detection_days: u32,
    /// What the organization demands of redaction; read already.
    pub demands: Current,
    /// Whether what is received is folded by this process.
    pub folds: bool,
    /// Which process folds; none where no other can be.
    pub lock: Option<FoldLock>,
    pub listener: TcpListener,
    /// The sockets as they are seen at the end.
    pub ending: Ending,
    /// How long clients have when the process is asked to stop.
    pub drain: Duration,
    pub sign_in: sign_in::settings::Settings,
    /// The organization's own sign-in.
    pub provider: Option<Provider>,
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
        let (enqueuer, writer) =
            Enqueuer::start(self.store.clone(), wake.clone(), hash_key(installation))?;
        let announcing = self
            .store
            .is_shared()
            .then(|| actix_web::rt::spawn(wake.clone().announce(self.store.clone())));
        let worker = worker()?;
        let (stop, stopped) = oneshot::channel::<()>();
        let folder = folder(&self.store, installation, self.time_zone, self.trial);
        let fold = self.folds.then(|| {
            actix_web::rt::spawn(fold_in_turn(self.lock, folder, worker, wake.here, stopped))
        });
        let front_door = FrontDoor {
            address: self.listener.local_addr()?,
            is_tls: self.doors.scheme() == "https",
        };
        let mut state = AppState::new(
            self.store,
            self.seal,
            installation,
            self.time_zone,
            self.limits,
            enqueuer,
            self.demands.clone(),
        );
        state.front_door = Some(front_door);
        state.detection_days = self.detection_days;
        let state = web::Data::new(state.with_sign_in(self.sign_in, self.provider));
        let stopping = Stopping::default();
        let tls = self.doors.tls_config()?;
        let is_tls = tls.is_some();
        let http = serve(state.clone(), stopping.clone(), self.listener, tls)?;
        let doors = self.doors.open(&state, &stopping)?;
        let pruning = actix_web::rt::spawn(prune_daily(state.store.clone(), self.detection_days));
        let watching = actix_web::rt::spawn(self.demands.watch(state.store.clone()));
        let rescanning = actix_web::rt::spawn(rescan::watch(state.store.clone()));
        let (store, keys) = (state.store.clone(), state.keys.clone());
        let erasing = actix_web::rt::spawn(erasing::watch(store, keys));
        let health = Arc::clone(&state.health);
        let noting = actix_web::rt::spawn(Arc::clone(&health).watch(state.store.clone()));
        let signals = Signals::listen(is_tls).context("listen for SIGTERM and SIGINT")?;
        let servers = std::iter::once(http.handle()).chain(doors.servers()).collect();
        let stop_http = stopping.when_asked(signals, servers, self.ending, self.drain);
        actix_web::rt::spawn(stop_http);
        ready();
        stop::tell_supervisor_of_start();
        let served = http.await;
        for task in [pruning, watching, rescanning, erasing, noting] {
            task.abort();
        }
        announcing.inspect(tokio::task::JoinHandle::abort);
        doors.close().await;
        write_last(&health, state.store.clone()).await;
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

/// Writes what was gathered of connections, for the last time.
async fn write_last(health: &Arc<Health>, store: Store) {
    let health = Arc::clone(health);
    let written =
        actix_web::rt::task::spawn_blocking(move || health.write_all(&store, now_micros()));
    if !matches!(written.await, Ok(Ok(()))) {
        tracing::warn!("the last seconds of the connections' health were not written");
    }
}

/// Begins to answer on a socket.
fn serve(
    state: web::Data<AppState>,
    stopping: Stopping,
    listener: TcpListener,
    tls: Option<ServerConfig>,
) -> anyhow::Result<actix_web::dev::Server> {
    let workers = std::thread::available_parallelism().map_or(1, NonZero::get);
    let on_connect = stopping.connections.on_connect();
    let stopping = web::Data::new(stopping);
    let app = move || {
        App::new()
            .app_data(state.clone())
            .app_data(stopping.clone())
            .wrap(from_fn(stop::while_stopping))
            .configure(routes::configure)
    };
    let server = HttpServer::new(app)
        .workers(workers)
        .max_connections(raise_open_files().div_ceil(workers))
        .on_connect(on_connect)
        .keep_alive(KEEP_ALIVE)
        .client_request_timeout(HEAD_TIME)
        .client_disconnect_timeout(Duration::from_secs(2))
        .shutdown_timeout(2)
        .disable_signals();
    let server = match tls {
        Some(config) => server.listen_rustls_0_23(listener, config)?,
        None => server.listen(listener)?,
    };
    Ok(server.run())
}
