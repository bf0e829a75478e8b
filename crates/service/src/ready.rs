//! A call whose body has been read and checked: all that needs no database is done before the writer's turn comes, so that
//! nobody waits while somebody else's resource is being validated.

use crate::admit::{self, Admitted, Kind};
use crate::context::Context;
use crate::fault::Fault;
use crate::interactions::bundle::entry::{self, Entry, Target};
use crate::operations::Input;
use crate::references;
use crate::validating::Validating;
use crate::{Call, Guard, Place, Refusal};
use serde_json::Value;
use std::collections::HashSet;
use std::sync::Arc;
use varde_auth::policy;
use varde_fhir::query::TOO_COSTLY;
use varde_fhir::registry::{Operation, OperationKind};
use varde_fhir::{Issue, IssueCode, Patch, ResourceKey, ResourceType, json};

/// What is left to do.
#[derive(Debug)]
pub(crate) enum Ready {
    /// A read, vread, history or search.
    Retrieve(Arc<Call>),
    /// The same without its body: a HEAD in a batch.
    Head(Arc<Call>),
    /// create.
    Create { rtype: ResourceType, resource: Value, if_none_exist: Option<String> },
    /// update.
    Update { place: Place, resource: Value, guard: Guard },
    /// patch.
    Patch { place: Place, patch: Patch, guard: Guard },
    /// delete.
    Delete { place: Place, guard: Guard },
    /// transaction.
    Transaction(Vec<Entry>),
    /// batch: each entry by itself, those that are refused already among them.
    Batch(Vec<Result<Ready, Fault>>),
    /// `$validate`.
    Validate(Validating),
    /// An operation.
    Operation { operation: &'static Operation, key: Option<ResourceKey>, input: Input, guard: Guard },
}

/// Search parameters that name few resources, by an index.
const NARROW: [&str; 4] = ["patient", "subject", "identifier", "_id"];
/// How long the parameters of such a search are together, in bytes: longer ones ask for much, by many values or deep links.
const LITTLE: usize = 512;
/// Search parameters that take a statement more, on the same rows.
const SEVERAL: [&str; 4] = ["_include", "_revinclude", "_total", "_cursor"];
/// Parameters of an operation that looks at one patient or a handful.
const FEW: usize = 4;

impl Ready {
    /// Reads and checks what the call brings.
    pub(crate) fn of(context: &Context, call: &Arc<Call>) -> Result<Self, Fault> {
        match &**call {
            Call::Create { rtype, body, if_none_exist } => Ok(Self::Create {
                rtype: *rtype,
                resource: admit::resource(context, *rtype, body)?,
                if_none_exist: if_none_exist.clone(),
            }),
            Call::Update { place, body, guard } => {
                let resource = admit::resource(context, place.rtype(), body)?;
                if let Place::Id(key) = place {
                    admit::same_id(&resource, key.id.as_str())?;
                }
                Ok(Self::Update { place: place.clone(), resource, guard: guard.clone() })
            }
            Call::Patch { place, body, format, guard } => {
                let patch = admit::patch(context, *format, body)?;
                Ok(Self::Patch { place: place.clone(), patch, guard: guard.clone() })
            }
            Call::Delete { place, guard } => Ok(Self::Delete { place: place.clone(), guard: guard.clone() }),
            Call::Bundle { body } => bundle(context, body),
            Call::Operation { operation, key, params, body, .. } if operation.kind == OperationKind::Validate => {
                let about = (operation.rtype, key.clone());
                Ok(Self::Validate(Validating::read(context, about, params, body)?))
            }
            Call::Operation { operation, key, body, guard, .. } => {
                let input = Input::read(context, body)?;
                Ok(Self::Operation { operation, key: key.clone(), input, guard: guard.clone() })
            }
            Call::Refused(refusal) => Err(Fault::Refused(Box::new(refusal.clone()))),
            _ => Ok(Self::Retrieve(Arc::clone(call))),
        }
    }

    /// Whether it needs the writer.
    pub(crate) fn writes(&self) -> bool {
        match self {
            Self::Retrieve(_) | Self::Head(_) => false,
            Self::Validate(validating) => validating.tries(),
            Self::Operation { operation, .. } => operation.affects_state,
            Self::Batch(entries) => entries.iter().flatten().any(Self::writes),
            _ => true,
        }
    }

    /// Whether it asks for little, by an index: one resource, what concerns one patient, one patient's status.
    pub(crate) fn is_brief(&self) -> bool {
        match self {
            Self::Retrieve(call) => match &**call {
                Call::Read { .. } | Call::Vread { .. } => true,
                Call::Search { params, .. } => is_little(params),
                _ => false,
            },
            Self::Validate(_) => true,
            Self::Operation { operation, input, .. } => !operation.affects_state && input.len() <= FEW,
            _ => false,
        }
    }

