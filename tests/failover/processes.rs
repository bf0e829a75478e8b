//! Signals to the processes of one PostgreSQL server and no others: they work in their data directory.

use crate::programs::run;
use crate::trouble::{Doing, Outcome};
use std::path::Path;
use std::process::Command;

/// The processes of a data directory, the postmaster first: it would start others in the place of those that die.
pub(crate) fn of(data: &Path) -> Outcome<Vec<String>> {
    let noted = std::fs::read_to_string(data.join("postmaster.pid")).unwrap_or_default();
    let postmaster = noted.lines().next().unwrap_or_default().trim();
    let mut found: Vec<String> = std::fs::read_dir("/proc")
        .doing("/proc")?
        .flatten()
        .filter(|entry| std::fs::read_link(entry.path().join("cwd")).is_ok_and(|folder| folder == data))
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect();
    found.sort_by_key(|process| process != postmaster);
    Ok(found)
}

/// Sends a signal to each of them, in this order.
pub(crate) fn signal(name: &str, processes: &[String]) {
    if !processes.is_empty() {
        // One may have ended meanwhile: then `kill` complains, and has reached the others.
        let _ = run(Command::new("kill").arg(format!("-{name}")).args(processes), "kill");
    }
}

/// The shared memory segment that a killed postmaster leaves behind: its key and id stand on line 7.
pub(crate) fn shared_memory(data: &Path) -> Option<String> {
    let noted = std::fs::read_to_string(data.join("postmaster.pid")).ok()?;
    noted.lines().nth(6)?.split_whitespace().nth(1).map(str::to_owned)
}
