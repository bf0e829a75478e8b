//! `varde-failover`: two PostgreSQL servers with synchronous streaming replication, two replicas of Varde, clients that write and
//! read; then the primary is killed, or hangs, or loses its standby. Nothing that was acknowledged may be missing afterwards.
//!
//! `cargo run --release -p varde-tests --bin varde-failover [-- --rounds 3]`; needs Debian's `postgresql` package. What it prints
//! stands in `docs/operations.md`.

mod act;
mod check;
mod client;
mod cluster;
mod door;
mod ledger;
#[path = "../load/numbers.rs"]
mod numbers;
mod processes;
mod programs;
mod replica;
mod report;
mod round;
mod sql;
mod tokens;
#[path = "../load/trouble.rs"]
mod trouble;

use check::check;
use client::Client;
use cluster::Cluster;
use programs::Programs;
use replica::Replica;
use report::Report;
use round::{Stage, Strike};
use std::io::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;
use tempfile::TempDir;
use trouble::{Doing as _, Outcome, Trouble};

/// Clients at once.
const CLIENTS: usize = 16;

fn main() -> ExitCode {
    let told = |text: String| std::io::stdout().write_all(text.as_bytes()).is_ok();
    match run() {
        Ok(report) => {
            let sound = report.sound();
            if told(report.text()) && sound { ExitCode::SUCCESS } else { ExitCode::FAILURE }
        }
        Err(trouble) => {
            told(format!("varde-failover: {trouble}\n"));
            ExitCode::FAILURE
        }
    }
}

fn run() -> Outcome<Report> {
    let (strikes, varde) = options(std::env::args().skip(1))?;
    rustls::crypto::aws_lc_rs::default_provider()
        .install_default()
        .map_err(|_| Trouble::new("a TLS provider is installed already"))?;
    let programs = Programs::find(varde)?;
    let folder = TempDir::with_prefix("varde-failover-").doing("a temporary folder")?;
    programs.own(folder.path())?;

    let primary = Cluster::new(&programs, folder.path())?;
    primary.initialise()?;
    primary.start()?;
    primary.execute("postgres", "CREATE DATABASE varde")?;
    let second = Cluster::new(&programs, folder.path())?;
    let url = format!(
        "postgres://varde@127.0.0.1:{},127.0.0.1:{}/varde?target_session_attrs=read-write",
        primary.port(),
        second.port()
    );
    let standby = second.follow(&primary)?;

    let replicas = Replica::start_two(&programs, &url, folder.path())?;
    let clients = Client::several(CLIENTS, &replicas)?;
    let mut stage = Stage { primary, standby, replicas, clients };
    let mut report = Report::new(&stage.primary.version()?, programs.release(), CLIENTS);
    for strike in strikes {
        report.round(stage.play(strike, &programs, &url)?);
    }
    report.end(check(report.total(), &stage.replicas, &stage.primary, &programs, &url)?);
    Ok(report)
}

/// What the command line says: `--rounds N` kills, then one of every other kind, or `--only KIND`; `--varde PATH` to drive a
/// binary that was built elsewhere.
fn options(mut arguments: impl Iterator<Item = String>) -> Outcome<(Vec<Strike>, Option<PathBuf>)> {
    let (mut kills, mut only, mut varde) = (3, None, None);
    while let Some(argument) = arguments.next() {
        let value = arguments.next().doing("every option has a value")?;
        match argument.as_str() {
            "--rounds" => kills = value.parse::<usize>().doing("--rounds")?,
            "--only" => only = Some(Strike::parse(&value)?),
            "--varde" => varde = Some(std::path::absolute(value).doing("--varde")?),
            other => return Err(Trouble::new(format!("{other}: write --rounds NUMBER, --only KIND or --varde PATH"))),
        }
    }
    let others = [Strike::Hang, Strike::Away, Strike::Cancel];
    let strikes = match only {
        Some(strike) => vec![strike],
        None => std::iter::repeat_n(Strike::Kill, kills).chain(others).collect(),
    };
    Ok((strikes, varde))
}
