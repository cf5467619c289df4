//! Processes that take over from each other on the same data: any number may receive, one
//! folds. The next one waits for its turn.

use std::fs::{File, TryLockError};
use std::path::Path;
use std::time::Duration;

use anyhow::Context;
use daybook_schema::store::Location;

use super::open;
use crate::config::DataArgs;

/// How often a process that waits looks whether it is its turn.
const LOOK: Duration = Duration::from_millis(50);

/// Says that a process serves the data; it goes with the process, however that ends.
pub struct Presence {
    _file: File,
    has_company: bool,
}

impl Presence {
    /// Looks whether another process serves the same data, and says that this one does.
    pub fn announce(data: &DataArgs) -> anyhow::Result<Presence> {
        let path = match data.location()? {
            Location::Sqlite(path) => path.with_extension("serving"),
            Location::Postgres(_) => data.data_dir.join("daybook.serving"),
        };
        if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
            open::make_private_folder(folder)?;
        }
        let file = lock_file(&path)?;
        let context = || format!("lock {}", path.display());
        let is_alone = is_taken(&file).with_context(context)?;
        if is_alone {
            file.unlock().with_context(context)?;
        }
        file.lock_shared().with_context(context)?;
        Ok(Presence { _file: file, has_company: !is_alone })
    }

    /// Whether another process served the data when this one started: the one it replaces.
    pub fn has_company(&self) -> bool {
        self.has_company
    }
}

/// Who folds: one process at a time. It goes with the process, however that ends.
pub struct FoldLock {
    file: File,
    is_held: bool,
}

impl FoldLock {
    /// Takes the lock if it is free. PostgreSQL is folded by several: `None`.
    pub fn open(data: &DataArgs) -> anyhow::Result<Option<FoldLock>> {
        let Location::Sqlite(path) = data.location()? else {
            return Ok(None);
        };
        let path = path.with_extension("lock");
        let file = lock_file(&path)?;
        let is_held = is_taken(&file).with_context(|| format!("lock {}", path.display()))?;
        Ok(Some(FoldLock { file, is_held }))
    }

    /// Whether this process is the one that folds.
    pub fn is_held(&self) -> bool {
        self.is_held
    }

    /// Waits until this process is the one that folds.
    pub async fn wait(&mut self) -> anyhow::Result<()> {
        while !self.is_held {
            self.is_held = is_taken(&self.file).context("lock the data folder")?;
            if !self.is_held {
                tokio::time::sleep(LOOK).await;
            }
        }
        Ok(())
    }
}

/// A file that is there to be locked.
fn lock_file(path: &Path) -> anyhow::Result<File> {
    File::create(path).with_context(|| format!("make {}", path.display()))
}

/// Takes the lock of a file; `false` when another process holds it.
fn is_taken(file: &File) -> std::io::Result<bool> {
    match file.try_lock() {
        Ok(()) => Ok(true),
        Err(TryLockError::WouldBlock) => Ok(false),
        Err(TryLockError::Error(error)) => Err(error),
    }
}
