//! What the tool can be told on its command line.

use crate::database::Shelf;
use crate::drive::Pressure;
use crate::scenario::SCENARIOS;
use crate::trouble::{Doing, Outcome, Trouble};
use std::path::PathBuf;
use std::time::Duration;

/// How to use it.
pub(crate) const USAGE: &str = "\
varde-load seed   [flags]   seeds the databases and stops
varde-load run    [flags]   the scenarios, each beside its ceiling, on --patients patients
varde-load growth [flags]   read and search on --patients and on --large patients in turn; start and memory
varde-load report [flags]   all of it, held against the targets

  --varde FILE       the release binary                       [target/release/varde]
  --workdir DIR      where seeded databases are kept          [target/load]
  --postgres URL     on this server instead of SQLite; report: on both, also from VARDE_TEST_POSTGRES
  --patients N       patients with team and plan, 100 or more [2000]
  --large N          patients of the large database           [200000]
  --waiting N        patients whom writes can be about        [20000]
  --clients N        keep-alive connections                   [32]
  --seconds S        each measurement, after half a second    [3]
  --rounds N         how often each pair is measured in turn  [3]
  --only A,B         these scenarios alone
  --rate R           open loop at R requests a second, without ceilings (run)
  --json FILE        the figures for other programs
  --markdown FILE    the figures for people, also printed
";

/// What was told.
#[derive(Clone, Debug)]
pub(crate) struct Flags {
    /// The `varde` binary.
    pub(crate) varde: PathBuf,
    /// Where seeded databases are kept.
    pub(crate) workdir: PathBuf,
    /// A PostgreSQL server.
    pub(crate) postgres: Option<String>,
    /// Patients with team and plan.
    pub(crate) patients: usize,
    /// The same, of the large database.
    pub(crate) large: usize,
    /// Patients whom writes can be about.
    pub(crate) waiting: usize,
    /// Connections.
    pub(crate) clients: usize,
    /// How long each measurement lasts.
    pub(crate) length: Duration,
    /// How often each is repeated.
    pub(crate) rounds: u64,
    /// The names of the scenarios to run; empty means all.
    pub(crate) only: Vec<String>,
    /// The rate of an open loop.
    pub(crate) rate: Option<u32>,
    /// Where to write JSON.
    pub(crate) json: Option<PathBuf>,
    /// Where to write markdown.
    pub(crate) markdown: Option<PathBuf>,
    /// For a server started by the tool itself: where it listens …
    pub(crate) bind: Option<String>,
    /// … its database …
    pub(crate) database: String,
    /// … and how long a static body is.
    pub(crate) bytes: usize,
}

impl Default for Flags {
    fn default() -> Self {
        Self {
            varde: "target/release/varde".into(),
            workdir: "target/load".into(),
            postgres: None,
            patients: 2_000,
            large: 200_000,
            waiting: 20_000,
            clients: 32,
            length: Duration::from_secs(3),
            rounds: 3,
            only: Vec::new(),
            rate: None,
            json: None,
            markdown: None,
            bind: None,
            database: String::new(),
            bytes: 0,
        }
    }
}

impl Flags {
    /// Reads `--name value` pairs.
    pub(crate) fn read(mut arguments: impl Iterator<Item = String>) -> Outcome<Self> {
        let mut flags = Self::default();
        while let Some(name) = arguments.next() {
            let value = arguments.next().doing(&format!("{name} needs a value"))?;
            flags.set(&name, value)?;
        }
        if flags.patients < 100 || flags.large < 100 {
            return Err(Trouble::new("--patients and --large are 100 or more"));
        }
        let known = |name: &String| SCENARIOS.iter().any(|scenario| scenario.name == name);
        if let Some(unknown) = flags.only.iter().find(|name| !known(name)) {
            return Err(Trouble::new(format!("--only: there is no scenario {unknown}")));
        }
        Ok(flags)
    }

    fn set(&mut self, name: &str, value: String) -> Outcome<()> {
        match name {
            "--varde" => self.varde = value.into(),
            "--workdir" => self.workdir = value.into(),
            "--postgres" => self.postgres = Some(value),
            "--patients" => self.patients = value.parse().doing(name)?,
            "--large" => self.large = value.parse().doing(name)?,
            "--waiting" => self.waiting = value.parse().doing(name)?,
            "--clients" => self.clients = value.parse().doing(name)?,
            "--seconds" => self.length = Duration::try_from_secs_f64(value.parse().doing(name)?).doing(name)?,
            "--rounds" => self.rounds = value.parse().doing(name)?,
            "--only" => self.only = value.split(',').map(str::to_owned).collect(),
            "--rate" => self.rate = Some(value.parse().doing(name)?),
            "--json" => self.json = Some(value.into()),
            "--markdown" => self.markdown = Some(value.into()),
            "--bind" => self.bind = Some(value),
            "--database" => self.database = value,
            "--bytes" => self.bytes = value.parse().doing(name)?,
            _ => return Err(Trouble::new(format!("there is no flag {name}\n\n{USAGE}"))),
        }
        Ok(())
    }

    /// Whether a scenario is to be run.
    pub(crate) fn wants(&self, name: &str) -> bool {
        self.only.is_empty() || self.only.iter().any(|wanted| wanted == name)
    }

    /// Where the databases are: on the PostgreSQL server that was named, else SQLite files.
    pub(crate) fn shelf(&self) -> Shelf {
        match &self.postgres {
            Some(server) => Shelf::Postgres(server.clone()),
            None => Shelf::Sqlite(self.workdir.clone()),
        }
    }

    /// As many clients as told, for as long as told.
    pub(crate) const fn pressure(&self, rate: Option<u32>) -> Pressure {
        Pressure { clients: self.clients, rate, length: self.length }
    }
}

#[cfg(test)]
mod tests {
    use super::Flags;
    use std::time::Duration;

    fn read(line: &str) -> Result<Flags, String> {
        Flags::read(line.split_whitespace().map(str::to_owned)).map_err(|trouble| trouble.to_string())
    }

    #[test]
    fn flags_are_read_and_mistakes_named() {
        let flags = read("--seconds 1.5 --only read,create --rate 200").unwrap();
        assert_eq!((flags.length, flags.rate), (Duration::from_millis(1500), Some(200)));
        assert!(flags.wants("create") && !flags.wants("vread") && read("").unwrap().wants("vread"));
        for (line, said) in [
            ("--second 1", "no flag --second"),
            ("--clients", "--clients needs a value"),
            ("--clients many", "--clients: "),
            ("--only reed", "no scenario reed"),
            ("--patients 99", "100 or more"),
        ] {
            assert!(read(line).unwrap_err().contains(said), "{line}");
        }
    }
}
