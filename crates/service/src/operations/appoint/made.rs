//! What one appointing made, and the answer that shows it.

use crate::fault::Fault;
use crate::operations::parameters::Output;
use crate::session::Session;
use crate::{Reply, answer};
use varde_fhir::ResourceKey;
use varde_fhir::outcome::operation_outcome;
use varde_store::Stored;

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
    let mut team = None;
    for (name, key) in [("return", &made.team), ("journalNote", &made.note)] {
        if let Some(key) = key {
            let stored = read_back(session, key)?.ok_or_else(|| Fault::Gone(key.clone()))?;
            output.resource(name, &*session.value(&stored)?);
            team = team.or(Some(stored));
        }
    }
    for (name, keys) in [("communication", &made.communications), ("task", &made.tasks)] {
        for key in keys {
            if let Some(stored) = read_back(session, key)? {
                output.resource(name, &*session.value(&stored)?);
            }
        }
    }
    if !session.warnings.is_empty() {
        let context = session.context;
        output.resource("outcome", &operation_outcome(&session.warnings, context.language, &context.request_id));
    }
    Ok(answer::operated(session.context, team.as_ref(), output.close(), &session.warnings))
}

/// What stands at a key; `None` when it was deleted.
fn read_back(session: &mut Session<'_, '_>, key: &ResourceKey) -> Result<Option<Stored>, Fault> {
    let stored = session.visible(key)?.ok_or_else(|| Fault::NotFound(key.clone()))?;
    if stored.deleted {
        return Ok(None);
    }
    session.show(&stored);
    Ok(Some(stored))
}
