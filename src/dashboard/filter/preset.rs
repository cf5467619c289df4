//! Ranges that move with the day they are looked at.

use chrono::{Datelike, Days, Months, NaiveDate};

/// A range that moves with the day it is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Preset {
    Days7,
    Days28,
    Days90,
    ThisMonth,
    LastMonth,
}

impl Preset {
    /// Every one, in the order they are offered.
    pub const ALL: [Preset; 5] =
        [Preset::Days7, Preset::Days28, Preset::Days90, Preset::ThisMonth, Preset::LastMonth];

    /// Its value in a query string.
    pub fn value(self) -> &'static str {
        match self {
            Preset::Days7 => "7d",
            Preset::Days28 => "28d",
            Preset::Days90 => "90d",
            Preset::ThisMonth => "month",
            Preset::LastMonth => "last_month",
        }
    }

    /// What it is called.
    pub fn label(self) -> &'static str {
        match self {
            Preset::Days7 => "7 d",
            Preset::Days28 => "28 d",
            Preset::Days90 => "90 d",
            Preset::ThisMonth => "This month",
            Preset::LastMonth => "Last month",
        }
    }

    /// Its first and last day.
    pub(super) fn days(self, today: NaiveDate) -> (NaiveDate, NaiveDate) {
        let ago = |days| today.checked_sub_days(Days::new(days)).unwrap_or(today);
        let month = today.with_day(1).unwrap_or(today);
        match self {
            Preset::Days7 => (ago(6), today),
            Preset::Days28 => (ago(27), today),
            Preset::Days90 => (ago(89), today),
            Preset::ThisMonth => (month, today),
            Preset::LastMonth => {
                let last = month.pred_opt().unwrap_or(month);
                (month.checked_sub_months(Months::new(1)).unwrap_or(month), last)
            }
        }
    }
}
