//! What an admin does with connections: makes and changes them, and gives them tokens. The API,
//! the pages and the command all come here, so that the same is refused for the same reason.

mod tokens;
mod settings;
pub mod health;
pub mod front_door;

use daybook_schema::StoreError;
use daybook_schema::audit_log::{self, Entry};
use daybook_schema::connections::{self as rows, Change, Connection, NotChanged, public_id};
use daybook_schema::ingest_tokens;
use daybook_schema::store::Store;

use crate::seal::{NotOpened, Seal};
use crate::state::now_micros;

pub use settings::checked;
pub use tokens::{MadeToken, add_token, latest_token_text, revoke_token, token_text};

/// Longest name, in bytes.
pub const MAX_NAME_BYTES: usize = 200;

/// Why something was not done.
#[derive(Debug, thiserror::Error)]
pub enum NotDone {
    #[error("a connection's name has 1 to 200 letters, for example `Platform team`")]
    Name,
    #[error("a token's label has at most 100 letters, for example `laptops`")]
    Label,
    #[error("there is a connection called `{0}` already; choose another name")]
    NameTaken(String),
    #[error("`{field}` is one of {choices}")]
    Choice { field: &'static str, choices: String },
    #[error("there is no such connection")]
    NoConnection,
    #[error("the connection has no such token")]
    NoToken,
    #[error(
        "the connection has {0} live tokens, the most there may be; revoke the one that nobody \
         uses any more, then make a new one"
    )]
    TooManyLive(usize),
    #[error("the connection has no live token; make one first")]
    NoLiveToken,
    #[error("the token was revoked; it opens nothing, and is not shown again")]
    Revoked,
    #[error("the token was made before tokens were sealed; make a new one in its place")]
    NotSealed,
    #[error("the token cannot be shown: {0}")]
    NotOpened(#[from] NotOpened),
    #[error("the test request could not be sent: {0:#}")]
    NotSent(anyhow::Error),
    #[error("{0:#}")]
    Broken(anyhow::Error),
    #[error("the database did not answer: {0}")]
    Store(#[from] StoreError),
}

impl From<NotChanged> for NotDone {
    fn from(reason: NotChanged) -> NotDone {
        match reason {
            NotChanged::Unknown => NotDone::NoConnection,
            NotChanged::NameTaken => NotDone::NameTaken(String::new()),
        }
    }
}

/// A connection that was just made, with its first token.
pub struct Made {
    pub connection: Connection,
    pub token: MadeToken,
}

/// Makes a connection with its first ingest token; what is said of it beside the name is in
/// `settings`. Blocks.
pub fn create(store: &Store, seal: &Seal, settings: Change, actor: &str) -> Result<Made, NotDone> {
    let settings = checked(settings)?;
    let name = settings.name.clone().ok_or(NotDone::Name)?;
    let (token, row) = tokens::new_token(seal, "")?;
    store.write(|conn| {
        let now = now_micros();
        let Some(made) = rows::create(conn, &name, now)? else {
            return Ok(Err(NotDone::NameTaken(name)));
        };
        let of = ingest_tokens::IngestToken { connection_id: made.id, created_at: now, ..row };
        if let Err(reason) = ingest_tokens::add(conn, &of)? {
            return Ok(Err(reason.into()));
        }
        let changed = rows::change(conn, made.id, &settings)?;
        audit_log::record(conn, &entry(actor, "connection.create", made.id, name), now)?;
        Ok(changed.map(|connection| Made { connection, token }).map_err(NotDone::from))
    })?
}

/// Changes what is said of a connection. Blocks.
pub fn change(
    store: &Store,
    id: i32,
    settings: Change,
    actor: &str,
) -> Result<Connection, NotDone> {
    let settings = checked(settings)?;
    let entry = entry(actor, "connection.change", id, settings::said(&settings));
    let changed = store.write(|conn| {
        let changed = rows::change(conn, id, &settings)?;
        if changed.is_ok() {
            audit_log::record(conn, &entry, now_micros())?;
        }
        Ok(changed)
    })?;
    changed.map_err(|reason| match reason {
        NotChanged::NameTaken => NotDone::NameTaken(settings.name.unwrap_or_default()),
        other => other.into(),
    })
}

/// What was done to a connection, for the audit log.
fn entry(actor: &str, action: &'static str, id: i32, detail: impl Into<String>) -> Entry {
    Entry { actor: actor.to_owned(), action, subject: public_id(id), detail: detail.into() }
}
