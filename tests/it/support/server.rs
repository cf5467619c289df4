//! Starts `daybook serve` over an empty folder, and stops or kills it.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use daybook_schema::store::{Location, Store};
use daybook_test_database::{Backend, Database, NOT_DURABLE, backend};
use serde_json::Value;

mod successor;
pub mod requests;

/// How long a server may take for what takes it milliseconds.
const PATIENCE: Duration = Duration::from_secs(60);

/// The binary under test.
pub const DAYBOOK: &str = env!("CARGO_BIN_EXE_daybook");

/// A running server and its data folder.
pub struct Server {
    child: Option<Child>,
    /// Kills the server when this process ends, however it ends: shared servers are never
    /// dropped.
    watchdog: Option<Child>,
    pub url: String,
    /// What it printed until it listened, and just after.
    pub printed: String,
    data: Arc<Database>,
    extra: Vec<String>,
    api_token: String,
    /// Where what it says of itself goes; to this process's own when there is none.
    log: Option<PathBuf>,
}

/// A connection made for a test.
#[derive(Clone, Debug)]
pub struct Connection {
    pub id: String,
    pub token: String,
}

impl Server {
    /// A server over an empty folder.
    pub fn start() -> Server {
        Server::start_with(&[])
    }

    /// A server over an empty database, with more arguments.
    pub fn start_with(arguments: &[&str]) -> Server {
        Server::on(backend(), arguments)
    }

    /// A server over an empty database of a kind.
    pub fn on(backend: Backend, arguments: &[&str]) -> Server {
        Server::over(Arc::new(Database::on(backend)), arguments)
    }

    /// A server over a database that is empty, or others serve too.
    pub fn over(data: Arc<Database>, arguments: &[&str]) -> Server {
        let mut server = Server {
            child: None,
            watchdog: None,
            url: String::new(),
            printed: String::new(),
            data,
            extra: arguments.iter().map(ToString::to_string).collect(),
            api_token: String::new(),
            log: None,
        };
        server.run(&[]);
        let token = server.command(&["api-token", "create", "test", "--json"]);
        server.api_token = serde_json::from_str::<Value>(&token).expect("JSON")["token"]
            .as_str()
            .expect("a token")
            .to_owned();
        server
    }

    /// Starts with other arguments from now on.
    pub fn with_arguments(&mut self, arguments: &[&str]) {
        self.extra = arguments.iter().map(ToString::to_string).collect();
    }

    /// Keeps its log in a file from the next start on.
    pub fn with_log(&mut self, file: PathBuf) {
        self.log = Some(file);
    }

    /// Starts the process; `environment` is added to its own.
    pub fn run(&mut self, environment: &[(&str, &str)]) {
        let mut command = Command::new(DAYBOOK);
        command.args(["serve", "--listen", "127.0.0.1:0"]).args(self.data_arguments());
        command.args(&self.extra).envs(environment.iter().copied());
        self.launch(command);
    }

    /// Starts a process and waits until it listens.
    fn launch(&mut self, mut command: Command) {
        let log = |file: &PathBuf| File::options().create(true).append(true).open(file);
        let log = self.log.as_ref().map(|file| log(file).expect("a log").into());
        let mut child = command
            .stdout(Stdio::piped())
            .stderr(log.unwrap_or_else(Stdio::inherit))
            .spawn()
            .expect("daybook starts");
        let mut lines = BufReader::new(child.stdout.take().expect("piped")).lines();
        let mut printed = String::new();
        loop {
            let line = lines.next().expect("it listens").expect("text");
            printed.push_str(&line);
            printed.push('\n');
            if let Some(url) = line.strip_prefix("daybook is listening on ") {
                self.url = url.to_owned();
                break;
            }
        }
        // The first start goes on to print the settings; they end with an empty line. Of several
        // processes on one database only one prints them.
        if self.api_token.is_empty() && Arc::strong_count(&self.data) == 1 {
            for line in lines.by_ref().map_while(Result::ok) {
                printed.push_str(&line);
                printed.push('\n');
                if line == "}" {
                    break;
                }
            }
        }
        self.printed = printed;
        self.watch(child.id());
        self.child = Some(child);
    }

    /// The URL of a port, by what the server said of it when it started.
    pub fn door(&self, what: &str) -> String {
        let says = format!("daybook takes {what} on ");
        let mut lines = self.printed.lines();
        let url = lines.find_map(|line| line.strip_prefix(&says));
        url.unwrap_or_else(|| panic!("no {what}: {}", self.printed)).to_owned()
    }

    /// Starts the watchdog: it waits for its input to end, which this process holds open.
    fn watch(&mut self, pid: u32) {
        self.unwatch();
        let script = format!("read _; kill -9 {pid}");
        let watchdog = Command::new("sh")
            .args(["-c", &script])
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn();
        self.watchdog = Some(watchdog.expect("sh"));
    }

