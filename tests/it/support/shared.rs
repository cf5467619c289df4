//! A server that all tests of a module use, with a connection that reports to it.

use std::ops::Deref;

use super::rpc::PROTOBUF;
use super::{Answer, Connection, Server};

/// A server and a connection that reports to it.
pub struct Shared {
    server: Server,
    pub connection: Connection,
}

impl Shared {
    /// A server over an empty folder, with more arguments.
    pub fn start(arguments: &[&str]) -> Shared {
        let server = Server::start_with(arguments);
        let connection = server.connection("shared");
        Shared { server, connection }
    }

    /// Sends a body to one of the doors with the right token, whatever becomes of it.
    pub fn deliver(&self, kind: &str, media: &str, encoding: &str, body: &[u8]) -> Answer {
        self.deliver_to(&format!("/api/otel/v1/{kind}"), media, encoding, body)
    }

    /// The same, to any path.
    pub fn deliver_to(&self, path: &str, media: &str, encoding: &str, body: &[u8]) -> Answer {
        let authorization = format!("Bearer {}", self.connection.token);
        let headers = [
            ("Content-Type", media),
            ("Content-Encoding", encoding),
            ("Authorization", &authorization),
        ];
        self.post(path, &headers, body)
    }

    /// Sends protobuf as it is, whatever becomes of it.
    pub fn offer_protobuf(&self, kind: &str, body: &[u8]) -> Answer {
        self.deliver(kind, PROTOBUF, "identity", body)
    }

    /// Sends protobuf that must be accepted whole.
    pub fn accept(&self, kind: &str, body: &[u8]) {
        self.server.send(&self.connection, kind, body);
    }
}

impl Server {
    /// Sends protobuf that must be accepted whole.
    pub fn send(&self, connection: &Connection, kind: &str, body: &[u8]) {
        let authorization = format!("Bearer {}", connection.token);
        let headers = [("Content-Type", PROTOBUF), ("Authorization", authorization.as_str())];
        let answer = self.post(&format!("/api/otel/v1/{kind}"), &headers, body);
        assert_eq!((answer.status, answer.body.as_slice()), (200, &b""[..]));
    }
}

impl Deref for Shared {
    type Target = Server;

    fn deref(&self) -> &Server {
        &self.server
    }
}
