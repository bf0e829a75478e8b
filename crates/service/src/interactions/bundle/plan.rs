//! Who is who in a transaction: the identity of every entry is settled before anything is written
//! <https://hl7.org/fhir/R4/http.html#trules>.

use super::entry::{self, Entry, Target};
use crate::Place;
use crate::fault::Fault;
use crate::interactions::{condition, patch, update};
use crate::session::Session;
use serde_json::Value;
use std::collections::{BTreeMap, HashSet};
use varde_fhir::{Issue, IssueCode, ResourceKey, ResourceType};
use varde_store::Stored;

/// Which resource an entry is.
#[derive(Debug)]
pub(crate) enum Planned {
    /// This one: there already, or under a key newly drawn.
    Key(ResourceKey),
    /// What an `ifNoneExist` found: nothing is written.
    Existing(Box<Stored>),
    /// A deletion whose condition finds nothing: nothing is left to do.
    Nothing,
}

impl Planned {
    pub(crate) fn key(&self) -> Option<&ResourceKey> {
        match self {
            Self::Key(key) => Some(key),
            Self::Existing(stored) => Some(&stored.key),
            Self::Nothing => None,
        }
    }
}

/// Settles the identity of every entry before anything is written; two entries may not be the same resource.
pub(super) fn plan(session: &mut Session<'_, '_>, entries: &[Entry]) -> Result<BTreeMap<usize, Planned>, Fault> {
    let mut plan = BTreeMap::new();
    let (mut conditions, mut taken) = (HashSet::new(), HashSet::new());
    for (position, entry) in entries.iter().enumerate() {
        let asked = entry::at(entry.index, condition_of(entry, &session.context.base))?;
        if asked.as_ref().is_some_and(|asked| !conditions.insert(asked.clone())) {
            return Err(Fault::Entry(entry.index, Box::new(duplicate())));
        }
        let Some(planned) = entry::at(entry.index, planned(session, entry))? else { continue };
        if planned.key().is_some_and(|key| !taken.insert(key.clone())) {
            return Err(Fault::Entry(entry.index, Box::new(duplicate())));
        }
        plan.insert(position, planned);
    }
    Ok(plan)
}

/// A type, and the criteria on it.
type Condition = (ResourceType, Vec<(String, String)>);

/// The search that an entry's identity hangs on: where two ask the same, whatever the method and in whatever order, they mean the
/// same resource.
fn condition_of(entry: &Entry, base: &str) -> Result<Option<Condition>, Fault> {
    let (rtype, params) = match &entry.target {
        Target::Create { rtype, if_none_exist: Some(condition) } => {
            (*rtype, condition::params(*rtype, condition, base)?)
        }
        Target::Update { place: Place::Found { rtype, params, .. }, .. }
        | Target::Patch { place: Place::Found { rtype, params, .. }, .. }
        | Target::Delete { place: Place::Found { rtype, params, .. }, .. } => (*rtype, params.clone()),
        _ => return Ok(None),
    };
    let mut asked: Vec<(String, String)> = params.into_iter().filter(|(name, _)| is_criterion(name)).collect();
    asked.sort();
    asked.dedup();
    Ok(Some((rtype, asked)))
}

/// Whether a parameter chooses among resources: the others shape an answer, and a condition has none.
fn is_criterion(name: &str) -> bool {
    let shapes = ["_count", "_sort", "_total", "_summary", "_elements", "_include", "_revinclude"];
    !shapes.contains(&name.split(':').next().unwrap_or_default())
}

fn planned(session: &mut Session<'_, '_>, entry: &Entry) -> Result<Option<Planned>, Fault> {
    Ok(Some(match &entry.target {
        Target::Create { rtype, if_none_exist } => {
            let found = if_none_exist.as_ref().map(|asked| condition::matching(session, *rtype, asked)).transpose()?;
            match found.flatten() {
                Some(stored) => Planned::Existing(Box::new(stored)),
                None => Planned::Key(session.new_key(*rtype)),
            }
        }
        Target::Update { place, .. } => {
            let resource = entry.resource.as_ref().unwrap_or(&Value::Null);
            Planned::Key(update::settled(session, place, resource)?)
        }
        Target::Patch { place, .. } => Planned::Key(condition::found(session, place)?.ok_or_else(patch::no_match)?),
        Target::Delete { place, .. } => condition::found(session, place)?.map_or(Planned::Nothing, Planned::Key),
        Target::Operation { .. } | Target::Read(_) | Target::Head(_) => return Ok(None),
    }))
}

fn duplicate() -> Fault {
    Fault::invalid(Issue::error(
        IssueCode::Duplicate,
        "duplicate-identity",
        "To oppføringer i transaksjonen gjelder samme ressurs. Slå dem sammen til én.",
        "Two entries of the transaction are the same resource. Join them into one.",
    ))
}
