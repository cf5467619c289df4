//! The audit log says who did what, and shows where it was tampered with.

use daybook_schema::audit_log::{self, AuditRow, Entry, Verdict};
use daybook_schema::store::Store;
use diesel::connection::SimpleConnection;
use diesel::prelude::*;

use crate::support::{Browser, Server};

/// The rows of a log, the latest first, without time and hash.
fn said(store: &Store) -> Vec<(String, String, String)> {
    let rows: Vec<AuditRow> =
        store.read(|conn| audit_log::page(conn, i64::MAX, 1000)).expect("read");
    rows.into_iter().map(|row| (row.actor, row.action, row.subject)).collect()
}

/// Adds so many rows in one transaction.
fn fill(store: &Store, rows: usize) {
    let entry = |number: usize| Entry {
        actor: "command".to_owned(),
        action: "test",
        subject: format!("subject {number}"),
        detail: String::new(),
    };
    let added = store
        .write(|conn| (0..rows).try_for_each(|number| audit_log::record(conn, &entry(number), 1)));
    added.expect("written");
}

/// Does something to the database that no query of the server does; the database's own refusal.
fn tamper(server: &Server, sql: &str) -> Result<(), String> {
    let url = &server.data().url;
    if url.starts_with("postgres") {
        let said =
            std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| server.data().ask(sql)));
        return said.map(drop).map_err(|_| "refused".to_owned());
    }
    let mut connection =
        SqliteConnection::establish(&server.sqlite_file().to_string_lossy()).expect("the file");
    connection.batch_execute(sql).map_err(|error| error.to_string())
}

/// Switches off what refuses changes, as somebody may who owns the database.
fn disarm(server: &Server) {
    let sql = match server.data().url.starts_with("postgres") {
        true => "DROP TRIGGER audit_log_is_not_changed ON audit_log",
        false => "DROP TRIGGER audit_log_is_not_changed; DROP TRIGGER audit_log_is_not_deleted",
    };
    tamper(server, sql).expect("the owner may");
}

#[test]
fn what_is_done_is_written_down_with_who_did_it() {
    let server = Server::start();
    let browser = server.sign_in("ada@example.com", "admin");
    let fields = [("name", "noted"), ("pattern", "NTD-[0-9]{4}"), ("action", "add")];
    assert_eq!(browser.submit("/security/patterns", &fields).status, 303);
    browser.submit("/security/patterns/noted", &[("action", "disable")]);
    server.command(&["pattern", "delete", "noted"]);
    browser.submit("/logout", &[]);
    Browser::new(&server).submit("/login", &[("email", "ada@example.com"), ("password", "wrong")]);
    Browser::new(&server).submit("/login", &[("email", "nobody@x.com"), ("password", "wrong")]);
    let row = |actor: &str, action: &str, subject: &str| {
        (actor.to_owned(), action.to_owned(), subject.to_owned())
    };
    let said = said(&server.store());
    let ada = "account:1";
    assert_eq!(
        said[..9],
        [
            row("nobody", "sign_in.failed", "no account"),
            row("nobody", "sign_in.failed", ada),
            row(ada, "sign_out", ada),
            row("command", "pattern.delete", "noted"),
            row(ada, "pattern.disable", "noted"),
            row(ada, "pattern.add", "noted"),
            row(ada, "sign_in", ada),
            row(ada, "account.set_password", ada),
            row("command", "account.create", ada),
        ]
    );
    assert!(server.command(&["audit", "verify"]).contains("the audit log holds"));
}

#[test]
fn the_database_refuses_to_change_the_log() {
    let server = Server::start();
    fill(&server.store(), 3);
    for sql in ["UPDATE audit_log SET subject = 'x' WHERE id = 2", "DELETE FROM audit_log"] {
        assert!(tamper(&server, sql).is_err(), "{sql}");
    }
    assert!(server.command(&["audit", "verify"]).contains("holds"));
}

#[test]
fn a_changed_row_is_found_wherever_it_is() {
    for (sql, at) in [
        ("UPDATE audit_log SET actor = 'account:9' WHERE id = 2", 2),
        ("UPDATE audit_log SET at = at + 1 WHERE id = 3", 3),
        ("UPDATE audit_log SET subject = '', detail = subject WHERE id = 3", 3),
        ("UPDATE audit_log SET hash = (SELECT hash FROM audit_log WHERE id = 2) WHERE id = 4", 4),
        ("DELETE FROM audit_log WHERE id = 2", 2),
        ("DELETE FROM audit_log WHERE id > 3", 4),
        ("DELETE FROM audit_log WHERE id > 3; UPDATE audit_head SET entries = 3", 3),
        ("UPDATE audit_log SET id = id + 100000", 1),
    ] {
        let server = Server::start();
        fill(&server.store(), 2000);
        disarm(&server);
        tamper(&server, sql).expect("the owner may");
        let verdict = server.store().read(audit_log::verify).expect("read");
        assert_eq!(verdict, Verdict::Broken { at }, "{sql}");
        assert!(server.refused(&["audit", "verify"]).contains(&format!("entry {at}:")), "{sql}");
    }
}

#[test]
fn rows_added_side_by_side_make_one_chain() {
    let server = Server::start();
    let before = said(&server.store()).len();
    std::thread::scope(|scope| {
        for _ in 0..6 {
            scope.spawn(|| {
                let store = server.store();
                (0..25).for_each(|_| fill(&store, 1));
            });
        }
    });
    let verdict = server.store().read(audit_log::verify).expect("read");
    let entries = i64::try_from(before + 150).expect("few");
    assert!(
        matches!(verdict, Verdict::Holds { entries: found, .. } if found == entries),
        "{verdict:?}"
    );
}
