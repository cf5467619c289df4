//! Where a database is: what `--database-url` says.

use std::path::PathBuf;

/// A database that can be opened.
#[derive(Clone, PartialEq, Eq)]
pub enum Location {
    /// A file, made when it is missing.
    Sqlite(PathBuf),
    /// `postgres://user:password@host:port/name`. It may hold a password: never print it.
    Postgres(String),
}

/// Why a text names no database.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "--database-url must begin with sqlite: or postgres://, e.g. \
     sqlite:/var/lib/daybook/daybook.db or postgres://daybook@db.example.com/daybook"
)]
pub struct LocationError;

impl Location {
    /// Reads a database URL.
    pub fn parse(url: &str) -> Result<Location, LocationError> {
        if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            return Ok(Location::Postgres(url.to_owned()));
        }
        let path = url.strip_prefix("sqlite:").ok_or(LocationError)?;
        Ok(Location::Sqlite(PathBuf::from(path.strip_prefix("//").unwrap_or(path))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_names_a_file_or_a_server() {
        let file = |path: &str| Ok(Location::Sqlite(PathBuf::from(path)));
        assert!(Location::parse("sqlite:/var/db") == file("/var/db"));
        assert!(Location::parse("sqlite:///var/db") == file("/var/db"));
        assert!(Location::parse("sqlite:here.db") == file("here.db"));
        let server = "postgres://ada:secret@db/daybook";
        assert!(Location::parse(server) == Ok(Location::Postgres(server.to_owned())));
        assert!(Location::parse("mysql://db") == Err(LocationError));
    }
}
