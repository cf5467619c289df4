//! `daybook conformance`: passes against our own server at every door, and fails against servers
//! that are wrong.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Command, Output};
use std::thread;

use crate::support::Server;
use crate::support::server::DAYBOOK;

/// Runs the command against some URL.
fn conformance(arguments: &[&str]) -> Output {
    let mut command = Command::new(DAYBOOK);
    command.arg("conformance").args(arguments).args(["--idle-secs", "1"]);
    command.output().expect("daybook runs")
}

/// What a run printed.
fn printed(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).expect("text")
}

/// The numbers of rules that hold at each door, such as `20 of 20`.
fn totals(table: &str) -> Vec<String> {
    let line = table.lines().find(|line| line.contains(" of 20")).expect("totals");
    line.split("  ").map(str::trim).filter(|total| !total.is_empty()).map(str::to_owned).collect()
}

#[test]
fn our_own_server_keeps_every_rule_at_every_door() {
    let doors = ["--otlp-http-listen", "127.0.0.1:0", "--otlp-grpc-listen", "127.0.0.1:0"];
    // Small limits are as good as large ones, and sooner met.
    let limits = ["--max-body-bytes", "100000", "--max-unpacked-bytes", "300000"];
    let server = Server::start_with(&[&doors[..], &limits, &["--body-timeout-secs", "1"]].concat());
    let connection = server.connection("conformance");
    let (http, grpc) = (server.door("OTLP over HTTP"), server.door("OTLP over gRPC"));
    for (arguments, columns) in [
        // The main address, and gRPC beside it.
        (vec![&server.url[..], &connection.token, "--grpc", &grpc], 3),
        // OTLP's own port, whose figures are read at the main address.
        (vec![&http[..], &connection.token, "--api", &server.url], 2),
    ] {
        let token = ["--api-token", server.api_token()];
        let output = conformance(&[&arguments[..], &token, &limits].concat());
        let table = printed(&output);
        assert!(output.status.success(), "{table}");
        assert_eq!(totals(&table), vec!["20 of 20"; columns], "{table}");
        assert!(table.contains("counted exactly") && !table.contains("by their answers"));
    }
}

#[test]
fn limits_that_are_not_the_servers_are_noticed() {
    let server = Server::start_with(&["--max-body-bytes", "100000", "--body-timeout-secs", "1"]);
    let connection = server.connection("conformance");
    let output = conformance(&[&server.url, &connection.token]);
    let table = printed(&output);
    assert_eq!(output.status.code(), Some(1), "{table}");
    assert!(table.contains("8388608 bytes: expected Accepted"), "{table}");
}

#[test]
fn a_wrong_token_fails_almost_everything() {
    let server = Server::start_with(&["--body-timeout-secs", "1"]);
    let output = conformance(&[&server.url, "dbk_ingest_wrong"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(printed(&output).contains("got NoToken"), "{}", printed(&output));
}

/// A server that answers everything the same way, until the process ends.
fn always(answer: &'static str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    thread::spawn(move || {
        for stream in listener.incoming().map_while(Result::ok) {
            thread::spawn(move || answer_all(stream, answer));
        }
    });
    url
}

/// Reads requests of a connection and answers each.
fn answer_all(stream: TcpStream, answer: &str) -> Option<()> {
    let mut output = stream.try_clone().ok()?;
    let mut input = BufReader::new(stream);
    loop {
        let mut length = 0;
        let mut is_chunked = false;
        loop {
            let mut line = String::new();
            if input.read_line(&mut line).ok()? == 0 {
                return None;
            }
            let line = line.trim().to_ascii_lowercase();
            if let Some(value) = line.strip_prefix("content-length:") {
                length = value.trim().parse().ok()?;
            }
            is_chunked |= line.starts_with("transfer-encoding:");
            if line.is_empty() {
                break;
            }
        }
        if is_chunked {
            let mut line = String::new();
            while input.read_line(&mut line).ok()? > 0 && !line.ends_with("0\r\n") {}
        } else {
            std::io::copy(&mut input.by_ref().take(length), &mut std::io::sink()).ok()?;
        }
        output.write_all(answer.as_bytes()).ok()?;
    }
}

/// The rules that hold at a wrong server, by the first column.
fn held(table: &str) -> Vec<&str> {
    let rows = table.lines().take_while(|line| !line.contains(" of 20"));
    rows.filter(|line| line.split_whitespace().rev().nth(1) == Some("pass"))
        .filter_map(|line| line.split_whitespace().next())
        .collect()
}

#[test]
fn a_server_that_accepts_everything_fails() {
    let url = always("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
    let output = conformance(&[&url, "token"]);
    let table = printed(&output);
    assert_eq!(output.status.code(), Some(1), "{table}");
    let held = held(&table);
    for rule in ["P2", "P3", "P4", "P6", "P8", "P9", "P12", "P13", "P14"] {
        assert!(!held.contains(&rule), "{rule} holds: {table}");
    }
    assert!(held.contains(&"P5"), "an empty answer is success in protobuf: {table}");
}

#[test]
fn a_server_that_always_fails_fails_everything() {
    let url = always("HTTP/1.1 500 Internal Server Error\r\nContent-Length: 0\r\n\r\n");
    let output = conformance(&[&url, "token"]);
    let table = printed(&output);
    assert_eq!(output.status.code(), Some(1), "{table}");
    assert!(held(&table).is_empty() && table.contains("status 500"), "{table}");
}

#[test]
fn a_server_that_is_not_there_fails_everything() {
    let url = {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        format!("http://{}", listener.local_addr().expect("an address"))
    };
    let output = conformance(&[&url, "token", "--grpc", &url]);
    assert_eq!(output.status.code(), Some(1));
    assert!(held(&printed(&output)).is_empty(), "{}", printed(&output));
}
