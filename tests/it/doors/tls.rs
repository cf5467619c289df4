//! TLS at every door: whom a server shows itself as, whom it lets in, and new certificates
//! without a restart.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use daybook::config::TlsArgs;
use daybook::conformance::client::{Answer, Client, Message as Sent, Protocol, Sending};
use daybook::conformance::grpc::{self, export_path, frame};
use daybook::conformance::target::{ClientFiles, Target};
use daybook::doors::tls::Tls;
use prost::Message;
use tempfile::TempDir;

use crate::support::certificates::{Authority, Certificate};
use crate::support::{Connection, Reporter, Server};

/// How long a server may take to notice what it looks at every two seconds.
const PATIENCE: Duration = Duration::from_secs(60);

/// A server in TLS at every door, and what its clients need.
struct Secure {
    folder: TempDir,
    authority: Authority,
    shown: Certificate,
    server: Server,
    connection: Connection,
}

impl Secure {
    /// A server that shows a certificate; with `clients` it lets in only theirs.
    fn start(clients: Option<&Authority>) -> Secure {
        let folder = tempfile::tempdir().expect("a folder");
        let authority = Authority::new(folder.path(), "first");
        let shown = authority.server();
        let mut arguments = vec![
            "--otlp-http-listen".to_owned(),
            "127.0.0.1:0".to_owned(),
            "--otlp-grpc-listen".to_owned(),
            "127.0.0.1:0".to_owned(),
            "--tls-certificate".to_owned(),
            text(&shown.certificate),
            "--tls-key".to_owned(),
            text(&shown.key),
        ];
        if let Some(clients) = clients {
            arguments.extend(["--tls-client-ca".to_owned(), text(&clients.file())]);
        }
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let server = Server::start_with(&arguments);
        let connection = server.connection("secure");
        Secure { folder, authority, shown, server, connection }
    }

    /// The URLs that take OTLP over HTTP: the main one and the port's own.
    fn http_urls(&self) -> [String; 2] {
        [self.server.url.clone(), self.server.door("OTLP over HTTP")]
    }

    /// Sends a request of tokens over HTTP.
    fn post(&self, url: &str, files: ClientFiles<'_>, reporter: &Reporter) -> anyhow::Result<u16> {
        let headers = vec![
            ("content-type", "application/x-protobuf".to_owned()),
            ("authorization", format!("Bearer {}", self.connection.token)),
        ];
        let body = reporter.tokens(&[1.0]).encode_to_vec();
        let sending = Sending::Whole;
        let sent = Sent { method: "POST", path: "/v1/metrics", headers, body, sending };
        Ok(Client::open(&Target::new(url, files)?, Protocol::Http1)?.send(&sent)?.status)
    }

    /// Sends a request of tokens over gRPC.
    fn call(&self, files: ClientFiles<'_>, reporter: &Reporter) -> anyhow::Result<i32> {
        let target = Target::new(&self.server.door("OTLP over gRPC"), files)?;
        let mut client = Client::open(&target, Protocol::Http2)?;
        let token = Some(self.connection.token.as_str());
        let body = frame(false, &reporter.tokens(&[1.0]).encode_to_vec());
        Ok(grpc::call(&mut client, &export_path("metrics"), token, None, body)?.code)
    }

    /// The input tokens of a reporter, read over TLS.
    fn counted(&self, files: ClientFiles<'_>, reporter: &Reporter) -> i64 {
        let begun = Instant::now();
        while self.read("/api/v1/status", files)["signals"]["waiting"] != 0 {
            assert!(begun.elapsed() < PATIENCE, "the queue does not empty");
        }
        let path = "/api/v1/daily-usage?from=2000-01-01&to=2100-01-01&user=";
        let page = self.read(&format!("{path}{}", reporter.email), files);
        let rows = page["data"].as_array().expect("rows");
        rows.iter().map(|row| row["input_tokens"].as_i64().expect("a number")).sum()
    }

    /// Reads a path of the API.
    fn read(&self, path: &str, files: ClientFiles<'_>) -> serde_json::Value {
        let headers = vec![("authorization", format!("Bearer {}", self.server.api_token()))];
        let target = Target::new(&self.server.url, files).expect("a URL");
        let sending = Sending::Whole;
        let sent = Sent { method: "GET", path, headers, body: Vec::new(), sending };
        let answer: Answer = Client::open(&target, Protocol::Http1)
            .and_then(|mut client| client.send(&sent))
            .expect("an answer");
        serde_json::from_slice(&answer.body).expect("JSON")
    }

