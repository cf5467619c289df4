//! A disk that becomes read-only while a process has its files open, as after an error of the
//! hardware: to remount one would be refused.

use std::fs;
use std::process::Command;

use tempfile::TempDir;

/// What refuses to write, in C: it stands in the place of the C library's functions.
const SOURCE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/support/read_only.c");

/// A process that can be kept from writing files.
pub struct ReadOnly {
    /// The library that does it, and the file that says when.
    library: String,
    sign: String,
    _folder: TempDir,
}

impl ReadOnly {
    /// Not yet.
    pub fn new() -> ReadOnly {
        let folder = tempfile::tempdir().expect("a folder");
        let place = |name| folder.path().join(name).display().to_string();
        let (library, sign) = (place("read_only.so"), place("now"));
        let mut compiler = Command::new("cc");
        compiler.args(["-shared", "-fPIC", "-o", &library, SOURCE, "-ldl"]);
        assert!(compiler.status().expect("a C compiler").success());
        ReadOnly { library, sign, _folder: folder }
    }

    /// What the process is started with.
    pub fn environment(&self) -> [(&str, &str); 2] {
        [("LD_PRELOAD", &self.library), ("DAYBOOK_TEST_READ_ONLY", &self.sign)]
    }

    /// From now on nothing can be written.
    pub fn begin(&self) {
        fs::write(&self.sign, "").expect("a file");
    }

    /// It can be again.
    pub fn end(&self) {
        fs::remove_file(&self.sign).expect("a file");
    }
}
