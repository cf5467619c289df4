//! The published schema: what consumers may rely on.

mod usage;
mod activity;
mod detections;

use serde::Serialize;

pub use activity::ACTIVITY;
pub use detections::DETECTIONS;
pub use usage::USAGE;

/// A published table.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Table {
    pub name: &'static str,
    /// Where it is read.
    pub path: &'static str,
    /// What one row is.
    pub row: &'static str,
    pub columns: &'static [Column],
}

/// A published column.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Column {
    pub name: &'static str,
    /// `date`, `string`, `integer`, `number`, `boolean`, `object` or `array`.
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// Whether it can be `null`: what is not known is never 0.
    pub nullable: bool,
    pub unit: Option<&'static str>,
    pub meaning: &'static str,
    /// The metric, event or attribute it comes from.
    pub source: &'static str,
}

/// Every published table.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Published {
    pub tables: &'static [Table],
}

/// What is published.
pub fn tables() -> Published {
    Published { tables: &[USAGE, ACTIVITY, DETECTIONS] }
}

/// Where a team of a day is from.
const TEAM_SOURCE: &str = "the file of memberships on the days it covers, else the resource \
                           attribute as it was said last that day";

/// The team of a day.
const TEAM: Column = nullable(column(
    "team",
    "string",
    None,
    "The team the user was in that day; null: none is known. Past days keep theirs.",
    TEAM_SOURCE,
));

/// The department of a day.
const DEPARTMENT: Column =
    nullable(column("department", "string", None, "The same, of the department.", TEAM_SOURCE));

/// The cost center of a day.
const COST_CENTER: Column =
    nullable(column("cost_center", "string", None, "The same, of the cost center.", TEAM_SOURCE));

/// A column that is always known.
const fn column(
    name: &'static str,
    kind: &'static str,
    unit: Option<&'static str>,
    meaning: &'static str,
    source: &'static str,
) -> Column {
    Column { name, kind, nullable: false, unit, meaning, source }
}

/// A column that can be unknown.
const fn nullable(column: Column) -> Column {
    Column { nullable: true, ..column }
}
