//! Pages of a small database: figures agree with each other, hostile names are text, every
//! state says what to do.

mod fixture;

use daybook_schema::overview::totals;
use maud::Markup;

use super::daily::{self, Grain};
use super::overview::{self, Figures};
use super::*;
use fixture::{Database, HOSTILE};

/// What a page is asked, at noon of Friday 20 November 2026.
fn asked(query: &str) -> Asked {
    let now = "2026-11-20T12:00:00Z".parse().unwrap();
    let view = View::parse(query, chrono_tz::Europe::Berlin, now).unwrap();
    Asked { view, now, caller: Caller::default(), address: "http://127.0.0.1:8080".to_owned() }
}

/// The overview of a query.
fn overview_page(database: &Database, query: &str) -> String {
    let asked = asked(query);
    let figures = database.store.read(|conn| Figures::load(conn, &asked.view)).unwrap();
    overview::page(&asked, &figures).into_string()
}

/// The daily page of a query.
fn daily_page(database: &Database, query: &str) -> String {
    let asked = asked(query);
    let totals = database.store.read(|conn| totals(conn, &asked.view.filter)).unwrap();
    let grain = database.store.read(|conn| Grain::load(conn, &asked.view)).unwrap();
    daily::page(&asked, &totals, &grain).into_string()
}

/// The text of the first element that begins with `start`, tags and all.
fn part<'a>(page: &'a str, start: &str, end: &str) -> &'a str {
    let (_, rest) = page.split_once(start).unwrap_or_else(|| panic!("no {start} in {page}"));
    rest.split_once(end).unwrap().0
}