    /// Asks the server to read its files now: SIGHUP.
    fn hang_up(&self) {
        let pid = self.server.pid().to_string();
        assert!(Command::new("kill").args(["-HUP", &pid]).status().expect("kill").success());
    }
}

/// A path as text.
fn text(path: &Path) -> String {
    path.to_str().expect("text").to_owned()
}

/// Trusts an authority and shows nothing.
fn trusting(file: &Path) -> ClientFiles<'_> {
    ClientFiles { authorities: Some(file), certificate: None }
}

/// Waits until something holds.
fn wait_until(what: &str, holds: impl Fn() -> bool) {
    let begun = Instant::now();
    while !holds() {
        assert!(begun.elapsed() < PATIENCE, "{what}");
        std::thread::park_timeout(Duration::from_millis(20));
    }
}

#[test]
fn every_door_speaks_tls_and_nothing_else() {
    let secure = Secure::start(None);
    let (reporter, ca) = (Reporter::new("tlsdoors"), secure.authority.file());
    for url in secure.http_urls() {
        assert!(url.starts_with("https://"), "{url}");
        assert_eq!(secure.post(&url, trusting(&ca), &reporter).expect("an answer"), 200);
        let plain = url.replace("https://", "http://");
        let answer = secure.post(&plain, ClientFiles::default(), &reporter);
        assert!(!matches!(answer, Ok(200)), "plain at {url}");
    }
    assert_eq!(secure.call(trusting(&ca), &reporter).expect("an outcome"), 0);
    assert_eq!(secure.counted(trusting(&ca), &reporter), 3);
}

#[test]
fn a_server_of_another_authority_is_not_trusted() {
    let secure = Secure::start(None);
    let other = Authority::new(secure.folder.path(), "other").file();
    let reporter = Reporter::new("tlsother");
    for url in secure.http_urls() {
        assert!(secure.post(&url, trusting(&other), &reporter).is_err(), "{url}");
    }
    assert!(secure.call(trusting(&other), &reporter).is_err());
}

#[test]
fn a_client_without_the_right_certificate_is_refused_at_every_door() {
    let folder = tempfile::tempdir().expect("a folder");
    let clients = Authority::new(folder.path(), "clients");
    let strangers = Authority::new(folder.path(), "strangers");
    let (known, strange) = (clients.client(), strangers.client());
    let secure = Secure::start(Some(&clients));
    let (reporter, ca) = (Reporter::new("mutualtls"), secure.authority.file());
    let showing = |shown: &'static Certificate| ClientFiles {
        authorities: Some(ca.as_path()),
        certificate: Some((shown.certificate.as_path(), shown.key.as_path())),
    };
    let (known, strange) = (Box::leak(Box::new(known)), Box::leak(Box::new(strange)));
    for url in secure.http_urls() {
        assert!(secure.post(&url, trusting(&ca), &reporter).is_err(), "none at {url}");
        assert!(secure.post(&url, showing(strange), &reporter).is_err(), "strange at {url}");
        assert_eq!(secure.post(&url, showing(known), &reporter).expect("an answer"), 200);
    }
    assert!(secure.call(trusting(&ca), &reporter).is_err(), "none over gRPC");
    assert!(secure.call(showing(strange), &reporter).is_err(), "strange over gRPC");
    assert_eq!(secure.call(showing(known), &reporter).expect("an outcome"), 0);
    assert_eq!(secure.counted(showing(known), &reporter), 3);
}

#[test]
fn a_new_certificate_is_shown_to_new_connections_without_a_restart() {
    let secure = Secure::start(None);
    let reporter = Reporter::new("tlsreload");
    let second = Authority::new(secure.folder.path(), "second");
    second.server().replace(&secure.shown);
    // Noticed by itself.
    let (first, second) = (secure.authority.file(), second.file());
    for url in secure.http_urls() {
        wait_until("the new certificate is shown", || {
            secure.post(&url, trusting(&second), &reporter).is_ok()
        });
        assert!(secure.post(&url, trusting(&first), &reporter).is_err(), "the old at {url}");
    }
    assert_eq!(secure.call(trusting(&second), &reporter).expect("an outcome"), 0);
    let third = Authority::new(secure.folder.path(), "third");
    third.server().replace(&secure.shown);
    // Noticed when asked.
    secure.hang_up();
    let third = third.file();
    wait_until("the third certificate is shown", || {
        secure.call(trusting(&third), &reporter).is_ok()
    });
}

