//! Processes that take over from each other: on one port, or on a socket that is handed over.

use std::net::TcpListener;
use std::os::fd::OwnedFd;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use super::{DAYBOOK, Server};

/// A process whose successor runs already. Killed when it is dropped.
pub struct Predecessor(Child);

impl Server {
    /// `host:port`.
    pub fn address(&self) -> &str {
        self.url.strip_prefix("http://").expect("a URL")
    }

    /// Starts another process over the same folder and on the same port, beside the one that
    /// runs: it is this server from now on.
    pub fn start_successor(&mut self) -> Predecessor {
        let old = self.child.take().expect("running");
        let mut command = Command::new(DAYBOOK);
        command.args(["serve", "--listen", self.address()]);
        command.args(self.data_arguments()).args(&self.extra);
        self.launch(command);
        Predecessor(old)
    }

    /// Starts the process on a socket that is open already, as systemd does: it is the first
    /// file after the standard ones, and the environment says so.
    pub fn run_on(&mut self, socket: &TcpListener) {
        let handed = OwnedFd::from(socket.try_clone().expect("a second handle"));
        let script = "exec 3<&0 0</dev/null; LISTEN_PID=$$ LISTEN_FDS=1 exec \"$@\"";
        let mut command = self.through_shell(script);
        command.stdin(Stdio::from(handed)).env("LISTEN_FDNAMES", "http");
        self.launch(command);
    }

    /// Starts the process so that it writes its log to a file.
    pub fn run_with_log(&mut self, log: &Path) {
        let mut command = self.through_shell("exec \"$@\" --listen 127.0.0.1:0 2>>\"$SERVER_LOG\"");
        command.env("SERVER_LOG", log);
        self.launch(command);
    }

    /// The process, started by a script that is given its words.
    fn through_shell(&self, script: &str) -> Command {
        let mut command = Command::new("sh");
        command.args(["-c", script, "sh", DAYBOOK, "serve"]);
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
