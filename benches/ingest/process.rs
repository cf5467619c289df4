//! What the kernel says of a process: its CPU time and its memory.

use std::fs;
use std::time::Duration;

use anyhow::Context;

/// How long the kernel's tick is; the same on every Linux, whatever its own timer does.
const TICK: Duration = Duration::from_millis(10);

/// CPU time a process has used, user and system.
pub(crate) fn cpu(pid: u32) -> anyhow::Result<Duration> {
    Ok(TICK * (stat(pid, 11)? + stat(pid, 12)?))
}

/// CPU time of a process and of all its children, those that have ended too.
pub(crate) fn cpu_of_family(pid: u32) -> anyhow::Result<Duration> {
    let mut used = cpu(pid)? + ended_children(pid)?;
    for entry in fs::read_dir("/proc")?.flatten() {
        let Some(child) = entry.file_name().to_str().and_then(|name| name.parse().ok()) else {
            continue;
        };
        // One that has ended meanwhile is counted with its parent next time.
        if parent(child).is_ok_and(|of| of == pid) {
            used += cpu(child).unwrap_or_default();
        }
    }
    Ok(used)
}

/// CPU time of a process's children that have ended.
fn ended_children(pid: u32) -> anyhow::Result<Duration> {
    Ok(TICK * (stat(pid, 13)? + stat(pid, 14)?))
}

/// The process that started a process.
fn parent(pid: u32) -> anyhow::Result<u32> {
    stat(pid, 1)
}

/// A number of `/proc/PID/stat`, counted from behind the program's name.
fn stat(pid: u32, number: usize) -> anyhow::Result<u32> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat"))?;
    // The second field is the program's name in brackets, and may hold anything.
    let (_, fields) = stat.rsplit_once(')').context("no name in stat")?;
    let text = fields.split_ascii_whitespace().nth(number).context("stat is short")?;
    Ok(text.parse()?)
}

/// CPU time of everything that runs on the machine, user and system.
pub(crate) fn machine_cpu() -> anyhow::Result<Duration> {
    let stat = fs::read_to_string("/proc/stat")?;
    let line = stat.lines().next().context("stat is empty")?;
    let fields: Vec<u32> =
        line.split_ascii_whitespace().skip(1).map(str::parse).collect::<Result<_, _>>()?;
    // User, nice, system, idle, waiting, interrupts, more interrupts.
    let busy = [0, 1, 2, 5, 6].iter().filter_map(|place| fields.get(*place));
    Ok(TICK * busy.sum())
}

/// Resident memory of a process.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Memory {
    pub(crate) now_kb: u64,
    /// The most since the process began, or since [`forget_peak`].
    pub(crate) peak_kb: u64,
}

/// Resident memory of a process.
pub(crate) fn memory(pid: u32) -> anyhow::Result<Memory> {
    let status = fs::read_to_string(format!("/proc/{pid}/status"))?;
    let field = |name: &str| -> anyhow::Result<u64> {
        let line = status.lines().find_map(|line| line.strip_prefix(name));
        let number = line.and_then(|line| line.split_ascii_whitespace().next());
        Ok(number.with_context(|| format!("no {name} in status"))?.parse()?)
    };
    Ok(Memory { now_kb: field("VmRSS:")?, peak_kb: field("VmHWM:")? })
}

/// Lets the peak begin again from what is resident now.
pub(crate) fn forget_peak(pid: u32) -> anyhow::Result<()> {
    fs::write(format!("/proc/{pid}/clear_refs"), "5").context("forget the memory's peak")
}
