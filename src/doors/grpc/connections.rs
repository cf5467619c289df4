//! The connections of the gRPC port: so many at once, and none that says nothing.

use std::io;
use std::net::TcpListener;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use rustls::ServerConfig;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::Sleep;

use super::stream::Stream;
use crate::stop::{Connections, OpenConnection};

/// Most connections at once; more wait to be accepted.
const MAX_CONNECTIONS: u16 = 1024;

/// How long a client may take to say that it speaks HTTP/2, and how much that says.
const PREFACE_TIME: Duration = Duration::from_secs(10);
const PREFACE_BYTES: usize = 24;

/// How long to wait when a connection cannot be accepted, for want of file handles mostly.
const PAUSE: Duration = Duration::from_millis(50);

/// The port, and who is connected to it.
pub(super) struct Port {
    listener: tokio::net::TcpListener,
    tls: Option<Arc<ServerConfig>>,
    permits: Arc<Semaphore>,
    connections: Connections,
}

/// A connection that counts among those that are open.
pub(super) struct Connection {
    stream: Stream,
    /// Until it has said that it speaks HTTP/2.
    silence: Option<Silence>,
    _permit: OwnedSemaphorePermit,
    _open: OpenConnection,
}

/// How long a connection may still say nothing, and how much it has to say.
struct Silence {
    ends: Pin<Box<Sleep>>,
    bytes_left: usize,
}

impl Port {
    /// Listens on a socket; `connections` counts who connects among the clients of the server.
    pub(super) fn open(
        listener: TcpListener,
        tls: Option<Arc<ServerConfig>>,
        connections: Connections,
    ) -> io::Result<Port> {
        listener.set_nonblocking(true)?;
        let listener = tokio::net::TcpListener::from_std(listener)?;
        let permits = Arc::new(Semaphore::new(MAX_CONNECTIONS.into()));
        Ok(Port { listener, tls, permits, connections })
    }

    /// Accepts a connection, when there may be one more; `None` when there is never to be one.
    pub(super) async fn accept(&self) -> Option<Connection> {
        let permit = Arc::clone(&self.permits).acquire_owned().await.ok()?;
        let stream = accept_one(&self.listener).await;
        let open = self.connections.open();
        Some(Connection::new(Stream::new(stream, self.tls.as_ref()), permit, open))
    }

    /// Stops listening, and waits until every connection has ended.
    pub(super) async fn close(self) {
        drop(self.listener);
        let _ = self.permits.acquire_many(MAX_CONNECTIONS.into()).await;
    }
}

/// Accepts a connection, however long that takes.
async fn accept_one(listener: &tokio::net::TcpListener) -> TcpStream {
    loop {
        match listener.accept().await {
            Ok((stream, _)) => {
                // An answer is small and waited for.
                let _ = stream.set_nodelay(true);
                return stream;
            }
            Err(error) => {
                tracing::warn!(%error, "a connection of gRPC could not be accepted");
                tokio::time::sleep(PAUSE).await;
            }
        }
    }
}

impl Connection {
    /// A connection that has said nothing yet.
    fn new(stream: Stream, permit: OwnedSemaphorePermit, open: OpenConnection) -> Connection {
        let ends = Box::pin(tokio::time::sleep(PREFACE_TIME));
        let silence = Some(Silence { ends, bytes_left: PREFACE_BYTES });
        Connection { stream, silence, _permit: permit, _open: open }
    }

    /// Ends a connection that has said nothing for too long.
    fn poll_silence<Outcome>(&mut self, context: &mut Context<'_>) -> Poll<io::Result<Outcome>> {
        match &mut self.silence {
            Some(silence) => {
                silence.ends.as_mut().poll(context).map(|()| {
                    Err(io::Error::new(io::ErrorKind::TimedOut, "the client says nothing"))
                })
            }
            None => Poll::Pending,
        }
    }

    /// Notes that so many bytes were read.
    fn heard(&mut self, bytes: usize) {
        if let Some(silence) = &mut self.silence {
            silence.bytes_left = silence.bytes_left.saturating_sub(bytes);
            if silence.bytes_left == 0 {
                self.silence = None;
            }
        }
    }
}

impl AsyncRead for Connection {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        match Pin::new(&mut self.stream).poll_read(context, buffer) {
            Poll::Ready(read) => {
                let bytes = buffer.filled().len().saturating_sub(before);
                self.heard(bytes);
                Poll::Ready(read)
            }
            Poll::Pending => self.poll_silence(context),
        }
    }
}

impl AsyncWrite for Connection {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        // A handshake goes on here too.
        match Pin::new(&mut self.stream).poll_write(context, bytes) {
            Poll::Pending => self.poll_silence(context),
            written => written,
        }
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        match Pin::new(&mut self.stream).poll_flush(context) {
            Poll::Pending => self.poll_silence(context),
            flushed => flushed,
        }
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        match Pin::new(&mut self.stream).poll_write_vectored(context, slices) {
            Poll::Pending => self.poll_silence(context),
            written => written,
        }
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
}
