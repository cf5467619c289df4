//! Days, comparisons and projections, by hand.

use super::*;

/// A day's consumption that cost some dollars.
fn usage(day: &str, dollars: i64) -> DayModelUsage {
    DayModelUsage {
        day: day.parse().unwrap(),
        model: "claude-opus-5-5".to_owned(),
        input_tokens: 1,
        output_tokens: 2,
        cache_read_tokens: 3,
        cache_creation_tokens: 4,
        cost_micros: dollars * 1_000_000,
    }
}

/// A view at noon of 20 November 2026, a Friday.
fn view(query: &str) -> View {
    View::parse(query, chrono_tz::UTC, "2026-11-20T12:00:00Z".parse().unwrap()).unwrap()
}

fn date(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

#[test]
fn days_outside_the_range_are_not_counted() {
    let rows = [usage("2026-11-13", 5), usage("2026-11-14", 7), usage("2026-11-20", 1)];
    let spend = Spend::of(&view("range=7d"), &rows);
    assert_eq!(spend.cost_micros(), 8_000_000);
    assert_eq!(spend.cost_micros_to(date("2026-11-19")), 7_000_000);
    assert_eq!(spend.models[0].daily, [7_000_000, 0, 0, 0, 0, 0, 1_000_000]);
}

#[test]
fn whole_days_are_compared_with_the_same_days_before() {
    let known = Some(date("2020-01-01"));
    for (query, now, before) in [
        ("range=7d", "2026-11-19", ("2026-11-07", "2026-11-12")),
        ("", "2026-11-19", ("2026-09-26", "2026-10-22")),
        ("range=last_month", "2026-10-31", ("2026-08-31", "2026-09-30")),
    ] {
        let expected = (date(now), (date(before.0), date(before.1)));
        assert_eq!(compared(&view(query), known), Some(expected), "{query}");
    }
}

#[test]
fn a_period_that_is_not_whole_is_not_compared() {
    assert_eq!(compared(&view("range=7d"), Some(date("2026-11-08"))), None);
    assert_eq!(compared(&view("range=7d"), None), None);
    assert_eq!(compared(&view("from=2026-11-20&to=2026-11-20"), Some(date("2020-01-01"))), None);
}

#[test]
fn a_projection_knows_the_days_of_the_week() {
    // $10 every working day since 1 November, nothing on weekends, $2 so far today.
    let rows: Vec<DayModelUsage> = date("2026-11-01")
        .iter_days()
        .take(20)
        .filter(|day| !dates::is_weekend(*day))
        .map(|day| usage(&day.to_string(), if day == date("2026-11-20") { 2 } else { 10 }))
        .collect();
    let known = Some(date("2026-10-01"));
    let projected = projection::project(&rows, known, date("2026-11-01"), &view("range=month"));
    // 21 working days in November 2026.
    let expected = Projection { cost_micros: 210_000_000, month_end: date("2026-11-30") };
    assert_eq!(projected, Some(expected));
}

#[test]
fn nothing_is_projected_from_a_few_days_or_from_the_past() {
    let rows = [usage("2026-11-19", 5)];
    let project = |known: &str, query: &str| {
        projection::project(&rows, Some(date(known)), date("2026-11-01"), &view(query))
    };
    assert_eq!(project("2026-11-15", "range=month"), None);
    assert_eq!(project("2026-01-01", "range=last_month"), None);
    assert!(project("2026-01-01", "range=month").is_some());
}
