//! A connection spoken to byte by byte, for what an ordinary client would not send.

use std::collections::BTreeMap;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use super::Server;

/// How long an answer may take before a test fails.
const PATIENCE: Duration = Duration::from_secs(60);

/// An open connection.
pub struct Wire {
    stream: BufReader<TcpStream>,
    sent: usize,
}

/// An answer as it came.
#[derive(Debug)]
pub struct WireAnswer {
    pub status: u16,
    /// Names in lower case.
    pub headers: BTreeMap<String, String>,
    pub body: Vec<u8>,
}

impl Wire {
    /// Connects.
    pub fn open(server: &Server) -> Wire {
        Wire::open_at(server.address())
    }

    /// Connects to an address, whoever listens there.
    pub fn open_at(address: &str) -> Wire {
        let stream = TcpStream::connect(address).expect("it listens");
        stream.set_read_timeout(Some(PATIENCE)).expect("a time-out");
        stream.set_nodelay(true).expect("no delay");
        Wire { stream: BufReader::new(stream), sent: 0 }
    }

    /// Sends bytes as they are.
    pub fn send(&mut self, bytes: impl AsRef<[u8]>) {
        self.try_send(bytes).expect("the server reads");
    }

    /// Sends bytes that the server may have stopped reading.
    pub fn try_send(&mut self, bytes: impl AsRef<[u8]>) -> io::Result<()> {
        self.sent += bytes.as_ref().len();
        self.stream.get_mut().write_all(bytes.as_ref())
    }

    /// Goes without a word: the server's system is told that nobody is there any more.
    pub fn reset(self) {
        let stream = socket2::SockRef::from(self.stream.get_ref());
        stream.set_linger(Some(Duration::ZERO)).expect("the socket takes it");
    }

    /// How many bytes were sent.
    pub fn sent(&self) -> usize {
        self.sent
    }

    /// Sends a POST of protobuf with its length.
    pub fn post(&mut self, path: &str, token: &str, body: &[u8]) {
        let length = format!("Content-Length: {}\r\n", body.len());
        self.send([head(path, token, &length).as_bytes(), body].concat());
    }

    /// Reads an answer.
    pub fn answer(&mut self) -> WireAnswer {
        self.try_answer().expect("an answer")
    }

    /// Reads an answer; `None` when the server closes the connection without one.
    pub fn try_answer(&mut self) -> Option<WireAnswer> {
        let status = self.line()?;
        let status = status.split(' ').nth(1).expect("a status").parse().expect("a number");
        let mut headers = BTreeMap::new();
        while let Some(line) = self.line().filter(|line| !line.is_empty()) {
            let (name, value) = line.split_once(':').expect("a header");
            headers.insert(name.to_ascii_lowercase(), value.trim().to_owned());
        }
        let length = headers.get("content-length").map_or(0, |length| length.parse().expect("it"));
        let mut body = vec![0; length];
        self.stream.read_exact(&mut body).expect("the body");
        Some(WireAnswer { status, headers, body })
    }

    /// A line without its end; `None` when there is no more.
    fn line(&mut self) -> Option<String> {
        let mut line = String::new();
        match self.stream.read_line(&mut line) {
            Ok(0) => None,
            Ok(_) => Some(line.trim_end().to_owned()),
            Err(error) if error.kind() == io::ErrorKind::ConnectionReset => None,
            Err(error) => panic!("no answer: {error}"),
        }
    }
}

/// The head of a POST of protobuf; `more` are whole header lines.
pub fn head(path: &str, token: &str, more: &str) -> String {
    format!(
        "POST {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\n\
         Content-Type: application/x-protobuf\r\n{more}\r\n"
    )
}
