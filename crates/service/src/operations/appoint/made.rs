//! What one appointing made, and the answer that shows it.

use crate::fault::Fault;
use crate::operations::parameters::Output;
use crate::session::Session;
use crate::{Reply, answer};
use serde_json::Value;
use std::rc::Rc;
use varde_fhir::outcome::operation_outcome;
use varde_fhir::{ResourceKey, ResourceType};

/// What one appointing made.
#[derive(Debug, Default)]
pub(super) struct Made {
    /// The team.
    pub(super) team: Option<ResourceKey>,
    /// The journal note.
    pub(super) note: Option<ResourceKey>,
    /// Information to patient, next of kin, guardian and municipality.
    pub(super) communications: Vec<ResourceKey>,
    /// The task to the municipality's koordinerende enhet.
    pub(super) tasks: Vec<ResourceKey>,
}

impl Made {
    pub(super) fn related(&self) -> Vec<ResourceKey> {
        self.team.iter().chain(&self.communications).chain(&self.tasks).cloned().collect()
    }

    pub(super) fn all(&self) -> Vec<ResourceKey> {
        let mut all = self.related();
        all.extend(self.note.clone());
        all
    }
}

/// The answer: everything that was made, read back as it stands. The team and the note must be there; a letter or task that
/// was deleted since is left out.
pub(super) fn reply(session: &mut Session<'_, '_>, made: &Made) -> Result<Reply, Fault> {
    let mut output = Output::default();
    for (name, key) in [("return", &made.team), ("journalNote", &made.note)] {
        if let Some(key) = key {
            let resource = read_back(session, key)?.ok_or_else(|| Fault::Gone(key.clone()))?;
            output.resource(name, &resource);
        }
    }
    for (name, keys) in [("communication", &made.communications), ("task", &made.tasks)] {
        for key in keys {
            if let Some(resource) = read_back(session, key)? {
                output.resource(name, &resource);
            }
        }
    }
    if !session.warnings.is_empty() {
        let context = session.context;
        output.resource("outcome", &operation_outcome(&session.warnings, context.language, &context.request_id));
    }
    let mut reply = answer::made(200, output.close());
    reply.rtype = Some(ResourceType::CareTeam);
    Ok(reply)
}

/// What stands at a key; `None` when it was deleted.
fn read_back(session: &mut Session<'_, '_>, key: &ResourceKey) -> Result<Option<Rc<Value>>, Fault> {
    let stored = session.visible(key)?.ok_or_else(|| Fault::NotFound(key.clone()))?;
    if stored.deleted {
        return Ok(None);
    }
    session.show(&stored);
    session.value(&stored).map(Some)
}
