//! Opens every listening socket: those systemd hands over, and its own.
//!
//! A client that meets a closed port loses its data for good. So sockets of one port may
//! overlap: the next process listens before the last one stops.

#[cfg(unix)]
mod handed;
mod overlap;
mod files;

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener};

use socket2::{Domain, Protocol, Socket, Type};

pub use files::raise_open_files;

/// How many clients may wait to be accepted; the kernel takes its own limit where that is less.
const BACKLOG: i32 = 4096;

/// Which socket of the port is likely the successor's: the second, for the first is the old
/// one's. Where restarts overlap, more than two processes listen.
const SUCCESSORS: [u32; 3] = [1, 0, 2];

/// The sockets of a server.
pub struct Sockets {
    handed: Vec<Handed>,
    /// Whether another process of the same data may be listening on the same port.
    overlaps: bool,
    /// Second handles of what was bound here, to steer clients away by.
    bound: Vec<TcpListener>,
    has_shared: bool,
}

/// A socket that systemd opened and keeps.
struct Handed {
    name: String,
    listener: TcpListener,
}

impl Sockets {
    /// What was handed over, by its names (`LISTEN_FDNAMES`).
    ///
    /// With `overlaps`, a port on which somebody listens is listened on all the same: say so
    /// only when that is the process to be replaced, for clients are divided between both.
    pub fn new(names: Option<&str>, overlaps: bool) -> io::Result<Sockets> {
        #[cfg(unix)]
        let handed = handed::take(names)?;
        #[cfg(not(unix))]
        let handed = Vec::new();
        Ok(Sockets { handed, overlaps, bound: Vec::new(), has_shared: false })
    }

    /// The listening socket of a door: the one handed over under its name, or a new one.
    ///
    /// A socket that was handed over without a name is the first one that is asked for.
    pub fn bind(&mut self, name: &str, address: SocketAddr) -> io::Result<TcpListener> {
        let place = self.handed.iter().position(|handed| handed.is_for(name));
        if let Some(place) = place {
            self.has_shared = true;
            return Ok(self.handed.swap_remove(place).listener);
        }
        if !self.overlaps && address.port() != 0 {
            // Without SO_REUSEPORT: fails when anybody listens there.
            drop(TcpListener::bind(address)?);
        }
        let listener = open(address)?;
        self.bound.push(listener.try_clone()?);
        Ok(listener)
    }

    /// What is needed of the sockets when the process stops.
    pub fn into_stop(self) -> Ending {
        Ending { bound: self.bound, has_shared: self.has_shared }
    }
}

impl Handed {
    /// Whether it is a door's: systemd names a socket after its unit unless told otherwise.
    fn is_for(&self, name: &str) -> bool {
        self.name == name || self.name.ends_with(".socket") || self.name == "unknown"
    }
}

/// The sockets as they are seen at the end.
pub struct Ending {
    bound: Vec<TcpListener>,
    has_shared: bool,
}

impl Ending {
    /// Whether a socket stays open after this process: who waits in it waits for the next one.
    pub fn outlives(&self) -> bool {
        self.has_shared && self.bound.is_empty()
    }

    /// Has the kernel send new clients to the process that took over the port, if there is one.
    ///
    /// Otherwise it goes on dividing clients between both, and resets those that still wait to
    /// be accepted when this process closes its socket. Nobody knows the numbers of the sockets:
    /// while clients come all the same, try again with the next `attempt`, from 0.
    pub fn steer_away(&self, attempt: usize) {
        let number = SUCCESSORS.iter().copied().cycle().nth(attempt).unwrap_or_default();
        for listener in &self.bound {
            if let Err(error) = overlap::prefer(listener, number) {
                tracing::warn!(%error, "clients cannot be steered to a process that takes over");
            }
        }
    }
}

/// Where this machine reaches a listener: one on every address, by the loopback.
pub fn reached_at(mut address: SocketAddr) -> SocketAddr {
    address.set_ip(match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        named => named,
    });
    address
}

/// Opens a listening socket that another process of the same user may join.
fn open(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = Socket::new(Domain::for_address(address), Type::STREAM, Some(Protocol::TCP))?;
    socket.set_reuse_address(true)?;
    overlap::allow(&socket)?;
    socket.bind(&address.into())?;
    socket.listen(BACKLOG)?;
    Ok(socket.into())
}
