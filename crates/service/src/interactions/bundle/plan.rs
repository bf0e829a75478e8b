//! Who is who in a transaction: the identity of every entry is settled before anything is written
//! <https://hl7.org/fhir/R4/http.html#trules>.

use super::entry::{self, Entry, Target};
use crate::fault::Fault;
use crate::interactions::create;
use crate::session::Session;
use std::collections::{BTreeMap, HashSet};
use varde_fhir::{Issue, IssueCode, ResourceKey};
use varde_store::Stored;

/// What a POST entry will be: a new resource, or the one its condition found.
#[derive(Debug)]
pub(crate) enum Planned {
    /// This key, newly drawn (or the PUT's own).
    Key(ResourceKey),
    /// Already there: nothing is written.
    Existing(Box<Stored>),
}

impl Planned {
    pub(crate) fn key(&self) -> &ResourceKey {
        match self {
            Self::Key(key) => key,
            Self::Existing(stored) => &stored.key,
        }
    }
}

/// Settles the identity of every entry before anything is written; two entries may not be the same resource.
pub(super) fn plan(session: &mut Session<'_, '_>, entries: &[Entry]) -> Result<BTreeMap<usize, Planned>, Fault> {
    let mut plan = BTreeMap::new();
    let (mut conditions, mut taken) = (HashSet::new(), HashSet::new());
    for (position, entry) in entries.iter().enumerate() {
        let planned = match &entry.target {
            Target::Create { rtype, if_none_exist } => {
                let found = match if_none_exist {
                    Some(condition) => {
                        if !conditions.insert((*rtype, condition.as_str())) {
                            return Err(Fault::Entry(entry.index, Box::new(duplicate())));
                        }
                        entry::at(entry.index, create::matching(session, *rtype, condition))?
                    }
                    None => None,
                };
                found.map_or_else(|| Planned::Key(session.new_key(*rtype)), |s| Planned::Existing(Box::new(s)))
            }
            Target::Update { key, .. } | Target::Delete { key, .. } => Planned::Key(key.clone()),
            Target::Read(_) => continue,
        };
        if !taken.insert(planned.key().clone()) {
            return Err(Fault::Entry(entry.index, Box::new(duplicate())));
        }
        plan.insert(position, planned);
    }
    Ok(plan)
}

fn duplicate() -> Fault {
    Fault::invalid(Issue::error(
        IssueCode::Duplicate,
        "duplicate-identity",
        "To oppføringer i transaksjonen gjelder samme ressurs. Slå dem sammen til én.",
        "Two entries of the transaction are the same resource. Join them into one.",
    ))
}
