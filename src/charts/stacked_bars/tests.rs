//! What a chart draws, and what it says in words.

use super::*;

fn chart(amounts: [Vec<i64>; 2]) -> StackedBars {
    let from: NaiveDate = "2026-11-16".parse().unwrap();
    let days: Vec<NaiveDate> = from.iter_days().take(amounts[0].len()).collect();
    let series = amounts
        .into_iter()
        .zip(["claude-opus-5-5", "\"><script>alert(1)</script>"])
        .map(|(amounts, name)| Series {
            name: name.to_owned(),
            class: "c-opus-1",
            query: None,
            amounts,
        })
        .collect();
    StackedBars {
        unit: Unit::Cost,
        kinds: "Models",
        partial: days.last().copied(),
        links: days.iter().map(|day| format!("/?from={day}&to={day}")).collect(),
        days,
        series,
        days_of: "UTC".to_owned(),
        summary: "All of it.".to_owned(),
    }
}

#[test]
fn bars_stand_on_each_other() {
    let drawn = chart([vec![1_000_000, 0], vec![1_000_000, 2_000_000]]).draw().into_string();
    // The axis ends at $2: the first bar of each series is half of 220 high.
    assert!(drawn.contains(r#"d="M44 111h12V220h-12z""#), "{drawn}");
    assert!(drawn.contains(r#"d="M44 1h12V110h-12zM144 1h12V220h-12z""#), "{drawn}");
}

#[test]
fn the_table_adds_up() {
    let drawn = chart([vec![1_250_000, 0], vec![2_000_000, 3_000_000]]).draw().into_string();
    for expected in ["$1.25", "$2.00", "$3.25", "$5.00", "$6.25", r#"data-amount="1250000""#] {
        assert!(drawn.contains(expected), "{expected}");
    }
}

#[test]
fn a_hostile_name_is_text() {
    let drawn = chart([vec![1], vec![1]]).draw().into_string();
    assert!(!drawn.contains("<script"), "{drawn}");
    assert!(drawn.contains("&lt;script&gt;"));
}

#[test]
fn a_day_that_is_not_over_is_hatched() {
    let drawn = chart([vec![1, 1], vec![1, 1]]).draw().into_string();
    assert_eq!(drawn.matches("url(#hatch)").count(), 1);
    assert!(drawn.contains("Hatched: today, so far."));
}

#[test]
fn a_chart_of_nothing_is_drawn() {
    for days in [1, 28, 366] {
        let drawn = chart([vec![0; days], vec![0; days]]).draw().into_string();
        assert!(drawn.contains("$0.00"));
    }
}
