//! Which days a page of rows is read from.

use super::*;

fn date(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

#[test]
fn a_page_is_read_from_the_days_it_is_of() {
    let now = "2026-11-20T12:00:00Z".parse().unwrap();
    let view = View::parse("from=2026-11-17&to=2026-11-20", chrono_tz::UTC, now).unwrap();
    let days = [
        (date("2026-11-20"), 30),
        (date("2026-11-19"), 30),
        (date("2026-11-18"), 70),
        (date("2026-11-17"), 5),
    ];
    for (offset, from, to, inside) in [
        (0, "2026-11-19", "2026-11-20", 0),
        (50, "2026-11-18", "2026-11-19", 20),
        (60, "2026-11-18", "2026-11-18", 0),
        (80, "2026-11-18", "2026-11-18", 20),
        (100, "2026-11-17", "2026-11-18", 40),
    ] {
        let (filter, offset_inside) = part(&view.filter, &days, offset).unwrap();
        assert_eq!(
            (filter.from, filter.to, offset_inside),
            (date(from), date(to), inside),
            "{offset}"
        );
    }
    assert!(part(&view.filter, &[], 0).is_none());
}
