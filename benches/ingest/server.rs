//! The servers that are measured: started, asked, and ended by their own process id.

use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::Context;
use daybook_test_database::PostgresServer;
use serde_json::Value;
use tempfile::TempDir;

use crate::arguments::DECODE_ONLY_SERVER;
use crate::connection::Heads;

/// The real binary.
const DAYBOOK: &str = env!("CARGO_BIN_EXE_daybook");

/// What a server prints when it is ready.
const LISTENING: &str = "daybook is listening on http://";

/// How long a server may take for anything.
const PATIENCE: Duration = Duration::from_secs(120);

/// How often it is asked whether everything was counted. The answer counts what waits, which costs
/// the server more than a few requests do.
const LOOK: Duration = Duration::from_millis(20);

/// A running server.
pub(crate) struct Server {
    child: Child,
    pub(crate) address: SocketAddr,
    /// From its start until it said it listens.
    pub(crate) ready_after: Duration,
    ingest_token: String,
    api: Option<Api>,
}

/// A database with a connection and a token that reads.
pub(crate) struct Data {
    folder: TempDir,
    /// Of a PostgreSQL database.
    url: Option<String>,
    ingest_token: String,
    api_token: String,
}

/// The REST API of a server.
pub(crate) struct Api {
    agent: ureq::Agent,
    url: String,
    authorization: String,
}

impl Data {
    /// An empty SQLite database, or one of a PostgreSQL server.
    pub(crate) fn new(postgres: Option<&PostgresServer>) -> anyhow::Result<Data> {
        let folder = tempfile::tempdir()?;
        let url = postgres.map(|server| {
            server.say("DROP DATABASE IF EXISTS bench WITH (FORCE)");
            server.say("CHECKPOINT");
            server.create("bench")
        });
        let made = |arguments: &[&str], name: &str| -> anyhow::Result<String> {
            let output = Command::new(DAYBOOK)
                .args(arguments)
                .args(["create", "bench", "--json", "--data-dir"])
                .arg(folder.path())
                .envs(url.iter().map(|url| ("DAYBOOK_DATABASE_URL", url)))
                .output()?;
            let said = String::from_utf8_lossy(&output.stderr);
            anyhow::ensure!(output.status.success(), "{arguments:?}: {said}");
            let made: Value = serde_json::from_slice(&output.stdout)?;
            Ok(made.get(name).and_then(Value::as_str).context("a token")?.to_owned())
        };
        let ingest_token = made(&["connection"], "ingest_token")?;
        let api_token = made(&["api-token"], "token")?;
        Ok(Data { folder, url, ingest_token, api_token })
    }

    /// Tells a command where the data is.
    fn open_with(&self, command: &mut Command) {
        command.arg("--data-dir").arg(self.folder());
        command.envs(self.url.iter().map(|url| ("DAYBOOK_DATABASE_URL", url)));
    }

    /// Where it is.
    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }
}

impl Server {
    /// The server that only decodes.
    pub(crate) fn decode_only() -> anyhow::Result<Server> {
        let mut command = Command::new(std::env::current_exe()?);
        command.arg(DECODE_ONLY_SERVER);
        Server::start(command, "nobody looks at it".to_owned(), None)
    }

    /// The real server, with more arguments.
    pub(crate) fn daybook(data: &Data, arguments: &[&str]) -> anyhow::Result<Server> {
        let mut command = Command::new(DAYBOOK);
        command.args(["serve", "--listen", "127.0.0.1:0"]).args(arguments);
        data.open_with(&mut command);
        Server::start(command, data.ingest_token.clone(), Some(&data.api_token))
    }

    /// A process that only folds.
    pub(crate) fn worker(data: &Data) -> anyhow::Result<Child> {
        let mut command = Command::new(DAYBOOK);
        command.arg("work");
        data.open_with(&mut command);
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        let output = child.stdout.take().context("its output")?;
        BufReader::new(output).lines().next().context("it folds")??;
        Ok(child)
    }

    /// Starts a server and waits until it listens.
    fn start(
        mut command: Command,
        ingest_token: String,
        api_token: Option<&str>,
    ) -> anyhow::Result<Server> {
        let begun = Instant::now();
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        let output = child.stdout.take().context("its output")?;
        let address = listening(BufReader::new(output));
        let ready_after = begun.elapsed();
        let address = match address {
            Ok(address) => address,
            Err(error) => {
                child.kill()?;
                child.wait()?;
                return Err(error);
            }
        };
        let api = api_token.map(|token| Api::new(address, token));
        Ok(Server { child, address, ready_after, ingest_token, api })
    }

    /// Its process id.
    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// The heads of requests to it.
    pub(crate) fn heads(&self) -> Heads {
        Heads::new(self.address, &self.ingest_token)
    }

    /// The `Authorization` of telemetry.
    pub(crate) fn ingest_authorization(&self) -> String {
        format!("Bearer {}", self.ingest_token)
    }

    /// Its REST API, where it has one.
    pub(crate) fn api(&self) -> anyhow::Result<&Api> {
        self.api.as_ref().context("the server has no API")
    }

    /// Waits until nothing is in the queue and so many signals were counted.
    pub(crate) fn wait_folded(&self, sent: usize) -> anyhow::Result<()> {
        let begun = Instant::now();
        loop {
            let status = self.api()?.get("/api/v1/status")?;
            let count = |name: &str| status.pointer(name).and_then(Value::as_u64);
            if count("/signals/waiting") == Some(0) {
                let folded = count("/signals/folded");
                let copies = (count("/signals/copies"), count("/records/copies"));
                anyhow::ensure!(folded == Some(u64::try_from(sent)?), "not all: {status}");
                anyhow::ensure!(copies == (Some(0), Some(0)), "some were copies: {status}");
                return Ok(());
            }
            anyhow::ensure!(begun.elapsed() < PATIENCE, "the queue does not empty: {status}");
            std::thread::sleep(LOOK);
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Api {
    /// The API of a server.
    fn new(address: SocketAddr, token: &str) -> Api {
        let agent = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .timeout_global(Some(PATIENCE))
            .build()
            .into();
        Api { agent, url: format!("http://{address}"), authorization: format!("Bearer {token}") }
    }

    /// Reads a path as JSON.
    pub(crate) fn get(&self, path: &str) -> anyhow::Result<Value> {
        Ok(serde_json::from_slice(&self.get_bytes(path)?)?)
    }

    /// Reads a path.
    pub(crate) fn get_bytes(&self, path: &str) -> anyhow::Result<Vec<u8>> {
        let request = self.agent.get(format!("{}{path}", self.url));
        let mut answer = request.header("Authorization", &self.authorization).call()?;
        anyhow::ensure!(answer.status() == 200, "{path} is answered {}", answer.status());
        Ok(answer.body_mut().with_config().limit(1 << 30).read_to_vec()?)
    }

    /// Sends a body of telemetry; the status it is answered with.
    pub(crate) fn post(
        &self,
        path: &str,
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> anyhow::Result<u16> {
        let mut request = self.agent.post(format!("{}{path}", self.url));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        Ok(request.send(body)?.status().as_u16())
    }
}

/// The address a server says it listens on.
fn listening(output: impl BufRead) -> anyhow::Result<SocketAddr> {
    for line in output.lines() {
        if let Some(address) = line?.strip_prefix(LISTENING) {
            return Ok(address.parse()?);
        }
    }
    anyhow::bail!("the server ended before it listened")
}
