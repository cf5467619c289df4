//! A proxy that loses answers: the server has done its work, and the client never hears of it.

use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;

use fastrand::Rng;

/// A proxy before a server. It ends with the test process.
pub struct Proxy {
    pub url: String,
    lost: Arc<AtomicUsize>,
}

impl Proxy {
    /// Starts a proxy that loses so many answers of a hundred.
    pub fn start(server: &str, lost_percent: u8, seed: u64) -> Proxy {
        let server: SocketAddr = server.trim_start_matches("http://").parse().expect("an address");
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let lost = Arc::new(AtomicUsize::new(0));
        let (counter, dice) = (Arc::clone(&lost), Mutex::new(Rng::with_seed(seed)));
        thread::spawn(move || {
            for client in listener.incoming().map_while(Result::ok) {
                let loses = dice.lock().expect("lock").u8(0..100) < lost_percent;
                let counter = Arc::clone(&counter);
                thread::spawn(move || pass_on(client, server, loses, &counter));
            }
        });
        Proxy { url, lost }
    }

    /// How many answers were lost.
    pub fn lost(&self) -> usize {
        self.lost.load(Ordering::SeqCst)
    }
}

/// Passes one connection on. An answer that is to be lost is waited for first.
fn pass_on(client: TcpStream, server: SocketAddr, loses: bool, lost: &AtomicUsize) {
    let Ok(server) = TcpStream::connect(server) else {
        return;
    };
    let up = (client.try_clone().expect("a socket"), server.try_clone().expect("a socket"));
    let upward = thread::spawn(move || copy(up.0, up.1));
    let (mut from, mut to) = (server, client);
    let mut buffer = [0; 16 << 10];
    while let Ok(length @ 1..) = from.read(&mut buffer) {
        if loses {
            lost.fetch_add(1, Ordering::SeqCst);
            break;
        }
        if to.write_all(&buffer[..length]).is_err() {
            break;
        }
    }
    let _ = to.shutdown(Shutdown::Both);
    let _ = from.shutdown(Shutdown::Both);
    let _ = upward.join();
}

/// Copies until either side ends.
fn copy(mut from: TcpStream, mut to: TcpStream) {
    let _ = std::io::copy(&mut from, &mut to);
}
