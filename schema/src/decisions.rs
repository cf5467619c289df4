//! What people decided about who is who: merges and splits, and who was erased.
//!
//! Stands apart from what telemetry says, and outranks it: the fold and a rebuild honour it like
//! links. It names users and identities by keyed hashes, so no email is kept here.

use std::collections::{BTreeMap, BTreeSet};

use diesel::prelude::*;

use crate::store::{StoreConnection, on_backend};
use crate::tables::{erased_identities, erased_users, user_merges, user_splits};

/// Every decision that holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Decisions {
    /// Whose usage goes to whom.
    pub merges: BTreeMap<i64, i64>,
    /// Identities (as keyed hashes) and whose they are not.
    pub splits: BTreeSet<(i64, i64)>,
    /// Identities (as keyed hashes) of who was erased.
    pub erased: BTreeSet<i64>,
    /// Who was erased, and the number they go by.
    pub erased_users: BTreeMap<i64, i64>,
}

impl Decisions {
    /// To whom the usage of a user goes, at the end of all merges.
    pub fn owner(&self, user: i64) -> i64 {
        let mut owner = user;
        // A circle cannot be decided; should the tables hold one, it ends here all the same.
        for _ in 0..=self.merges.len() {
            match self.merges.get(&owner) {
                Some(next) => owner = *next,
                None => break,
            }
        }
        owner
    }

    /// Whether an identity is not a user's, whatever links them.
    pub fn is_split(&self, identity: i64, user: i64) -> bool {
        self.splits.contains(&(identity, user))
    }

    /// Whether a user's identity is gone.
    pub fn is_erased(&self, user: i64) -> bool {
        self.erased_users.contains_key(&user)
    }

    /// A user, and everybody whose usage goes to them.
    pub fn all_of(&self, user: i64) -> Vec<i64> {
        let merged = self.merges.keys().copied().filter(|from| self.owner(*from) == user);
        std::iter::once(user).chain(merged).collect()
    }
}

/// Everything that is decided now.
pub fn load(connection: &mut StoreConnection<'_>) -> QueryResult<Decisions> {
    on_backend!(connection, conn => {
        let merges: Vec<(i64, i64)> = user_merges::table
            .select((user_merges::user_id, user_merges::into_user))
            .load(*conn)?;
        let splits: Vec<(i64, i64)> = user_splits::table
            .select((user_splits::identity, user_splits::user_id))
            .load(*conn)?;
        let erased: Vec<i64> =
            erased_identities::table.select(erased_identities::identity).load(*conn)?;
        let erased_users: Vec<(i64, i64)> =
            erased_users::table.select((erased_users::user_id, erased_users::number)).load(*conn)?;
        Ok(Decisions {
            merges: merges.into_iter().collect(),
            splits: splits.into_iter().collect(),
            erased: erased.into_iter().collect(),
            erased_users: erased_users.into_iter().collect(),
        })
    })
}

/// Writes the merges and splits that differ between two states of the decisions.
pub fn save(
    connection: &mut StoreConnection<'_>,
    before: &Decisions,
    after: &Decisions,
    now: i64,
) -> QueryResult<()> {
    let is_gone = |user: &&i64| before.merges.get(*user) != after.merges.get(*user);
    let gone: Vec<i64> = before.merges.keys().filter(is_gone).copied().collect();
    let made = after.merges.iter().filter(|(user, into)| before.merges.get(user) != Some(into));
    let made: Vec<_> = made
        .map(|(user, into)| {
            (
                user_merges::user_id.eq(*user),
                user_merges::into_user.eq(*into),
                user_merges::decided_at.eq(now),
            )
        })
        .collect();
    let split: Vec<_> = after
        .splits
        .difference(&before.splits)
        .map(|(identity, user)| {
            (
                user_splits::identity.eq(*identity),
                user_splits::user_id.eq(*user),
                user_splits::decided_at.eq(now),
            )
        })
        .collect();
    on_backend!(connection, conn => {
        diesel::delete(user_merges::table.filter(user_merges::user_id.eq_any(&gone)))
            .execute(*conn)?;
        for row in &made {
            diesel::insert_into(user_merges::table).values(*row).execute(*conn)?;
        }
        for (identity, user) in before.splits.difference(&after.splits) {
            diesel::delete(user_splits::table.find((*identity, *user))).execute(*conn)?;
        }
        for row in &split {
            diesel::insert_into(user_splits::table).values(*row).execute(*conn)?;
        }
    });
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn usage_goes_to_the_end_of_all_merges() {
        let merges = BTreeMap::from([(1, 2), (2, 3), (5, 3)]);
        let decisions = Decisions { merges, ..Decisions::default() };
        assert_eq!([1, 2, 3, 4, 5].map(|user| decisions.owner(user)), [3, 3, 3, 4, 3]);
        assert_eq!(decisions.all_of(3), [3, 1, 2, 5]);
        assert_eq!(decisions.all_of(1), [1]);
    }

    #[test]
    fn a_circle_ends() {
        let merges = BTreeMap::from([(1, 2), (2, 1)]);
        let decisions = Decisions { merges, ..Decisions::default() };
        assert!([1, 2].contains(&decisions.owner(1)));
    }
}
