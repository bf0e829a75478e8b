//! What a connection is for.

use std::time::Duration;

/// What a connection is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    /// Snapshots, read only.
    Reader,
    /// The writer's transactions.
    Writer,
    /// Migrations and checks of whole tables: no statement is too long.
    Unhurried,
}

impl Role {
    /// How long an answer of a server elsewhere is waited for: longer than the server itself allows a statement, so that it
    /// runs out only when the server is silent, or when a commit waits for a standby that is not there.
    pub(crate) fn patience(self) -> Option<Duration> {
        match self {
            Self::Reader => Some(Duration::from_secs(12)),
            Self::Writer => Some(Duration::from_secs(15)),
            Self::Unhurried => None,
        }
    }
}
