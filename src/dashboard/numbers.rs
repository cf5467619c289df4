//! Figures as people read them: money, counts, shares, durations.
//!
//! Integers all the way; what is rounded keeps its exact value beside it.

use maud::{Markup, Render, html};

/// What is not known is shown as this, never as 0.
pub const UNKNOWN: &str = "–";

/// Up to here a count is shown to the last digit.
const EXACT_UP_TO: u64 = 99_999;

/// The units of large counts, smallest first.
const UNITS: [(u64, &str); 4] =
    [(1_000, "k"), (1_000_000, "M"), (1_000_000_000, "B"), (1_000_000_000_000, "T")];

/// Under so many observations a share is said as `3 of 4`.
const FEW: i64 = 20;

/// A figure as it is shown, with the exact one where digits were left out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    pub text: String,
    pub exact: Option<String>,
}

impl Shown {
    /// A figure that is shown whole.
    fn whole(text: String) -> Shown {
        Shown { text, exact: None }
    }
}

impl Render for Shown {
    fn render(&self) -> Markup {
        html! {
            @match &self.exact {
                Some(exact) => span title=(exact) { (self.text) },
                None => (self.text),
            }
        }
    }
}

/// Money, e.g. `$3,412.07`; `<$0.01` under a cent.
pub fn cost(micros: i64) -> String {
    let size = micros.unsigned_abs();
    let sign = if micros < 0 { "-" } else { "" };
    if (1..10_000).contains(&size) {
        return format!("{sign}<$0.01");
    }
    let cents = (u128::from(size) + 5_000) / 10_000;
    format!("{sign}${}.{:02}", grouped(cents / 100), cents % 100)
}

/// Money at an axis, e.g. `$1.2k`.
pub fn axis_cost(micros: i64) -> String {
    let size = micros.unsigned_abs();
    let sign = if micros < 0 { "-" } else { "" };
    let dollars = size / 1_000_000;
    let unit = UNITS.iter().rev().find(|(unit, _)| dollars >= *unit);
    let (per_unit, suffix) = unit.map_or((1_000_000, ""), |(unit, name)| (unit * 1_000_000, *name));
    let digits = if size < 1_000_000 { 1_000 } else { 10 };
    let scaled = u128::from(size) * digits / u128::from(per_unit);
    let fraction = scaled % digits;
    let fraction = match (suffix, fraction, digits) {
        (_, 0, _) => String::new(),
        ("", tenths, 10) => format!(".{tenths}0"),
        (_, tenths, 10) => format!(".{tenths}"),
        (_, thousandths, _) if thousandths % 10 == 0 => format!(".{:02}", thousandths / 10),
        (_, thousandths, _) => format!(".{thousandths:03}"),
    };
    format!("{sign}${}{fraction}{suffix}", grouped(scaled / digits))
}

/// A count at an axis, e.g. `1.2k`: ticks are round, so little is left out.
pub fn axis_count(value: i64) -> String {
    let size = value.unsigned_abs();
    let Some((unit, name)) = UNITS.iter().rev().find(|(unit, _)| size >= *unit) else {
        return exact(value);
    };
    let tenths = rounded_in(size, *unit, 10);
    let text =
        if tenths.is_multiple_of(10) { grouped(tenths / 10) } else { with_decimals(tenths, 1) };
    format!("{text}{name}")
}

/// A count: exact to 99,999, then three digits and a unit, e.g. `412k`, `1.20M`, `18.2B`.
pub fn count(value: i64) -> Shown {
    if value.unsigned_abs() <= EXACT_UP_TO {
        return Shown::whole(exact(value));
    }
    let size = value.unsigned_abs();
    let text = UNITS
        .iter()
        .find_map(|unit| three_digits(size, *unit))
        .unwrap_or_else(|| grouped(u128::from(size)));
    let sign = if value < 0 { "-" } else { "" };
    Shown { text: format!("{sign}{text}"), exact: Some(exact(value)) }
}

/// A size in a unit with three digits; `None` when it takes a larger unit.
fn three_digits(size: u64, (unit, name): (u64, &str)) -> Option<String> {
    [(2, 100_u64), (1, 10), (0, 1)].into_iter().find_map(|(decimals, scale)| {
        let rounded = rounded_in(size, unit, scale);
        (rounded < 1000).then(|| format!("{}{name}", with_decimals(rounded, decimals)))
    })
}

/// A size in parts of a unit, rounded half up.
fn rounded_in(size: u64, unit: u64, scale: u64) -> u128 {
    (u128::from(size) * u128::from(scale) + u128::from(unit) / 2) / u128::from(unit)
}

