//! `/connections/{id}/settings` and `/connections/{id}/attributes`: who sees a token there, and
//! that nothing hostile is markup.

use std::sync::LazyLock;

use crate::support::browser::Browser;
use crate::support::{Answer, Connection, Server};

/// A connection with a hostile name.
static HOSTILE: LazyLock<(Server, Connection, Browser)> = LazyLock::new(|| {
    let server = Server::start();
    let connection = server.connection("</title><script>alert(1)</script>\u{202e}\"'");
    let browser = server.sign_in("admin@example.com", "admin");
    (server, connection, browser)
});

/// The text of a page.
fn text(answer: Answer) -> String {
    assert!(answer.header("content-type").starts_with("text/html"));
    let policy = answer.header("content-security-policy");
    assert!(policy.contains("default-src 'none'") && !policy.contains("unsafe"), "{policy}");
    String::from_utf8(answer.body).expect("text")
}

/// Sends a form as a page of the server does, or one of another site.
fn submit(path: &str, origin: &str, media_type: &str, body: &[u8]) -> Answer {
    let (server, connection, browser) = &*HOSTILE;
    let site = if origin == server.url { "same-origin" } else { "cross-site" };
    let headers = [
        ("Content-Type", media_type),
        ("Sec-Fetch-Site", site),
        ("Origin", origin),
        ("Cookie", browser.cookie.as_str()),
    ];
    server.post(&format!("/connections/{}{path}", connection.id), &headers, body)
}

const FORM: &str = "application/x-www-form-urlencoded";

#[test]
fn a_page_that_is_looked_at_has_no_token() {
    let (_, connection, browser) = &*HOSTILE;
    for form in ["claude-ai", "macos-profile", "windows-registry", "shell", "headers-helper"] {
        let path = format!("/connections/{}/settings?form={form}", connection.id);
        let shown = text(browser.get(&path));
        assert!(shown.contains("dbk_ingest_****") && !shown.contains(&connection.token), "{form}");
        assert!(!shown.contains("<script>alert") && !shown.contains(" style="), "{form}");
    }
}

#[test]
fn the_token_is_shown_to_a_form_of_this_server_alone() {
    let (server, connection, browser) = &*HOSTILE;
    for (path, body) in [
        ("/settings", "form=shell"),
        ("/settings/file", "form=shell&file=daybook.sh"),
        ("/settings/merge", "form=user-settings&pasted=%7B%7D"),
    ] {
        let stale = submit(path, &server.url, FORM, body.as_bytes());
        assert_eq!(stale.status, 403, "{path}: a form of no login");
        let body = format!("{body}&form_token={}", browser.form_token);
        let answer = submit(path, &server.url, FORM, body.as_bytes());
        assert_eq!((answer.status, answer.header("cache-control")), (200, "no-store"), "{path}");
        assert!(String::from_utf8_lossy(&answer.body).contains(&connection.token), "{path}");
        for origin in ["http://other.example", "null"] {
            let refused = submit(path, origin, FORM, body.as_bytes());
            assert_eq!(refused.status, 403, "{path}");
            assert!(!String::from_utf8_lossy(&refused.body).contains("dbk_ingest_"), "{path}");
        }
    }
}

#[test]
fn a_choice_that_cannot_be_made_is_said_and_typed_text_is_text() {
    let (_, connection, browser) = &*HOSTILE;
    let path = format!(
        "/connections/{}/settings?form=shell&endpoint=%22%3E%3Cscript%3Ealert(1)%3C/script%3E",
        connection.id
    );
    let answer = browser.get(&path);
    assert_eq!(answer.status, 400);
    let shown = text(answer);
    assert!(shown.contains("Not chosen") && !shown.contains("<script>alert"), "{shown}");
    let nowhere = browser.get("/connections/con_999/settings");
    assert_eq!(nowhere.status, 404);
}

/// A table as a browser uploads it.
fn upload(table: &[u8], format: &str) -> Vec<u8> {
    let (.., browser) = &*HOSTILE;
    let mut body = Vec::new();
    body.extend(b"--x\r\nContent-Disposition: form-data; name=\"form_token\"\r\n\r\n");
    body.extend(browser.form_token.as_bytes());
    body.extend(
        b"\r\n--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"p.csv\"\r\n",
    );
    body.extend(b"Content-Type: text/csv\r\n\r\n");
    body.extend(table);
    body.extend(b"\r\n--x\r\nContent-Disposition: form-data; name=\"format\"\r\n\r\n");
    body.extend(format.as_bytes());
    body.extend(b"\r\n--x--\r\n");
    body
}

const MULTIPART: &str = "multipart/form-data; boundary=x";

#[test]
fn an_uploaded_table_is_shown_as_text_and_given_as_files() {
    let (server, ..) = &*HOSTILE;
    let table = b"email,name\nada@example.com,<script>alert(1)</script>\nbob,Bob\n";
    let shown = text(submit("/attributes/file", &server.url, MULTIPART, &upload(table, "")));
    assert!(shown.contains("1 person can be expressed"), "{shown}");
    assert!(shown.contains("&lt;script&gt;alert(1)") && !shown.contains("<script>alert"));
    let zip = submit("/attributes/file", &server.url, MULTIPART, &upload(table, "zip"));
    assert_eq!(zip.header("content-type"), "application/zip");
    assert!(zip.body.starts_with(b"PK"));
    let text = String::from_utf8(upload(table, "zip")).expect("text");
    let (.., browser) = &*HOSTILE;
    let stale = text.replace(&browser.form_token, "another");
    let stale = submit("/attributes/file", &server.url, MULTIPART, stale.as_bytes());
    assert_eq!(stale.status, 403, "a form of another login");
    let refused = submit("/attributes/file", "http://other.example", MULTIPART, &upload(table, ""));
    assert_eq!(refused.status, 403);
}

#[test]
fn uploads_are_bounded_and_broken_ones_refused() {
    let (server, ..) = &*HOSTILE;
    let large = upload(&vec![b'x'; (4 << 20) + 1], "");
    let whole = upload(b"email\nada@example.com\n", "");
    let many = b"--x\r\nContent-Disposition: form-data; name=\"format\"\r\n\r\n\r\n".repeat(20);
    for (media_type, body, status) in [
        (MULTIPART, large.as_slice(), 413),
        (MULTIPART, &whole[..whole.len() - 20], 400),
        (MULTIPART, &many, 400),
        (MULTIPART, b"", 400),
        ("multipart/form-data", &whole, 400),
        (FORM, b"file=x", 400),
        (MULTIPART, &upload(b"name\nAda\n", ""), 400),
    ] {
        let answer = submit("/attributes/file", &server.url, media_type, body);
        assert_eq!(answer.status, status, "{}", String::from_utf8_lossy(&answer.body));
    }
}
