//! Lays rows of one person over each other, so that no day is in two of them.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use daybook_schema::team_memberships::Membership;

/// Rows of which none shares a day with another, by first day: those that come first keep all
/// their days, later ones what is left free.
pub(super) fn layered(rows: impl IntoIterator<Item = Membership>) -> Vec<Membership> {
    let mut taken: BTreeMap<NaiveDate, Membership> = BTreeMap::new();
    for row in rows {
        for (first_day, last_day) in free(&taken, row.first_day, row.last_day) {
            taken.insert(first_day, Membership { first_day, last_day, ..row.clone() });
        }
    }
    taken.into_values().collect()
}

/// What is free between two days.
fn free(
    taken: &BTreeMap<NaiveDate, Membership>,
    first: NaiveDate,
    last: NaiveDate,
) -> Vec<(NaiveDate, NaiveDate)> {
    let mut found = Vec::new();
    let before = taken.range(..first).next_back().map(|(_, row)| row);
    let mut next = match before {
        Some(row) if row.last_day >= first => row.last_day.succ_opt(),
        _ => Some(first),
    };
    for row in taken.range(first..).map(|(_, row)| row).take_while(|row| row.first_day <= last) {
        if let (Some(from), Some(to)) = (next, row.first_day.pred_opt())
            && from <= to
        {
            found.push((from, to));
        }
        next = row.last_day.succ_opt();
    }
    found.extend(next.filter(|from| *from <= last).map(|from| (from, last)));
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use daybook_schema::teams::TeamNames;

    /// A row, as `team: first..last`.
    fn row((team, first, last): &(&str, &str, &str)) -> Membership {
        let days = (first.parse().expect("a day"), last.parse().expect("a day"));
        let team = (*team).to_owned();
        Membership::new(7, days, TeamNames { team, ..TeamNames::default() })
    }

    /// Rows laid over each other, as text.
    fn laid(rows: &[(&str, &str, &str)]) -> Vec<String> {
        let rows = layered(rows.iter().map(row));
        rows.iter()
            .map(|row| format!("{}: {}..{}", row.names().team, row.first_day, row.last_day))
            .collect()
    }

    #[test]
    fn what_comes_first_keeps_its_days() {
        assert_eq!(
            laid(&[("new", "2026-11-20", "9999-12-31"), ("old", "1970-01-01", "9999-12-31")]),
            ["old: 1970-01-01..2026-11-19", "new: 2026-11-20..9999-12-31"]
        );
        assert_eq!(
            laid(&[("new", "2026-11-10", "2026-11-12"), ("old", "2026-11-01", "2026-11-30")]),
            [
                "old: 2026-11-01..2026-11-09",
                "new: 2026-11-10..2026-11-12",
                "old: 2026-11-13..2026-11-30",
            ]
        );
        assert_eq!(
            laid(&[("new", "2026-11-01", "2026-11-30"), ("old", "2026-11-10", "2026-11-12")]),
            ["new: 2026-11-01..2026-11-30"]
        );
    }

    #[test]
    fn a_row_between_others_keeps_every_gap() {
        assert_eq!(
            laid(&[
                ("a", "2026-11-01", "2026-11-03"),
                ("b", "2026-11-04", "2026-11-04"),
                ("c", "2026-11-06", "2026-11-06"),
                ("d", "2026-11-02", "2026-11-08"),
            ]),
            [
                "a: 2026-11-01..2026-11-03",
                "b: 2026-11-04..2026-11-04",
                "d: 2026-11-05..2026-11-05",
                "c: 2026-11-06..2026-11-06",
                "d: 2026-11-07..2026-11-08",
            ]
        );
    }
}
