//! What a dump of the database alone is good for: nothing.

use std::fs;
use std::process::Command;

use daybook_test_database::{Backend, backend};

use super::{ADMIN, Admin, id_of};
use crate::support::Server;
use crate::support::server::DAYBOOK;

/// Characters of a secret in a row that count as a leak.
const PIECE: usize = 12;

/// Everything the database holds, as bytes: its files, or its rows with bytes in hex.
fn dump(server: &Server) -> Vec<u8> {
    match backend() {
        Backend::Sqlite => ["", "-wal"]
            .iter()
            .flat_map(|ending| {
                let path = format!("{}{ending}", server.sqlite_file().display());
                fs::read(path).unwrap_or_default()
            })
            .collect(),
        Backend::Postgres => {
            let tables =
                server.data().ask("SELECT tablename FROM pg_tables WHERE schemaname = 'public'");
            let rows =
                tables.lines().map(|table| server.data().ask(&format!("SELECT t FROM {table} t")));
            rows.collect::<Vec<_>>().join("\n").into_bytes()
        }
    }
}

/// How a secret may stand in a dump: as text, as the bytes it is of, and both in hex.
fn forms(secret: &str) -> Vec<Vec<u8>> {
    let hex = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    let bytes: Vec<u8> = (0..secret.len() / 2)
        .map(|place| u8::from_str_radix(&secret[2 * place..2 * place + 2], 16).expect("hex"))
        .collect();
    vec![secret.as_bytes().to_vec(), hex(secret.as_bytes()).into_bytes(), bytes]
}

/// Whether a dump holds any part of a secret.
fn holds(dump: &[u8], secret: &str) -> bool {
    let pieces: std::collections::HashSet<Vec<u8>> = forms(secret)
        .iter()
        .flat_map(|form| form.windows(PIECE).map(<[u8]>::to_vec).collect::<Vec<_>>())
        .collect();
    dump.windows(PIECE).any(|window| pieces.contains(window))
}

#[test]
fn a_dump_of_the_database_holds_no_secret_and_not_the_key() {
    let admin = Admin::over(Server::start());
    let connection = admin.server.connection("sealed");
    let second = admin.add_token(&connection, "second");
    let key = fs::read_to_string(admin.server.folder().join("seal.key")).expect("the key");
    let dump = dump(&admin.server);
    let id = id_of(&connection.token);
    assert!(String::from_utf8_lossy(&dump).contains(id), "the dump is whole");
    let api_token = admin.server.api_token();
    for token in [&connection.token, second["ingest_token"].as_str().expect("it"), api_token] {
        let secret = token.rsplit('_').next().expect("a secret");
        assert!(!holds(&dump, secret), "a part of a secret is in the database");
    }
    assert!(!holds(&dump, key.trim()), "the key is in the database");
}

#[test]
fn with_another_key_a_token_is_not_shown_and_says_why() {
    let connection = ADMIN.server.connection("elsewhere");
    let elsewhere = tempfile::tempdir().expect("a folder");
    let key = elsewhere.path().join("key");
    fs::write(&key, "ab".repeat(32)).expect("written");
    let id = id_of(&connection.token);
    let show = ["connection", "token", "show", "elsewhere", id, "--seal-key-file"];
    let said = ADMIN.server.refused(&[&show[..], &[&key.display().to_string()]].concat());
    assert!(said.contains("--seal-key-file") && !said.contains("dbk_ingest"), "{said}");
    fs::write(&key, "no key").expect("written");
    let said = ADMIN.server.refused(&[&show[..], &[&key.display().to_string()]].concat());
    assert!(said.contains("64 hex digits") && !said.contains("no key"), "{said}");
}

#[test]
fn a_key_of_the_environment_is_used_and_no_file_is_made() {
    let folder = tempfile::tempdir().expect("a folder");
    let run = |arguments: &[&str], key: &str| {
        let output = Command::new(DAYBOOK)
            .args(arguments)
            .arg("--data-dir")
            .arg(folder.path())
            .env("DAYBOOK_SEAL_KEY", key)
            .output()
            .expect("daybook runs");
        String::from_utf8(output.stdout).expect("text")
    };
    let key = "0123456789abcdef".repeat(4);
    let made = run(&["connection", "create", "Own key", "--json"], &key);
    let made: serde_json::Value = serde_json::from_str(&made).expect("JSON");
    let token = made["ingest_token"].as_str().expect("a token");
    let show = ["connection", "token", "show", "Own key", id_of(token)];
    assert_eq!(run(&show, &key).trim(), token);
    assert_eq!(run(&show, &"0".repeat(64)), "", "another key shows nothing");
    assert!(!folder.path().join("seal.key").exists());
}

#[cfg(unix)]
#[test]
fn the_key_is_its_owners_alone() {
    use std::os::unix::fs::PermissionsExt;
    let metadata = fs::metadata(ADMIN.server.folder().join("seal.key")).expect("the key");
    assert_eq!(metadata.permissions().mode() & 0o777, 0o600);
}
