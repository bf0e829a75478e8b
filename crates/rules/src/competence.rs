//! `consent-competence`: who gave a consent, and whether they may
//! (pasient- og brukerrettighetsloven §§ 4-3 to 4-7 <https://lovdata.no/lov/1999-07-02-63/kap4>).
//!
//! The age that counts is the age when the consent was given (`Consent.dateTime`, else now). Somebody who has turned 16
//! since keeps the consent their parents gave, and the caller is warned to ask them.

use crate::case::Case;
use crate::holder::resolve;
use crate::patient::Patient;
use serde_json::Value;
use varde_fhir::identifier::HPR;
use varde_fhir::terminology::{
    BARNEVERNTJENESTE, GUARDIAN_SCOPE, GUARDIANSHIP, ORGANISATION_KIND, PARENTAL_RESPONSIBILITY,
};
use varde_fhir::{Micros, Reference, ResourceType, view};

/// Extension on Consent (`valueBoolean` true): health personnel have decided that the patient lacks decision competence, and
/// the decision is documented in the source the Consent points at (pbrl §4-3 and §4-6).
pub const DECISION_BY_HEALTH_PERSONNEL: &str = "https://varde.no/fhir/StructureDefinition/decision-by-health-personnel";

const GUARDIAN_SCOPE_V05: &str = "http://ehelse.no/fhir/CodeSystem/gd-person-guardianscope-v05";
const PARENTAL: [&str; 5] = ["felles", "mor", "far", "medmor", "andre"];
const PERSONAL_SCOPES: [&str; 3] =
    ["personligeInteresser", "personligeOgOekonomiskeInteresser", "utlendingssakerPersonligeOgOekonomiskeInteresser"];

/// On what ground a consent stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ground {
    /// The patient's own word, or that of somebody who decides for them whatever their age.
    Lasting,
    /// Somebody consented for a child under 16.
    ForChild,
}

/// Why nobody competent gave the consent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Lack {
    pub(crate) nb: &'static str,
    pub(crate) en: &'static str,
}

/// Whether any performer of the consent was competent to give it; the first performer's lack when none was.
pub(crate) fn competence(case: &Case<'_>, patient: &Patient<'_>, consent: &Value, now: Micros) -> Result<Ground, Lack> {
    let given = view::text(consent, "dateTime").and_then(view::interval).map_or(now, |(low, _)| low.min(now));
    let mut lack = None;
    for performer in view::items(consent, "performer") {
        match weigh(case, patient, consent, performer, given) {
            Ok(ground) => return Ok(ground),
            Err(its_lack) => lack = lack.or(Some(its_lack)),
        }
    }
    Err(lack.unwrap_or(NOBODY))
}

fn weigh(
    case: &Case<'_>,
    patient: &Patient<'_>,
    consent: &Value,
    performer: &Value,
    given: Micros,
) -> Result<Ground, Lack> {
    let age = patient.age(given);
    match giver(case, patient, consent, performer) {
        Giver::Patient => match age {
            Some(16..) => Ok(Ground::Lasting),
            Some(_) => Err(UNDER_16),
            None => Err(AGE_UNKNOWN),
        },
        Giver::Related(person) => related(person, consent, age, given),
        Giver::Organisation(organisation) => match (child_welfare(organisation), age) {
            (true, Some(..16)) => Ok(Ground::ForChild),
            (true, None) => Err(AGE_UNKNOWN),
            _ => Err(ORGANISATION),
        },
        Giver::Personnel => match (documented_decision(consent), age) {
            (true, Some(..16)) => Err(PERSONNEL_FOR_CHILD),
            (true, _) => Ok(Ground::Lasting),
            (false, _) => Err(PERSONNEL),
        },
        Giver::Unknown => Err(UNKNOWN_GIVER),
    }
}

/// Parents and guardians.
fn related(person: &Value, consent: &Value, age: Option<i16>, given: Micros) -> Result<Ground, Lack> {
    let in_force = person.get("active") != Some(&Value::Bool(false)) && view::term(person.get("period")).covers(given);
    if !in_force {
        return Err(RELATION_ENDED);
    }
    let guardian = guardianship(person);
    if guardian == Some(true) {
        return Ok(Ground::Lasting);
    }
    let parent = view::has_any_code(person, "relationship", PARENTAL_RESPONSIBILITY, &PARENTAL);
    match age {
        _ if !parent => Err(if guardian.is_some() { GUARDIAN_SCOPE_LACKS } else { NO_AUTHORITY }),
        Some(..16) => Ok(Ground::ForChild),
        Some(16 | 17) if documented_decision(consent) => Ok(Ground::Lasting), // pbrl §4-5
        Some(_) => Err(PARENT_OF_OVER_16),
        None => Err(AGE_UNKNOWN),
    }
}

