//! The ports of a server besides its main address.

use daybook::conformance::client::{Client, Protocol};
use daybook::conformance::target::{ClientFiles, Target};

use super::server::requests::{agent, answer};
use super::{Answer, Server};

impl Server {
    /// A connection to the port of OTLP over gRPC.
    pub fn grpc_client(&self) -> Client {
        let target = Target::new(&self.door("OTLP over gRPC"), ClientFiles::default());
        Client::open(&target.expect("a URL"), Protocol::Http2).expect("it listens")
    }

    /// Sends a request with a body to a port.
    pub fn post_to(&self, url: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Answer {
        let mut request = agent().post(format!("{url}{path}"));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        answer(request.send(body).expect("an answer"))
    }
}
