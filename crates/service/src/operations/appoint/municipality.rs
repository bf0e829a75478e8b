//! Word to the home municipality: a Task and a Communication to its koordinerende enhet, when the patient has consented to it
//! and a person need not decide first (guideline 5.1 g; rule `protected-address`). What was not sent is said, with the reason.

use super::made::Made;
use super::request::Appointing;
use crate::fault::Fault;
use crate::operations::participants::Contact;
use crate::operations::{letters, records};
use crate::session::Session;
use crate::{consents, directory};
use serde_json::{Value, json};
use std::rc::Rc;
use varde_fhir::identifier::ENH;
use varde_fhir::time::instant;
use varde_fhir::{Issue, IssueCode, ResourceType, terminology, view};

/// Kommunenummer code system of the no-basis municipality extension.
const MUNICIPALITY_EXTENSION: &str = "http://hl7.no/fhir/StructureDefinition/no-basis-municipalitycode";

/// Tells the municipality, or warns why not. Only a koordinator concerns it.
pub(super) fn tell(
    session: &mut Session<'_, '_>,
    request: &Appointing,
    person: &str,
    contact: &Contact,
    made: &mut Made,
) -> Result<(), Fault> {
    if request.role != "18" {
        return Ok(());
    }
    match receiver(session, person)? {
        Ok(service) => send(session, request, contact, &service, made),
        Err(warning) => {
            session.warnings.push(warning);
            Ok(())
        }
    }
}

/// Says again why the municipality was not told, to somebody who asks for the same appointment once more.
pub(super) fn warn_again(session: &mut Session<'_, '_>, request: &Appointing, person: &str) -> Result<(), Fault> {
    if request.role == "18"
        && let Err(warning) = receiver(session, person)?
    {
        session.warnings.push(warning);
    }
    Ok(())
}

/// The koordinerende enhet to tell, or why nobody is told.
fn receiver(session: &mut Session<'_, '_>, person: &str) -> Result<Result<Rc<Value>, Issue>, Fault> {
    let Some(patient) = records::own_patient(session, person)? else { return Ok(Err(no_address())) };
    if records::is_protected(&patient) {
        return Ok(Err(protected()));
    }
    let Some(municipality) = municipality(&patient) else { return Ok(Err(no_address())) };
    let units = directory::koordinerende_enheter(session, &municipality)?;
    if units.is_empty() {
        return Ok(Err(no_unit()));
    }
    for (service, orgnr) in units {
        if consents::names(session, person, &orgnr)? {
            return Ok(Ok(service));
        }
    }
    Ok(Err(not_consented()))
}

fn send(
    session: &mut Session<'_, '_>,
    request: &Appointing,
    contact: &Contact,
    service: &Value,
    made: &mut Made,
) -> Result<(), Fault> {
    let receiver = json!({
        "reference": format!("HealthcareService/{}", view::text(service, "id").unwrap_or_default()),
        "display": view::text(service, "name").unwrap_or("Koordinerende enhet"),
    });
    let letter = letters::to_municipality(contact, &request.start);
    let communication = records::communication(session, &request.patient, &receiver, &letter, made.team.as_ref())?;
    let now = instant(session.context.now);
    let task = json!({
        "resourceType": "Task",
        "status": "requested",
        "intent": "order",
        "code": { "coding": [{ "system": terminology::TASK_CODE, "code": "notify-municipality" }] },
        "description": letter.subject,
        "focus": { "reference": made.team.as_ref().map(ToString::to_string).unwrap_or_default() },
        "for": request.patient,
        "authoredOn": now,
        "lastModified": now,
        "requester": { "type": "Organization", "identifier": { "system": ENH, "value": session.context.actor.tenant } },
        "owner": receiver,
        "input": [{
            "type": { "coding": [{ "system": terminology::TASK_CODE, "code": "letter" }] },
            "valueReference": { "reference": communication.to_string() },
        }],
    });
    made.tasks.push(session.create(ResourceType::Task, task)?.key);
    made.communications.push(communication);
    Ok(())
}

/// The kommunenummer of the patient's address.
fn municipality(patient: &Value) -> Option<String> {
    view::items(patient, "address").iter().find_map(|address| {
        let district = address.get("_district")?;
        let coding = view::extension(district, MUNICIPALITY_EXTENSION)?.get("valueCoding")?;
        view::text(coding, "code").map(str::to_owned)
    })
}

fn warning(key: &'static str, nb: &str, en: &str) -> Issue {
    Issue::warning(IssueCode::Informational, key, nb, en)
}

fn no_address() -> Issue {
    warning(
        "municipality-unknown",
        "Kommunen ble ikke varslet: pasientens hjemkommune er ikke kjent her. Registrer Patient med adresse og kommunenummer.",
        "The municipality was not told: the patient's home municipality is not known here. Register a Patient with address and kommunenummer.",
    )
}

fn protected() -> Issue {
    warning(
        "protected-address",
        "Kommunen ble ikke varslet: pasienten har adressebeskyttelse. En person må avgjøre hvem som skal få vite.",
        "The municipality was not told: the patient's address is protected. A person must decide who is to know.",
    )
}

fn no_unit() -> Issue {
    warning(
        "municipality-without-unit",
        "Kommunen ble ikke varslet: dens koordinerende enhet står ikke i katalogen.",
        "The municipality was not told: its koordinerende enhet is not in the directory.",
    )
}

fn not_consented() -> Issue {
    warning(
        "municipality-not-consented",
        "Kommunen ble ikke varslet: samtykket nevner den ikke (Consent.provision.actor).",
        "The municipality was not told: the consent does not name it (Consent.provision.actor).",
    )
}
