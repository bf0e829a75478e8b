//! Searches of several types at once: of the whole system (`GET [base]?_type=…`) and of a Patient's compartment
//! (`GET Patient/{id}/CareTeam`, `GET Patient/{id}/*`) <https://hl7.org/fhir/R4/http.html#vsearch>.

use crate::Reply;
use crate::context::Context;
use crate::fault::Fault;
use crate::interactions::{read, search};
use crate::session::Session;
use varde_auth::policy::{self, Act};
use varde_fhir::query::Scope;
use varde_fhir::registry::{Interaction, patient_compartment, served_types};
use varde_fhir::{ResourceKey, ResourceType, query};

/// One page, over the types that `_type` names, or else over all that the caller may search. The Patient of a compartment is
/// one the caller may read: 404 otherwise, as for one that never was.
pub(crate) fn search_wide(
    session: &mut Session<'_, '_>,
    within: Option<&ResourceKey>,
    rtype: Option<ResourceType>,
    params: &[(String, String)],
    by_post: bool,
) -> Result<Reply, Fault> {
    let context = session.context;
    let types = match rtype {
        Some(one) => vec![one],
        None => types(context, within.is_some(), params)?,
    };
    if let Some(patient) = within {
        read::found(session, patient)?;
    }
    let compartment = within.map(|patient| patient.id.clone());
    let scope = Scope { types: &types, wide: rtype.is_none(), compartment };
    let how = (context.base.as_str(), context.prefer.lenient, by_post);
    let query = query::parse_wide(scope, params, how).map_err(Fault::Invalid)?;
    let place = match (within, rtype) {
        (None, _) => String::new(),
        (Some(patient), None) => format!("/{patient}/*"),
        (Some(patient), Some(rtype)) => format!("/{patient}/{rtype}"),
    };
    let query = search::permitted(context, query)?;
    search::found(session, &query, &format!("{}{place}", context.base))
}

/// What `_type` names must be the caller's to search; what nobody names is searched as far as it is.
fn types(context: &Context, compartment: bool, params: &[(String, String)]) -> Result<Vec<ResourceType>, Fault> {
    let may = |rtype| policy::allows(&context.actor, &Act::Interaction(Interaction::SearchType, rtype));
    if let Some(named) = query::types(params).map_err(Fault::invalid)? {
        for rtype in &named {
            may(*rtype)?;
        }
        return Ok(named);
    }
    let all = served_types().iter().filter(|row| row.allows(Interaction::SearchType)).map(|row| row.rtype);
    let all = all.filter(|rtype| !compartment || !patient_compartment(*rtype).is_empty());
    Ok(all.filter(|rtype| may(*rtype).is_ok()).collect())
}