/// A whole number of parts as a decimal number.
fn with_decimals(parts: u128, decimals: u32) -> String {
    let scale = 10_u128.pow(decimals);
    match decimals {
        0 => grouped(parts),
        1 => format!("{}.{}", grouped(parts / scale), parts % scale),
        _ => format!("{}.{:02}", grouped(parts / scale), parts % scale),
    }
}

/// A whole number with its thousands apart.
pub fn exact(value: i64) -> String {
    let sign = if value < 0 { "-" } else { "" };
    format!("{sign}{}", grouped(u128::from(value.unsigned_abs())))
}

/// Digits in groups of three.
fn grouped(value: u128) -> String {
    let digits = value.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// How the counts of one table column are shown: one unit, one number of decimals.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CountColumn {
    /// Unit, its name and the decimals; `None` while everything fits exactly.
    unit: Option<(u64, &'static str, u32)>,
}

impl CountColumn {
    /// The column that holds these counts.
    pub fn of(values: impl IntoIterator<Item = i64>) -> CountColumn {
        let largest = values.into_iter().map(i64::unsigned_abs).max().unwrap_or_default();
        if largest <= EXACT_UP_TO {
            return CountColumn { unit: None };
        }
        let fits = |unit: &&(u64, &'static str)| largest / unit.0 < 10_000;
        let unit = UNITS.iter().find(fits).or(UNITS.last());
        CountColumn {
            unit: unit.map(|(unit, name)| (*unit, *name, if largest / unit < 100 { 1 } else { 0 })),
        }
    }

    /// A count of this column.
    pub fn show(&self, value: i64) -> Shown {
        let Some((unit, name, decimals)) = self.unit else {
            return Shown::whole(exact(value));
        };
        let size = value.unsigned_abs();
        let parts = rounded_in(size, unit, 10_u64.pow(decimals));
        let sign = if value < 0 { "-" } else { "" };
        let text = match parts {
            0 if size > 0 => format!("{sign}<{}{name}", with_decimals(1, decimals)),
            0 => "0".to_owned(),
            _ => format!("{sign}{}{name}", with_decimals(parts, decimals)),
        };
        Shown { text, exact: (size > 0).then(|| exact(value)) }
    }
}

/// A share of observations: `81.3%`, or `3 of 4` while there are few.
pub fn share(part: i64, whole: i64) -> String {
    match whole {
        0 => UNKNOWN.to_owned(),
        1..FEW => format!("{} of {}", exact(part), exact(whole)),
        _ => percent(part, whole),
    }
}

/// A share of an amount, e.g. `81.3%`. Never rounds to nothing or to everything.
pub fn percent(part: i64, whole: i64) -> String {
    if whole <= 0 {
        return UNKNOWN.to_owned();
    }
    match tenths_of_percent(part, whole) {
        0 if part > 0 => "<0.1%".to_owned(),
        1000 if part < whole => ">99.9%".to_owned(),
        tenths => format!("{}.{}%", tenths / 10, tenths % 10),
    }
}

/// A change from one amount to another, e.g. `+12.4%`; `None` when there was nothing.
pub fn change(before: i64, now: i64) -> Option<String> {
    if before <= 0 {
        return None;
    }
    let more = i128::from(now) - i128::from(before);
    let size = i64::try_from(more.unsigned_abs()).unwrap_or(i64::MAX);
    let tenths = tenths_of_percent(size, before);
    let sign = if more < 0 { "−" } else { "+" };
    Some(match tenths {
        0 => "±0.0%".to_owned(),
        _ => format!("{sign}{}.{}%", grouped(tenths / 10), tenths % 10),
    })
}

/// A share in thousandths, rounded half up.
fn tenths_of_percent(part: i64, whole: i64) -> u128 {
    let whole = u128::from(whole.unsigned_abs());
    (u128::from(part.unsigned_abs()) * 1000 + whole / 2) / whole.max(1)
}

/// A span of time, e.g. `3.1 s`, `48 min`, `1 h 12 min`, `3 d 4 h`.
pub fn duration(micros: i64) -> String {
    let tenths = micros.max(0) / 100_000;
    let minutes = tenths / 600;
    match minutes {
        0 => format!("{}.{} s", tenths / 10, tenths % 10),
        1..60 => format!("{minutes} min"),
        60..1440 => format!("{} h {} min", minutes / 60, minutes % 60),
        _ => format!("{} d {} h", minutes / 1440, minutes % 1440 / 60),
    }
}

/// A word after a count, in its plural where it needs one.
pub fn plural<'a>(count: i64, one: &'a str, many: &'a str) -> &'a str {
    if count == 1 { one } else { many }
}

#[cfg(test)]
mod tests;
