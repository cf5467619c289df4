//! Nobody learns from the time an answer takes which ids there are: an unknown id and a wrong
//! secret cost the same work, by count and by clock.
//!
//! The clock is made a robust witness. Groups are measured interleaved, in an order that turns
//! round by round, so that whatever slows the machine down slows all of them; medians are
//! compared, which a minority of disturbed batches does not move; and what is called a
//! difference is many times the difference between two groups of the same kind, measured in the
//! same rounds. That so wide a bound sees something still, a check that returns early shows.

use std::cell::Cell;
use std::hint::black_box;
use std::time::Instant;

use daybook_schema::connections;
use daybook_schema::store::Location;
use daybook_test_database::{Database, NOT_DURABLE};

use super::*;

thread_local! {
    /// How many secrets this thread has compared.
    pub(super) static COMPARED: Cell<u32> = const { Cell::new(0) };
}

/// Ids of three tokens, and one between them that is nobody's.
const IDS: [&str; 3] = ["4444444444444444", "8888888888888888", "cccccccccccccccc"];
const UNKNOWN: &str = "7777777777777777";

/// Two secrets that are nobody's, and the one of every token.
const WRONG: [&str; 2] = ["0a", "1b"];
const RIGHT: &str = "2c";

/// The text of a token whose secret repeats two digits.
fn text(id: &str, secret: &str) -> String {
    format!("dbk_ingest_{id}_{}", secret.repeat(32))
}

/// Tokens over a database of their own, with the one in the middle remembered.
struct Fixture {
    tokens: Tokens,
    _database: Database,
}

impl Fixture {
    fn new() -> Fixture {
        let database = Database::new();
        let location = Location::parse(&database.url).expect("a location");
        let store = Store::open(&location, &[NOT_DURABLE.to_owned()]).expect("the database");
        let row = |connection_id, id: &str| IngestToken {
            id: id.to_owned(),
            connection_id,
            secret_hash: hash(&RIGHT.repeat(32)),
            created_at: 0,
            revoked_at: None,
            label: String::new(),
            sealed: None,
            last_used_at: None,
        };
        for id in IDS {
            let added = store.write(|conn| {
                let of = connections::create(conn, id, 0)?.map_or(0, |made| made.id);
                ingest_tokens::add(conn, &row(of, id))
            });
            added.expect("the database").expect("a token");
        }
        let tokens = Tokens::new(store);
        assert!(tokens.connection(&text(IDS[1], RIGHT)).expect("the database").is_some());
        Fixture { tokens, _database: database }
    }

    /// The check from memory, which nobody passes who does not know the secret.
    fn remembered(&self, text: &str) {
        assert_eq!(black_box(self.tokens.remembered_connection(black_box(text))), None);
    }

    /// The check in the database.
    fn looked_up(&self, text: &str) {
        let found = self.tokens.connection(black_box(text)).expect("the database");
        assert_eq!(black_box(found), None);
    }
}

/// What a check must not do: it compares only where there is something to compare with.
fn returns_early(tokens: &Tokens, text: &str) {
    let (id, secret) = parse(Purpose::Ingest, black_box(text)).expect("a token");
    let ingest = tokens.ingest.read().expect("whole");
    let known = ingest.get(id);
    let right = known.is_some_and(|known| is_right(secret, Some(&known.row.secret_hash)));
    assert!(!black_box(right));
}

/// How many secrets are compared for a check.
fn compared(check: impl FnOnce()) -> u32 {
    let before = COMPARED.get();
    check();
    COMPARED.get() - before
}

/// The middle of some numbers.
fn median(mut numbers: Vec<f64>) -> f64 {
    numbers.sort_by(f64::total_cmp);
    numbers[numbers.len() / 2]
}

/// How much groups that were measured together differ, in nanoseconds a check: two of the same
/// kind from each other, and one of another kind from these.
#[derive(Debug)]
struct Measured {
    same: f64,
    other: f64,
}

/// Measures three groups, the first two of the same kind. Of these the usual difference of two
/// batches is taken, which is noise; of the third what is left of its differences in the middle,
/// which noise leaves out: over some hundred rounds it is a tenth of the noise.
fn measure(rounds: usize, batch: u32, kinds: [&dyn Fn(); 3]) -> Measured {
    let mut differences = (Vec::new(), Vec::new());
    for round in 0..rounds {
        let mut took = [0.0; 3];
        for turn in 0..3 {
            let kind = (round + turn) % 3;
            let begun = Instant::now();
            (0..batch).for_each(|_| kinds[kind]());
            took[kind] = begun.elapsed().as_secs_f64() * 1e9 / f64::from(batch);
        }
        differences.0.push((took[0] - took[1]).abs());
        differences.1.push(took[2] - (took[0] + took[1]) / 2.0);
    }
    Measured { same: median(differences.0), other: median(differences.1).abs() }
}

#[test]
fn an_unknown_id_costs_as_many_comparisons_as_a_wrong_secret() {
    let of = Fixture::new();
    let checks: [&dyn Fn(&str); 3] =
        [&|text| of.remembered(text), &|text| of.looked_up(text), &|text| {
            assert_eq!(of.tokens.sender(text), None)
        }];
    for check in checks {
        for id in [IDS[1], UNKNOWN] {
            assert_eq!(compared(|| check(&text(id, WRONG[0]))), 1, "{id}");
        }
    }
    assert_eq!(compared(|| returns_early(&of.tokens, &text(UNKNOWN, WRONG[0]))), 0);
}

#[test]
fn time_tells_an_unknown_id_from_a_wrong_secret_neither_in_memory_nor_in_the_database() {
    let of = Fixture::new();
    let (wrong, alike) = (text(IDS[1], WRONG[0]), text(IDS[1], WRONG[1]));
    let unknown = text(UNKNOWN, WRONG[0]);
    let memory = measure(
        501,
        200,
        [&|| of.remembered(&wrong), &|| of.remembered(&alike), &|| of.remembered(&unknown)],
    );
    let database = measure(
        301,
        5,
        [&|| of.looked_up(&wrong), &|| of.looked_up(&alike), &|| of.looked_up(&unknown)],
    );
    let early = measure(
        501,
        200,
        [&|| returns_early(&of.tokens, &wrong), &|| returns_early(&of.tokens, &alike), &|| {
            returns_early(&of.tokens, &unknown)
        }],
    );
    let (seen, many) = (early.other, 8.0);
    assert!(seen > many * early.same, "an early return shows: {early:?}");
    // Where an id is kept, its row is another place in memory: some nanoseconds.
    let bound = (many * memory.same).max(seen / many);
    assert!(memory.other < bound, "{memory:?} against {early:?}");
    assert!(database.other < many * database.same, "{database:?}");
}
