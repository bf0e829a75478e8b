//! The programs this tool drives: PostgreSQL's, as a user that it lets in, and the `varde` beside this binary.

use crate::trouble::{Doing, Outcome, Trouble};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Where they are, and who runs them.
#[derive(Debug)]
pub(crate) struct Programs {
    postgres: PathBuf,
    varde: PathBuf,
    root: bool,
    release: bool,
}

impl Programs {
    /// Finds the newest PostgreSQL; builds `varde` in the profile of this binary unless one is given.
    pub(crate) fn find(varde: Option<PathBuf>) -> Outcome<Self> {
        let root = run(Command::new("id").arg("-u"), "id")?.trim() == "0";
        let varde = match varde {
            Some(varde) => varde,
            None => build()?,
        };
        let release = varde.parent().is_some_and(|folder| folder.ends_with("release"));
        Ok(Self { postgres: newest_postgres()?, varde, root, release })
    }

    /// Whether Varde is built with optimisation.
    pub(crate) fn release(&self) -> bool {
        self.release
    }

    /// Gives a folder to the user that runs PostgreSQL.
    pub(crate) fn own(&self, folder: &Path) -> Outcome<()> {
        if self.root {
            run(Command::new("chown").arg("postgres").arg(folder), "chown")?;
        }
        Ok(())
    }

    /// One of PostgreSQL's programs; it refuses to be run by root.
    pub(crate) fn postgres(&self, name: &str) -> Command {
        let program = self.postgres.join(name);
        let mut command = if self.root {
            let mut command = Command::new("runuser");
            command.args(["-u", "postgres", "--"]).arg(program);
            command
        } else {
            Command::new(program)
        };
        command.current_dir("/");
        command
    }

    /// `varde`, with none of this machine's settings.
    pub(crate) fn varde(&self) -> Command {
        let mut command = Command::new(&self.varde);
        for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("VARDE_")) {
            command.env_remove(name);
        }
        command
    }
}

/// Builds `varde` beside this binary.
fn build() -> Outcome<PathBuf> {
    let own = std::env::current_exe().doing("this program's own path")?;
    let folder = own.parent().doing("this program's folder")?;
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.args(["build", "--quiet", "--package", "varde-server"]);
    command.args(folder.ends_with("release").then_some("--release"));
    run(command.current_dir(env!("CARGO_MANIFEST_DIR")), "cargo build")?;
    Ok(folder.join("varde"))
}

/// Runs a program to its end and tells what it printed.
///
/// # Errors
/// When it fails, with what it said.
pub(crate) fn run(command: &mut Command, name: &str) -> Outcome<String> {
    let output = command.stdin(Stdio::null()).output().doing(name)?;
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    if output.status.success() {
        return Ok(text(&output.stdout));
    }
    Err(Trouble::new(format!("{name}: {}\n{}{}", output.status, text(&output.stdout), text(&output.stderr))))
}

/// Debian keeps every major version in a folder of its own.
fn newest_postgres() -> Outcome<PathBuf> {
    let versions =
        std::fs::read_dir("/usr/lib/postgresql").doing("PostgreSQL is not installed: /usr/lib/postgresql")?;
    let number = |path: &PathBuf| path.file_name()?.to_str()?.parse::<u32>().ok();
    let newest = versions.flatten().map(|entry| entry.path()).filter(|path| number(path).is_some()).max_by_key(number);
    newest.map(|path| path.join("bin")).doing("no version of PostgreSQL below /usr/lib/postgresql")
}
