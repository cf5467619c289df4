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

    /// The listening socket of the main door: the one handed over for it, or a new one.
    ///
    /// Ask for it last: a socket that was handed over without a name, and not for another door's
    /// port, is this one.
    pub fn bind(&mut self, name: &str, address: SocketAddr) -> io::Result<TcpListener> {
        let handed = self.take(|handed| handed.fits(name, Some(address)));
        match handed.or_else(|| self.take(|handed| handed.is_nameless().then_some(Fit::Any))) {
            Some(listener) => Ok(listener),
            None => self.open(address),
        }
    }

    /// The listening socket of a door that is open only where a socket is handed over for it or
    /// an address is given.
    pub fn bind_if_asked(
        &mut self,
        name: &str,
        address: Option<SocketAddr>,
    ) -> io::Result<Option<TcpListener>> {
        match self.take(|handed| handed.fits(name, address)) {
            Some(listener) => Ok(Some(listener)),
            None => address.map(|address| self.open(address)).transpose(),
        }
    }

    /// Takes the socket that fits best, the first of equals.
    fn take(&mut self, fit: impl Fn(&Handed) -> Option<Fit>) -> Option<TcpListener> {
        let fits = self.handed.iter().enumerate().filter_map(|(at, it)| Some((fit(it)?, at)));
        let (_, place) = fits.min()?;
        self.has_shared = true;
        Some(self.handed.remove(place).listener)
    }

    /// Opens a socket of this process.
    fn open(&mut self, address: SocketAddr) -> io::Result<TcpListener> {
        if !self.overlaps && address.port() != 0 {
            // Without SO_REUSEPORT: fails when anybody listens there.
            drop(TcpListener::bind(address)?);
        }
        let listener = open(address)?;
        self.bound.push(listener.try_clone()?);
        Ok(listener)
    }

    /// What is needed of the sockets when the process stops. All doors have theirs by now.
    pub fn into_stop(self) -> Ending {
        for Handed { name, listener } in &self.handed {
            let address = listener.local_addr().map(|address| address.to_string());
            tracing::warn!(
                name,
                address = address.unwrap_or_default(),
                "a socket was handed over that is no door's: who connects to it waits for ever; \
                 call it http, otlp-http or otlp-grpc (FileDescriptorName=), or disable it"
            );
        }
        Ending { bound: self.bound, has_shared: self.has_shared }
    }
}

/// Why a socket is a door's; better reasons come first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Fit {
    NameAndPort,
    Name,
    /// All sockets of a unit have one name: their ports tell them apart.
    Port,
    Any,
}

impl Handed {
    /// How well it fits a door, if it does.
    fn fits(&self, name: &str, address: Option<SocketAddr>) -> Option<Fit> {
        let port = self.listener.local_addr().map(|own| own.port()).ok();
        let is_there = address.is_some_and(|address| Some(address.port()) == port);
        match (self.name == name, is_there) {
            (true, true) => Some(Fit::NameAndPort),
            (true, false) => Some(Fit::Name),
            (false, true) => Some(Fit::Port),
            (false, false) => None,
        }
    }

    /// Whether nobody named it: systemd names a socket after its unit unless told otherwise.
    fn is_nameless(&self) -> bool {
        self.name.ends_with(".socket") || self.name == "unknown"
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

#[cfg(test)]
mod tests {
    use super::*;

    /// A server with sockets of these names; and their addresses.
    fn handed(names: &[&str]) -> (Sockets, Vec<SocketAddr>) {
        let handed: Vec<Handed> = names
            .iter()
            .map(|name| {
                let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
                Handed { name: (*name).to_owned(), listener }
            })
            .collect();
        let addresses = handed.iter().map(|it| it.listener.local_addr().expect("it")).collect();
        (Sockets { handed, overlaps: false, bound: Vec::new(), has_shared: false }, addresses)
    }

    /// A port that is nobody's of the sockets.
    const ELSEWHERE: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 0);

    /// Where a socket is.
    fn at(listener: Option<TcpListener>) -> Option<SocketAddr> {
        listener.map(|listener| listener.local_addr().expect("it listens"))
    }

    #[test]
    fn sockets_are_told_apart_by_their_names_in_any_order() {
        for names in [["otlp-grpc", "http", "otlp-http"], ["http", "otlp-http", "otlp-grpc"]] {
            let (mut sockets, addresses) = handed(&names);
            let of = |name| addresses.iter().zip(names).find(|it| it.1 == name).map(|it| *it.0);
            for door in ["otlp-http", "otlp-grpc"] {
                let bound = sockets.bind_if_asked(door, None).expect("no trouble");
                assert_eq!(at(bound), of(door), "{names:?}");
            }
            assert_eq!(at(sockets.bind("http", ELSEWHERE).ok()), of("http"), "{names:?}");
            assert!(sockets.into_stop().outlives());
        }
    }

    #[test]
    fn sockets_of_one_name_are_told_apart_by_their_ports() {
        for name in ["http", "daybook.socket", "unknown"] {
            let (mut sockets, addresses) = handed(&[name; 3]);
            for (door, place) in [("otlp-http", 2), ("otlp-grpc", 0)] {
                let bound = sockets.bind_if_asked(door, Some(addresses[place]));
                assert_eq!(at(bound.expect("no trouble")), Some(addresses[place]), "{name}");
            }
            assert_eq!(at(sockets.bind("http", ELSEWHERE).ok()), Some(addresses[1]), "{name}");
        }
    }

    #[test]
    fn a_socket_without_a_name_is_the_main_doors_and_opens_no_other() {
        let (mut sockets, addresses) = handed(&["daybook.socket"]);
        assert!(sockets.bind_if_asked("otlp-grpc", None).expect("no trouble").is_none());
        assert_eq!(at(sockets.bind("http", ELSEWHERE).ok()), Some(addresses[0]));
    }

    #[test]
    fn nothing_outlives_a_process_that_opened_one_of_its_doors_itself() {
        let (mut sockets, _) = handed(&["http"]);
        let bound = sockets.bind_if_asked("otlp-grpc", Some(ELSEWHERE)).expect("no trouble");
        assert!(bound.is_some() && sockets.bind("http", ELSEWHERE).is_ok());
        assert!(!sockets.into_stop().outlives());
    }
}
