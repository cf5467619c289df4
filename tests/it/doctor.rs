//! `daybook doctor`: each way not to arrive is named, with its cure.

use std::fs;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::process::{Command, Output};
use std::sync::LazyLock;

use serde_json::Value;
use tempfile::TempDir;

use crate::support::certificates::{Authority, Certificate};
use crate::support::server::DAYBOOK;
use crate::support::{Server, Shared};

static SERVER: LazyLock<Shared> = LazyLock::new(|| Shared::start(&[]));

/// A token nobody made.
const TOKEN: &str = "dbk_ingest_0_0";

/// A machine with a home and a folder of its own.
struct Machine {
    home: TempDir,
    environment: Vec<(String, String)>,
}

impl Machine {
    /// Nothing is set on it.
    fn new() -> Machine {
        Machine { home: tempfile::tempdir().expect("a folder"), environment: Vec::new() }
    }

    /// With a variable.
    fn with(mut self, name: &str, value: &str) -> Machine {
        self.environment.push((name.to_owned(), value.to_owned()));
        self
    }

    /// With the user's settings file.
    fn with_settings(self, text: &str) -> Machine {
        fs::create_dir_all(self.home.path().join(".claude")).expect("made");
        fs::write(self.home.path().join(".claude/settings.json"), text).expect("written");
        self
    }

    /// Runs the command.
    fn run(&self, arguments: &[&str]) -> Output {
        let environment = self.environment.iter().map(|(name, value)| (name, value));
        Command::new(DAYBOOK)
            .arg("doctor")
            .args(arguments)
            .env_clear()
            .env("HOME", self.home.path())
            .envs(environment)
            .current_dir(self.home.path())
            .output()
            .expect("daybook runs")
    }

    /// What it found: whether all is well, and every finding.
    fn examine(&self, url: &str, token: &str) -> (bool, Vec<Value>) {
        let output = self.run(&[url, token, "--json"]);
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        let said: Value = serde_json::from_str(&text).expect("JSON");
        let is_well = said["ok"].as_bool().expect("a word");
        assert_eq!(output.status.success(), is_well);
        assert!(token == TOKEN || !text.contains(token), "the token is said");
        (is_well, said["findings"].as_array().expect("findings").clone())
    }
}

/// The finding of a check that is not well; its text and cure.
fn wrong(findings: &[Value], check: &str) -> String {
    let found = findings.iter().find(|it| it["check"] == check && it["outcome"] != "ok");
    let found = found.unwrap_or_else(|| panic!("{check} is well: {findings:#?}"));
    assert!(found["cure"].as_str().is_some_and(|cure| !cure.is_empty()), "{found} has a cure");
    format!("{} {}", found["says"], found["cure"])
}

/// What is wrong with a server that answers every connection with some bytes.
fn diagnose(scheme: &str, path: &str, bytes: Vec<u8>, check: &str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address");
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let _ = stream.read(&mut [0; 4096]);
            let _ = stream.write_all(&bytes);
        }
    });
    let (is_well, findings) = Machine::new().examine(&format!("{scheme}://{address}{path}"), TOKEN);
    assert!(!is_well);
    wrong(&findings, check)
}

/// An answer over HTTP.
fn answer(status: &str, headers: &str, body: &str) -> Vec<u8> {
    let length = body.len();
    format!("HTTP/1.1 {status}\r\n{headers}Content-Length: {length}\r\n\r\n{body}").into_bytes()
}

#[test]
fn a_server_that_takes_telemetry_is_well_and_counts_nothing_of_it() {
    let url = format!("{}/api/otel", SERVER.url);
    let (is_well, findings) = Machine::new().examine(&url, &SERVER.connection.token);
    assert!(is_well, "{findings:#?}");
    for check in ["url", "dns", "tcp", "logs", "metrics", "clock"] {
        assert!(findings.iter().any(|it| it["check"] == check && it["outcome"] == "ok"), "{check}");
    }
    assert_eq!(SERVER.settle()["signals"]["folded"], 0);
    let plain = Machine::new().run(&[&url, &SERVER.connection.token]);
    assert!(plain.status.success());
    assert!(String::from_utf8_lossy(&plain.stdout).contains("ok    logs"), "{plain:?}");
}

