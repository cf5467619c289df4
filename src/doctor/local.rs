//! What Claude Code would read on this machine: its settings files and the environment.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use daybook_schema::agents::claude_code::variable;
use serde_json::Value;

use super::Finding;

/// Variables that lead requests over a proxy.
const PROXIES: [&str; 4] = ["HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy"];

/// Where to look.
#[derive(Clone, Debug, Default)]
pub struct Machine {
    pub environment: BTreeMap<String, String>,
    pub home: Option<PathBuf>,
    /// Where Claude Code is started.
    pub folder: PathBuf,
}

/// Settings files, from the weakest to the strongest.
fn files(machine: &Machine) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> =
        machine.home.iter().map(|home| home.join(".claude/settings.json")).collect();
    files.push(machine.folder.join(".claude/settings.json"));
    files.push(machine.folder.join(".claude/settings.local.json"));
    files.push(PathBuf::from(managed()));
    files
}

/// Where an organization's settings are.
fn managed() -> &'static str {
    if cfg!(target_os = "macos") {
        "/Library/Application Support/ClaudeCode/managed-settings.json"
    } else if cfg!(windows) {
        r"C:\Program Files\ClaudeCode\managed-settings.json"
    } else {
        "/etc/claude-code/managed-settings.json"
    }
}

/// A variable, and where it is set.
struct Set {
    value: String,
    place: String,
}

/// The variables Claude Code would have.
struct Effective(BTreeMap<String, Set>);

impl Effective {
    /// The value of a variable; `None` when it is not set or empty.
    fn value(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(|set| set.value.as_str()).filter(|value| !value.is_empty())
    }

    /// A value with where it is set.
    fn with_place(&self, name: &str) -> Option<(&str, &str)> {
        self.0.get(name).map(|set| (set.value.as_str(), set.place.as_str()))
    }
}

/// Looks at this machine for what would keep telemetry from going to `url` with `token`.
pub fn look(machine: &Machine, url: &str, token: &str) -> Vec<Finding> {
    let mut findings = Vec::new();
    let from = |(name, value): (&String, &String)| {
        (name.clone(), Set { value: value.clone(), place: "the environment".to_owned() })
    };
    let mut effective = Effective(machine.environment.iter().map(from).collect());
    for path in files(machine) {
        match env_of(&path) {
            Ok(variables) => {
                let place = path.display().to_string();
                let set = |(name, value)| (name, Set { value, place: place.clone() });
                effective.0.extend(variables.into_iter().map(set));
            }
            Err(wrong) => findings.push(wrong),
        }
    }
    findings.extend(proxy(&effective));
    if effective.value(variable::ENABLE_TELEMETRY).is_none()
        && effective.value(variable::ENDPOINT).is_none()
    {
        let says = "nothing on this machine makes Claude Code report";
        let cure = "put the connection's settings into ~/.claude/settings.json, or have them \
                    managed, and restart Claude Code";
        findings.push(Finding::warn("settings", says, cure));
        return findings;
    }
    findings.extend(switched_on(&effective));
    findings.extend(exporters(&effective));
    findings.push(protocol(&effective));
    findings.extend(endpoints(&effective, url));
    findings.push(headers(&effective, token));
    findings
}

/// The `env` block of a settings file; nothing when there is no file.
fn env_of(path: &Path) -> Result<BTreeMap<String, String>, Finding> {
    let Ok(text) = fs::read_to_string(path) else {
        return Ok(BTreeMap::new());
    };
    let settings: Value = serde_json::from_str(&text).map_err(|error| {
        let says = format!("{} is no JSON at line {}", path.display(), error.line());
        Finding::bad("settings", says, "Claude Code leaves out what it cannot read; mend the file")
    })?;
    let env = settings.get("env").and_then(Value::as_object).cloned().unwrap_or_default();
    let text_of = |value: &Value| match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    Ok(env.iter().map(|(name, value)| (name.clone(), text_of(value))).collect())
}

/// Whether requests go over a proxy, which this command does not ask.
fn proxy(effective: &Effective) -> Option<Finding> {
    let name = PROXIES.iter().find(|name| effective.value(name).is_some())?;
    Some(Finding::warn(
        "proxy",
        format!("{name} is set: Claude Code may go over that proxy, and this check does not"),
        "name the host of the endpoint in NO_PROXY, or let the proxy pass it",
    ))
}