    /// Ends the watchdog.
    fn unwatch(&mut self) {
        if let Some(mut watchdog) = self.watchdog.take() {
            let _ = watchdog.kill();
            let _ = watchdog.wait();
        }
    }

    /// Where the data is, as every command takes it.
    fn data_arguments(&self) -> Vec<String> {
        data_arguments(&self.data)
    }

    /// The database, for other processes.
    pub fn data(&self) -> &Arc<Database> {
        &self.data
    }

    /// The data folder.
    pub fn folder(&self) -> &Path {
        self.data.folder()
    }

    /// The database, to look into.
    pub fn store(&self) -> Store {
        open(&self.data)
    }

    /// The database's file, where there is one.
    pub fn sqlite_file(&self) -> PathBuf {
        self.data.folder().join("daybook.db")
    }

    /// The process's id.
    pub fn pid(&self) -> u32 {
        self.child.as_ref().expect("running").id()
    }

    /// Kills the process as a power cut would: SIGKILL.
    pub fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            child.kill().expect("killed");
            child.wait().expect("ended");
        }
    }

    /// Waits until the process has ended by itself.
    pub fn wait_end(&mut self) {
        if let Some(mut child) = self.child.take() {
            child.wait().expect("ended");
        }
    }

    /// Asks the process to stop, and waits until it has: SIGTERM.
    pub fn stop(&mut self) {
        if let Some(mut child) = self.child.take() {
            let pid = child.id().to_string();
            Command::new("kill").args(["-TERM", &pid]).status().expect("kill");
            assert!(child.wait().expect("ended").success(), "it stops in order");
        }
    }

    /// Runs another `daybook` command on the same data; its output.
    pub fn command(&self, arguments: &[&str]) -> String {
        let output = Command::new(DAYBOOK)
            .args(arguments)
            .args(self.data_arguments())
            .output()
            .expect("daybook runs");
        let error = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{arguments:?}: {error}");
        String::from_utf8(output.stdout).expect("text")
    }

    /// Runs another `daybook` command that must fail; what it says of that.
    pub fn refused(&self, arguments: &[&str]) -> String {
        let output = Command::new(DAYBOOK)
            .args(arguments)
            .args(self.data_arguments())
            .output()
            .expect("daybook runs");
        assert!(!output.status.success(), "{arguments:?} fails");
        String::from_utf8(output.stderr).expect("text")
    }

    /// Makes a connection.
    pub fn connection(&self, name: &str) -> Connection {
        let made: Value =
            serde_json::from_str(&self.command(&["connection", "create", name, "--json"]))
                .expect("JSON");
        Connection {
            id: made["id"].as_str().expect("an id").to_owned(),
            token: made["ingest_token"].as_str().expect("a token").to_owned(),
        }
    }

    /// A token that reads the API.
    pub fn api_token(&self) -> &str {
        &self.api_token
    }

    /// Makes an API token of a scope.
    pub fn token(&self, scope: &str) -> String {
        let made = self.command(&["api-token", "create", scope, "--scope", scope, "--json"]);
        let made: Value = serde_json::from_str(&made).expect("JSON");
        made["token"].as_str().expect("a token").to_owned()
    }

    /// Waits until nothing is in the queue; the status then.
    pub fn settle(&self) -> Value {
        let begun = Instant::now();
        loop {
            let status = self.get("/api/v1/status").json();
            if status["signals"]["waiting"] == 0 {
                return status;
            }
            assert!(begun.elapsed() < PATIENCE, "the queue does not empty: {status}");
            std::thread::park_timeout(Duration::from_millis(2));
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.unwatch();
        if let Some(mut child) = self.child.take() {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

/// Waits until something holds.
#[track_caller]
pub fn until(holds: impl FnMut() -> bool) {
    let (begun, mut holds) = (Instant::now(), holds);
    while !holds() {
        let waited = begun.elapsed();
        assert!(waited < PATIENCE, "what this line waits for does not come in {waited:?}");
        std::thread::park_timeout(Duration::from_millis(20));
    }
}

/// Runs a `daybook` command that needs no database.
pub fn daybook(arguments: &[&str]) -> std::process::Output {
    Command::new(DAYBOOK).args(arguments).output().expect("daybook runs")
}

/// Where a database is, as every command takes it.
pub fn data_arguments(database: &Database) -> Vec<String> {
    let folder = database.folder().display().to_string();
    let mut arguments = vec!["--data-dir".to_owned(), folder];
    if database.url.starts_with("postgres") {
        let not_durable = NOT_DURABLE.to_owned();
        arguments.extend(["--database-url".to_owned(), database.url.clone()]);
        arguments.extend(["--allow-not-durable".to_owned(), not_durable]);
    }
    arguments
}

/// Opens a test's database.
pub fn open(database: &Database) -> Store {
    let location = Location::parse(&database.url).expect("a location");
    Store::open(&location, &[NOT_DURABLE.to_owned()]).expect("the database")
}
