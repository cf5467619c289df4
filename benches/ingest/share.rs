//! A share of a processor for a process, as a container has one: on a machine that one receiver
//! and one worker fill, two of each can only be seen to do more when none may take it all.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context;

/// Where the kernel keeps groups of processes: the newer way of counting, then the older.
const NEWER: &str = "/sys/fs/cgroup";
const OLDER: &str = "/sys/fs/cgroup/cpu";

/// In how many microseconds a share is used up and given anew.
const PERIOD_MICROS: u32 = 10_000;

/// A group with a share of a processor, until it is dropped; after its processes.
#[derive(Debug)]
pub(crate) struct Share {
    folder: PathBuf,
}

impl Share {
    /// Gives a process so many hundredths of one processor. Only root may.
    pub(crate) fn give(pid: u32, percent: u32) -> anyhow::Result<Share> {
        let is_newer = Path::new(NEWER).join("cgroup.controllers").exists();
        let name = format!("daybook-bench-{pid}");
        let share = Share { folder: Path::new(if is_newer { NEWER } else { OLDER }).join(name) };
        let make = || -> std::io::Result<()> {
            fs::create_dir(&share.folder)?;
            let quota = PERIOD_MICROS * percent / 100;
            if is_newer {
                fs::write(share.folder.join("cpu.max"), format!("{quota} {PERIOD_MICROS}"))?;
            } else {
                fs::write(share.folder.join("cpu.cfs_period_us"), PERIOD_MICROS.to_string())?;
                fs::write(share.folder.join("cpu.cfs_quota_us"), quota.to_string())?;
            }
            fs::write(share.folder.join("cgroup.procs"), pid.to_string())
        };
        make().context("a share of a processor needs root and the kernel's cpu groups")?;
        Ok(share)
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        let _ = fs::remove_dir(&self.folder);
    }
}
