//! One PostgreSQL server with a data directory of its own: made, copied, started, promoted, killed, stopped in its tracks.

use crate::processes;
use crate::programs::{Programs, run};
use crate::sql;
use crate::trouble::{Doing, Outcome, Trouble};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicU16, Ordering};
use std::time::{Duration, Instant};

/// How long a state may take to come about.
const PATIENCE: Duration = Duration::from_secs(30);
const PAUSE: Duration = Duration::from_millis(50);

/// A server; killed when dropped.
pub(crate) struct Cluster<'p> {
    programs: &'p Programs,
    folder: PathBuf,
    data: PathBuf,
    port: u16,
}

impl<'p> Cluster<'p> {
    /// A place for a server below a folder, and a port for it.
    pub(crate) fn new(programs: &'p Programs, folder: &Path) -> Outcome<Self> {
        Ok(Self::at(programs, folder, free_port()?))
    }

    fn at(programs: &'p Programs, folder: &Path, port: u16) -> Self {
        static NUMBER: AtomicU16 = AtomicU16::new(1);
        let data = folder.join(format!("data-{}", NUMBER.fetch_add(1, Ordering::Relaxed)));
        Self { programs, folder: folder.to_owned(), data, port }
    }

    /// Where it listens, on this machine.
    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    /// Makes an empty server.
    pub(crate) fn initialise(&self) -> Outcome<()> {
        let mut command = self.programs.postgres("initdb");
        command.arg("-D").arg(&self.data).args(["-U", "varde", "--auth=trust", "--encoding=UTF8", "--locale=C"]);
        run(&mut command, "initdb")?;
        Ok(())
    }

    /// Starts it and waits until it lets somebody in. Every setting that matters for durability is the default.
    pub(crate) fn start(&self) -> Outcome<()> {
        let options = format!("-p {} -c listen_addresses=127.0.0.1 -c unix_socket_directories=", self.port);
        let mut command = self.programs.postgres("pg_ctl");
        command.arg("-D").arg(&self.data).arg("-l").arg(self.data.with_extension("log"));
        run(command.args(["-w", "-o", &options, "start"]), "pg_ctl start")?;
        Ok(())
    }

    /// Makes this the synchronous standby of a running server, which from now on commits nothing without it.
    pub(crate) fn follow(self, primary: &Cluster<'_>) -> Outcome<Self> {
        primary.execute("postgres", "ALTER SYSTEM SET synchronous_standby_names = 'FIRST 1 (standby)'")?;
        let from = format!("host=127.0.0.1 port={} user=varde application_name=standby", primary.port);
        let mut copy = self.programs.postgres("pg_basebackup");
        copy.arg("-D").arg(&self.data).args(["-d", &from, "-R", "-C", "-S", "standby", "-X", "stream", "-c", "fast"]);
        run(&mut copy, "pg_basebackup")?;
        self.start()?;
        primary.execute("postgres", "SELECT pg_reload_conf()")?;
        primary.wait_for("SELECT sync_state FROM pg_stat_replication WHERE application_name = 'standby'", "sync")?;
        Ok(self)
    }

    /// A new standby in the place of a server that is dead: the same port, a new data directory.
    pub(crate) fn replaced(&self, primary: &Cluster<'_>) -> Outcome<Self> {
        self.kill()?;
        Self::at(self.programs, &self.folder, self.port).follow(primary)
    }

    /// Makes a standby the primary. As a failover manager does where no second standby is left, it is then told to commit
    /// alone.
    pub(crate) fn promote(&self) -> Outcome<()> {
        let mut command = self.programs.postgres("pg_ctl");
        run(command.arg("-D").arg(&self.data).args(["-w", "promote"]), "pg_ctl promote")?;
        self.execute("postgres", "ALTER SYSTEM SET synchronous_standby_names = ''")?;
        self.execute("postgres", "SELECT pg_reload_conf()")
    }

    /// Stops it in order, sessions or not.
    pub(crate) fn stop(&self) -> Outcome<()> {
        let mut command = self.programs.postgres("pg_ctl");
        run(command.arg("-D").arg(&self.data).args(["-w", "-m", "fast", "stop"]), "pg_ctl stop")?;
        Ok(())
    }

    /// `kill -9` to every process of it.
    pub(crate) fn kill(&self) -> Outcome<()> {
        processes::signal("KILL", &processes::of(&self.data)?);
        Ok(())
    }

    /// Stops every process of it in its tracks: the kernel still takes connections, and nobody answers.
    pub(crate) fn freeze(&self) -> Outcome<()> {
        processes::signal("STOP", &processes::of(&self.data)?);
        Ok(())
    }

    /// Lets them go on.
    pub(crate) fn thaw(&self) -> Outcome<()> {
        processes::signal("CONT", &processes::of(&self.data)?);
        Ok(())
    }

    /// Runs a statement for its effect.
    pub(crate) fn execute(&self, database: &str, statement: &str) -> Outcome<()> {
        self.ask(database, statement).map(drop)
    }

    /// The first column of a statement's rows.
    pub(crate) fn ask(&self, database: &str, statement: &str) -> Outcome<Vec<String>> {
        sql::ask(self.port, database, statement)
    }

    /// `15.14`
    pub(crate) fn version(&self) -> Outcome<String> {
        let answer = self.ask("postgres", "SHOW server_version")?;
        let version = answer.first().and_then(|text| text.split_whitespace().next());
        version.map(str::to_owned).doing("no server_version")
    }

    fn wait_for(&self, question: &str, expected: &str) -> Outcome<()> {
        let end = Instant::now() + PATIENCE;
        while Instant::now() < end {
            if self.ask("postgres", question)?.iter().any(|answer| answer == expected) {
                return Ok(());
            }
            std::thread::sleep(PAUSE);
        }
        Err(Trouble::new(format!("{question} is still not {expected}")))
    }
}

impl Drop for Cluster<'_> {
    fn drop(&mut self) {
        let _ = self.kill();
        if let Some(segment) = processes::shared_memory(&self.data) {
            let _ = run(Command::new("ipcrm").args(["-m", &segment]), "ipcrm");
        }
        let _ = std::fs::remove_dir_all(&self.data);
    }
}

/// A port that nobody listens at now.
pub(crate) fn free_port() -> Outcome<u16> {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    let start = u16::try_from(std::process::id() % 10_000).doing("a process id")?;
    for _ in 0..1_000 {
        let port = 20_000 + (start + NEXT.fetch_add(1, Ordering::Relaxed)) % 20_000;
        if TcpListener::bind(("127.0.0.1", port)).is_ok() {
            return Ok(port);
        }
    }
    Err(Trouble::new("no port is free"))
}
