//! The way to the server: its name, and its port.

use std::io;
use std::net::{SocketAddr, TcpStream, ToSocketAddrs};

use super::endpoint::Endpoint;
use super::{Finding, PATIENCE};

/// The addresses of a name.
pub(super) fn resolve(endpoint: &Endpoint) -> Result<Vec<SocketAddr>, Finding> {
    let host = &endpoint.host;
    let found = (host.as_str(), endpoint.port).to_socket_addrs().map(Vec::from_iter);
    match found {
        Ok(addresses) if !addresses.is_empty() => Ok(addresses),
        _ => Err(Finding::bad(
            "dns",
            format!("the name {host} is not known here"),
            "check its spelling, and whether this machine needs a VPN or another DNS server",
        )),
    }
}

/// What a name stands for.
pub(super) fn resolved(endpoint: &Endpoint, addresses: &[SocketAddr]) -> Finding {
    let all: Vec<String> = addresses.iter().map(|address| address.ip().to_string()).collect();
    Finding::ok("dns", format!("{} is {}", endpoint.host, all.join(", ")))
}

/// A connection to the first address that answers.
pub(super) fn open(addresses: &[SocketAddr]) -> Result<TcpStream, Finding> {
    let mut last = None;
    for address in addresses {
        match TcpStream::connect_timeout(address, PATIENCE / 2) {
            Ok(stream) => {
                let patient = stream
                    .set_read_timeout(Some(PATIENCE))
                    .and_then(|()| stream.set_write_timeout(Some(PATIENCE)));
                return patient.map(|()| stream).map_err(|error| refused(*address, &error));
            }
            Err(error) => last = Some(refused(*address, &error)),
        }
    }
    let nobody = || Finding::bad("tcp", "there is no address to connect to", "check the URL");
    Err(last.unwrap_or_else(nobody))
}

/// Why there is no connection.
fn refused(address: SocketAddr, error: &io::Error) -> Finding {
    let (says, cure) = match error.kind() {
        io::ErrorKind::ConnectionRefused => (
            format!("nobody listens at {address}"),
            "check the port and whether the server runs; behind a load balancer, whether it \
             listens on more than 127.0.0.1 (--listen)",
        ),
        io::ErrorKind::TimedOut | io::ErrorKind::WouldBlock => (
            format!("{address} does not answer"),
            "a firewall in between drops it: ask for the way to this port to be opened, or \
             connect to the VPN",
        ),
        _ => (format!("{address} cannot be reached: {error}"), "check the network of this machine"),
    };
    Finding::bad("tcp", says, cure)
}
