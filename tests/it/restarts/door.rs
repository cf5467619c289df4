//! A door as a client sees it that must not lose what it sends: what it takes for an answer, what it
//! sends again by itself, and when it connects anew.

use daybook::conformance::client::{Client, Protocol};
use daybook::conformance::grpc::{self, export_path, frame};
use daybook::conformance::target::{ClientFiles, Target};

use crate::support::{Server, Wire};

/// What gRPC calls success.
const OK: i32 = 0;

/// A door of a server, whichever process is behind it.
#[derive(Clone)]
pub enum Door {
    /// The main address or OTLP's own.
    Http(String),
    Grpc(Box<Target>),
}

/// A connection to a door.
pub enum Line {
    Http(Box<Wire>),
    Grpc(Box<Client>),
}

/// What became of a request.
pub struct Sent {
    /// Else the client sends the same bytes again.
    pub is_acknowledged: bool,
    /// Whether the connection is not to be used again.
    pub is_over: bool,
}

impl Door {
    /// The main door.
    pub fn main(server: &Server) -> Door {
        Door::Http(server.address().to_owned())
    }

    /// OTLP's own port over HTTP.
    pub fn otlp_http(server: &Server) -> Door {
        Door::Http(server.door("OTLP over HTTP").trim_start_matches("http://").to_owned())
    }

    /// OTLP's own port over gRPC.
    pub fn grpc(server: &Server) -> Door {
        let target = Target::new(&server.door("OTLP over gRPC"), ClientFiles::default());
        Door::Grpc(Box::new(target.expect("a URL")))
    }

    /// Connects; nobody may be refused.
    pub fn open(&self) -> Line {
        match self {
            Door::Http(address) => Line::Http(Box::new(Wire::open_at(address))),
            Door::Grpc(target) => {
                let client = Client::open(target, Protocol::Http2).expect("it listens");
                Line::Grpc(Box::new(client))
            }
        }
    }
}

impl Line {
    /// Sends metrics. Fails when a real client would lose them.
    pub fn send(&mut self, token: &str, body: &[u8]) -> Sent {
        match self {
            Line::Http(wire) => post(wire, token, body),
            Line::Grpc(client) => call(client, token, body),
        }
    }
}

/// Posts over HTTP: 503 is sent again.
fn post(wire: &mut Wire, token: &str, body: &[u8]) -> Sent {
    wire.post("/v1/metrics", token, body);
    let answer = wire.try_answer().expect("an answer, whichever process has the connection");
    let is_acknowledged = answer.status == 200;
    if !is_acknowledged {
        assert_eq!((answer.status, answer.headers["retry-after"].as_str()), (503, "1"));
    }
    let is_over = answer.headers.get("connection").is_some_and(|value| value == "close");
    Sent { is_acknowledged, is_over }
}

/// Calls over gRPC: real clients send nothing again that was answered, be it UNAVAILABLE.
fn call(client: &mut Client, token: &str, body: &[u8]) -> Sent {
    let framed = frame(false, body);
    match grpc::call(client, &export_path("metrics"), Some(token), None, framed) {
        Ok(outcome) => {
            assert_eq!(outcome.code, OK, "{outcome:?}");
            Sent { is_acknowledged: true, is_over: false }
        }
        Err(error) => {
            assert!(is_told_to_go(&error), "a call is lost: {error:?}");
            Sent { is_acknowledged: false, is_over: true }
        }
    }
}

/// Whether a call failed because the client was told to go before it: it reached nobody, and
/// whoever made it makes it again on another connection.
pub fn is_told_to_go(error: &anyhow::Error) -> bool {
    let Some(error) = error.downcast_ref::<hyper::Error>() else { return false };
    let cause = format!("{error:?}");
    let is_refused = cause.contains("NO_ERROR") || cause.contains("REFUSED_STREAM");
    error.is_canceled() || error.is_closed() || is_refused
}
