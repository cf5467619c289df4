//! The columns of a file of memberships, and how people head them.

use crate::settings::attributes;

/// A column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Column {
    /// Whom the line is about: an email, or an id like `usr_...` where none is known.
    Email,
    Team,
    Department,
    CostCenter,
    /// The first day; none: since ever.
    From,
    /// The last day, which belongs to the line; none: until further notice.
    To,
}

/// Every column, in the order they are written.
pub const COLUMNS: [Column; 6] =
    [Column::Email, Column::Team, Column::Department, Column::CostCenter, Column::From, Column::To];

impl Column {
    /// As it is headed.
    pub fn name(self) -> &'static str {
        match self {
            Column::Email => "email",
            Column::Team => "team",
            Column::Department => "department",
            Column::CostCenter => "cost_center",
            Column::From => "from",
            Column::To => "to",
        }
    }

    /// The column a heading means.
    pub fn of(heading: &str) -> Option<Column> {
        let plain = heading.trim().to_lowercase();
        let name = match plain.as_str() {
            "from" | "since" | "first day" | "first_day" => return Some(Column::From),
            "to" | "until" | "last day" | "last_day" => return Some(Column::To),
            _ => attributes::column(heading)?.name,
        };
        COLUMNS.into_iter().find(|column| column.name() == name)
    }
}