    /// Whether one statement answers it, or several that need not see the same moment: then no snapshot has to be held.
    pub(crate) fn sees_one_moment(&self) -> bool {
        match self {
            Self::Retrieve(call) => match &**call {
                Call::Search { params, .. } => {
                    !params.iter().any(|(name, _)| SEVERAL.iter().any(|several| name.starts_with(several)))
                }
                Call::SearchWide { .. } => false,
                _ => true,
            },
            Self::Validate(_) => true,
            // A team, then how its members are reached.
            Self::Operation { operation, .. } => !operation.affects_state,
            _ => false,
        }
    }

    /// An entry as a request of its own.
    fn alone(context: &Context, entry: Entry) -> Result<Self, Fault> {
        let resource = entry.resource.unwrap_or_default();
        Ok(match entry.target {
            Target::Create { rtype, if_none_exist } => Self::Create { rtype, resource, if_none_exist },
            Target::Update { place, guard } => Self::Update { place, resource, guard },
            Target::Patch { place, patch, guard } => Self::Patch { place, patch, guard },
            Target::Delete { place, guard } => Self::Delete { place, guard },
            Target::Operation { operation, key, .. } if operation.kind == OperationKind::Validate => {
                let sent = if resource.is_null() { Vec::new() } else { json::to_bytes(&resource) };
                Self::Validate(Validating::read(context, (operation.rtype, key), &[], &sent)?)
            }
            Target::Operation { operation, key, guard } => {
                Self::Operation { operation, key, input: Input::of(resource), guard }
            }
            Target::Read(call) => Self::Retrieve(Arc::new(call)),
            Target::Head(call) => Self::Head(Arc::new(call)),
        })
    }
}

fn bundle(context: &Context, body: &[u8]) -> Result<Ready, Fault> {
    let Admitted { kind, entries } = admit::bundle(context, body)?;
    if entries.len() > entry::MAX_ENTRIES {
        return Err(too_many());
    }
    let read = entries.into_iter().enumerate().map(|(index, entry)| {
        let entry = entry::read(context, kind, index, entry)?;
        entry::at(index, policy::allows(&context.actor, &entry.act()).map_err(Fault::from))?;
        Ok(entry)
    });
    let read: Vec<Result<Entry, Fault>> = read.collect();
    if read.iter().flatten().map(Entry::values).sum::<usize>() > entry::MAX_VALUES {
        return Err(too_costly());
    }
    if kind == Kind::Batch {
        let urls: HashSet<String> = read
            .iter()
            .flatten()
            .filter_map(|entry| entry.full_url.clone())
            .filter(|url| url.starts_with("urn:"))
            .collect();
        let alone = |entry: Entry| {
            let (index, sound) = (entry.index, independent(&entry, &urls));
            entry::at(index, sound.and_then(|()| Ready::alone(context, entry)))
        };
        return Ok(Ready::Batch(read.into_iter().map(|entry| entry.and_then(alone)).collect()));
    }
    read.into_iter().collect::<Result<Vec<_>, _>>().map(Ready::Transaction)
}

/// Whether a search asks for little, and by an index: `system|` names whatever has the system.
fn is_little(params: &[(String, String)]) -> bool {
    let little = params.iter().map(|(name, value)| name.len() + value.len()).sum::<usize>() <= LITTLE;
    let narrow = |value: &str| !value.split(',').any(|one| one.ends_with('|'));
    little && params.iter().any(|(name, value)| NARROW.contains(&name.as_str()) && narrow(value))
}

fn too_costly() -> Fault {
    let most = entry::MAX_VALUES;
    let issue = Issue::error(
        IssueCode::TooCostly,
        TOO_COSTLY,
        format!("Søkene i Bundle har til sammen flere enn {most} verdier. Del den opp."),
        format!("The searches of the Bundle have more than {most} values together. Split it."),
    );
    Fault::invalid(issue.at("Bundle.entry"))
}

/// The entries of a batch are requests of their own: what one refers to another by would be stored as it stands, and lead nowhere
/// <https://hl7.org/fhir/R4/http.html#transaction>.
fn independent(entry: &Entry, urls: &HashSet<String>) -> Result<(), Fault> {
    let refers = |resource: &Value| references::all(resource).iter().any(|text| urls.contains(text));
    if !entry.resource.as_ref().is_some_and(|resource| !urls.is_empty() && refers(resource)) {
        return Ok(());
    }
    Err(Fault::invalid(
        Issue::error(
            IssueCode::Invalid,
            "batch-dependency",
            "Oppføringene i en batch kan ikke vise til hverandre. Send dem som transaction.",
            "The entries of a batch cannot refer to each other. Send them as a transaction.",
        )
        .at("resource"),
    ))
}

fn too_many() -> Fault {
    let issue = Issue::error(
        IssueCode::TooLong,
        "too-many-entries",
        format!("Bundle har flere enn {} oppføringer. Del den opp.", entry::MAX_ENTRIES),
        format!("The Bundle has more than {} entries. Split it.", entry::MAX_ENTRIES),
    )
    .at("Bundle.entry");
    Fault::Refused(Box::new(Refusal { status: 413, issue, allow: None }))
}
