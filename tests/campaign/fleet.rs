//! All of Daybook's processes of a campaign, and what they answer.

use std::fs::OpenOptions;
use std::net::TcpListener;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use daybook_jobs::crash;
use daybook_schema::connections::parse_public_id;
use serde_json::Value;

use crate::arguments::{Plan, Topology};
use crate::pause;
use crate::place::Place;
use crate::program::{Program, Role};
use crate::support::Connection;
use crate::support::server::DAYBOOK;

/// How long anything may take before the campaign breaks off.
pub const PATIENCE: Duration = Duration::from_secs(120);

/// How often something is looked at that is waited for.
const LOOK: Duration = Duration::from_millis(10);

/// The processes and their data.
pub struct Fleet {
    pub place: Place,
    pub programs: Vec<Program>,
    /// The addresses of those that receive; they come first among the programs.
    pub urls: Vec<String>,
    /// The crash point of the connection whose telemetry is poison, while it is.
    poison: Option<String>,
    /// How often a process ended that nobody had killed.
    pub ended_unasked: usize,
    api_token: String,
    agent: ureq::Agent,
}

impl Fleet {
    /// Starts the processes of a plan over an empty database; waits until they answer.
    pub fn start(plan: &Plan) -> anyhow::Result<Fleet> {
        let place = Place::new(plan.backend);
        let roles: &[Role] = match plan.topology {
            Topology::One => &[Role::Serve],
            Topology::Many => &[Role::Receive, Role::Receive, Role::Work, Role::Work],
        };
        let mut urls = Vec::new();
        let programs = roles.iter().enumerate().map(|(place_in_list, role)| {
            let mut arguments: Vec<String> = match role {
                Role::Serve => vec!["serve".to_owned()],
                Role::Receive => ["serve", "--workers", "0"].map(str::to_owned).to_vec(),
                Role::Work => vec!["work".to_owned()],
            };
            if *role != Role::Work {
                let address = format!("127.0.0.1:{}", free_port());
                urls.push(format!("http://{address}"));
                arguments.extend(["--listen".to_owned(), address]);
            }
            arguments.extend(place.arguments());
            let log = format!("{}-{place_in_list}.log", role.name());
            Program::new(*role, arguments, place.folder().join(log))
        });
        let programs = programs.collect();
        let agent = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .timeout_global(Some(Duration::from_secs(10)))
            .build()
            .into();
        let (poison, api_token) = (None, String::new());
        let mut fleet = Fleet { place, programs, urls, poison, ended_unasked: 0, api_token, agent };
        fleet.start_all();
        fleet.wait("the first answer", |fleet| Ok(fleet.get("/readyz").is_some()))?;
        let token = fleet.command(&["api-token", "create", "campaign", "--json"])?;
        fleet.api_token = field(&token, "token")?;
        Ok(fleet)
    }

    /// Makes a connection.
    pub fn connection(&self, name: &str) -> anyhow::Result<Connection> {
        let made = self.command(&["connection", "create", name, "--json"])?;
        Ok(Connection { id: field(&made, "id")?, token: field(&made, "ingest_token")? })
    }

    /// Has every process that is started from now on die of a connection's telemetry; `None`
    /// makes it harmless.
    pub fn set_poison(&mut self, connection: Option<&Connection>) {
        self.poison = connection.map(|connection| {
            let id = parse_public_id(&connection.id).expect("an id");
            format!("{}{id}", crash::CONNECTION)
        });
    }

    /// Starts a process, with a crash point armed.
    pub fn start_one(&mut self, program: usize, point: Option<&str>) {
        let points: Vec<&str> = self.poison.as_deref().into_iter().chain(point).collect();
        self.programs[program].start(&points);
    }

    /// Starts every process that does not run.
    pub fn start_all(&mut self) {
        for program in 0..self.programs.len() {
            if self.programs[program].has_ended() {
                self.start_one(program, None);
            }
        }
    }

    /// Starts again what has ended by itself, as an init system does.
    pub fn supervise(&mut self) {
        for program in 0..self.programs.len() {
            if self.programs[program].has_ended() {
                self.ended_unasked += 1;
                self.start_one(program, None);
            }
        }
    }

