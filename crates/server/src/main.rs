//! The `varde` binary: reads the settings, wires the floors of the house together and runs one sub-command.
//!
//! Floor 5 of the house. What can be told to it stands in [`cli`] and [`config`]; what it does in [`commands`].

mod cli;
mod commands;
mod config;
mod delivering;
mod demo;
mod failure;
mod logging;
mod outgoing;
mod quickstart;
mod serving;
mod sweeping;

use clap::Parser as _;
use config::Config;
use failure::Failure;
use std::io::{IsTerminal as _, Write as _};
use std::process::ExitCode;

/// A request makes and drops some hundreds of small things on several threads; with the C library's allocator that was a sixth of
/// a read (docs/performance.md).
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let cli = cli::Cli::parse();
    match run(cli) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            // Nobody is left to tell when standard error is gone too.
            let _ = writeln!(std::io::stderr(), "varde: {failure}");
            failure.exit_code()
        }
    }
}

fn run(cli: cli::Cli) -> Result<(), Failure> {
    config::check_names(std::env::vars_os().filter_map(|(name, _)| name.into_string().ok()))?;
    let config = Config::read(&cli.flags, std::io::stderr().is_terminal())?;
    rustls::crypto::aws_lc_rs::default_provider()
        .install_default()
        .map_err(|_| Failure::Start("a TLS provider is installed already".to_owned()))?;
    let command = cli.command.unwrap_or(cli::Command::Serve);
    let serves = matches!(command, cli::Command::Serve);
    let _kept = logging::start(&config, if serves { "info,actix_server=warn" } else { "warn" })?;
    commands::run(&config, command)
}