/// Whether the person is a guardian whose scope covers personal matters; `None` when no guardianship is recorded.
fn guardianship(person: &Value) -> Option<bool> {
    let relationships = view::items(person, "relationship");
    let scopes =
        std::iter::once(person).chain(relationships).filter_map(|element| view::extension(element, GUARDIANSHIP));
    let recorded = scopes.map(|extension| {
        let part = |url: &str, value: &str| view::extension(extension, url).and_then(|part| part.get(value));
        let personal = part("personalScope", "valueBoolean").and_then(Value::as_bool);
        personal.unwrap_or_else(|| {
            part("scope", "valueCoding")
                .is_some_and(|scope| view::codings(scope).any(|(_, code)| PERSONAL_SCOPES.contains(&code)))
        })
    });
    let coded = relationships.iter().flat_map(view::codings);
    let coded = coded.filter(|(system, _)| system.starts_with("http://ehelse.no/fhir/CodeSystem/gd-person-guardian"));
    let coded = coded.map(|(system, code)| {
        [GUARDIAN_SCOPE, GUARDIAN_SCOPE_V05].contains(&system) && PERSONAL_SCOPES.contains(&code)
    });
    recorded.chain(coded).reduce(|any, personal| any || personal)
}

fn child_welfare(organisation: Option<&Value>) -> bool {
    organisation.is_some_and(|it| view::has_code(it, "type", ORGANISATION_KIND, BARNEVERNTJENESTE))
}

/// Whether the Consent carries the marker of a decision by health personnel, with the source that documents it.
fn documented_decision(consent: &Value) -> bool {
    let marked = view::extension(consent, DECISION_BY_HEALTH_PERSONNEL).and_then(|it| it.get("valueBoolean"));
    marked == Some(&Value::Bool(true))
        && ["sourceReference", "sourceAttachment"].iter().any(|name| consent.get(name).is_some())
}

/// Who a performer is.
enum Giver<'a> {
    Patient,
    Related(&'a Value),
    Organisation(Option<&'a Value>),
    Personnel,
    Unknown,
}

fn giver<'a>(case: &Case<'a>, patient: &Patient<'_>, consent: &'a Value, performer: &'a Value) -> Giver<'a> {
    if patient.is(performer, case) || consent.get("patient").is_some_and(|subject| same(performer, subject)) {
        return Giver::Patient;
    }
    match view::text(performer, "reference").map(|text| Reference::literal(text, case.base)) {
        Some(Reference::Contained(id)) => contained_giver(case, patient, view::contained(consent, &id)),
        Some(Reference::Local { key, .. }) => match key.rtype {
            ResourceType::RelatedPerson => {
                case.get(&key).map_or(Giver::Unknown, |loaded| Giver::Related(loaded.resource))
            }
            ResourceType::Organization => {
                Giver::Organisation(resolve(consent, Some(performer), case.people, case.base))
            }
            ResourceType::Practitioner | ResourceType::PractitionerRole => Giver::Personnel,
            _ => Giver::Unknown,
        },
        _ => logical_giver(case, performer),
    }
}

/// Whether two references say the same literal or the same identifier.
fn same(one: &Value, other: &Value) -> bool {
    let literal = |it: &Value| view::text(it, "reference").map(str::to_owned);
    let logical = |it: &Value| Reference::logical(it).filter(|_| literal(it).is_none());
    let identifier = |it: Option<Reference>| match it {
        Some(Reference::Logical { system, value, .. }) => Some((system, value)),
        _ => None,
    };
    (literal(one).is_some() && literal(one) == literal(other))
        || (logical(one).is_some() && identifier(logical(one)) == identifier(Reference::logical(other)))
}

fn contained_giver<'a>(case: &Case<'_>, patient: &Patient<'_>, inner: Option<&'a Value>) -> Giver<'a> {
    let Some(inner) = inner else { return Giver::Unknown };
    match view::text(inner, "resourceType") {
        Some("Patient") if patient.shares_identifier(inner) => Giver::Patient,
        Some("RelatedPerson") if inner.get("patient").is_some_and(|it| patient.is(it, case)) => Giver::Related(inner),
        Some("Organization") => Giver::Organisation(Some(inner)),
        Some("Practitioner" | "PractitionerRole") => Giver::Personnel,
        _ => Giver::Unknown,
    }
}

