//! The pages: everybody, one user, and decisions that say first what they move.

use super::{Deciding, linked, unnamed};
use crate::support::telemetry::{call, text};
use crate::support::{Answer, Browser};

/// A page as text.
fn page(answer: &Answer) -> String {
    assert_eq!(answer.status, 200, "{}", String::from_utf8_lossy(&answer.body));
    String::from_utf8_lossy(&answer.body).into_owned()
}

impl Deciding {
    /// An admin's browser.
    fn admin(&self) -> Browser {
        self.server.sign_in("admin@example.com", "admin")
    }
}

#[test]
fn the_list_shows_everybody_and_usage_nobody_is_known_of() {
    let all = Deciding::start();
    all.tell(vec![unnamed("laptop", "one", 0, 7)]);
    all.tell(vec![call("ada@example.com", "two", 0, 5)]);
    let list = page(&all.admin().get("/users"));
    assert!(list.contains("ada@example.com") && list.contains("install:laptop"), "{list}");
    assert!(list.contains("the only one who began to report"), "the reason is said: {list}");
    let manager = all.server.sign_in("manager@example.com", "manager");
    assert!(!page(&manager.get("/users")).contains("Give…"), "managers decide nothing");
}

#[test]
fn a_merge_on_the_page_says_first_what_moves() {
    let all = Deciding::start();
    all.tell(vec![call("ada@example.com", "one", 0, 5), call("bob@example.com", "two", 0, 7)]);
    let (browser, ada) = (all.admin(), format!("/users/{}", all.id("ada@example.com")));
    let fields = [("action", "merge"), ("user", "Bob@example.com")];
    let preview = page(&browser.submit(&ada, &fields));
    assert!(preview.contains("What would move") && preview.contains(&all.id("bob@example.com")));
    assert_eq!(all.tokens("ada@example.com"), 5, "nothing moved yet");
    let bob = all.id("bob@example.com");
    let sure = [("action", "merge"), ("user", bob.as_str()), ("sure", "yes")];
    assert_eq!(browser.submit(&ada, &sure).status, 303);
    assert_eq!(all.tokens("ada@example.com"), 12);
    assert!(page(&browser.get(&format!("/users/{bob}"))).contains("Merged"));
}

#[test]
fn an_identity_is_split_off_on_the_page() {
    let all = Deciding::start();
    all.tell(vec![linked("ada@example.com", "laptop", "one", 5), unnamed("laptop", "two", 0, 7)]);
    let (browser, ada) = (all.admin(), format!("/users/{}", all.id("ada@example.com")));
    let shown = page(&browser.get(&ada));
    let at = shown.find("idn_").expect("a split that is offered");
    let identity = &shown[at..at + 20];
    let fields = [("action", "split"), ("identity", identity), ("sure", "yes")];
    assert_eq!(browser.submit(&ada, &fields).status, 303);
    assert_eq!((all.tokens("ada@example.com"), all.tokens("")), (5, 7));
    assert!(page(&browser.get(&ada)).contains("Split off"));
}

#[test]
fn an_erasure_on_the_page_wants_the_email_typed() {
    let all = Deciding::start();
    all.tell(vec![call("ada@example.com", "one", 0, 5)]);
    let (browser, ada) = (all.admin(), format!("/users/{}", all.id("ada@example.com")));
    let refused = browser.submit(&ada, &[("action", "erase"), ("confirm", "ada")]);
    assert_eq!(refused.status, 409);
    let fields = [("action", "erase"), ("confirm", "ada@example.com")];
    assert_eq!(browser.submit(&ada, &fields).status, 303);
    let shown = page(&browser.get(&ada));
    assert!(shown.contains("erased user 1") && !shown.contains("ada@example.com"), "{shown}");
}

#[test]
fn what_telemetry_says_is_text_on_the_page() {
    let all = Deciding::start();
    let hostile = "<script>alert(1)</script>\u{202e}x";
    let mut record = call("ada@example.com", "one", 0, 5);
    record.attributes.push(text("user.id", hostile));
    all.tell(vec![record]);
    let shown = page(&all.admin().get(&format!("/users/{}", all.id("ada@example.com"))));
    assert!(!shown.contains("<script>alert") && !shown.contains('\u{202e}'), "{shown}");
    assert!(shown.contains("⟨U+202E⟩"), "{shown}");
}

#[test]
fn who_looks_at_one_user_is_written_down() {
    let all = Deciding::start();
    all.tell(vec![call("ada@example.com", "one", 0, 5)]);
    let id = all.id("ada@example.com");
    page(&all.admin().get(&format!("/users/{id}")));
    let log = all.server.store().read(|conn| daybook_schema::audit_log::page(conn, i64::MAX, 100));
    let seen =
        |row: &daybook_schema::audit_log::AuditRow| row.action == "user.view" && row.subject == id;
    assert!(log.expect("rows").iter().any(seen));
}

#[test]
fn users_beyond_a_page_are_on_the_next_one() {
    let all = Deciding::start();
    let email = |number: usize| format!("p{number:03}@example.com");
    all.tell((0..502).map(|number| call(&email(number), &email(number), 0, 1)).collect());
    let admin = all.admin();
    let first = page(&admin.get("/users"));
    assert!(first.contains(&email(499)) && !first.contains(&email(500)));
    assert!(first.contains("Page 1 of 2") && first.contains("href=\"/users?page=2\""));
    for past in ["/users?page=2", "/users?page=9"] {
        let second = page(&admin.get(past));
        assert!(!second.contains(&email(499)) && second.contains(&email(501)), "{past}");
        assert!(second.contains("Page 2 of 2"));
    }
    for wrong in ["page=0", "page=x", "user=ada"] {
        assert_eq!(admin.get(&format!("/users?{wrong}")).status, 400, "{wrong}");
    }
}
