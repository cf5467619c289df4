//! Which signals a rebuild has taken in: ranges of ids, because nearly all follow each other.

use std::collections::BTreeMap;

/// A set of ids, as the ranges they fill.
#[derive(Debug, Default)]
pub(super) struct Taken {
    /// First to last id of each range.
    ranges: BTreeMap<i64, i64>,
}

impl Taken {
    /// Adds an id.
    pub(super) fn add(&mut self, id: i64) {
        let before = self.ranges.range(..=id).next_back().map(|(first, last)| (*first, *last));
        if before.is_some_and(|(_, last)| id <= last) {
            return;
        }
        let first = match before {
            Some((first, last)) if last.checked_add(1) == Some(id) => first,
            _ => id,
        };
        let next = id.checked_add(1).and_then(|next| self.ranges.remove(&next));
        self.ranges.insert(first, next.unwrap_or(id));
    }

    /// The first id after all of them.
    pub(super) fn end(&self) -> i64 {
        self.ranges.last_key_value().map_or(i64::MIN, |(_, last)| last.saturating_add(1))
    }

    /// The ranges between them, before them and after them.
    pub(super) fn gaps(&self) -> Vec<(i64, i64)> {
        let mut next = i64::MIN;
        let mut gaps = Vec::new();
        for (first, last) in &self.ranges {
            if next < *first {
                gaps.push((next, first.saturating_sub(1)));
            }
            next = last.saturating_add(1);
        }
        gaps.push((next, i64::MAX));
        gaps
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_in_any_order_leave_the_gaps_between_them() {
        let mut taken = Taken::default();
        for id in [5, 3, 9, 4, 10, 3, 7] {
            taken.add(id);
        }
        assert_eq!(taken.gaps(), [(i64::MIN, 2), (6, 6), (8, 8), (11, i64::MAX)]);
        assert_eq!(taken.end(), 11);
        taken.add(6);
        taken.add(8);
        assert_eq!(taken.gaps(), [(i64::MIN, 2), (11, i64::MAX)]);
        assert_eq!(Taken::default().gaps(), [(i64::MIN, i64::MAX)]);
    }
}
