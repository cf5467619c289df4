//! A small client that waits: one connection, HTTP/1.1 or HTTP/2. It sends what it is told,
//! right or wrong, sends nothing again, and reads answers whole.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use actix_web::web::Bytes;
use anyhow::Context;
use futures::StreamExt;
use http_body_util::combinators::BoxBody;
use http_body_util::{BodyExt, Full, StreamBody};
use hyper::body::{Frame, Incoming};
use hyper::client::conn::{http1, http2};
use hyper::header::HOST;
use hyper::rt::{Read, Write};
use hyper::{HeaderMap, Request, Response};
use hyper_util::rt::{TokioExecutor, TokioIo};
use rustls::pki_types::ServerName;
use tokio::net::TcpStream;
use tokio::runtime::Runtime;
use tokio_rustls::TlsConnector;

use super::target::Target;

/// How long a connection or an answer may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// How a connection is spoken to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Protocol {
    Http1,
    Http2,
}

/// What is sent.
#[derive(Clone, Debug)]
pub struct Message<'a> {
    pub method: &'a str,
    pub path: &'a str,
    pub headers: Vec<(&'a str, String)>,
    pub body: Vec<u8>,
    pub sending: Sending,
}

/// How a body is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sending {
    /// Whole, with its length.
    Whole,
    /// In chunks of so many bytes, without a length.
    Chunks(usize),
    /// What there is of it, and never its end.
    Stalls,
}

/// What came back.
#[derive(Clone, Debug)]
pub struct Answer {
    pub status: u16,
    /// Headers, and trailers with them.
    pub headers: HeaderMap,
    pub body: Vec<u8>,
}

impl Answer {
    /// A header or trailer as text; empty when it is missing.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }
}

/// An open connection.
pub struct Client {
    runtime: Runtime,
    sender: Sender,
    target: Target,
}

/// The half of a connection that sends.
enum Sender {
    Http1(http1::SendRequest<BoxBody<Bytes, Infallible>>),
    Http2(http2::SendRequest<BoxBody<Bytes, Infallible>>),
}

impl Client {
    /// Connects to a server.
    pub fn open(target: &Target, protocol: Protocol) -> anyhow::Result<Client> {
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
        let sender = runtime.block_on(async {
            let connecting = connect(target, protocol);
            tokio::time::timeout(PATIENCE, connecting).await.context("connecting takes too long")?
        });
        let sender = sender.with_context(|| format!("connect to {}", target.authority))?;
        Ok(Client { runtime, sender, target: target.clone() })
    }

    /// Sends a message and reads its answer.
    pub fn send(&mut self, message: &Message<'_>) -> anyhow::Result<Answer> {
        let request = self.request(message)?;
        let sender = &mut self.sender;
        self.runtime.block_on(async {
            let answer = async { read(sender.send(request).await?).await };
            tokio::time::timeout(PATIENCE, answer).await.context("no answer in time")?
        })
    }

    /// Sends a message and goes away after a glance, without reading its answer.
    pub fn abandon(mut self, message: &Message<'_>, glance: Duration) -> anyhow::Result<()> {
        let request = self.request(message)?;
        let sender = &mut self.sender;
        self.runtime.block_on(async {
            // Its answer may be there by then or not: neither is read.
            let _ = tokio::time::timeout(glance, sender.send(request)).await;
        });
        self.runtime.shutdown_background();
        Ok(())
    }

    /// A message as the protocol wants it.
    fn request(
        &self,
        message: &Message<'_>,
    ) -> anyhow::Result<Request<BoxBody<Bytes, Infallible>>> {
        let mut request = Request::builder().method(message.method);
        let path = format!("{}{}", self.target.prefix, message.path);
        request = match self.sender {
            Sender::Http1(_) => request.uri(path).header(HOST, self.target.authority.as_str()),
            Sender::Http2(_) => {
                let Target { authority, .. } = &self.target;
                request.uri(format!("{}://{authority}{path}", self.target.scheme()))
            }
        };
        for (name, value) in &message.headers {
            request = request.header(*name, value);
        }
        Ok(request.body(body(message))?)
    }
}

impl Sender {
    /// Sends a request as soon as the one before it is done.
    async fn send(
        &mut self,
        request: Request<BoxBody<Bytes, Infallible>>,
    ) -> hyper::Result<Response<Incoming>> {
        match self {
            Sender::Http1(sender) => {
                sender.ready().await?;
                sender.send_request(request).await
            }
            Sender::Http2(sender) => {
                sender.ready().await?;
                sender.send_request(request).await
            }
        }
    }
}

/// Connects, in TLS where the target asks for it.
async fn connect(target: &Target, protocol: Protocol) -> anyhow::Result<Sender> {
    let stream = TcpStream::connect(target.address()).await?;
    stream.set_nodelay(true)?;
    let Some(config) = &target.tls else {
        return speak(TokioIo::new(stream), protocol).await;
    };
    let mut config = config.clone();
    config.alpn_protocols = vec![match protocol {
        Protocol::Http1 => b"http/1.1".to_vec(),
        Protocol::Http2 => b"h2".to_vec(),
    }];
    let name = ServerName::try_from(target.address().0.to_owned())?;
    let stream = TlsConnector::from(Arc::new(config)).connect(name, stream).await?;
    speak(TokioIo::new(stream), protocol).await
}

/// Begins to speak a protocol.
async fn speak(
    io: impl Read + Write + Send + Unpin + 'static,
    protocol: Protocol,
) -> anyhow::Result<Sender> {
    match protocol {
        Protocol::Http1 => {
            let (sender, connection) = http1::handshake(io).await?;
            tokio::spawn(connection);
            Ok(Sender::Http1(sender))
        }
        Protocol::Http2 => {
            let (sender, connection) = http2::handshake(TokioExecutor::new(), io).await?;
            tokio::spawn(connection);
            Ok(Sender::Http2(sender))
        }
    }
}

/// The body of a message, as it is to be sent.
fn body(message: &Message<'_>) -> BoxBody<Bytes, Infallible> {
    let in_chunks = |size: usize| {
        let chunks: Vec<Result<Frame<Bytes>, Infallible>> = message
            .body
            .chunks(size.max(1))
            .map(|chunk| Ok(Frame::data(Bytes::copy_from_slice(chunk))))
            .collect();
        futures::stream::iter(chunks)
    };
    match message.sending {
        Sending::Whole => Full::new(Bytes::from(message.body.clone())).boxed(),
        Sending::Chunks(size) => BodyExt::boxed(StreamBody::new(in_chunks(size))),
        Sending::Stalls => {
            let unending = in_chunks(usize::MAX).chain(futures::stream::pending());
            BodyExt::boxed(StreamBody::new(unending))
        }
    }
}

/// Reads an answer to its end.
async fn read(response: Response<Incoming>) -> anyhow::Result<Answer> {
    let (head, body) = response.into_parts();
    let mut headers = head.headers;
    // A server may refuse a body it has not read to its end, and stop listening: what it
    // answered counts all the same.
    let collected = body.collect().await.context("the answer breaks off")?;
    if let Some(trailers) = collected.trailers() {
        headers.extend(trailers.clone());
    }
    Ok(Answer { status: head.status.as_u16(), headers, body: collected.to_bytes().to_vec() })
}
