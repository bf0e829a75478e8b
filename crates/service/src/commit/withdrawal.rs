//! A consent that no longer lets us tell the municipality takes back what it was told: the open notice is cancelled, and with
//! it the view that it opened (`domain.md` §4.15; security.md §2).

use crate::fault::Fault;
use crate::grants::is_open_task;
use crate::session::{Method, Session, Staged};
use crate::{consents, directory};
use serde_json::{Value, json};
use varde_fhir::time::instant;
use varde_fhir::{ResourceType, terminology, view};

/// Why, as the Task says it.
const REASON: &str = "Samtykket gjelder ikke lenger";

/// Cancels this organisation's open notices about the person that no consent carries any more.
pub(super) fn cancel_notices(session: &mut Session<'_, '_>, person: &str) -> Result<(), Fault> {
    let changed = |staged: &Staged| {
        staged.key.rtype == ResourceType::Consent
            && staged.before.is_some()
            && staged.patient.as_deref() == Some(person)
    };
    if !session.staged.iter().any(changed) {
        return Ok(());
    }
    let tenant = session.context.actor.tenant.clone();
    for stored in session.store.compartment(person, &[ResourceType::Task])? {
        let restated = session.staged.iter().any(|staged| staged.key == stored.key);
        let mut task = Value::clone(&*session.value(&stored)?);
        let notice = view::has_code(&task, "code", terminology::TASK_CODE, "notify-municipality");
        if restated || !notice || !is_open_task(&task) || stored.owner.as_deref() != Some(tenant.as_str()) {
            continue;
        }
        let receiver = task.get("owner").cloned().unwrap_or(Value::Null);
        if let Some(orgnr) = directory::legal_entity(session, &receiver, Some(&tenant))?
            && consents::names(session, person, &orgnr)?
        {
            continue;
        }
        if let Some(task) = task.as_object_mut() {
            task.insert("status".to_owned(), "cancelled".into());
            task.insert("statusReason".to_owned(), json!({ "text": REASON }));
            task.insert("lastModified".to_owned(), instant(session.context.now).into());
        }
        session.update(&stored, task, Method::Put)?;
    }
    Ok(())
}
