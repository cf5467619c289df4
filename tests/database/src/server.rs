//! A PostgreSQL server of our own, in a folder of its own.

use std::fs;
use std::net::TcpListener;
use std::os::unix::fs::{PermissionsExt, chown};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::Session;

/// Whether what a server committed survives that the machine stops.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Durability {
    /// As in production.
    Full,
    /// No: tests kill processes only, and need not wait for the disk.
    Processes,
}

/// What tests need beside the defaults: many connections.
const CONFIGURATION: &str = "\
listen_addresses = '127.0.0.1'
max_connections = 400
shared_buffers = 64MB
full_page_writes = on
synchronous_commit = on
logging_collector = off
log_min_messages = fatal
autovacuum_naptime = 10min
";

/// How long the server may take to start again.
const PATIENCE: Duration = Duration::from_secs(60);

/// A running server.
#[derive(Debug)]
pub struct PostgresServer {
    folder: TempDir,
    programs: PathBuf,
    port: u16,
    /// Stops the server when this process ends, however it ends.
    _watchdog: Child,
}

impl PostgresServer {
    /// Makes a cluster and starts it.
    pub fn start(durability: Durability) -> PostgresServer {
        let programs = programs();
        let folder = tempfile::tempdir().expect("a folder");
        give_away(folder.path());
        let data = folder.path().join("data");
        // A text's order must not depend on the machine's language.
        run(as_user(&programs.join("initdb"))
            .args(["--no-sync", "--auth=trust", "--username=daybook", "--encoding=UTF8"])
            .args(["--locale=C", "--pgdata"])
            .arg(&data));
        let port = free_port();
        let settings = format!(
            "{CONFIGURATION}fsync = {}\nport = {port}\nunix_socket_directories = '{}'\n",
            if durability == Durability::Full { "on" } else { "off" },
            folder.path().display()
        );
        let file = data.join("postgresql.conf");
        fs::write(&file, settings).expect("settings");
        fs::set_permissions(&file, fs::Permissions::from_mode(0o644)).expect("settings");
        let watchdog = watchdog(&programs, &data);
        let server = PostgresServer { folder, programs, port, _watchdog: watchdog };
        server.run();
        server
    }

    /// Starts the server's processes; waits until they answer.
    pub fn run(&self) {
        let log = self.folder.path().join("server.log");
        run(as_user(&self.programs.join("pg_ctl"))
            .args(["start", "--silent", "--wait", "--pgdata"])
            .arg(self.data())
            .arg("--log")
            .arg(log));
    }

    /// Whether the server's first process lives.
    pub fn is_running(&self) -> bool {
        let mut status = as_user(&self.programs.join("pg_ctl"));
        status.args(["status", "--silent", "--pgdata"]).arg(self.data());
        let status = status.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        status.status().is_ok_and(|status| status.success())
    }

    /// Starts the server's processes after the first of them was killed: the others end when
    /// they notice, and none may be left.
    pub fn run_after_kill(&self) {
        let begun = Instant::now();
        while !self.try_run() {
            assert!(begun.elapsed() < PATIENCE, "the server does not start again");
        }
    }

    /// Starts the server's processes: whether they answer.
    fn try_run(&self) -> bool {
        let log = self.folder.path().join("server.log");
        let mut start = as_user(&self.programs.join("pg_ctl"));
        start
            .args(["start", "--silent", "--wait", "--pgdata"])
            .arg(self.data())
            .arg("--log")
            .arg(log);
        let start = start.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        start.status().is_ok_and(|status| status.success())
    }

