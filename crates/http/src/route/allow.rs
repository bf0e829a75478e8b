//! Which methods an address has, and what each does: the `Allow` header (RFC 9110 §10.2.1) and the dispatch are one table.

use super::target::Target;
use std::fmt::Write as _;
use varde_fhir::registry::{Interaction, Served};

/// An HTTP method Varde knows; others are 405 everywhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verb {
    Get,
    Head,
    Post,
    Put,
    Patch,
    Delete,
    Options,
}

impl Verb {
    /// Reads a method; it is case-sensitive (RFC 9110 §9.1).
    pub(crate) fn parse(method: &str) -> Option<Self> {
        [Self::Get, Self::Head, Self::Post, Self::Put, Self::Patch, Self::Delete, Self::Options]
            .into_iter()
            .find(|verb| verb.as_str() == method)
    }

    /// The method's name.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Head => "HEAD",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
            Self::Options => "OPTIONS",
        }
    }
}

/// What a method does at an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Act {
    Capabilities,
    Read,
    Vread,
    Create,
    Update,
    Patch,
    Delete,
    History,
    SearchByGet,
    SearchByPost,
    Bundle,
    Operation,
    OperationByGet,
}

impl Act {
    /// Whether it changes what is stored; an operation by itself says whether it does.
    pub(crate) const fn writes(self) -> bool {
        matches!(self, Self::Create | Self::Update | Self::Patch | Self::Delete | Self::Bundle | Self::Operation)
    }
}

/// The methods of an address with what they do, `HEAD` and `OPTIONS` understood.
pub(super) fn acts(target: &Target) -> Vec<(Verb, Act)> {
    let of = |row: &'static Served, table: &[(Verb, Act, Interaction)]| -> Vec<(Verb, Act)> {
        table
            .iter()
            .filter(|(_, _, interaction)| row.allows(*interaction))
            .map(|(verb, act, _)| (*verb, *act))
            .collect()
    };
    match target {
        Target::Base => vec![(Verb::Get, Act::SearchByGet), (Verb::Post, Act::Bundle)],
        Target::SystemSearch => vec![(Verb::Post, Act::SearchByPost)],
        Target::Compartment(..) => vec![(Verb::Get, Act::SearchByGet)],
        Target::Metadata => vec![(Verb::Get, Act::Capabilities)],
        Target::Type(row) => of(
            row,
            &[
                (Verb::Get, Act::SearchByGet, Interaction::SearchType),
                (Verb::Post, Act::Create, Interaction::Create),
                (Verb::Put, Act::Update, Interaction::Update),
                (Verb::Patch, Act::Patch, Interaction::Patch),
                (Verb::Delete, Act::Delete, Interaction::Delete),
            ],
        ),
        Target::Search(row) => of(row, &[(Verb::Post, Act::SearchByPost, Interaction::SearchType)]),
        Target::Instance(row, _) => of(
            row,
            &[
                (Verb::Get, Act::Read, Interaction::Read),
                (Verb::Put, Act::Update, Interaction::Update),
                (Verb::Patch, Act::Patch, Interaction::Patch),
                (Verb::Delete, Act::Delete, Interaction::Delete),
            ],
        ),
        Target::SystemHistory => vec![(Verb::Get, Act::History)],
        Target::TypeHistory(row) => of(row, &[(Verb::Get, Act::History, Interaction::HistoryType)]),
        Target::History(row, _) => of(row, &[(Verb::Get, Act::History, Interaction::HistoryInstance)]),
        Target::Version(row, ..) => of(row, &[(Verb::Get, Act::Vread, Interaction::Vread)]),
        Target::Operation(operation, _) if operation.by_get => {
            vec![(Verb::Get, Act::OperationByGet), (Verb::Post, Act::Operation)]
        }
        Target::Operation(..) => vec![(Verb::Post, Act::Operation)],
    }
}

/// `GET, HEAD, PUT, PATCH, DELETE, OPTIONS`
pub(super) fn header(acts: &[(Verb, Act)]) -> String {
    let mut text = String::new();
    for (verb, _) in acts {
        let _ = write!(text, "{}, ", verb.as_str());
        if *verb == Verb::Get {
            text.push_str("HEAD, ");
        }
    }
    text.push_str("OPTIONS");
    text
}
