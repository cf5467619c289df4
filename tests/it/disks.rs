//! The disk is full or cannot be written for a while: the client is told to send again, and nothing
//! is lost, doubled, damaged or put aside when it can be written again.

use std::path::Path;
use std::process::Command;
use std::sync::Arc;

use daybook_test_database::{Backend, Database, Durability, PostgresServer};
use prost::Message;

use crate::faults::{assert_whole, is_accepted, offer};
use crate::hostile::memory::{ALLOWANCE_KB, peak_kb};
use crate::support::read_only::ReadOnly;
use crate::support::server::until;
use crate::support::small_disk::{Filling, on_small_disk};
use crate::support::{Connection, Reporter, Server};

/// How much room a filled disk has left.
const LEFT: u64 = 256 << 10;

/// Somebody who reports to a server while its disk is filled and emptied.
struct Client<'a> {
    server: &'a Server,
    connection: Connection,
    reporter: Reporter,
    acknowledged: i64,
    /// The most memory the server had until then, in kB.
    peak: Option<u64>,
}

impl Client<'_> {
    /// Somebody who has reported for a while.
    fn of<'a>(server: &'a Server, name: &str) -> Client<'a> {
        let (connection, reporter) = (server.connection(name), Reporter::new(name));
        let mut client = Client { server, connection, reporter, acknowledged: 0, peak: None };
        for _ in 0..100 {
            let body = client.reporter.tokens(&[1.0; 100]).encode_to_vec();
            assert!(client.is_taken(&body));
        }
        server.settle();
        client.peak = peak_kb(server);
        client
    }

    /// Whether a request was taken.
    fn is_taken(&mut self, body: &[u8]) -> bool {
        let taken = is_accepted(&offer(self.server, &self.connection, body));
        self.acknowledged += if taken { 100 } else { 0 };
        taken
    }

    /// Sends requests of a hundred tokens until one is refused: that one.
    fn until_refused(&mut self) -> Vec<u8> {
        for _ in 0..10_000 {
            let body = self.reporter.tokens(&[1.0; 100]).encode_to_vec();
            if !self.is_taken(&body) {
                return body;
            }
        }
        panic!("the disk does not fill");
    }

    /// Reports while the disk is full, and `again` makes room. What was refused is sent again until
    /// it is taken.
    fn through_full_disk(&mut self, disk: &Path, again: impl FnOnce()) {
        let filling = Filling::of(disk, LEFT);
        let mut refused = self.until_refused();
        for _ in 0..5 {
            // Where something was given up there may be room for one more.
            if self.is_taken(&refused) {
                refused = self.until_refused();
            }
        }
        assert!(!self.server.store().has_room());
        assert_eq!(self.server.get("/healthz").status, 200);
        drop(filling);
        again();
        // Whole again by itself.
        until(|| self.is_taken(&refused));
        assert!(self.server.store().has_room());
        assert_eq!(self.reporter.counted(self.server), self.acknowledged);
    }

    /// Fails unless all that was taken was counted, with the memory of a request or so.
    fn assert_counted(&self) {
        let status = self.server.settle();
        assert_eq!(status["signals"]["quarantined"], 0);
        assert_eq!(self.reporter.counted(self.server), self.acknowledged);
        if let (Some(before), Some(after)) = (self.peak, peak_kb(self.server)) {
            // All that waited is counted at once when there is room again.
            assert!(after - before < 2 * ALLOWANCE_KB, "{before} kB, then {after} kB");
        }
    }
}

#[test]
fn a_full_disk_is_a_passing_fault() {
    on_small_disk("disks::a_full_disk_is_a_passing_fault", 64, |disk| {
        let mut server = Server::on(Backend::Sqlite, &[]);
        server.stop();
        // The log is on the same disk.
        server.with_log(server.folder().join("daybook.log"));
        server.run(&[]);
        let mut client = Client::of(&server, "fulldisk");
        for _ in 0..3 {
            client.through_full_disk(disk, || ());
        }
        client.assert_counted();
        server.stop();
        assert_whole(&server);
    });
}

#[test]
fn a_full_disk_of_the_database_server_is_a_passing_fault() {
    on_small_disk("disks::a_full_disk_of_the_database_server_is_a_passing_fault", 160, |disk| {
        let postgres = PostgresServer::start(Durability::Processes);
        let url = postgres.create("daybook");
        let server = Server::over(Arc::new(Database::at(&url)), &[]);
        let mut client = Client::of(&server, "fulldisk");
        for _ in 0..2 {
            client.through_full_disk(disk, || ());
        }
        // With no room for its own log the database server ends. Somebody starts it again.
        client.through_full_disk(disk, || {
            let filling = Filling::of(disk, 0);
            let another = "SELECT pg_logical_emit_message(false, 'a', 'b'); SELECT pg_switch_wal()";
            until(|| !postgres.try_to_say(another) && !postgres.is_running());
            drop(filling);
            postgres.run_after_kill();
        });
        client.assert_counted();
    });
}

#[test]
fn a_disk_that_becomes_read_only_is_a_passing_fault() {
    let mut server = Server::on(Backend::Sqlite, &[]);
    server.stop();
    let read_only = ReadOnly::new();
    // The log cannot be written either.
    server.with_log(server.folder().join("daybook.log"));
    server.run(&read_only.environment());
    let mut client = Client::of(&server, "readonly");
    for _ in 0..3 {
        read_only.begin();
        let refused = client.until_refused();
        for _ in 0..5 {
            assert!(!client.is_taken(&refused), "nothing can be written");
        }
        assert_eq!(server.get("/healthz").status, 200);
        let days = server.get("/api/v1/daily-usage?from=2000-01-01&to=2100-01-01");
        assert_eq!(days.status, 200, "reading goes on");
        read_only.end();
        until(|| client.is_taken(&refused));
    }
    client.assert_counted();
    server.stop();
    assert_whole(&server);
}

#[test]
fn a_disk_that_cannot_be_written_is_named_at_the_start() {
    on_small_disk("disks::a_disk_that_cannot_be_written_is_named_at_the_start", 16, |disk| {
        let mut server = Server::on(Backend::Sqlite, &[]);
        server.stop();
        let remounted = Command::new("mount").args(["-o", "remount,ro"]).arg(disk).status();
        assert!(remounted.expect("mount runs").success());
        let said = server.refused(&["serve", "--listen", "127.0.0.1:0"]);
        assert!(said.contains("cannot be written") && said.contains("--data-dir"), "{said}");
        let remounted = Command::new("mount").args(["-o", "remount,rw"]).arg(disk).status();
        assert!(remounted.expect("mount runs").success());
    });
}
