//! The file that a key is in: its owner's alone, written whole or not at all.

use std::fs::{self, OpenOptions};
use std::io::{self, Read, Write};
use std::path::Path;

/// Most bytes of the file that are read: a key, and a line break.
const MAX_BYTES: u64 = 256;

/// Reads the file.
pub(super) fn read(path: &Path) -> io::Result<String> {
    let mut text = String::new();
    fs::File::open(path)?.take(MAX_BYTES).read_to_string(&mut text)?;
    Ok(text)
}

/// Reads the file; writes it first when there is none.
pub(super) fn read_or_make(
    path: &Path,
    text: impl FnOnce() -> anyhow::Result<String>,
) -> anyhow::Result<String> {
    match read(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        read => return Ok(read?),
    }
    // Of several processes that start at once one is first: the others read what it wrote.
    let own = path.with_extension(format!("key-{}", std::process::id()));
    let written = write_private(&own, &text()?).and_then(|()| fs::hard_link(&own, path));
    let _ = fs::remove_file(&own);
    match written {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error.into()),
        _ => {}
    }
    Ok(read(path)?)
}

/// Writes a new file that only its owner may read; on disk when this returns.
fn write_private(path: &Path, text: &str) -> io::Result<()> {
    // A process that was killed may have left it, and had the same id: in a container all do.
    let _ = fs::remove_file(path);
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    writeln!(file, "{text}")?;
    file.sync_all()
}
