//! What a deployment decides about messages that leave the house.

use std::collections::BTreeSet;

/// Where messages may go.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Development allows `http` to loopback, and loopback without being listed.
    pub mode: Mode,
    /// This server's FHIR base URL: what the focus of a message is relative to.
    pub base: String,
    /// The hosts that messages may go to: a name (`ip.bergen.kommune.no`) or, with a dot in front, every name under it
    /// (`.nhn.no`). Empty: none.
    pub allow: BTreeSet<String>,
    /// Organisations (orgnr) whose entries in the directory are trusted for others too, e.g. the operator or the region.
    /// Otherwise only an Endpoint that the receiving organisation registered itself is used.
    pub registrars: BTreeSet<String>,
}

/// Whether this is somebody's own machine or a deployment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Somebody's own machine.
    Development,
    /// A deployment.
    Production,
}
