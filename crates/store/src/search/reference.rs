//! Reference parameters: by literal, by identifier, and, for patients, by person
//! <https://hl7.org/fhir/R4/search.html#reference>.
//!
//! EPJ systems name a patient by national number, others by `Patient/id`, each tenant by its own: all of them are found by any
//! of them, as long as the `Patient` in the question is one the caller may see.

use crate::sql::Sql;
use crate::text::key;
use crate::visible::{View, visible};
use varde_fhir::identifier::is_national_system;
use varde_fhir::query::{Modifier, Term, TermValue};
use varde_fhir::{Id, ResourceType};

/// Adds the condition for `Type/id`, `id` or a URL, on the literal.
pub(crate) fn target(sql: &mut Sql, rtype: Option<ResourceType>, id: &str) {
    sql.push("(i.target_id = ").text(&key(id));
    if let Some(rtype) = rtype {
        // Not as a value: SQLite would prepare the statement anew for each, to see whether the partial index on Patients fits.
        sql.push(&format!(" AND i.target_type = '{rtype}'"));
    }
    sql.push(")");
}

/// The type that `:[type]` names.
pub(crate) fn narrowed(term: &Term) -> Option<ResourceType> {
    if let Modifier::Type(rtype) = term.modifier { Some(rtype) } else { None }
}

/// Whether a value may name a human: a local `Patient`, or a national number (`:identifier`).
pub(crate) fn may_be_a_person(term: &Term, value: &TermValue) -> bool {
    match value {
        TermValue::Reference { rtype, id } => {
            let patient = match rtype.or(narrowed(term)) {
                Some(rtype) => rtype == ResourceType::Patient,
                None => term.param.targets.contains(&ResourceType::Patient),
            };
            patient && Id::parse(id).is_some()
        }
        TermValue::Token { system: Some(system), code: Some(_) } => is_national_system(system),
        _ => false,
    }
}

/// Adds the condition for such a value, on the person key.
pub(crate) fn person(sql: &mut Sql, value: &TermValue, view: &View) {
    match value {
        TermValue::Reference { id, .. } => {
            sql.push("i.person = (SELECT p.patient FROM resource p WHERE p.rtype = 'Patient' AND p.id = ").text(id);
            // Of one that was deleted the labels are gone, which would hide it.
            sql.push(" AND NOT p.deleted AND ");
            visible(sql, "p", view);
            sql.push(")");
        }
        TermValue::Token { system: Some(system), code: Some(code) } => {
            sql.push("i.person = (SELECT n.person FROM person_identifier n WHERE n.system = ").text(&key(system));
            sql.push(" AND n.value = ").text(&key(code)).push(")");
        }
        _ => {
            sql.push("1 = 0");
        }
    }
}
