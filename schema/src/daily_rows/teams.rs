//! Says which team each row of a page is of.

use std::collections::BTreeSet;

use diesel::prelude::*;

use crate::api::{DailyActivityRow, DailyCursor, DailyUsageRow};
use crate::counters::Basis;
use crate::store::StoreConnection;
use crate::teams::{self, TeamNames};

/// A row of a user's day.
pub(crate) trait OfTeam {
    /// Notes where the user belonged that day.
    fn set_team(&mut self, names: &TeamNames);
}

/// A name that may be missing.
fn known(name: &str) -> Option<String> {
    (!name.is_empty()).then(|| name.to_owned())
}

impl OfTeam for DailyUsageRow {
    fn set_team(&mut self, names: &TeamNames) {
        self.team = known(&names.team);
        self.department = known(&names.department);
        self.cost_center = known(&names.cost_center);
    }
}

impl OfTeam for DailyActivityRow {
    fn set_team(&mut self, names: &TeamNames) {
        self.team = known(&names.team);
        self.department = known(&names.department);
        self.cost_center = known(&names.cost_center);
    }
}

/// Adds the teams of a page, read for all of it at once.
pub(crate) fn add_teams<Row: OfTeam>(
    connection: &mut StoreConnection<'_>,
    basis: Basis,
    page: &mut [(DailyCursor, Row)],
) -> QueryResult<()> {
    let days: BTreeSet<_> = page.iter().map(|(at, _)| (at.user_id, at.day)).collect();
    let found = teams::of_days(connection, basis, &days)?;
    for (at, row) in page {
        if let Some(names) = found.get(&(at.user_id, at.day)) {
            row.set_team(names);
        }
    }
    Ok(())
}
