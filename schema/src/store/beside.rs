//! A database beside the real one: a rebuild fills it, then its tables replace the old ones.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::{PostgresStore, Store};

/// A database beside another; gone when the last of its clones is dropped.
#[derive(Clone)]
pub struct Beside {
    /// What to fill.
    pub store: Store,
    pub(super) place: Arc<Place>,
}

/// Where it is.
pub(super) enum Place {
    /// A file next to the database's.
    File(PathBuf),
    /// A schema of the same PostgreSQL database, and the store to drop it with.
    Schema(String, PostgresStore),
}

impl Drop for Place {
    fn drop(&mut self) {
        match self {
            Place::File(path) => remove_file(path),
            Place::Schema(name, of) => {
                if let Err(error) = of.drop_schema(name) {
                    tracing::warn!(%error, schema = name, "a left-over schema could not be dropped");
                }
            }
        }
    }
}

/// Removes a SQLite file with what is beside it, if there is one.
pub(super) fn remove_file(path: &Path) {
    for suffix in ["", "-wal", "-shm"] {
        let mut path = path.to_path_buf().into_os_string();
        path.push(suffix);
        let _ = fs::remove_file(path);
    }
}