    /// Starts again with a certificate and its key (PEM), and lets nobody in without TLS.
    pub fn encrypt(&self, certificate: &str, key: &str) {
        self.kill();
        let data = self.data();
        for (name, text) in [("server.crt", certificate), ("server.key", key)] {
            let file = data.join(name);
            fs::write(&file, text).expect("a file");
            give_away(&file);
            fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).expect("a private file");
        }
        let settings = data.join("postgresql.conf");
        let text = fs::read_to_string(&settings).expect("settings");
        fs::write(&settings, format!("{text}ssl = on\n")).expect("settings");
        fs::write(data.join("pg_hba.conf"), "hostssl all all 127.0.0.1/32 trust\n")
            .expect("who may");
        self.run();
    }

    /// Kills the server's processes as a power cut would, all of them.
    pub fn kill(&self) {
        run(as_user(&self.programs.join("pg_ctl"))
            .args(["stop", "--silent", "--mode=immediate", "--pgdata"])
            .arg(self.data()));
    }

    /// Stops every process of the server where it is: it neither answers nor refuses.
    pub fn freeze(&self) {
        self.signal("-STOP");
    }

    /// Lets them go on.
    pub fn thaw(&self) {
        self.signal("-CONT");
    }

    /// Sends a signal to the server's first process and all its children.
    fn signal(&self, signal: &str) {
        let pid = self.pid().to_string();
        run(Command::new("kill").args([signal, &pid]));
        let _ = Command::new("pkill").args([signal, "--parent", &pid]).status();
    }

    /// The id of the server's first process.
    pub fn pid(&self) -> u32 {
        let file = fs::read_to_string(self.data().join("postmaster.pid")).expect("it runs");
        file.lines().next().and_then(|line| line.parse().ok()).expect("an id")
    }

    /// The folder of the cluster.
    pub fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// Makes an empty database; its URL.
    pub fn create(&self, name: &str) -> String {
        self.say(&format!("CREATE DATABASE {name}"));
        self.url(name)
    }

    /// The URL of a database.
    pub fn url(&self, name: &str) -> String {
        format!("postgres://daybook@127.0.0.1:{}/{name}", self.port)
    }

    /// Removes a database, whoever uses it.
    pub fn remove(&self, name: &str) {
        self.say(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"));
    }

    /// Says something to the server in SQL.
    pub fn say(&self, sql: &str) {
        self.ask("postgres", sql);
    }

    /// Says something to a server that may not be able to do it: whether it did.
    pub fn try_to_say(&self, sql: &str) -> bool {
        let mut psql = Command::new(self.programs.join("psql"));
        psql.args(["--no-psqlrc", "--quiet", "--command", sql]).arg(self.url("postgres"));
        let psql = psql.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        psql.status().is_ok_and(|status| status.success())
    }

    /// Opens a session that stays; `None` when the server refuses one more.
    pub fn session(&self, database: &str) -> Option<Session> {
        let mut psql = Command::new(self.programs.join("psql"));
        psql.arg(self.url(database));
        Session::open(psql)
    }

    /// Asks a database something in SQL: its answer, one line a row, columns by `|`.
    pub fn ask(&self, database: &str, sql: &str) -> String {
        let output = Command::new(self.programs.join("psql"))
            .args(["--no-psqlrc", "--quiet", "--no-align", "--tuples-only", "--command", sql])
            .arg(self.url(database))
            .output()
            .expect("psql runs");
        assert!(output.status.success(), "{sql}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8_lossy(&output.stdout).trim().to_owned()
    }
}

impl Drop for PostgresServer {
    /// Before the folder goes: without it the server cannot be told to stop.
    fn drop(&mut self) {
        let mut stop = as_user(&self.programs.join("pg_ctl"));
        stop.args(["stop", "--silent", "--mode=immediate", "--pgdata"]).arg(self.data());
        let _ = stop.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status();
    }
}

/// Where PostgreSQL's programs are: Debian keeps them out of the way.
fn programs() -> PathBuf {
    let mut found: Vec<PathBuf> = fs::read_dir("/usr/lib/postgresql")
        .map(|versions| versions.flatten().map(|version| version.path().join("bin")).collect())
        .unwrap_or_default();
    let path = std::env::var_os("PATH").unwrap_or_default();
    found.sort();
    found.extend(std::env::split_paths(&path));
    let complete = |folder: &&PathBuf| {
        ["initdb", "pg_ctl", "postgres", "psql"].iter().all(|name| folder.join(name).exists())
    };
    found.iter().rev().find(complete).cloned().unwrap_or_else(|| {
        panic!("there is no PostgreSQL server here (Debian: apt-get install postgresql)")
    })
}

/// Whether this process may do everything: then PostgreSQL refuses to run as its user.
pub fn is_root() -> bool {
    fs::metadata("/proc/self")
        .map(|process| std::os::unix::fs::MetadataExt::uid(&process)) // of its owner
        .is_ok_and(|user| user == 0)
}

/// Runs a program as a user that is not root.
fn as_user(program: &Path) -> Command {
    if !is_root() {
        return Command::new(program);
    }
    let mut command = Command::new("setpriv");
    command.args(["--reuid=nobody", "--regid=nogroup", "--clear-groups", "--"]).arg(program);
    command.current_dir("/");
    command
}

/// Gives a folder to the user the server runs as.
fn give_away(folder: &Path) {
    if is_root() {
        let id = Command::new("id").args(["-u", "nobody"]).output().expect("id runs");
        let id = String::from_utf8_lossy(&id.stdout).trim().parse().expect("a user's id");
        chown(folder, Some(id), None).expect("the folder is given away");
    }
}

/// Runs a program to its end.
fn run(command: &mut Command) {
    let status = command.stdin(Stdio::null()).stdout(Stdio::null()).status();
    let status = status.unwrap_or_else(|error| panic!("{command:?}: {error}"));
    assert!(status.success(), "{command:?} failed");
}

/// A port nobody listens on.
fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    listener.local_addr().expect("an address").port()
}

/// Starts a process that waits for its input to end, which this process holds open, and then
/// stops the server and removes its folder.
fn watchdog(programs: &Path, data: &Path) -> Child {
    let script = "trap '' INT TERM; read _; \"$0\" stop --silent --mode=immediate --pgdata \"$1\"; \
                  rm -rf \"$1\"";
    as_user(Path::new("sh"))
        .args(["-c", script])
        .arg(programs.join("pg_ctl"))
        .arg(data)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("sh runs")
}
