//! The caller as everything above sees it: one [`Actor`] for each request, made only from a token that was checked.

use crate::Scopes;
use std::fmt;

/// Who is calling. Holds no national identity number, by construction.
#[derive(Clone, PartialEq, Eq)]
pub struct Actor {
    /// `client_id`: the system that calls.
    pub client: String,
    /// The legal entity it acts for: 9-digit organisation number (`orgnr_parent`).
    pub tenant: String,
    /// The unit inside the legal entity (`orgnr_child`), when named.
    pub unit: Option<String>,
    /// The vendor that calls on behalf of the legal entity (`orgnr_supplier`), when named.
    pub supplier: Option<String>,
    /// What kind of organisation the legal entity is.
    pub kind: ActorKind,
    /// The HPR number of the health personnel who is logged in; `None` machine to machine.
    pub hpr: Option<String>,
    /// The kinds of act the token gives.
    pub scopes: Scopes,
    /// Purpose of use: `TREAT`, `ETREAT` or `COC` (`nhn:tillitsrammeverk:parameters`).
    pub purpose: Option<String>,
    /// The reference to the decision that gives the basis for access, when the token names one.
    pub decision: Option<String>,
}

impl fmt::Debug for Actor {
    /// For logs: what identifies a person (HPR number, decision reference) shows as present or not.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let present = |value: &Option<String>| value.as_ref().map(|_| "…");
        f.debug_struct("Actor")
            .field("client", &self.client)
            .field("tenant", &self.tenant)
            .field("unit", &self.unit)
            .field("supplier", &self.supplier)
            .field("kind", &self.kind)
            .field("hpr", &present(&self.hpr))
            .field("scopes", &self.scopes)
            .field("purpose", &self.purpose)
            .field("decision", &present(&self.decision))
            .finish()
    }
}

/// The kind of an organisation; the columns of the [`crate::policy`] table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ActorKind {
    /// A hospital or health trust (*sykehus, helseforetak*).
    Hospital,
    /// A coordinating unit (*koordinerende enhet*) of a hospital.
    Ke,
    /// A municipality (*kommune*).
    Municipality,
    /// A regional health authority or its coordinating unit (*RHF, RKE*): directory and figures.
    Region,
    /// A supervisory authority (*Statsforvalter, Helsetilsyn*): reads what it is granted.
    Supervisor,
    /// A system of the operator: maintains the directory.
    System,
    /// Anybody else with a valid token: reads the directory.
    Other,
}

impl ActorKind {
    /// Every kind, in the order of the policy table's columns.
    pub const ALL: &'static [Self] =
        &[Self::Hospital, Self::Ke, Self::Municipality, Self::Region, Self::Supervisor, Self::System, Self::Other];

    /// The word in configuration, e.g. `hospital`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Hospital => "hospital",
            Self::Ke => "ke",
            Self::Municipality => "municipality",
            Self::Region => "region",
            Self::Supervisor => "supervisor",
            Self::System => "system",
            Self::Other => "other",
        }
    }

    /// Reads the word in configuration.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.as_str() == word)
    }

    /// What to call such an organisation in Norwegian text.
    pub(crate) const fn nb(self) -> &'static str {
        match self {
            Self::Hospital => "sykehus",
            Self::Ke => "koordinerende enhet",
            Self::Municipality => "kommune",
            Self::Region => "regionalt helseforetak",
            Self::Supervisor => "tilsynsmyndighet",
            Self::System => "driftssystem",
            Self::Other => "annen virksomhet",
        }
    }
}