fn logical_giver<'a>(case: &Case<'a>, performer: &Value) -> Giver<'a> {
    let Some(Reference::Logical { rtype, system, value }) = Reference::logical(performer) else {
        return Giver::Unknown;
    };
    let carries = |resource: &Value| view::has_identifier(resource, &system, &value);
    if let Some(person) = case.of(ResourceType::RelatedPerson).find(|person| carries(person.resource)) {
        return Giver::Related(person.resource);
    }
    match rtype.as_deref() {
        _ if system == HPR => Giver::Personnel,
        Some("Practitioner" | "PractitionerRole") => Giver::Personnel,
        Some("Organization") | None => {
            let organisation =
                case.people.values().find(|it| view::text(it, "resourceType") == Some("Organization") && carries(it));
            organisation.map_or(Giver::Unknown, |it| Giver::Organisation(Some(it)))
        }
        Some(_) => Giver::Unknown,
    }
}

const NOBODY: Lack = Lack {
    nb: "Samtykket til koordinator sier ikke hvem som ga det.",
    en: "The consent to a koordinator does not say who gave it.",
};
const UNKNOWN_GIVER: Lack = Lack {
    nb: "Den som ga samtykket til koordinator, er ikke kjent her som pasienten eller en som kan samtykke for pasienten.",
    en: "Whoever gave the consent to a koordinator is not known here as the patient or somebody who may consent for the patient.",
};
const UNDER_16: Lack = Lack {
    nb: "Pasienten er under 16 år og kan ikke samtykke alene.",
    en: "The patient is under 16 and cannot consent alone.",
};
const AGE_UNKNOWN: Lack = Lack {
    nb: "Pasientens fødselsdato er ikke kjent, så det er uvisst hvem som kan samtykke. Registrer Patient.birthDate.",
    en: "The patient's birth date is not known, so it is uncertain who may consent. Record Patient.birthDate.",
};
const RELATION_ENDED: Lack = Lack {
    nb: "Foreldreansvaret eller vergemålet var ikke i kraft da samtykket ble gitt.",
    en: "The parental responsibility or guardianship was not in force when the consent was given.",
};
const NO_AUTHORITY: Lack = Lack {
    nb: "Den pårørende som ga samtykket, er ikke registrert med foreldreansvar eller som verge.",
    en: "The related person who gave the consent is not recorded with parental responsibility or as a guardian.",
};
const GUARDIAN_SCOPE_LACKS: Lack = Lack {
    nb: "Vergemålet gjelder ikke personlige forhold, eller omfanget er ikke oppgitt.",
    en: "The guardianship does not cover personal matters, or its scope is not stated.",
};
const PARENT_OF_OVER_16: Lack = Lack {
    nb: "Pasienten har fylt 16 år og samtykker selv; foreldreansvar er ikke nok.",
    en: "The patient has turned 16 and consents in person; parental responsibility is not enough.",
};
const ORGANISATION: Lack = Lack {
    nb: "Bare barneverntjenesten (Organization.type varde-organisation-kind#barneverntjeneste) kan samtykke som virksomhet, og bare for et barn under 16 år.",
    en: "Only the child welfare service (Organization.type varde-organisation-kind#barneverntjeneste) may consent as an organisation, and only for a child under 16.",
};
const PERSONNEL: Lack = Lack {
    nb: "Helsepersonell samtykker ikke på vegne av pasienten. Mangler pasienten beslutningskompetanse, merkes samtykket med utvidelsen decision-by-health-personnel og en kilde som dokumenterer beslutningen.",
    en: "Health personnel do not consent for the patient. If the patient lacks decision competence, the consent carries the extension decision-by-health-personnel and a source that documents the decision.",
};
const PERSONNEL_FOR_CHILD: Lack = Lack {
    nb: "For et barn under 16 år samtykker de som har foreldreansvaret, ikke helsepersonell.",
    en: "For a child under 16 those with parental responsibility consent, not health personnel.",
};
