//! What a connection is for.

/// What a connection is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    /// Snapshots, read only.
    Reader,
    /// The writer's transactions and migrations.
    Writer,
}
