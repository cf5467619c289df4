//! Two processes on one port: `SO_REUSEPORT`, and who of them gets the next client.

use std::io;
use std::net::TcpListener;

use socket2::Socket;

/// Lets other processes of the same user listen on the same port.
pub(super) fn allow(socket: &Socket) -> io::Result<()> {
    #[cfg(unix)]
    socket.set_reuse_port(true)?;
    #[cfg(not(unix))]
    let _ = socket;
    Ok(())
}

/// Sends every client that connects from now on to one of the sockets on this port.
///
/// The kernel numbers the sockets of a port in the order in which they began to listen, and
/// fills the gap of one that closed with the last. It asks a small program for the number; an
/// answer that no socket has makes it choose as before.
#[cfg(target_os = "linux")]
pub(super) fn prefer(listener: &TcpListener, number: u32) -> io::Result<()> {
    use nix::libc::{BPF_K, BPF_RET, sock_filter, sock_fprog};
    use nix::sys::socket::{setsockopt, sockopt::AttachReusePortCbpf};

    let code = u16::try_from(BPF_RET | BPF_K).map_err(io::Error::other)?;
    let mut return_number = [sock_filter { code, jt: 0, jf: 0, k: number }];
    let program = sock_fprog { len: 1, filter: return_number.as_mut_ptr() };
    Ok(setsockopt(listener, AttachReusePortCbpf, &program)?)
}

/// Other kernels have no such program.
#[cfg(not(target_os = "linux"))]
pub(super) fn prefer(_: &TcpListener, _: u32) -> io::Result<()> {
    Ok(())
}