#[test]
fn a_wrong_token_is_told_from_a_sign_in_in_between() {
    let url = format!("{}/api/otel", SERVER.url);
    let (is_well, findings) = Machine::new().examine(&url, TOKEN);
    assert!(!is_well);
    assert!(wrong(&findings, "logs").contains("the token is not known"));
    let html = answer("401 Unauthorized", "Content-Type: text/html\r\n", "<h1>Sign in</h1>");
    assert!(diagnose("http", "/api/otel", html, "logs").contains("asks for a sign-in"));
}

#[test]
fn a_wrong_address_is_named() {
    for (url, check, said) in [
        ("daybook.example.com/api/otel", "url", "no URL"),
        ("ftp://example.com", "url", "neither http:// nor https://"),
        ("http://", "url", "no URL"),
        ("http://me@127.0.0.1/api/otel", "url", "user name"),
        ("http://127.0.0.1/api/otel/v1/logs", "url", "leave /v1/... off"),
        ("http://nowhere.invalid/api/otel", "dns", "is not known here"),
    ] {
        let (is_well, findings) = Machine::new().examine(url, TOKEN);
        assert!(!is_well, "{url}");
        let found = wrong(&findings, check);
        assert!(found.contains(said), "{url}: {found}");
    }
    let path = format!("{}/nothing", SERVER.url);
    let (_, findings) = Machine::new().examine(&path, &SERVER.connection.token);
    assert!(wrong(&findings, "logs").contains("ends in /api/otel"));
}

#[test]
fn a_port_nobody_listens_at_is_named() {
    let free = TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("an address");
    let (is_well, findings) = Machine::new().examine(&format!("http://{free}/api/otel"), TOKEN);
    assert!(!is_well);
    assert!(wrong(&findings, "tcp").contains("nobody listens"));
}

#[test]
fn what_is_no_daybook_is_known_by_its_answer() {
    let html = "Content-Type: text/html\r\n";
    for (status, headers, said) in [
        ("200 OK", html, "no OTLP server (text/html)"),
        ("200 OK", "", "no media type"),
        ("301 Moved", "Location: https://elsewhere.example/\r\n", "https://elsewhere.example/"),
        ("302 Found", "", "does not follow"),
        ("403 Forbidden", html, "asks for a sign-in"),
        ("404 Not Found", html, "ends in /api/otel"),
        ("407 Proxy", html, "asks for a sign-in"),
        ("413 Too Large", html, "8 MiB"),
        ("415 Media", html, "http/protobuf"),
        ("429 Slow", html, "more than it may"),
        ("500 Broken", html, "answers 500"),
        ("502 Bad Gateway", html, "behind a proxy"),
        ("503 Later", html, "try again"),
    ] {
        let found = diagnose("http", "/api/otel", answer(status, headers, "<html>"), "logs");
        assert!(found.contains(said), "{status}: {found}");
    }
}

#[test]
fn what_speaks_another_protocol_is_named() {
    let ssh = b"SSH-2.0-OpenSSH_9.9\r\n".to_vec();
    assert!(diagnose("http", "", ssh.clone(), "protocol").contains("no HTTP/1.1"));
    assert!(diagnose("http", "", Vec::new(), "protocol").contains("without an answer"));
    assert!(diagnose("https", "", ssh, "tls").contains("http://"));
    let http = answer("400 Bad Request", "", "");
    assert!(diagnose("https", "", http, "tls").contains("speaks no TLS"));
}

/// A server in TLS that shows a certificate, at the name of it and at another address.
fn secure(shown: &Certificate) -> Server {
    let (certificate, key) = (shown.certificate.display(), shown.key.display());
    Server::start_with(&[
        "--tls-certificate",
        &certificate.to_string(),
        "--tls-key",
        &key.to_string(),
        "--otlp-http-listen",
        "127.0.0.2:0",
    ])
}

