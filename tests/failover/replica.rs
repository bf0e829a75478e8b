//! One process of `varde serve` in development mode, started once and never again: it has to recover by itself.

use crate::cluster::free_port;
use crate::programs::Programs;
use crate::tokens;
use crate::trouble::{Doing, Outcome, Trouble};
use std::fs::File;
use std::path::Path;
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

/// How long it may take to become ready.
const PATIENCE: Duration = Duration::from_secs(30);
const PAUSE: Duration = Duration::from_millis(50);

/// A replica; killed when dropped.
pub(crate) struct Replica {
    child: Child,
    /// Where it listens, `http://127.0.0.1:port`.
    pub(crate) address: String,
    /// A token that it takes.
    pub(crate) token: String,
}

impl Replica {
    /// Two on one database, as behind one load balancer: both have the first one's address for their public one.
    pub(crate) fn start_two(programs: &Programs, database: &str, folder: &Path) -> Outcome<[Self; 2]> {
        let http = reqwest::blocking::Client::new();
        let (first, second) = (free_port()?, free_port()?);
        let start = |port: u16| Self::start(programs, database, folder, (port, first), &http);
        Ok([start(first)?, start(second)?])
    }

    fn start(
        programs: &Programs,
        database: &str,
        folder: &Path,
        (port, public): (u16, u16),
        http: &reqwest::blocking::Client,
    ) -> Outcome<Self> {
        let log = File::create(folder.join(format!("varde-{port}.log"))).doing("a log file")?;
        let mut command = programs.varde();
        command.arg("serve").env("VARDE_DATABASE", database).env("VARDE_BIND", format!("127.0.0.1:{port}"));
        command.env("VARDE_BASE_URL", format!("http://127.0.0.1:{public}")).env("VARDE_LOG", "warn");
        command.current_dir(folder).stdin(Stdio::null()).stdout(Stdio::null()).stderr(log);
        let child = command.spawn().doing("varde serve")?;
        let mut replica = Self { child, address: format!("http://127.0.0.1:{port}"), token: String::new() };
        replica.wait(http)?;
        replica.token = tokens::token(http, &replica.address)?;
        Ok(replica)
    }

    fn wait(&self, http: &reqwest::blocking::Client) -> Outcome<()> {
        let end = Instant::now() + PATIENCE;
        while Instant::now() < end {
            let answer = http.get(format!("{}/health/ready", self.address)).send();
            if answer.is_ok_and(|answer| answer.status().is_success()) {
                return Ok(());
            }
            std::thread::sleep(PAUSE);
        }
        Err(Trouble::new("a replica did not become ready"))
    }

    /// Whether it is still the process that was started.
    pub(crate) fn lives(&mut self) -> bool {
        matches!(self.child.try_wait(), Ok(None))
    }
}

impl Drop for Replica {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
