//! Role × interaction × type: which kinds of act an [`Actor`] may do at all. Two questions, both must be answered yes: does
//! the table give it to this kind of organisation, and does the token have the scope. *Which patients* the act reaches is
//! another matter: every read starts from [`organisation`] in the store.

mod print;
mod table;

pub use print::table;

use crate::{Actor, ActorKind, ScopeLetter};
use table::Subject;
use varde_fhir::ResourceType;
use varde_fhir::registry::{Interaction, Operation, OperationKind, served_types};

/// One kind of act.
#[derive(Clone, Copy, Debug)]
pub enum Act {
    /// `GET metadata`: anybody.
    Capabilities,
    /// A `RESTful` interaction on a type.
    Interaction(Interaction, ResourceType),
    /// An operation of the registry.
    Operation(&'static Operation),
    /// A batch or transaction Bundle; each entry is an act of its own.
    Transaction,
    /// The history of the whole system: of the types in [`past_of`].
    HistorySystem,
}

/// Why an act is refused (403): the kind of organisation or a scope is missing. Never says anything about a patient.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Denied {
    /// Message code: `act-not-allowed` or `scope-missing`.
    pub key: &'static str,
    /// The text in Norwegian bokmål.
    pub nb: String,
    /// The text in English.
    pub en: String,
}

/// Whether the actor may do this kind of act.
///
/// # Errors
/// What is missing.
pub fn allows(actor: &Actor, act: &Act) -> Result<(), Denied> {
    match *act {
        Act::Capabilities => Ok(()),
        Act::Transaction => kind_allows(actor.kind, Subject::Transaction, table::RUN, "transaction"),
        Act::HistorySystem if !past_of(actor).is_empty() => Ok(()),
        Act::HistorySystem => Err(scope_missing("system/*.s")),
        Act::Operation(operation) if operation.kind == OperationKind::Terminology => Ok(()),
        Act::Operation(operation) if operation.kind == OperationKind::Validate => validates(actor, operation.rtype),
        Act::Operation(operation) => {
            let name = format!("{}/${}", operation.rtype, operation.name);
            kind_allows(actor.kind, Subject::Operation(operation.rtype, operation.name), table::RUN, &name)?;
            has_scope(actor, operation.scope)
        }
        Act::Interaction(interaction, rtype) => {
            kind_interacts(actor.kind, interaction, rtype)?;
            let letter = letter(interaction);
            if !actor.scopes.grants(rtype, letter) {
                return Err(scope_missing(&format!("system/{rtype}.{}", letter.as_char())));
            }
            table::also(rtype).map_or(Ok(()), |scope| has_scope(actor, scope))
        }
    }
}

/// Whether organisations of the actor's kind may create this type: asked when an update makes what is not there yet. The scope to
/// update is enough then, as SMART says <https://hl7.org/fhir/smart-app-launch/scopes-and-launch-context.html>.
///
/// # Errors
/// The kind may not.
pub fn may_create(actor: &Actor, rtype: ResourceType) -> Result<(), Denied> {
    kind_interacts(actor.kind, Interaction::Create, rtype)
}

/// `$validate` stores nothing: any right on the type and any scope of it will do.
fn validates(actor: &Actor, rtype: ResourceType) -> Result<(), Denied> {
    if table::rights(Subject::Type(rtype), actor.kind).is_empty() {
        return Err(not_allowed(actor.kind, &format!("validate {rtype}")));
    }
    if ScopeLetter::ALL.into_iter().any(|letter| actor.scopes.grants(rtype, letter)) {
        return Ok(());
    }
    Err(scope_missing(&format!("system/{rtype}.r")))
}

/// The organisation whose view of the patients the actor has: its legal entity. A unit alone never gives access.
#[must_use]
pub fn organisation(actor: &Actor) -> &str {
    &actor.tenant
}

/// The types whose whole history the actor may ask for.
#[must_use]
pub fn past_of(actor: &Actor) -> Vec<ResourceType> {
    let types = served_types().iter().filter(|row| row.allows(Interaction::HistoryType)).map(|row| row.rtype);
    types.filter(|rtype| allows(actor, &Act::Interaction(Interaction::HistoryType, *rtype)).is_ok()).collect()
}

/// The letter of the SMART scope that an interaction needs; the history of a type is a search of it
/// <https://hl7.org/fhir/smart-app-launch/scopes-and-launch-context.html#scopes-for-requesting-fhir-resources>.
#[must_use]
pub const fn letter(interaction: Interaction) -> ScopeLetter {
    match interaction {
        Interaction::Read | Interaction::Vread | Interaction::HistoryInstance => ScopeLetter::Read,
        Interaction::SearchType | Interaction::HistoryType => ScopeLetter::Search,
        Interaction::Create => ScopeLetter::Create,
        Interaction::Update | Interaction::Patch => ScopeLetter::Update,
        Interaction::Delete => ScopeLetter::Delete,
    }
}

/// Whether organisations of a kind may do this with the type.
fn kind_interacts(kind: ActorKind, interaction: Interaction, rtype: ResourceType) -> Result<(), Denied> {
    kind_allows(kind, Subject::Type(rtype), letter(interaction).as_char(), &format!("{} {rtype}", interaction.code()))
}

fn kind_allows(kind: ActorKind, subject: Subject, right: char, act: &str) -> Result<(), Denied> {
    if table::rights(subject, kind).contains(right) {
        return Ok(());
    }
    Err(not_allowed(kind, act))
}

fn not_allowed(kind: ActorKind, act: &str) -> Denied {
    Denied {
        key: "act-not-allowed",
        nb: format!("Virksomheter av typen {} kan ikke utføre {act}.", kind.nb()),
        en: format!("Organisations of the kind {} may not do {act}.", kind.as_str()),
    }
}

fn has_scope(actor: &Actor, scope: &str) -> Result<(), Denied> {
    if actor.scopes.has(scope) { Ok(()) } else { Err(scope_missing(&actor.scopes.written(scope))) }
}

fn scope_missing(scope: &str) -> Denied {
    Denied {
        key: "scope-missing",
        nb: format!("Tokenet mangler scope {scope}: be utstederen om et token med det."),
        en: format!("The token lacks the scope {scope}: ask the issuer for a token that has it."),
    }
}
