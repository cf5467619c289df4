//! One request and its answer, read no further than is needed to judge it.

use std::io::{Read, Write};

use super::Finding;

/// Most bytes of an answer that are read.
const MAX_BYTES: u64 = 64 << 10;

/// An answer.
#[derive(Clone, Debug, Default)]
pub(super) struct Answer {
    pub(super) status: u16,
    /// Names in small letters.
    headers: Vec<(String, String)>,
    pub(super) body: Vec<u8>,
}

impl Answer {
    /// A header; `None` when it is missing.
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(of, _)| of == name).map(|(_, value)| value.as_str())
    }

    /// Reads it; `None` for what is no HTTP.
    fn parse(bytes: &[u8]) -> Option<Answer> {
        let end = bytes.windows(4).position(|window| window == b"\r\n\r\n")?;
        let (head, body) = bytes.split_at_checked(end)?;
        let head = String::from_utf8_lossy(head);
        let mut lines = head.split("\r\n");
        let mut first = lines.next()?.split(' ');
        first.next()?.starts_with("HTTP/1.").then_some(())?;
        let status = first.next()?.parse().ok()?;
        let headers = lines.filter_map(|line| line.split_once(':'));
        let headers = headers
            .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()))
            .collect();
        Some(Answer { status, headers, body: body.get(4..).unwrap_or_default().to_vec() })
    }
}

/// Sends a request, and reads what comes back.
pub(super) fn exchange(mut stream: impl Read + Write, request: &[u8]) -> Result<Answer, Finding> {
    let sent = stream.write_all(request).and_then(|()| stream.flush());
    let mut bytes = Vec::new();
    // A server may close in the middle of things: what it said until then counts.
    let read = (&mut stream).take(MAX_BYTES).read_to_end(&mut bytes);
    if let Some(answer) = Answer::parse(&bytes) {
        return Ok(answer);
    }
    if !bytes.is_empty() {
        let says = "what answers there speaks no HTTP/1.1";
        let cure = "check the port; if it is one of TLS, begin the URL with https://; OTLP over \
                    gRPC has a port of its own, which Claude Code is not to use";
        return Err(Finding::bad("protocol", says, cure));
    }
    let why = sent.err().or(read.err());
    let says = match why {
        Some(error) => format!("the connection breaks off before an answer: {error}"),
        None => "the connection is closed without an answer".to_owned(),
    };
    let cure = "a proxy or firewall in between may close it, or the server waits for TLS: try \
                https://";
    Err(Finding::bad("protocol", says, cure))
}
