//! Whatever the order, repetition, split or merge: the same tables. And a history told in
//! cumulative values is the history told in deltas.

mod history;
mod tables;
mod decided;

use daybook_test_database::{Backend, backend};
use proptest::prelude::*;

use decided::Wish;
use history::{History, Item, cumulative, delta};
use tables::{Tables, told};

/// How a set of items is cut into signals and batches.
#[derive(Clone, Debug)]
struct Telling {
    seed: u64,
    /// Most items of a signal, most signals of a batch.
    signal_items: usize,
    batch_signals: usize,
    /// Every so many items one is said again.
    repeat_every: usize,
}

/// Any way of telling.
fn telling() -> impl Strategy<Value = Telling> {
    (any::<u64>(), 1..12_usize, 1..8_usize, 2..9_usize).prop_map(
        |(seed, signal_items, batch_signals, repeat_every)| Telling {
            seed,
            signal_items,
            batch_signals,
            repeat_every,
        },
    )
}

/// The items in the order and as often as a telling says.
fn arranged(items: &[Item], telling: &Telling) -> Vec<Item> {
    let mut said: Vec<Item> = items.to_vec();
    said.extend(items.iter().step_by(telling.repeat_every).cloned());
    let mut state = telling.seed | 1;
    for left in (1..said.len()).rev() {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        said.swap(left, usize::try_from(state % (left as u64 + 1)).expect("small"));
    }
    said
}

/// The tables after items were told some way.
fn after(items: &[Item], telling: &Telling) -> Tables {
    told(&arranged(items, telling), telling.signal_items, telling.batch_signals)
}

/// How many histories are tried. Each is told to several databases, which PostgreSQL takes its
/// time to make.
fn cases() -> u32 {
    match backend() {
        Backend::Sqlite => 40,
        Backend::Postgres => 10,
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(), ..ProptestConfig::default() })]

    #[test]
    fn the_order_and_the_cut_of_deltas_change_nothing(
        history in History::any(),
        one in telling(),
        other in telling(),
    ) {
        let items = delta(&history);
        prop_assert_eq!(after(&items, &one), after(&items, &other));
    }

    #[test]
    fn the_order_and_the_cut_of_cumulative_values_change_nothing(
        history in History::any(),
        one in telling(),
        other in telling(),
    ) {
        let items = cumulative(&history);
        prop_assert_eq!(after(&items, &one), after(&items, &other));
    }

    #[test]
    fn when_people_decide_who_is_who_changes_nothing(
        history in History::any(),
        wishes in Wish::some(),
        one in telling(),
        other in telling(),
    ) {
        let items = delta(&history);
        let cut = |telling: &Telling| (telling.signal_items, telling.batch_signals);
        let (decisions, live) = decided::deciding(&arranged(&items, &one), cut(&one), &wishes);
        let before = decided::having_decided(&arranged(&items, &other), cut(&other), &decisions);
        prop_assert_eq!(live, before);
    }

    #[test]
    fn cumulative_values_and_deltas_give_the_same_figures(
        history in History::any(),
        one in telling(),
        other in telling(),
    ) {
        let by_delta = after(&delta(&history), &one);
        let by_cumulative = after(&cumulative(&history), &other);
        prop_assert_eq!(by_delta.figures(), by_cumulative.figures());
    }
}

#[test]
fn decisions_are_made_while_a_history_is_told() {
    let items = delta(&History::fixed());
    let (decisions, _) = decided::deciding(&items, (5, 2), &decided::takeover());
    assert!(!decisions.merges.is_empty() && !decisions.splits.is_empty(), "{decisions:?}");
    assert!(!decisions.erased.is_empty(), "{decisions:?}");
}

#[test]
fn a_telling_counts_what_happened() {
    let history = History::fixed();
    let telling = Telling { seed: 3, signal_items: 5, batch_signals: 2, repeat_every: 2 };
    let tables = after(&delta(&history), &telling);
    assert_eq!(tables.tokens(), history.tokens());
    assert!(tables.tokens() > 0);
}
