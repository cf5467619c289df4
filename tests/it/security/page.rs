//! `/security`: what it says of what was found, and what its forms do.

use super::{FOUND, HOSTILE, OWN};
use crate::support::{Answer, Server};

/// The days there are detections of.
const PAGE: &str = "/security?from=2026-11-01&to=2026-11-30";

/// The text of a page that must be there.
fn page(server: &Server, path: &str) -> String {
    let answer = server.get(path);
    assert_eq!(answer.status, 200, "{path}");
    text(answer)
}

/// A page's text.
fn text(answer: Answer) -> String {
    assert!(answer.header("content-type").starts_with("text/html"));
    let policy = answer.header("content-security-policy");
    assert!(policy.contains("default-src 'none'") && !policy.contains("unsafe"), "{policy}");
    String::from_utf8(answer.body).expect("text")
}

#[test]
fn the_page_says_what_the_counts_say() {
    let counts = FOUND.get("/api/v1/detections/counts?from=2026-11-01&to=2026-11-30").json();
    let shown = page(&FOUND, PAGE);
    let total = counts["detections"].as_i64().expect("a number");
    assert!(shown.contains(&format!("<p class=\"value\">{total}</p>")), "{shown}");
    assert!(shown.contains(&format!("<figcaption>{total} detections in")), "{shown}");
    assert!(shown.contains("data-unit=\"count\""));
}

#[test]
fn without_detections_the_page_says_how_much_was_scanned() {
    let shown = page(&OWN.server, "/security");
    assert!(shown.contains("0 detections in 0 payloads scanned"), "{shown}");
}

#[test]
fn hostile_text_is_text() {
    let shown = page(&FOUND, &format!("{PAGE}&connection=con_2"));
    assert!(shown.contains("&lt;script&gt;alert(1)"), "{shown}");
    assert!(!shown.contains("<script>alert"));
    // What a form sends is what was asked for, letter by letter; nobody reads it.
    let seen = shown.split(" value=\"").enumerate().map(|(place, part)| match place {
        0 => part,
        _ => part.split_once('"').expect("its end").1,
    });
    assert!(!seen.collect::<String>().contains('\u{202e}'));
    assert!(!shown.contains(" style=") && !shown.contains(" onclick"));
    assert!(!shown.contains(HOSTILE));
}

#[test]
fn the_marker_stands_between_what_was_round_it() {
    let shown = page(&FOUND, &format!("{PAGE}&type=github-pat"));
    let context =
        "<bdi>token = </bdi><mark>&lt;REDACTED:<bdi>github-pat</bdi>&gt;</mark><bdi> # end</bdi>";
    assert!(shown.contains(context), "{shown}");
}

#[test]
fn the_links_to_the_next_rows_meet_every_row_once() {
    let (mut path, mut rows, mut pages) = (PAGE.to_owned(), 0, 0);
    loop {
        let shown = page(&FOUND, &path);
        rows += shown.matches("class=\"context\"").count();
        pages += 1;
        let Some((_, rest)) = shown.split_once("rel=\"next\" href=\"") else { break };
        path = rest.split('"').next().expect("a link").replace("&amp;", "&");
    }
    assert_eq!((rows, pages), (121, 3));
}

#[test]
fn a_wrong_parameter_is_named() {
    for (query, name) in [
        ("model=x", "model"),
        ("page=2", "page"),
        ("basis=utc", "basis"),
        ("cursor=31", "cursor"),
        ("range=8d", "range"),
        ("%3Cscript%3E=1", "&lt;script&gt;"),
    ] {
        let answer = FOUND.get_with(&format!("/security?{query}"), &[]);
        assert_eq!(answer.status, 400, "{query}");
        assert!(text(answer).contains(name), "{query}");
    }
}

#[test]
fn a_pattern_is_tried_added_switched_and_deleted_by_form() {
    let fields =
        [("name", "by-form"), ("pattern", "FRM-[0-9]{4}"), ("sample", "<b>FRM-1234</b>\r\nFRM-99")];
    let with = |action| [fields[0], fields[1], fields[2], ("action", action)];
    let tried = OWN.submit("/security/patterns", &with("test"));
    assert_eq!(tried.status, 200);
    let shown = text(tried);
    assert!(shown.contains("&lt;b&gt;<mark>FRM-1234</mark>&lt;/b&gt;\nFRM-99"), "{shown}");
    assert!(shown.contains("value=\"by-form\"") && shown.contains("1 match"));
    assert_eq!(OWN.pattern("by-form"), None);
    let added = OWN.submit("/security/patterns", &with("add"));
    assert_eq!((added.status, added.header("location")), (303, "/security#patterns"));
    let enabled = || OWN.pattern("by-form").map(|row| row["enabled"] == true);
    assert_eq!(enabled(), Some(true));
    for (action, expected) in [("disable", Some(false)), ("enable", Some(true)), ("delete", None)] {
        let answer = OWN.submit("/security/patterns/by-form", &[("action", action)]);
        assert_eq!((answer.status, enabled()), (303, expected), "{action}");
    }
    assert_eq!(OWN.submit("/security/patterns/by-form", &[("action", "delete")]).status, 404);
    assert_eq!(OWN.submit("/security/patterns/by-form", &[("action", "burn")]).status, 400);
}

#[test]
fn what_is_refused_stands_beside_what_was_typed() {
    for (name, pattern, status, said) in [
        ("formed", "x+", 400, "any length"),
        ("Formed", "FRM-[0-9]{4}", 400, "small letters"),
        ("formed", "[a-z]{3}", 409, "Add it although"),
        ("github-pat", "FRM-[0-9]{4}", 409, "built-in"),
    ] {
        let fields = [("name", name), ("pattern", pattern), ("sample", ""), ("action", "add")];
        let answer = OWN.submit("/security/patterns", &fields);
        assert_eq!(answer.status, status, "{name} {pattern}");
        let shown = text(answer);
        assert!(shown.contains(said) && shown.contains(&format!("value=\"{pattern}\"")), "{shown}");
        assert_eq!(OWN.pattern("formed"), None);
    }
}

#[test]
fn a_form_is_bounded() {
    let sample = "x".repeat(300 << 10);
    let fields = [("pattern", "x"), ("sample", sample.as_str()), ("action", "test")];
    assert_eq!(OWN.submit("/security/patterns", &fields).status, 413);
    let unknown = [("pattern", "x"), ("nonsense", "1"), ("action", "test")];
    assert_eq!(OWN.submit("/security/patterns", &unknown).status, 400);
}
