//! Processes that take over from each other: on one port, or on a socket that is handed over.

use std::net::TcpListener;
use std::os::fd::{AsRawFd, OwnedFd};
use std::path::Path;
use std::process::{Child, Command};

use super::{DAYBOOK, Server};

/// Where handed sockets are looked for, and numbers of files that nobody else uses.
const FIRST: usize = 3;
const AWAY: usize = 900;

/// A process whose successor runs already. Killed when it is dropped.
pub struct Predecessor(Child);

impl Server {
    /// `host:port`.
    pub fn address(&self) -> &str {
        self.url.strip_prefix("http://").expect("a URL")
    }

    /// Starts another process over the same folder and on the same ports, beside the one that
    /// runs: it is this server from now on.
    pub fn start_successor(&mut self) -> Predecessor {
        let old = self.child.take().expect("running");
        let mut command = Command::new(DAYBOOK);
        command.args(["serve", "--listen", self.address()]);
        command.args(self.data_arguments()).args(self.arguments_of_now());
        self.launch(command);
        Predecessor(old)
    }

    /// What it was started with, with the ports it was given.
    fn arguments_of_now(&self) -> Vec<String> {
        let mut arguments = self.extra.clone();
        for protocol in ["HTTP", "gRPC"] {
            let name = format!("--otlp-{}-listen", protocol.to_lowercase());
            if let Some(place) = arguments.iter().position(|argument| *argument == name) {
                let url = self.door(&format!("OTLP over {protocol}"));
                arguments[place + 1] = url.strip_prefix("http://").expect("a URL").to_owned();
            }
        }
        arguments
    }

    /// Starts the process on sockets that are open already, as systemd does: they are the first
    /// files after the standard ones, and the environment says so and names them.
    pub fn run_on(&mut self, sockets: &[(&str, &TcpListener)]) {
        let handed: Vec<OwnedFd> = sockets.iter().map(|(_, socket)| inherited(socket)).collect();
        // First out of the way of each other.
        let (mut away, mut into_place) = (String::new(), String::new());
        for (place, file) in handed.iter().enumerate() {
            away.push_str(&format!(" {}<&{}", AWAY + place, file.as_raw_fd()));
            into_place.push_str(&format!(" {}<&{}", FIRST + place, AWAY + place));
        }
        let script = format!(
            "exec {away}; exec {into_place}; LISTEN_PID=$$ LISTEN_FDS={} exec \"$@\"",
            sockets.len()
        );
        let mut command = self.through("bash", &script);
        let names: Vec<&str> = sockets.iter().map(|(name, _)| *name).collect();
        command.env("LISTEN_FDNAMES", names.join(":"));
        self.launch(command);
    }

    /// Starts the process so that it writes its log to a file.
    pub fn run_with_log(&mut self, log: &Path) {
        let mut command = self.through("sh", "exec \"$@\" --listen 127.0.0.1:0 2>>\"$SERVER_LOG\"");
        command.env("SERVER_LOG", log);
        self.launch(command);
    }

    /// The process, started by a script that is given its words.
    fn through(&self, shell: &str, script: &str) -> Command {
        let mut command = Command::new(shell);
        command.args(["-c", script, shell, DAYBOOK, "serve"]);
        command.args(self.data_arguments()).args(&self.extra);
        command
    }

    /// Asks the process to stop, and leaves it to itself.
    pub fn begin_stop(&mut self) -> Predecessor {
        let mut old = Predecessor(self.child.take().expect("running"));
        old.ask("TERM");
        old
    }
}

impl Predecessor {
    /// Sends a signal.
    pub fn ask(&mut self, signal: &str) {
        let pid = self.0.id().to_string();
        let sent = Command::new("kill").args([&format!("-{signal}"), &pid]).status();
        assert!(sent.expect("kill").success());
    }

    /// Waits until it has ended; whether it stopped in order.
    pub fn wait(mut self) -> bool {
        self.0.wait().expect("ended").success()
    }
}

impl Drop for Predecessor {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A second handle of a socket, for processes that are started from now on.
fn inherited(socket: &TcpListener) -> OwnedFd {
    let handle = socket.try_clone().expect("a second handle");
    socket2::SockRef::from(&handle).set_cloexec(false).expect("it may be inherited");
    handle.into()
}