    /// Stops every process in order.
    pub fn stop_all(&mut self) -> anyhow::Result<()> {
        self.programs.iter().for_each(|program| program.signal("TERM"));
        self.programs.iter_mut().try_for_each(|program| program.wait_stopped(PATIENCE))
    }

    /// The places of the processes of some roles.
    pub fn of(&self, roles: &[Role]) -> Vec<usize> {
        let programs = self.programs.iter().enumerate();
        programs.filter(|(_, program)| roles.contains(&program.role)).map(|(n, _)| n).collect()
    }

    /// Waits for something, and starts meanwhile what ends by itself.
    pub fn wait(
        &mut self,
        what: &str,
        mut is_so: impl FnMut(&mut Fleet) -> anyhow::Result<bool>,
    ) -> anyhow::Result<()> {
        let begun = Instant::now();
        while !is_so(self)? {
            if begun.elapsed() > PATIENCE {
                bail!("{what} did not come in {} s", PATIENCE.as_secs());
            }
            self.supervise();
            pause(LOOK);
        }
        Ok(())
    }

    /// What `/api/v1/status` says; `None` while nobody answers.
    pub fn status(&self) -> Option<Value> {
        self.get("/api/v1/status")
    }

    /// Waits until nothing is in the queue; the status then.
    pub fn settle(&mut self) -> anyhow::Result<Value> {
        let mut settled = None;
        self.wait("the end of the queue", |fleet| {
            settled = fleet.status().filter(|status| status["signals"]["waiting"] == 0);
            Ok(settled.is_some())
        })?;
        settled.context("a status")
    }

    /// Every row of daily usage.
    pub fn daily_usage(&self) -> anyhow::Result<Vec<Value>> {
        let mut rows = Vec::new();
        let mut cursor = String::new();
        loop {
            let path = "/api/v1/daily-usage?from=2000-01-01&to=2100-01-01&limit=5000";
            let page = self.get(&format!("{path}{cursor}")).context("no answer")?;
            rows.extend(page["data"].as_array().context("no rows")?.iter().cloned());
            match page["next_cursor"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => return Ok(rows),
            }
        }
    }

    /// Runs another `daybook` command on the same data; its output.
    pub fn command(&self, arguments: &[&str]) -> anyhow::Result<String> {
        let mut command = Command::new(DAYBOOK);
        let output = command.args(arguments).args(self.place.arguments()).output()?;
        if !output.status.success() {
            bail!("{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        }
        Ok(String::from_utf8(output.stdout)?)
    }

    /// Starts another `daybook` command on the same data; what it says goes to a log of its own.
    pub fn begin(&self, arguments: &[&str]) -> Child {
        let log = self.place.folder().join(format!("{}.log", arguments[0]));
        let log = OpenOptions::new().create(true).append(true).open(log).expect("a log");
        let mut command = Command::new(DAYBOOK);
        command.args(arguments).args(self.place.arguments());
        command.stdout(Stdio::null()).stderr(log).spawn().expect("daybook starts")
    }

    /// Reads a path from the first receiver; `None` when it does not answer 200.
    fn get(&self, path: &str) -> Option<Value> {
        let request = self.agent.get(format!("{}{path}", self.urls[0]));
        let answer =
            request.header("Authorization", format!("Bearer {}", self.api_token)).call().ok()?;
        let is_well = answer.status() == 200;
        let body = answer.into_body().with_config().limit(1 << 30).read_to_vec().ok()?;
        is_well.then(|| serde_json::from_slice(&body).ok())?
    }
}

/// A field of a JSON object, as text.
fn field(json: &str, name: &str) -> anyhow::Result<String> {
    let object: Value = serde_json::from_str(json)?;
    Ok(object[name].as_str().context("a field is missing")?.to_owned())
}

/// A port nobody listens on, and that nobody is given for an outgoing connection while our
/// process is not there: systems take those from above.
fn free_port() -> u16 {
    loop {
        let port = fastrand::u16(20_000..32_000);
        if TcpListener::bind(("127.0.0.1", port)).is_ok() {
            return port;
        }
    }
}
