//! A small disk of a test's own: a tmpfs in a mount namespace that goes with the test.

use std::env;
use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Says to a test that it runs with a small disk, and where that is.
const MOUNTED: &str = "DAYBOOK_TEST_SMALL_DISK";

/// Mounts a disk of so many megabytes on a folder, has everything made there, and runs the rest.
const SCRIPT: &str = "mount -t tmpfs -o size=\"$1\"m tmpfs \"$2\" && export TMPDIR=\"$2\" && \
                      shift 2 && exec \"$@\"";

/// Runs the body of a test, known by its full name, where the folder for temporary files is a disk
/// of so many megabytes: the test starts itself again.
pub fn on_small_disk(test: &str, megabytes: u32, body: impl FnOnce(&Path)) {
    if let Some(disk) = env::var_os(MOUNTED) {
        return body(Path::new(&disk));
    }
    let folder = tempfile::tempdir().expect("a folder");
    let mut command = Command::new("unshare");
    command.arg("--mount");
    if !daybook_test_database::is_root() {
        command.args(["--map-current-user", "--keep-caps"]);
    }
    command.args(["sh", "-c", SCRIPT, "sh", &megabytes.to_string()]).arg(folder.path());
    command.arg(env::current_exe().expect("this program")).args(["--exact", test, "--nocapture"]);
    let output = command.env(MOUNTED, folder.path()).output().expect("unshare runs");
    let said = String::from_utf8_lossy(&output.stdout);
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && said.contains("1 passed"), "{said}\n{error}");
}

/// What takes up the room of a disk; it goes when it is dropped.
pub struct Filling(PathBuf);

impl Filling {
    /// Fills a disk but for so many bytes.
    pub fn of(disk: &Path, left: u64) -> Filling {
        let filling = Filling(disk.join("filling"));
        let mut file = File::create(&filling.0).expect("a file");
        while file.write_all(&[1; 4096]).is_ok() {}
        let length = file.metadata().expect("a file").len();
        file.set_len(length.saturating_sub(left)).expect("shorter");
        filling
    }
}

impl Drop for Filling {
    fn drop(&mut self) {
        fs::remove_file(&self.0).expect("the disk has room again");
    }
}
