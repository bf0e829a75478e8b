//! What a patient has said yes to: the koordinator consents this organisation recorded, and whom they let it tell.

use crate::directory;
use crate::fault::Fault;
use crate::session::{Session, Staged};
use serde_json::Value;
use std::rc::Rc;
use varde_fhir::{ResourceType, view};
use varde_rules::permits_koordinator;

/// Whether an active koordinator consent names this organisation (orgnr) among those who may be told.
pub(crate) fn names(session: &mut Session<'_, '_>, person: &str, orgnr: &str) -> Result<bool, Fault> {
    let tenant = session.context.actor.tenant.clone();
    for consent in active(session, person)? {
        let provision = consent.get("provision").unwrap_or(&Value::Null);
        for actor in view::items(provision, "actor") {
            let reference = actor.get("reference").unwrap_or(&Value::Null);
            if directory::legal_entity(session, reference, Some(&tenant))?.as_deref() == Some(orgnr) {
                return Ok(true);
            }
        }
    }
    Ok(false)
}

/// The active koordinator consents that the actor's organisation recorded, as they are after the staged changes.
fn active(session: &mut Session<'_, '_>, person: &str) -> Result<Vec<Rc<Value>>, Fault> {
    let tenant = session.context.actor.tenant.clone();
    let mut consents = Vec::new();
    for stored in session.coordination(person)?.iter().filter(|stored| stored.key.rtype == ResourceType::Consent) {
        let restated = session.staged.iter().any(|staged| staged.key == stored.key);
        if !restated && stored.owner.as_deref() == Some(tenant.as_str()) {
            consents.push(session.value(stored)?);
        }
    }
    // Before the commit a staged consent's person is not worked out; then it was checked against this one when it was staged.
    let theirs = |staged: &&Staged| staged.patient.as_deref().is_none_or(|of| of == person);
    let staged = session.staged.iter().filter(|staged| staged.key.rtype == ResourceType::Consent).filter(theirs);
    consents.extend(staged.filter_map(|staged| staged.after.clone()));
    let now = session.context.now;
    consents.retain(|consent| permits_koordinator(consent, now));
    Ok(consents)
}
