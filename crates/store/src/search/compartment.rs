//! The compartment of a Patient: what refers to it in the way that its type says, or to another Patient of the same person, and
//! the Patient itself <https://hl7.org/fhir/R4/compartmentdefinition.html>.

use super::predicate::Of;
use crate::sql::Sql;
use crate::visible::{View, visible};
use varde_fhir::registry::patient_compartment;
use varde_fhir::{Id, ResourceType};

/// Adds the predicate that a row is in the compartment.
pub(crate) fn within(sql: &mut Sql, of: Of<'_>, patient: &Id, view: &View) {
    sql.push(of.row)
        .push(".pk IN (SELECT i.resource FROM idx_reference i WHERE i.target_type = 'Patient' AND i.target_id = ");
    sql.text(patient.as_str()).push(" AND ");
    members(sql, of.types);
    sql.push(" UNION ALL SELECT i.resource FROM idx_reference i WHERE i.person <> '' AND i.person = (SELECT p.patient FROM resource p");
    sql.push(" WHERE p.rtype = 'Patient' AND p.id = ").text(patient.as_str()).push(" AND NOT p.deleted AND ");
    visible(sql, "p", view);
    sql.push(") AND ");
    members(sql, of.types);
    sql.push(" UNION ALL SELECT p.pk FROM resource p WHERE p.rtype = 'Patient' AND p.id = ").text(patient.as_str());
    sql.push(")");
}

/// By which references a resource of each type belongs to its patient.
fn members(sql: &mut Sql, types: &[ResourceType]) {
    let ways: Vec<String> = types.iter().filter_map(|rtype| way(*rtype)).collect();
    sql.push(&if ways.is_empty() { "1 = 0".to_owned() } else { format!("({})", ways.join(" OR ")) });
}

fn way(rtype: ResourceType) -> Option<String> {
    let names: Vec<String> = patient_compartment(rtype).iter().map(|name| format!("'{name}'")).collect();
    (!names.is_empty()).then(|| format!("(i.rtype = '{rtype}' AND i.param IN ({}))", names.join(", ")))
}
