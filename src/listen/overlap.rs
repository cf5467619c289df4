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

#[cfg(target_os = "linux")]
#[cfg(test)]
mod tests {
    use std::io::Write;
    use std::net::TcpStream;

    use super::*;

    /// How many clients connect while nobody accepts.
    const CLIENTS: usize = 200;

    /// How many of the clients that connect to two sockets on a port the second one has.
    fn waiting_at_the_second(steer: impl FnOnce(&TcpListener)) -> usize {
        let first = super::super::open(([127, 0, 0, 1], 0).into()).expect("a port");
        let address = first.local_addr().expect("its address");
        let second = super::super::open(address).expect("the same port");
        steer(&first);
        let clients: Vec<TcpStream> =
            (0..CLIENTS).map(|_| TcpStream::connect(address).expect("it listens")).collect();
        drop(first);
        second.set_nonblocking(true).expect("it does not wait");
        let accepted: Vec<_> = std::iter::from_fn(|| second.accept().ok()).collect();
        let waiting = accepted.len();
        // Who waits elsewhere was reset when that socket was closed.
        let lost = clients.iter().filter(|client| (&mut &**client).write_all(b"x").is_err());
        assert_eq!(lost.count(), CLIENTS - waiting);
        waiting
    }

    #[test]
    fn clients_that_wait_in_a_socket_that_closes_are_lost_unless_they_were_steered() {
        assert!(waiting_at_the_second(|_| {}) < CLIENTS);
        assert_eq!(waiting_at_the_second(|first| prefer(first, 1).expect("steered")), CLIENTS);
    }

    #[test]
    fn a_number_that_no_socket_has_divides_clients_as_before() {
        let waiting = waiting_at_the_second(|first| prefer(first, 7).expect("steered"));
        assert!(waiting > 0 && waiting < CLIENTS, "{waiting}");
    }
}
