//! Why a command failed, and the exit code that tells.

use crate::config::ConfigError;
use crate::demo::Misstep;
use std::process::ExitCode;

/// What ends the process otherwise than well.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    /// Wrong settings: exit code 2, like a wrong command line.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// Settings that only the part they are for can judge.
    #[error("{0}")]
    Settings(String),
    /// The database.
    #[error("database: {0}")]
    Store(#[from] varde_store::StoreError),
    /// The network or the process.
    #[error("{0}")]
    Start(String),
    /// The demo.
    #[error("the demo stopped: {0}")]
    Demo(#[from] Misstep),
    /// `varde verify` found something.
    #[error("{0} finding(s)")]
    Findings(usize),
    /// `varde health`: not ready.
    #[error("not ready: {0}")]
    NotReady(String),
    /// Standard output went away.
    #[error("cannot print: {0}")]
    Print(#[from] std::io::Error),
}

impl Failure {
    /// 2 for settings, 1 for everything else.
    pub(crate) fn exit_code(&self) -> ExitCode {
        match self {
            Self::Config(_) | Self::Settings(_) => ExitCode::from(2),
            _ => ExitCode::FAILURE,
        }
    }
}