#[test]
fn tile_chart_tables_and_grain_say_the_same_total() {
    let database = Database::filled();
    for (query, total) in [
        ("", "$75.00"),
        ("user=ada%40example.com", "$30.00"),
        ("model=claude-opus-5-5", "$60.00"),
        ("connection=con_2", "$5.00"),
        ("from=2026-11-19&to=2026-11-19", "$35.00"),
        ("basis=utc", "$1.00"),
    ] {
        let page = overview_page(&database, query);
        let tile = part(&page, r#"<p class="value">"#, "</p>");
        assert_eq!(tile, total, "{query}");
        let chart = part(&page, "<figcaption>", "</figcaption>");
        assert!(chart.starts_with(total), "{query}: {chart}");
        for table in page.split("<tfoot>").skip(1) {
            let foot = table.split_once("</tfoot>").unwrap().0;
            assert!(foot.contains(total), "{query}: {foot}");
        }
        let daily = daily_page(&database, query);
        let foot = part(&daily, "<tfoot>", "</tfoot>");
        assert!(foot.contains(total), "{query}: {foot}");
    }
}

#[test]
fn a_hostile_name_is_text_wherever_it_stands() {
    let database = Database::filled();
    for page in [overview_page(&database, ""), daily_page(&database, "")] {
        assert!(!page.contains("<script>alert"), "{page}");
        assert!(!page.contains(HOSTILE));
        assert!(page.contains("&lt;script&gt;alert(1)&lt;/script&gt;"));
        // A form has to send back what it was given; nobody reads that.
        let values: usize = page
            .split("value=\"")
            .skip(1)
            .map(|rest| rest.split('"').next().unwrap_or_default().matches('\u{202e}').count())
            .sum();
        assert_eq!(page.matches('\u{202e}').count(), values);
        assert!(page.contains("⟨U+202E⟩"));
        assert!(!page.contains("style=\""));
        assert!(!page.contains("\" onmouseover="), "{page}");
    }
}

#[test]
fn a_hostile_filter_is_text() {
    let database = Database::filled();
    let query = "model=%22%3E%3Cscript%3Ealert(1)%3C/script%3E%E2%80%AE";
    for page in [overview_page(&database, query), daily_page(&database, query)] {
        assert!(!page.contains("<script>alert"), "{page}");
        assert!(page.contains("Nothing in 24 Oct – 20 Nov 2026"), "{page}");
    }
}

#[test]
fn people_are_counted_and_installs_are_not() {
    let page = overview_page(&Database::filled(), "");
    assert!(page.contains("3<small> of 3 seen</small>"), "{page}");
    assert!(page.contains("Unattributed (1)"));
    let trust = part(&page, "<dl class=\"trust\">", "</dl>");
    assert!(trust.contains("13.3%"), "{trust}");
    assert!(trust.contains("3 of 5"), "{trust}");
}

#[test]
fn what_has_no_model_is_not_shown_of_one() {
    let page = overview_page(&Database::filled(), "model=claude-opus-5-5");
    assert_eq!(page.matches("Not known by model").count(), 3);
}

#[test]
fn requests_of_metrics_are_not_known() {
    let page = daily_page(&Database::filled(), "user=bob%40example.com");
    let row = part(&page, "<tbody>", "</tbody>");
    assert!(row.contains(r#"<td class="number">–</td>"#), "{row}");
    assert!(row.contains("<td>metrics</td>"));
}

#[test]
fn an_empty_database_says_how_to_begin() {
    let database = Database::empty();
    for page in [overview_page(&database, ""), daily_page(&database, "")] {
        assert!(page.contains("No figures yet: connect Claude Code"));
        assert_eq!(page.matches("<li><strong>").count(), 4);
        assert!(!page.contains("<form"));
    }
}

#[test]
fn an_empty_range_leads_to_where_there_is_something() {
    let database = Database::filled();
    for page in [
        overview_page(&database, "from=2020-01-01&to=2020-01-31"),
        daily_page(&database, "from=2020-01-01&to=2020-01-31"),
    ] {
        assert!(page.contains("Nothing in 1 – 31 Jan 2020"));
        assert!(page.contains("The last day with data is <strong>20 Nov 2026</strong>"));
        assert!(page.contains("?from=2026-10-24&amp;to=2026-11-20\">Show 24 Oct – 20 Nov 2026"));
    }
}

#[test]
fn a_user_nobody_knows_has_no_rows() {
    let database = Database::filled();
    for page in [
        overview_page(&database, "user=nobody%40example.com"),
        daily_page(&database, "user=nobody%40example.com"),
    ] {
        assert!(page.contains("There is no data of this filter on any day."), "{page}");
    }
}

#[test]
fn a_day_that_is_not_over_is_hatched() {
    let database = Database::filled();
    assert!(overview_page(&database, "").contains("Hatched: today, so far."));
    assert!(!overview_page(&database, "range=last_month").contains("Hatched"));
}

#[test]
fn rows_come_fifty_at_a_time() {
    let database = Database::with_rows(120);
    let rows = |query: &str| daily_page(&database, query).matches("<td>events</td>").count() - 1;
    assert_eq!((rows(""), rows("page=2"), rows("page=3"), rows("page=99")), (50, 50, 20, 20));
    let page = daily_page(&database, "page=2");
    assert!(page.contains("Rows 51–100 of 120"));
    assert!(page.contains(r#"href="/daily?page=3" rel="next""#));
    assert!(page.contains(r#"href="/daily" rel="prev""#));
}

#[test]
fn every_row_is_on_one_page_only() {
    let database = Database::with_rows(120);
    let mut seen = std::collections::BTreeSet::new();
    for number in 1..=3 {
        let view = asked("").view.with_page(number);
        let grain = database.store.read(|conn| Grain::load(conn, &view)).unwrap();
        for row in grain.rows {
            assert!(seen.insert((row.date, row.user_id, row.model)));
        }
    }
    assert_eq!(seen.len(), 120);
}

#[test]
fn trouble_is_said_with_its_status() {
    let request = actix_web::test::TestRequest::default().to_http_request();
    let wrong = WrongParameter {
        name: "<script>".to_owned(),
        expected: "a day".to_owned(),
        example: "/?from=2026-11-01",
    };
    let page = |trouble: Trouble| answer(&request, "/", Err::<Markup, _>(trouble));
    assert_eq!(page(Trouble::Wrong(wrong.clone())).status(), StatusCode::BAD_REQUEST);
    assert_eq!(page(Trouble::Unavailable).status(), StatusCode::SERVICE_UNAVAILABLE);
    let text = states::wrong(&Caller::default(), "/", &wrong).into_string();
    assert!(text.contains("&lt;script&gt;") && text.contains("expected a day"), "{text}");
    assert!(text.contains(r#"href="/?from=2026-11-01""#), "{text}");
}

#[actix_web::test]
async fn every_answer_carries_the_headers_of_a_page() {
    use actix_web::test::{TestRequest, call_service, init_service};
    // A store may not be used on a thread that drives asynchronous work.
    let filled = std::thread::spawn(|| {
        let database = Database::filled();
        let state = fixture::state(&database);
        (database, state)
    });
    let (_database, state) = filled.join().unwrap();
    let state = web::Data::new(state);
    let app =
        init_service(actix_web::App::new().app_data(state).configure(crate::routes::configure))
            .await;
    let style = assets::url("style.css");
    for (path, status) in [
        ("/", 200),
        ("/daily?range=7d", 200),
        ("/?from=yesterday", 400),
        ("/daily?usr=x", 400),
        (style.as_str(), 200),
        ("/assets/0/style.css", 200),
        ("/assets/0/..%2fstyle.css", 404),
    ] {
        let here = TestRequest::get().uri(path).insert_header(("Host", "localhost"));
        let here = here.peer_addr("127.0.0.1:1".parse().unwrap());
        let answer = call_service(&app, here.to_request()).await;
        assert_eq!(answer.status().as_u16(), status, "{path}");
        for (name, value) in [
            ("content-security-policy", CONTENT_SECURITY_POLICY),
            ("x-content-type-options", "nosniff"),
            ("referrer-policy", "same-origin"),
        ] {
            let found = answer.headers().get(name).map(|found| found.to_str().unwrap());
            assert_eq!(found, Some(value), "{path}");
        }
    }
}
