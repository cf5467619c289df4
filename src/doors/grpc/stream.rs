//! The bytes of a gRPC connection, in TLS or plain. The handshake is part of the first read or
//! write, so that nobody waits in it for anybody else's.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use rustls::ServerConfig;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio_rustls::{Accept, TlsAcceptor};

/// A connection, whatever it is wrapped in.
pub(super) enum Stream {
    /// The handshake is under way.
    Greeting(Box<Accept<TcpStream>>),
    Open(Box<dyn Duplex>),
    /// The handshake failed.
    Closed,
}

/// Bytes that go both ways.
pub(super) trait Duplex: AsyncRead + AsyncWrite + Send + Unpin {}

impl<Bytes: AsyncRead + AsyncWrite + Send + Unpin> Duplex for Bytes {}

impl Stream {
    /// Wraps a connection that was just accepted.
    pub(super) fn new(stream: TcpStream, tls: Option<&Arc<ServerConfig>>) -> Stream {
        match tls {
            None => Stream::Open(Box::new(stream)),
            Some(config) => {
                Stream::Greeting(Box::new(TlsAcceptor::from(Arc::clone(config)).accept(stream)))
            }
        }
    }

    /// What can be read and written, when the handshake is over.
    fn poll_open(&mut self, context: &mut Context<'_>) -> Poll<io::Result<Pin<&mut dyn Duplex>>> {
        if let Stream::Greeting(greeting) = self {
            let greeted = ready!(Pin::new(greeting.as_mut()).poll(context));
            *self = match greeted {
                Ok(secure) => Stream::Open(Box::new(secure)),
                Err(error) => {
                    *self = Stream::Closed;
                    return Poll::Ready(Err(error));
                }
            };
        }
        match self {
            Stream::Open(stream) => Poll::Ready(Ok(Pin::new(stream.as_mut()))),
            Stream::Greeting(_) | Stream::Closed => {
                Poll::Ready(Err(io::ErrorKind::NotConnected.into()))
            }
        }
    }
}

impl AsyncRead for Stream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        ready!(self.poll_open(context))?.poll_read(context, buffer)
    }
}

impl AsyncWrite for Stream {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        ready!(self.poll_open(context))?.poll_write(context, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        ready!(self.poll_open(context))?.poll_write_vectored(context, slices)
    }

    fn is_write_vectored(&self) -> bool {
        true
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(self.poll_open(context))?.poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(self.poll_open(context))?.poll_shutdown(context)
    }
}
