//! Where things stand in a chart: ticks of an axis, days along it.

use chrono::{Datelike, NaiveDate, Weekday};

/// Steps between ticks, in tenths of a power of ten.
const STEPS: [i64; 4] = [10, 20, 25, 50];

/// The most intervals an axis has; with zero, that is one tick more.
const INTERVALS: i64 = 4;

/// The axis of amounts: from zero to a whole number of steps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Axis {
    pub step: i64,
    pub top: i64,
}

impl Axis {
    /// The axis an amount fits on, with at most five ticks 1, 2, 2.5 or 5 times a power of
    /// ten apart. `least` is the smallest step that can be said.
    pub fn fitting(largest: i64, least: i64) -> Axis {
        let mut power = least.max(1);
        loop {
            for step in STEPS {
                // Of whole things, 2 is the nearest to two and a half.
                let step = power * step / 10;
                let intervals = largest.max(1).saturating_add(step - 1) / step;
                if intervals <= INTERVALS {
                    return Axis { step, top: step * intervals };
                }
            }
            match power.checked_mul(10) {
                Some(larger) if larger < i64::MAX / 100 => power = larger,
                _ => return Axis { step: largest, top: largest },
            }
        }
    }

    /// The ticks, from zero up.
    pub fn ticks(&self) -> impl Iterator<Item = i64> {
        let (step, top) = (self.step, self.top);
        (0..=INTERVALS).map(move |tick| tick * step).take_while(move |tick| *tick <= top)
    }

    /// How high an amount stands, in tenths of a unit when the axis is `height` units high.
    pub fn tenths(&self, amount: i64, height: i64) -> i64 {
        let tenths = i128::from(amount.max(0)) * i128::from(height) * 10;
        let top = i128::from(self.top.max(1));
        i64::try_from((tenths + top / 2) / top).unwrap_or(i64::MAX)
    }
}

/// The days that are named along a chart, by place, with what they are called.
///
/// Each day while there are few; then Mondays, then the 1st and 15th, then months.
pub fn day_labels(days: &[NaiveDate]) -> Vec<(usize, String)> {
    let named: fn(&NaiveDate) -> bool = match days.len() {
        0..=10 => |_| true,
        11..=45 => |day| day.weekday() == Weekday::Mon,
        46..=130 => |day| matches!(day.day(), 1 | 15),
        _ => |day| day.day() == 1,
    };
    let months = days.len() > 130;
    days.iter()
        .enumerate()
        .filter(|(_, day)| named(day))
        .map(|(place, day)| {
            let label = match (months, day.month()) {
                (true, 1) => day.format("%Y"),
                (true, _) => day.format("%b"),
                (false, _) => day.format("%-d %b"),
            };
            (place, label.to_string())
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_round_and_few() {
        for (largest, step, top) in [
            (0, 10_000, 10_000),
            (35_000, 10_000, 40_000),
            (1_000_000, 250_000, 1_000_000),
            (1_010_000, 500_000, 1_500_000),
            (7_200_000, 2_000_000, 8_000_000),
            (212_000_000, 100_000_000, 300_000_000),
            (930_000_000, 250_000_000, 1_000_000_000),
            (100_000_000_000, 25_000_000_000, 100_000_000_000),
        ] {
            let axis = Axis::fitting(largest, 10_000);
            assert_eq!((axis.step, axis.top), (step, top), "{largest}");
            assert!(axis.ticks().count() <= 5);
            assert_eq!(axis.ticks().last(), Some(top));
        }
        assert!(Axis::fitting(i64::MAX, 10_000).top > 0);
    }

    #[test]
    fn ticks_of_counts_are_whole() {
        for (largest, step, top) in [(0, 1, 1), (3, 1, 3), (7, 2, 8), (9, 5, 10), (60, 20, 60)] {
            let axis = Axis::fitting(largest, 1);
            assert_eq!((axis.step, axis.top), (step, top), "{largest}");
        }
    }

    #[test]
    fn the_top_of_the_axis_is_its_height() {
        let axis = Axis::fitting(1_000_000, 10_000);
        assert_eq!(axis.tenths(axis.top, 220), 2200);
        assert_eq!(axis.tenths(0, 220), 0);
    }

    #[test]
    fn days_are_named_as_there_is_room() {
        let from: NaiveDate = "2025-12-30".parse().unwrap();
        for (length, expected) in [
            (3, vec!["30 Dec", "31 Dec", "1 Jan"]),
            (28, vec!["5 Jan", "12 Jan", "19 Jan", "26 Jan"]),
            (60, vec!["1 Jan", "15 Jan", "1 Feb", "15 Feb"]),
            (140, vec!["2026", "Feb", "Mar", "Apr", "May"]),
        ] {
            let days: Vec<NaiveDate> = from.iter_days().take(length).collect();
            let labels: Vec<String> = day_labels(&days).into_iter().map(|(_, text)| text).collect();
            assert_eq!(labels, expected);
        }
    }
}
