//! What one appointing made, and the answer that shows it.

use crate::fault::Fault;
use crate::operations::parameters::Output;
use crate::session::{Session, parse_stored};
use crate::{Reply, answer};
use serde_json::Value;
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

/// The answer: everything that was made, read back as it was stored.
pub(super) fn reply(session: &mut Session<'_, '_>, made: &Made) -> Result<Reply, Fault> {
    let mut output = Output::default();
    let named = [("return", made.team.iter()), ("journalNote", made.note.iter())];
    for (name, keys) in named {
        for key in keys {
            output.resource(name, &read_back(session, key)?);
        }
    }
    for key in &made.communications {
        output.resource("communication", &read_back(session, key)?);
    }
    for key in &made.tasks {
        output.resource("task", &read_back(session, key)?);
    }
    if !session.warnings.is_empty() {
        let context = session.context;
        output.resource("outcome", &operation_outcome(&session.warnings, context.language, &context.request_id));
    }
    let mut reply = answer::made(200, &output.close());
    reply.rtype = Some(ResourceType::CareTeam);
    Ok(reply)
}

fn read_back(session: &mut Session<'_, '_>, key: &ResourceKey) -> Result<Value, Fault> {
    let stored = session.visible(key)?.ok_or_else(|| Fault::NotFound(key.clone()))?;
    session.show(&stored);
    parse_stored(&stored)
}
