//! The members of a team: finding one by role and person, ending a role, and how its holder is reached.

use crate::commit::people_of;
use crate::fault::Fault;
use crate::roles::end_role;
use crate::session::Session;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::rc::Rc;
use varde_fhir::identifier::HPR;
use varde_fhir::{Issue, IssueCode, Language, Reference, terminology, view};
use varde_rules::MemberRef;
use varde_store::Stored;

/// How somebody is reached: what the journal note must hold (guideline 5.1 i). Empty texts where nothing is known; for the
/// roles of the law the rule `contact-details` then refuses.
#[derive(Clone, Debug, Default)]
pub(crate) struct Contact {
    /// Name.
    pub(crate) name: String,
    /// Title.
    pub(crate) title: String,
    /// Telephone.
    pub(crate) phone: String,
}

/// The contact details of a participant's member, looked up before ([`crate::commit::people`]).
pub(crate) fn contact_among(
    people: &BTreeMap<MemberRef, Rc<Value>>,
    team: &Value,
    participant: &Value,
    base: &str,
) -> Contact {
    let Some(member) = participant.get("member") else { return Contact::default() };
    let holder = varde_rules::holder(team, member, people, base);
    Contact {
        name: holder.name().unwrap_or_default(),
        title: holder.title(Language::Norwegian).unwrap_or_default(),
        phone: holder.phone().unwrap_or_default().to_owned(),
    }
}

/// The contact details of a participant's member.
pub(crate) fn contact(session: &mut Session<'_, '_>, team: &Value, index: usize) -> Result<Contact, Fault> {
    let people = people_of(session, team)?;
    let participant = view::items(team, "participant").get(index).unwrap_or(&Value::Null);
    Ok(contact_among(&people, team, participant, &session.context.base))
}

/// The index of the participant who holds this role now; 422 when nobody does.
pub(crate) fn find(session: &mut Session<'_, '_>, team: &Value, role: &str, member: &Value) -> Result<usize, Fault> {
    let asked = json!({ "participant": [{ "member": member }] });
    let base = session.context.base.clone();
    let wanted = names(&asked, member, &people_of(session, &asked)?, &base);
    let people = people_of(session, team)?;
    let now = session.context.now;
    for (index, participant) in view::items(team, "participant").iter().enumerate() {
        let current = view::term(participant.get("period")).is_current(now);
        if !current || !view::has_code(participant, "role", terminology::ROLE, role) {
            continue;
        }
        let held = names(team, participant.get("member").unwrap_or(&Value::Null), &people, &base);
        if held.iter().any(|name| wanted.contains(name)) {
            return Ok(index);
        }
    }
    Err(not_held())
}

/// Ends a participant's role.
pub(crate) fn end(team: &mut Value, index: usize, end: &str, reason: &str) {
    if let Some(participant) = team.get_mut("participant").and_then(|p| p.get_mut(index)) {
        end_role(participant, end, reason);
    }
}

/// The resource a reference leads to, if the actor may see it.
pub(crate) fn visible(session: &mut Session<'_, '_>, reference: &Value) -> Result<Option<Stored>, Fault> {
    match Reference::of(reference, &session.context.base) {
        Some(Reference::Local { key, .. }) => Ok(session.visible(&key)?.filter(|stored| !stored.deleted)),
        _ => Ok(None),
    }
}

/// Every name a member of a team goes by: its identifier, its literal reference, the practitioner behind its role, and the
/// HPR number of whoever it leads to, in the directory or contained in the team.
fn names(team: &Value, member: &Value, people: &BTreeMap<MemberRef, Rc<Value>>, base: &str) -> Vec<String> {
    let holder = varde_rules::holder(team, member, people, base);
    let behind = holder.role.and_then(|role| role.get("practitioner"));
    let mut names = Vec::new();
    for reference in [Some(member), behind].into_iter().flatten() {
        if let Some(Reference::Logical { system, value, .. }) = Reference::logical(reference) {
            names.push(format!("{system}|{value}"));
        }
        if let Some(Reference::Local { key, .. }) = Reference::of(reference, base) {
            names.push(key.to_string());
        }
    }
    names.extend(holder.hpr().map(|hpr| format!("{HPR}|{hpr}")));
    names
}

fn not_held() -> Fault {
    Fault::unprocessable(
        Issue::error(
            IssueCode::NotFound,
            "role-not-held",
            "Ingen i teamet har denne rollen nå med denne member. Les teamet, og gi HPR-nummeret, eller Practitioner- eller PractitionerRole-referansen slik den står der.",
            "Nobody in the team holds this role now as this member. Read the team and give the HPR number, or the Practitioner or PractitionerRole reference as it stands there.",
        )
        .at("Parameters.parameter.where(name='member')"),
    )
}
