//! The command line: what `varde` can be told to do.

use crate::config::Flags;
use clap::{Parser, Subcommand, ValueEnum};

/// Varde: statutory care coordination (koordinator, kontaktlege, individuell plan) over FHIR R4.
#[derive(Debug, Parser)]
#[command(name = "varde", version, about)]
pub(crate) struct Cli {
    /// What to do; serve when nothing is said.
    #[command(subcommand)]
    pub(crate) command: Option<Command>,
    /// The settings, as flags or `VARDE_*` variables.
    #[command(flatten)]
    pub(crate) flags: Flags,
}

/// The sub-commands.
#[derive(Clone, Debug, Subcommand)]
pub(crate) enum Command {
    /// Answer HTTP until told to stop (the default)
    Serve,
    /// Bring the database to this version's schema, and stop
    Migrate,
    #[command(about = "Print the OpenAPI document")]
    Openapi {
        #[arg(help = "The OpenAPI version", long, value_enum, default_value = "3.1")]
        version: OpenapiVersion,
    },
    /// Load synthetic people and play the story over HTTP: need, consent, appointment, plan, status, end
    Demo {
        /// A running Varde in development mode; without it, one is started for the occasion on the database
        #[arg(long, value_name = "URL")]
        url: Option<String>,
    },
    /// Compute the search index again from the stored resources
    Reindex,
    /// Check the search index, the audit chain and the change sequence
    Verify {
        /// Check the audit chain alone, and name its first broken link
        #[arg(long)]
        audit: bool,
    },
    /// Ask the Varde on this machine whether it is ready; for container health checks
    Health,
}

/// Which `OpenAPI` document to print.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum OpenapiVersion {
    /// 3.1.0
    #[value(name = "3.1")]
    V31,
    /// 3.0.3, for generators that need it
    #[value(name = "3.0")]
    V30,
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_well_formed() {
        Cli::command().debug_assert();
    }
}