#[test]
fn a_certificate_that_is_not_trusted_is_told_by_its_reason() {
    let folder = tempfile::tempdir().expect("a folder");
    let authority = Authority::new(folder.path(), "first");
    let ca = authority.file().display().to_string();
    let server = secure(&authority.server());
    let token = server.connection("secure").token;
    let with_ca = |url: &str| {
        let output = Machine::new().run(&[url, &token, "--server-only", "--tls-ca", &ca]);
        String::from_utf8(output.stdout).expect("text")
    };
    let url = format!("{}/api/otel", server.url);
    let well = with_ca(&url);
    assert!(well.contains("ok    tls") && well.contains("ok    metrics"), "{well}");
    let (is_well, findings) = Machine::new().examine(&url, &token);
    assert!(!is_well);
    assert!(wrong(&findings, "tls").contains("NODE_EXTRA_CA_CERTS"));
    let elsewhere = format!("{}/api/otel", server.door("OTLP over HTTP"));
    assert!(with_ca(&elsewhere).contains("is not for 127.0.0.2"));
    let plain = url.replace("https://", "http://");
    assert!(wrong(&Machine::new().examine(&plain, &token).1, "protocol").contains("https://"));
    let expired = secure(&authority.expired());
    assert!(with_ca(&format!("{}/api/otel", expired.url)).contains("has expired"));
}

#[test]
fn a_clock_that_is_off_is_named() {
    let dated = |date: &str| {
        let headers = format!("Content-Type: application/json\r\nDate: {date}\r\n");
        diagnose("http", "/api/otel", answer("200 OK", &headers, "{}"), "clock")
    };
    assert!(dated("Sat, 01 Jan 2000 00:00:00 GMT").contains("ahead"));
    assert!(dated("Fri, 01 Jan 2100 00:00:00 GMT").contains("off the server's"));
}

#[test]
fn settings_that_stop_telemetry_are_named() {
    let url = format!("{}/api/otel", SERVER.url);
    let token = &SERVER.connection.token;
    let right = |name: &str, value: &str| {
        let mut env = serde_json::json!({
            "CLAUDE_CODE_ENABLE_TELEMETRY": "1",
            "OTEL_METRICS_EXPORTER": "otlp",
            "OTEL_LOGS_EXPORTER": "otlp",
            "OTEL_EXPORTER_OTLP_PROTOCOL": "http/protobuf",
            "OTEL_EXPORTER_OTLP_ENDPOINT": url,
            "OTEL_EXPORTER_OTLP_HEADERS": format!("Authorization=Bearer {token}"),
        });
        if !name.is_empty() {
            env[name] = value.into();
        }
        Machine::new().with_settings(&serde_json::json!({ "env": env }).to_string())
    };
    let (is_well, findings) = right("", "").examine(&url, token);
    assert!(is_well && findings.iter().all(|it| it["outcome"] == "ok"), "{findings:#?}");
    for (name, value, check, said) in [
        ("CLAUDE_CODE_ENABLE_TELEMETRY", "0", "settings", "nothing is sent"),
        ("OTEL_METRICS_EXPORTER", "none", "exporters", "OTEL_METRICS_EXPORTER is not otlp"),
        ("OTEL_LOGS_EXPORTER", "", "exporters", "OTEL_LOGS_EXPORTER is not otlp"),
        ("OTEL_LOGS_EXPORTER", "otlp,console", "exporters", "into the terminal"),
        ("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc", "protocol", "never sends again"),
        ("OTEL_EXPORTER_OTLP_PROTOCOL", "http", "protocol", "none that Claude Code knows"),
        ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://other.example", "endpoint", "leads elsewhere"),
        ("OTEL_EXPORTER_OTLP_LOGS_ENDPOINT", "http://a", "endpoint", "as it stands"),
        ("OTEL_EXPORTER_OTLP_HEADERS", "Authorization=Basic x", "token", "holds no"),
        ("OTEL_EXPORTER_OTLP_HEADERS", "Authorization=Bearer other", "token", "another token"),
    ] {
        let (_, findings) = right(name, value).examine(&url, token);
        let found = wrong(&findings, check);
        assert!(found.contains(said), "{name}={value}: {found}");
    }
    let (_, findings) = right("", "").with("HTTPS_PROXY", "http://proxy:3128").examine(&url, token);
    assert!(wrong(&findings, "proxy").contains("NO_PROXY"));
    let (is_well, findings) = Machine::new().with_settings("{\"env\": {").examine(&url, token);
    assert!(!is_well && wrong(&findings, "settings").contains("is no JSON at line 1"));
}

#[test]
fn a_token_that_breaks_a_header_breaks_nothing_else() {
    let url = format!("{}/api/otel", SERVER.url);
    let hostile = "x\r\nX-Evil: 1\r\n\r\nGET / HTTP/1.1";
    let (is_well, findings) = Machine::new().examine(&url, hostile);
    assert!(!is_well);
    assert!(wrong(&findings, "logs").contains("the token is not known"));
}
