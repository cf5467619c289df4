//! Histories that people decide about while they are told: whose something is depends on what was
//! said and decided, not on when.

use std::sync::Arc;

use chrono_tz::Tz;
use daybook_jobs::fold::{FoldContext, Observed, fold};
use daybook_jobs::people::erase::erase;
use daybook_jobs::people::{self, Decision, NotDecided};
use daybook_jobs::pseudonym::hide;
use daybook_jobs::resolve::IdentityOrder;
use daybook_jobs::save::{Claim, save};
use daybook_jobs::signal::Request;
use daybook_schema::counters::Basis;
use daybook_schema::decisions::{self, Decisions};
use daybook_schema::erasures::{self, Erasure};
use daybook_schema::installation;
use daybook_schema::store::Store;
use daybook_schema::users::User;
use daybook_test_database::Database;
use proptest::prelude::*;

use super::history::{Item, NOW_MICROS, requests};
use super::tables::{KEY, Tables, context, signal};
use crate::support::server::open;

/// Something somebody wants to decide, if it can be decided by then.
#[derive(Clone, Debug)]
pub struct Wish {
    /// After so many batches, or at the end.
    after: usize,
    /// 0 to 2: a person, 3 to 5: the stand-in of an install.
    who: usize,
    /// Which person it is merged into; of a split, whose it is not; of an erasure, who.
    person: usize,
    what: What,
}

/// What somebody wants to decide.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum What {
    Merge,
    Split,
    Erase,
}

impl Wish {
    /// Any few of them.
    pub fn some() -> impl Strategy<Value = Vec<Wish>> {
        let what =
            prop_oneof![3 => Just(What::Merge), 3 => Just(What::Split), 1 => Just(What::Erase)];
        let wish = (0..12_usize, 0..6_usize, 0..3_usize, what);
        let wish = wish.prop_map(|(after, who, person, what)| Wish { after, who, person, what });
        prop::collection::vec(wish, 1..7)
    }

    /// As a decision, when everybody it is about is known.
    fn decision(&self, store: &Store) -> Option<Decision> {
        let into = user(store, &format!("person{}@xyz.com", self.person))?;
        if self.what == What::Split {
            let (kind, value) = match self.who {
                person @ 0..3 => ("email", format!("person{person}@xyz.com")),
                install => ("install", format!("install{}", install - 3)),
            };
            return Some(Decision::Split { user: into, kind: kind.to_owned(), value });
        }
        let named = match self.who {
            person @ 0..3 => format!("person{person}@xyz.com"),
            install => format!("install:install{}", install - 3),
        };
        Some(Decision::Merge { user: user(store, &named)?, into })
    }
}

/// Person 0 takes over everybody, and loses an install again.
pub fn takeover() -> Vec<Wish> {
    let wish = |who, what| Wish { after: usize::MAX, who, person: 0, what };
    vec![wish(1, What::Merge), wish(3, What::Split), wish(0, What::Erase)]
}

/// The user of an email or with a stand-in.
fn user(store: &Store, name: &str) -> Option<i64> {
    let users: Vec<User> =
        store.read(|conn| daybook_schema::people::page(conn, None, 100)).expect("users");
    let is_it =
        |user: &&User| [user.email.as_deref(), user.stand_in.as_deref()].contains(&Some(name));
    users.iter().find(is_it).map(|user| user.id)
}

/// A database of an installation, with some things decided.
fn decided(database: &Database, decisions: &Decisions) -> Store {
    let store = open(database);
    store
        .write(|conn| {
            installation::create(conn, KEY, Tz::America__St_Johns.name(), NOW_MICROS)?;
            let identities: Vec<i64> = decisions.erased.iter().copied().collect();
            let users: Vec<Erasure> = decisions.erased_users.iter().map(erasure).collect();
            erasures::add(conn, &users, &identities, 0)?;
            decisions::save(conn, &Decisions::default(), decisions, NOW_MICROS)
        })
        .expect("written");
    store
}

/// An erasure with nothing left to be done.
fn erasure((user_id, number): (&i64, &i64)) -> Erasure {
    Erasure {
        user_id: *user_id,
        number: *number,
        erased_at: NOW_MICROS,
        pending: None,
        scanned_to: 0,
    }
}

/// Folds a request as the job does: whoever was erased is erased from it first.
fn folded(context: &FoldContext, id: usize, mut request: Request) -> Observed {
    let erased = &context.decisions.erased;
    if !erased.is_empty() {
        hide(&context.keys, IdentityOrder::default(), erased, &[], &mut request);
    }
    fold(context, &signal(id, request))
}

/// Decides what is wished, if it can be decided.
fn decide(store: &Store, context: &FoldContext, wish: &Wish) {
    let decided = if wish.what == What::Erase {
        let Some(user) = user(store, &format!("person{}@xyz.com", wish.person)) else { return };
        erase(store, &context.keys, user, "command", NOW_MICROS).map(drop)
    } else {
        let Some(decision) = wish.decision(store) else { return };
        people::decide(store, &context.keys, &decision, "command", NOW_MICROS).map(drop)
    };
    if let Err(error @ (NotDecided::Store(_) | NotDecided::Save(_))) = decided {
        panic!("{error}");
    }
}

/// Tells items in batches; after each, what is wished by then is decided.
fn tell(
    store: &Store,
    items: &[Item],
    (signal_items, batch_signals): (usize, usize),
    wishes: &[Wish],
) {
    let requests: Vec<_> = items.chunks(signal_items).flat_map(requests).enumerate().collect();
    let batches = requests.chunks(batch_signals).count();
    for (number, batch) in requests.chunks(batch_signals).enumerate() {
        let context = FoldContext {
            generation: store.read(installation::generation).expect("a generation"),
            decisions: Arc::new(store.read(decisions::load).expect("decisions")),
            ..context()
        };
        let observed: Vec<Observed> =
            batch.iter().map(|(id, request)| folded(&context, *id, request.clone())).collect();
        let bases = [Basis::Utc, Basis::Local];
        save(store, &context, &bases, &observed, Claim::Rebuild).expect("saved");
        let is_due =
            |wish: &&Wish| wish.after == number || (number + 1 == batches && wish.after > number);
        wishes.iter().filter(is_due).for_each(|wish| decide(store, &context, wish));
    }
}

/// What is decided in the end, and the tables, when it is decided while items are told.
pub fn deciding(items: &[Item], cut: (usize, usize), wishes: &[Wish]) -> (Decisions, Tables) {
    let database = Database::new();
    let store = decided(&database, &Decisions::default());
    tell(&store, items, cut, wishes);
    (store.read(decisions::load).expect("decisions"), Tables::of(&store))
}

/// The tables, when it was all decided before.
pub fn having_decided(items: &[Item], cut: (usize, usize), decisions: &Decisions) -> Tables {
    let database = Database::new();
    let store = decided(&database, decisions);
    tell(&store, items, cut, &[]);
    Tables::of(&store)
}
