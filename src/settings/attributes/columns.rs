//! What can be said of a person, and how people head such columns.

/// The heading of the column that everybody must have.
pub(super) const EMAIL: &str = "email";

/// Something that can be said of a person.
#[derive(Debug, PartialEq, Eq)]
pub struct Column {
    /// How it is called here.
    pub name: &'static str,
    /// For people.
    pub label: &'static str,
    /// The resource attribute it becomes.
    pub key: &'static str,
    /// What heads such a column, in small letters and digits alone.
    spellings: &'static [&'static str],
}

impl Column {
    /// Whether it is what the person is known by.
    pub fn is_email(&self) -> bool {
        self.name == EMAIL
    }
}

/// Every column, in the order in which the attributes are written.
pub const COLUMNS: &[Column] = &[
    Column {
        name: EMAIL,
        label: "Email",
        key: daybook_schema::agents::claude_code::attribute::USER_EMAIL,
        spellings: &[
            "email",
            "emails",
            "emailaddress",
            "mail",
            "mailaddress",
            "useremail",
            "workemail",
            "userprincipalname",
            "upn",
        ],
    },
    Column {
        name: "name",
        label: "Name",
        key: daybook_schema::agents::claude_code::attribute::USER_NAME,
        spellings: &["name", "fullname", "displayname", "username", "person", "employee"],
    },
    Column {
        name: "team",
        label: "Team",
        key: daybook_schema::agents::claude_code::attribute::TEAM,
        spellings: &["team", "teamname", "squad", "group"],
    },
    Column {
        name: "department",
        label: "Department",
        key: daybook_schema::agents::claude_code::attribute::DEPARTMENT,
        spellings: &["department", "departmentname", "dept", "division"],
    },
    Column {
        name: "cost_center",
        label: "Cost centre",
        key: daybook_schema::agents::claude_code::attribute::COST_CENTER,
        spellings: &["costcenter", "costcentre", "costcode", "cc", "kostenstelle"],
    },
];

/// The column a heading means.
pub fn column(heading: &str) -> Option<&'static Column> {
    let plain: String = heading
        .chars()
        .filter(|letter| letter.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect();
    COLUMNS.iter().find(|column| column.spellings.contains(&plain.as_str()))
}