/// Whether telemetry is on at all.
fn switched_on(effective: &Effective) -> Option<Finding> {
    let name = variable::ENABLE_TELEMETRY;
    if effective.value(name) == Some("1") {
        return Some(Finding::ok("settings", format!("{name} is 1")));
    }
    Some(Finding::bad("settings", format!("{name} is not 1: nothing is sent"), "set it to 1"))
}

/// Whether both exporters send.
fn exporters(effective: &Effective) -> Vec<Finding> {
    let judge = |name: &'static str| {
        let value = effective.value(name).unwrap_or_default();
        let parts: Vec<&str> = value.split(',').map(str::trim).collect();
        if parts.contains(&"console") {
            let says = format!("{name} has `console`, which writes telemetry into the terminal");
            return Finding::warn("exporters", says, "leave `console` out");
        }
        match parts.contains(&"otlp") {
            true => Finding::ok("exporters", format!("{name} is otlp")),
            false => Finding::bad(
                "exporters",
                format!("{name} is not otlp: that half is not sent"),
                "set it to otlp",
            ),
        }
    };
    vec![judge(variable::METRICS_EXPORTER), judge(variable::LOGS_EXPORTER)]
}

/// Whether the protocol is one that arrives, and is sent again.
fn protocol(effective: &Effective) -> Finding {
    let name = variable::PROTOCOL;
    match effective.value(name) {
        None | Some("http/protobuf" | "http/json") => {
            Finding::ok("protocol", "telemetry goes over HTTP, and is sent again when it must be")
        }
        Some("grpc") => Finding::bad(
            "protocol",
            format!("{name} is grpc: this endpoint speaks HTTP, and gRPC never sends again"),
            "set it to http/protobuf",
        ),
        Some(_) => Finding::bad(
            "protocol",
            format!("{name} is none that Claude Code knows"),
            "set it to http/protobuf",
        ),
    }
}

/// Whether telemetry goes to the server that was asked.
fn endpoints(effective: &Effective, url: &str) -> Vec<Finding> {
    let same = |other: &str| other.trim_end_matches('/') == url.trim().trim_end_matches('/');
    let mut findings = Vec::new();
    match effective.with_place(variable::ENDPOINT) {
        Some((value, _)) if same(value) => {
            findings.push(Finding::ok("endpoint", "it is the one that was asked"));
        }
        Some((_, place)) => findings.push(Finding::bad(
            "endpoint",
            format!("{} leads elsewhere; it is set by {place}", variable::ENDPOINT),
            format!("set it to {url}"),
        )),
        None => findings.push(Finding::bad(
            "endpoint",
            format!("{} is not set: telemetry goes to this machine", variable::ENDPOINT),
            format!("set it to {url}"),
        )),
    }
    for name in [variable::METRICS_ENDPOINT, variable::LOGS_ENDPOINT] {
        if let Some((_, place)) = effective.with_place(name) {
            findings.push(Finding::warn(
                "endpoint",
                format!("{name} is set by {place}: it is used as it stands, with nothing added"),
                "leave it out, so that both signals go to the one endpoint",
            ));
        }
    }
    findings
}

/// Whether the token is sent. It is never said.
fn headers(effective: &Effective, token: &str) -> Finding {
    let name = variable::HEADERS;
    let Some((value, place)) = effective.with_place(name) else {
        let says = format!("{name} is not set: no token is sent, unless a helper script does it");
        return Finding::warn("token", says, "set it to `Authorization=Bearer TOKEN`");
    };
    let pairs = value.split(',').filter_map(|pair| pair.split_once('='));
    let mut sent = pairs.filter(|(key, _)| key.trim().eq_ignore_ascii_case("authorization"));
    match sent.next().and_then(|(_, value)| crate::tokens::bearer(value)) {
        Some(sent) if sent == token => Finding::ok("token", "it is the one that was asked with"),
        Some(_) => Finding::bad(
            "token",
            format!("another token is sent than was asked with; it is set by {place}"),
            "copy the connection's settings again",
        ),
        None => Finding::bad(
            "token",
            format!("{name} holds no `Authorization=Bearer TOKEN`; it is set by {place}"),
            "copy the connection's settings again",
        ),
    }
}
