//! A disk of a few megabytes that a test may fill: a tmpfs in a namespace of the process's own, which takes no privileges where
//! the machine lets its users have namespaces, and is gone with the process.

use crate::binary::{Launched, Varde, verify_under};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use tempfile::TempDir;

/// What it holds, in megabytes.
const SIZE: &str = "16";
/// What of it a file takes that can be removed.
const BALLAST: &str = "8";
/// Mounts it, puts the ballast there and becomes what stands after it; the log goes to the same disk.
const SCRIPT: &str = r#"
    mount -t tmpfs -o size="$1"m varde "$0" && head -c "$2"M /dev/zero >"$0/ballast" && shift 2 && exec "$@" 2>"$0/log"
"#;

/// `varde` on a small disk.
pub(crate) struct Small {
    /// The process.
    pub(crate) varde: Varde,
    database: String,
    /// The disk, as this process sees it.
    folder: PathBuf,
    _mounted_at: TempDir,
}

impl Small {
    /// Starts it; `None` when this machine mounts nothing for a test.
    pub(crate) fn start() -> Option<Self> {
        let place = TempDir::new().expect("a folder");
        let path = place.path().to_str().expect("a path").to_owned();
        let under = ["unshare", "-Urm", "sh", "-c", SCRIPT, &path, SIZE, BALLAST];
        let tried = Command::new(under[0]).args(&under[1..]).arg("true").stderr(Stdio::null()).status();
        if !tried.is_ok_and(|tried| tried.success()) {
            eprintln!("skipped: this machine mounts no tmpfs for a test");
            return None;
        }
        let database = format!("sqlite:{path}/varde.db");
        let varde = Launched::start(&under, &database).ready();
        let folder = PathBuf::from(format!("/proc/{}/root{path}", varde.pid()));
        Some(Self { varde, database, folder, _mounted_at: place })
    }

    /// Makes room.
    pub(crate) fn remove_ballast(&self) {
        std::fs::remove_file(self.folder.join("ballast")).expect("the ballast");
    }

    /// `varde verify` beside the process, in its namespaces: elsewhere there is no such disk.
    pub(crate) fn verify(&self) {
        let process = self.varde.pid().to_string();
        verify_under(&["nsenter", "-t", &process, "-U", "-m", "--preserve-credentials"], &self.database);
    }
}
