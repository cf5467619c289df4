//! Opens the data folder: the database, and the lock of the process that works on it.

use std::fs::{self, File};
use std::path::Path;

use anyhow::Context;
use daybook_schema::installation::{self, FOLD_RULES, Installation};
use daybook_schema::signals;
use daybook_schema::store::{Location, Store};

use crate::config::DataArgs;
use crate::seal::Seal;
use crate::state::now_micros;

/// Opens the database; a SQLite file is made when there is none.
pub fn store(data: &DataArgs) -> anyhow::Result<Store> {
    let location = data.location()?;
    let Location::Sqlite(path) = &location else {
        return Store::open(&location, &data.allow_not_durable)
            .context("open the PostgreSQL database; check --database-url");
    };
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        make_private_folder(folder)?;
    }
    let store = Store::open(&location, &data.allow_not_durable)
        .with_context(|| format!("open the database {}; check --data-dir", path.display()))?;
    make_private_file(path)?;
    Ok(store)
}

/// The seal of ingest tokens; its key is made when there is none.
pub fn seal(data: &DataArgs) -> anyhow::Result<Seal> {
    let source = data.seal_key();
    if source.text.is_none() && source.file.is_none() {
        make_private_folder(source.folder)?;
    }
    Seal::load(source)
}

/// Leaves a file to its owner alone; what SQLite puts beside it is made alike.
fn make_private_file(path: &Path) -> anyhow::Result<()> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        fs::set_permissions(path, fs::Permissions::from_mode(0o600))
            .with_context(|| format!("keep {} private", path.display()))?;
    }
    Ok(())
}

/// Makes a folder only its owner may look into.
pub(super) fn make_private_folder(folder: &Path) -> anyhow::Result<()> {
    if folder.exists() {
        return Ok(());
    }
    let context = || format!("make the folder {}; check --data-dir", folder.display());
    fs::create_dir_all(folder).with_context(context)?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        fs::set_permissions(folder, fs::Permissions::from_mode(0o700)).with_context(context)?;
    }
    Ok(())
}

/// What is true of the database; written when it is new. Whether it is new is said beside it.
pub fn installation(
    store: &Store,
    time_zone: chrono_tz::Tz,
) -> anyhow::Result<(Installation, bool)> {
    let mut key = [0; 32];
    getrandom::fill(&mut key).map_err(|error| anyhow::anyhow!("no randomness: {error}"))?;
    let is_new = store.write(|conn| match installation::load(conn)? {
        Some(_) => Ok(false),
        None => installation::create(conn, &key, time_zone.name(), now_micros()),
    });
    let is_new = is_new.context("write what the database is")?;
    let known = store.read(installation::load).context("read what the database is")?;
    Ok((known.context("the database is empty")?, is_new))
}

/// Sees to it that nobody trusts figures that were counted by the rules of another version: says
/// so, unless there are none.
pub fn compare_rules(store: &Store, installation: &Installation) -> anyhow::Result<()> {
    if !installation.wants_rebuild() {
        return Ok(());
    }
    if !store.read(signals::any_folded)? {
        store.write(|conn| installation::note_rules(conn, FOLD_RULES))?;
        return Ok(());
    }
    tracing::warn!(
        "the figures were counted by the rules of another version; run `daybook rebuild` with the \
         same data, beside this process if you like, to count them by this version's"
    );
    Ok(())
}

/// The time zone the database's days are of.
pub fn time_zone(installation: &Installation) -> anyhow::Result<chrono_tz::Tz> {
    installation
        .time_zone
        .parse()
        .map_err(|_| anyhow::anyhow!("the database names no time zone: {}", installation.time_zone))
}

/// Locks the data folder for the one process that works on it; the lock goes with the process.
/// PostgreSQL is worked on by several: `None`.
pub fn lock(data: &DataArgs) -> anyhow::Result<Option<File>> {
    let Location::Sqlite(path) = data.location()? else {
        return Ok(None);
    };
    let path = path.with_extension("lock");
    let file = File::create(&path).with_context(|| format!("make {}", path.display()))?;
    match file.try_lock() {
        Ok(()) => Ok(Some(file)),
        Err(fs::TryLockError::WouldBlock) => anyhow::bail!(
            "another daybook works on {}; stop it first, or choose another --data-dir",
            path.with_extension("db").display()
        ),
        Err(fs::TryLockError::Error(error)) => {
            Err(error).with_context(|| format!("lock {}", path.display()))
        }
    }
}
