//! One keep-alive connection: writes a request, reads its answer.
//!
//! Knows as much HTTP as a server answers to telemetry, and no more.

use std::io::{ErrorKind, IoSlice, Read, Write};
use std::net::SocketAddr;
use std::time::Instant;

use anyhow::Context;
use mio::net::TcpStream;
use mio::{Interest, Registry, Token};

use crate::load::{Kind, Request};

/// Bytes of an answer that are read at once: more than an answer has.
const ANSWER_BYTES: usize = 4096;

/// The part of the head that all requests of a kind share.
#[derive(Debug)]
pub(crate) struct Heads {
    metrics: Vec<u8>,
    logs: Vec<u8>,
}

impl Heads {
    /// The heads of requests to a server, as the client's exporter writes them.
    pub(crate) fn new(address: SocketAddr, ingest_token: &str) -> Heads {
        let head = |kind: Kind| {
            format!(
                "POST /api/otel/v1/{} HTTP/1.1\r\nHost: {address}\r\n\
                 Content-Type: application/x-protobuf\r\n\
                 User-Agent: OTel-OTLP-Exporter-JavaScript/0.208.0\r\n\
                 Authorization: Bearer {ingest_token}\r\n",
                kind.name()
            )
            .into_bytes()
        };
        Heads { metrics: head(Kind::Metrics), logs: head(Kind::Logs) }
    }

    /// The head of a kind.
    fn of(&self, kind: Kind) -> &[u8] {
        match kind {
            Kind::Metrics => &self.metrics,
            Kind::Logs => &self.logs,
        }
    }
}

/// A connection and the request that is under way on it.
pub(crate) struct Connection<'a> {
    stream: TcpStream,
    heads: &'a Heads,
    request: Option<&'a Request>,
    written: usize,
    answer: Vec<u8>,
    /// When the request was due.
    due: Instant,
}

impl<'a> Connection<'a> {
    /// Connects; events carry `token`.
    pub(crate) fn open(
        address: SocketAddr,
        heads: &'a Heads,
        registry: &Registry,
        token: Token,
    ) -> anyhow::Result<Connection<'a>> {
        let stream = std::net::TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        stream.set_nonblocking(true)?;
        let mut stream = TcpStream::from_std(stream);
        registry.register(&mut stream, token, Interest::READABLE | Interest::WRITABLE)?;
        Ok(Connection {
            stream,
            heads,
            request: None,
            written: 0,
            answer: Vec::with_capacity(ANSWER_BYTES),
            due: Instant::now(),
        })
    }

    /// Begins a request that was due at a time, on a connection that has none.
    pub(crate) fn begin(&mut self, request: &'a Request, due: Instant) -> anyhow::Result<()> {
        self.request = Some(request);
        self.written = 0;
        self.answer.clear();
        self.due = due;
        self.write()
    }

    /// Goes on after an event; when the request is answered, since when it was due.
    pub(crate) fn go_on(
        &mut self,
        writable: bool,
        readable: bool,
    ) -> anyhow::Result<Option<Instant>> {
        if writable {
            self.write()?;
        }
        if readable && self.request.is_some() && self.read()? {
            self.request = None;
            return Ok(Some(self.due));
        }
        Ok(None)
    }

    /// Writes what is left of the request, as far as it goes.
    fn write(&mut self) -> anyhow::Result<()> {
        let Some(request) = self.request else {
            return Ok(());
        };
        let head = self.heads.of(request.kind);
        while self.written < head.len() + request.bytes.len() {
            let head_left = head.get(self.written..).unwrap_or_default();
            let body_from = self.written.saturating_sub(head.len());
            let body_left = request.bytes.get(body_from..).unwrap_or_default();
            let parts = [IoSlice::new(head_left), IoSlice::new(body_left)];
            match self.stream.write_vectored(&parts) {
                Ok(written) => self.written += written,
                Err(error) if error.kind() == ErrorKind::WouldBlock => break,
                Err(error) => return Err(error).context("send a request"),
            }
        }
        Ok(())
    }

    /// Reads what there is; `true` once the answer is whole, and it is a 200 without a body:
    /// everything was accepted.
    fn read(&mut self) -> anyhow::Result<bool> {
        let mut buffer = [0; ANSWER_BYTES];
        match self.stream.read(&mut buffer) {
            Ok(0) => anyhow::bail!("the server closed a connection"),
            Ok(read) => self.answer.extend_from_slice(buffer.get(..read).unwrap_or_default()),
            Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(false),
            Err(error) => return Err(error).context("read an answer"),
        }
        if !self.answer.ends_with(b"\r\n\r\n") {
            anyhow::ensure!(self.answer.len() < ANSWER_BYTES, "an answer is too long");
            return Ok(false);
        }
        let accepted = self.answer.starts_with(b"HTTP/1.1 200 ");
        anyhow::ensure!(accepted, "refused: {}", String::from_utf8_lossy(&self.answer));
        Ok(true)
    }
}
