//! Days and times as people read them.

use chrono::{DateTime, Datelike, NaiveDate, Utc, Weekday};
use chrono_tz::Tz;

/// A day in a text, e.g. `19 Nov 2026`.
pub fn day(date: NaiveDate) -> String {
    date.format("%-d %b %Y").to_string()
}

/// A range of days in a text, e.g. `24 Oct – 20 Nov 2026`: no shorter than is clear.
pub fn days(from: NaiveDate, to: NaiveDate) -> String {
    if from == to {
        return day(from);
    }
    let first = match (from.year() == to.year(), from.month() == to.month()) {
        (true, true) => from.format("%-d"),
        (true, false) => from.format("%-d %b"),
        (false, _) => from.format("%-d %b %Y"),
    };
    format!("{first} – {}", day(to))
}

/// A range of days where there is little room, e.g. `26 Sep–22 Oct`: the year only where
/// there are two.
pub fn short_days(from: NaiveDate, to: NaiveDate) -> String {
    let with_year = from.year() != to.year();
    let show =
        |date: NaiveDate| date.format(if with_year { "%-d %b %Y" } else { "%-d %b" }).to_string();
    if from == to { show(from) } else { format!("{}–{}", show(from), show(to)) }
}

/// A time of a day in a text, e.g. `20 Nov 2026, 07:41`.
pub fn time(time: DateTime<Utc>, zone: Tz) -> String {
    time.with_timezone(&zone).format("%-d %b %Y, %H:%M").to_string()
}

/// A time in a table whose column names the zone, e.g. `2026-11-20 07:41:05`; microseconds
/// since 1970 UTC.
pub fn utc(micros: i64) -> String {
    let time = DateTime::from_timestamp_micros(micros).unwrap_or_default();
    time.format("%Y-%m-%d %H:%M:%S").to_string()
}

/// Whether the day is a Saturday or a Sunday.
pub fn is_weekend(date: NaiveDate) -> bool {
    matches!(date.weekday(), Weekday::Sat | Weekday::Sun)
}

/// How many days a range has, both ends included.
pub fn length(from: NaiveDate, to: NaiveDate) -> u64 {
    u64::try_from((to - from).num_days() + 1).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn a_range_is_no_longer_than_it_must_be() {
        for (from, to, expected) in [
            ("2026-11-19", "2026-11-19", "19 Nov 2026"),
            ("2026-11-01", "2026-11-19", "1 – 19 Nov 2026"),
            ("2026-10-24", "2026-11-20", "24 Oct – 20 Nov 2026"),
            ("2025-12-24", "2026-01-20", "24 Dec 2025 – 20 Jan 2026"),
        ] {
            assert_eq!(days(date(from), date(to)), expected);
        }
    }

    #[test]
    fn a_time_is_said_in_the_time_zone() {
        let noon = "2026-11-19T23:30:00Z".parse().unwrap();
        assert_eq!(time(noon, chrono_tz::Europe::Berlin), "20 Nov 2026, 00:30");
    }
}
