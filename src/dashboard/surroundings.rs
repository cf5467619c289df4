//! What every page shows beside its figures: how fresh they are, what can be filtered.

use chrono::NaiveDate;
use daybook_schema::QueryResult;
use daybook_schema::connections::{self, Connection};
use daybook_schema::installation;
use daybook_schema::overview;
use daybook_schema::signals::{self, QueueDepth};
use daybook_schema::store::StoreConnection;
use daybook_schema::teams;
use daybook_schema::users::{self, User};

use super::filter::View;
use crate::charts::palette::Palette;

/// How many people the filter offers by name; any email can be typed.
const PEOPLE: i64 = 200;

/// How many models the filter offers.
const MODELS: i64 = 100;

/// How many teams the filter offers; the API knows any.
const TEAMS: usize = 500;

/// What stands round the figures of a page.
#[derive(Clone, Debug)]
pub struct Surroundings {
    /// The first and the last day there is anything of.
    pub days: Option<(NaiveDate, NaiveDate)>,
    pub queue: QueueDepth,
    /// Whether the figures were counted by the rules of another version.
    pub wants_rebuild: bool,
    pub connections: Vec<Connection>,
    pub people: Vec<User>,
    /// The names of all teams there ever were.
    pub teams: Vec<String>,
}

impl Surroundings {
    /// Reads them.
    pub fn load(connection: &mut StoreConnection<'_>, view: &View) -> QueryResult<Surroundings> {
        Ok(Surroundings {
            days: overview::first_and_last_day(connection, view.filter.basis)?,
            queue: signals::depth(connection)?,
            wants_rebuild: installation::wants_rebuild(connection)?,
            connections: connections::all(connection)?,
            people: users::named(connection, PEOPLE)?,
            teams: teams::all(connection, TEAMS)?,
        })
    }
}

/// The models of a range, whatever else is filtered: what the filter offers, and what a
/// model's colour is chosen among.
#[derive(Clone, Debug, Default)]
pub struct Models {
    /// By name.
    pub names: Vec<String>,
    pub palette: Palette,
}

impl Models {
    /// Reads them.
    pub fn load(connection: &mut StoreConnection<'_>, view: &View) -> QueryResult<Models> {
        let range = (view.filter.from, view.filter.to);
        overview::models_between(connection, view.filter.basis, range, MODELS).map(Models::of)
    }

    /// The models of these names.
    pub fn of(mut names: Vec<String>) -> Models {
        names.sort_unstable();
        Models { palette: Palette::of(names.iter().map(String::as_str)), names }
    }
}