#[test]
fn a_broken_new_certificate_leaves_the_old_one_in_use() {
    let secure = Secure::start(None);
    let (reporter, ca) = (Reporter::new("tlsbroken"), secure.authority.file());
    let kept = fs::read(&secure.shown.certificate).expect("the certificate");
    for broken in [&b"no certificate"[..], b"", &kept[..kept.len() / 2]] {
        fs::write(&secure.shown.certificate, broken).expect("written");
        secure.hang_up();
        for url in secure.http_urls() {
            assert_eq!(secure.post(&url, trusting(&ca), &reporter).expect("an answer"), 200);
        }
        assert_eq!(secure.call(trusting(&ca), &reporter).expect("an outcome"), 0);
    }
    let second = Authority::new(secure.folder.path(), "second");
    second.server().replace(&secure.shown);
    let second = second.file();
    wait_until("a good one is used again", || secure.call(trusting(&second), &reporter).is_ok());
}

#[test]
fn a_client_that_is_no_longer_trusted_is_refused_without_a_restart() {
    let folder = tempfile::tempdir().expect("a folder");
    let clients = Authority::new(folder.path(), "clients");
    let known = clients.client();
    let secure = Secure::start(Some(&clients));
    let (reporter, ca) = (Reporter::new("tlsuntrusted"), secure.authority.file());
    let showing =
        ClientFiles { authorities: Some(&ca), certificate: Some((&known.certificate, &known.key)) };
    assert_eq!(secure.call(showing, &reporter).expect("an outcome"), 0);
    let others = Authority::new(folder.path(), "others");
    fs::copy(others.file(), clients.file()).expect("copied");
    secure.hang_up();
    wait_until("the client is refused", || secure.call(showing, &reporter).is_err());
    for url in secure.http_urls() {
        assert!(secure.post(&url, showing, &reporter).is_err(), "{url}");
    }
}

/// The flags that name a certificate.
fn flags(shown: &Certificate) -> TlsArgs {
    TlsArgs {
        tls_certificate: Some(shown.certificate.clone()),
        tls_key: Some(shown.key.clone()),
        tls_client_ca: None,
    }
}

#[test]
fn files_that_cannot_be_used_are_named_at_the_start() {
    let folder = tempfile::tempdir().expect("a folder");
    let (one, other) = (
        Authority::new(folder.path(), "one").server(),
        Authority::new(folder.path(), "x").server(),
    );
    let mixed = Certificate { certificate: one.certificate.clone(), key: other.key };
    let error = format!("{:#}", Tls::load(&flags(&mixed)).expect_err("another's key"));
    assert!(error.contains("do not go together"), "{error}");
    let missing = Certificate { key: folder.path().join("nothing.pem"), ..one.clone() };
    let error = format!("{:#}", Tls::load(&flags(&missing)).expect_err("no file"));
    assert!(error.contains("nothing.pem"), "{error}");
    fs::write(&one.certificate, "text").expect("written");
    let error = format!("{:#}", Tls::load(&flags(&one)).expect_err("no certificate"));
    assert!(error.contains("holds no certificate"), "{error}");
}

#[test]
fn what_is_wrong_with_new_files_is_said_and_good_ones_are_used() {
    let folder = tempfile::tempdir().expect("a folder");
    let authority = Authority::new(folder.path(), "one");
    let shown = authority.server();
    let tls = Tls::load(&flags(&shown)).expect("good files").expect("TLS");
    assert!(!tls.reload().expect("the same files"), "nothing is new");
    let good = fs::read(&shown.certificate).expect("the certificate");
    fs::write(&shown.certificate, "text").expect("written");
    let error = format!("{:#}", tls.reload().expect_err("no certificate"));
    assert!(error.contains("certificate"), "{error}");
    fs::write(&shown.certificate, good).expect("written");
    assert!(tls.reload().expect("good files again"));
    Authority::new(folder.path(), "two").server().replace(&shown);
    assert!(tls.reload().expect("good files"), "a renewal is new");
}
