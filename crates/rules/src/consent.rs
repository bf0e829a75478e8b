//! `consent-required`: whether a koordinator role rests on a consent in force
//! (Helse Bergen D30373 5.1 b, f; pasient- og brukerrettighetsloven ch. 4 <https://lovdata.no/lov/1999-07-02-63/kap4>).

use crate::appointed::Appointed;
use crate::case::Case;
use crate::competence::{Ground, Lack, competence};
use crate::patient::Patient;
use crate::rule::{CONSENT_COMPETENCE, CONSENT_REQUIRED, Rule};
use serde_json::Value;
use std::cell::OnceCell;
use varde_fhir::terminology::CONSENT_CATEGORY;
use varde_fhir::view::Term;
use varde_fhir::{Micros, ResourceType, view};

/// The consents to a koordinator of a case, read once for all the roles that may rest on them.
pub(crate) struct Consents<'c, 'a> {
    case: &'c Case<'a>,
    patient: &'c Patient<'a>,
    now: Micros,
    about: Vec<About<'c>>,
}

struct About<'c> {
    owner: Option<&'c str>,
    resource: &'c Value,
    is_active: bool,
    is_denial: bool,
    term: Term,
    /// Whether somebody competent gave it; asked for once.
    ground: OnceCell<Result<Ground, Lack>>,
}

impl<'c, 'a> Consents<'c, 'a> {
    pub(crate) fn of(case: &'c Case<'a>, patient: &'c Patient<'a>, now: Micros) -> Self {
        let about = case.of(ResourceType::Consent).filter(|it| is_about_koordinator(it.resource)).map(|it| About {
            owner: it.owner,
            resource: it.resource,
            is_active: is_active(it.resource),
            is_denial: is_denial(it.resource),
            term: view::term(provision(it.resource, "period")),
            ground: OnceCell::new(),
        });
        Self { case, patient, now, about: about.collect() }
    }

    /// What a role rests on, or which rule it breaks and why.
    pub(crate) fn support(&self, role: &Appointed<'_>) -> Result<Ground, (&'static Rule, Lack)> {
        // A role that lies ahead needs the consent when it begins.
        let at = self.now.max(role.term.from);
        // What another organisation recorded neither allows nor hinders: the answer must not tell what the caller may not see.
        let own = || self.about.iter().filter(|it| it.owner == role.owner);
        let in_force = |it: &&About<'_>| it.is_active && it.term.covers(at);
        if own().filter(in_force).any(|it| it.is_denial) {
            return Err((&CONSENT_REQUIRED, REFUSED));
        }
        let permits = || own().filter(|it| !it.is_denial);
        let mut lack = None;
        for consent in permits().filter(in_force) {
            match self.ground(consent) {
                Ok(ground) => return Ok(ground),
                Err(its_lack) => lack = lack.or(Some(its_lack)),
            }
        }
        Err(match lack {
            Some(lack) => (&CONSENT_COMPETENCE, lack),
            None if permits().next().is_none() => (&CONSENT_REQUIRED, NONE),
            None if permits().any(|it| it.is_active) => (&CONSENT_REQUIRED, OUT_OF_PERIOD),
            None => (&CONSENT_REQUIRED, NOT_ACTIVE),
        })
    }

    fn ground(&self, consent: &About<'_>) -> Result<Ground, Lack> {
        *consent.ground.get_or_init(|| competence(self.case, self.patient, consent.resource, self.now))
    }
}

/// Whether a Consent is a permit to a koordinator that is in force at an instant: what a role may rest on, before it is asked who
/// gave it.
#[must_use]
pub fn permits_koordinator(consent: &Value, at: Micros) -> bool {
    is_about_koordinator(consent) && is_active(consent) && !is_denial(consent) && term_covers(consent, at)
}

/// Whether a Consent is about the appointment of a koordinator.
pub(crate) fn is_about_koordinator(consent: &Value) -> bool {
    view::has_code(consent, "category", CONSENT_CATEGORY, "koordinator")
}

/// `Consent.status` active.
pub(crate) fn is_active(consent: &Value) -> bool {
    view::text(consent, "status") == Some("active")
}

/// `Consent.provision.type` deny: the patient has said no.
pub(crate) fn is_denial(consent: &Value) -> bool {
    provision(consent, "type").and_then(Value::as_str) == Some("deny")
}

fn term_covers(consent: &Value, at: Micros) -> bool {
    view::term(provision(consent, "period")).covers(at)
}

fn provision<'a>(consent: &'a Value, name: &str) -> Option<&'a Value> {
    consent.get("provision").and_then(|provision| provision.get(name))
}

const NONE: Lack = Lack {
    nb: "Det er ikke registrert noe samtykke til koordinator for pasienten.",
    en: "No consent to a koordinator is recorded for the patient.",
};
const NOT_ACTIVE: Lack = Lack {
    nb: "Samtykket til koordinator har ikke status active.",
    en: "The consent to a koordinator does not have status active.",
};
const OUT_OF_PERIOD: Lack = Lack {
    nb: "Samtykket til koordinator gjelder ikke på det tidspunktet rollen gjelder (Consent.provision.period).",
    en: "The consent to a koordinator is not in force at the time of the role (Consent.provision.period).",
};
const REFUSED: Lack = Lack {
    nb: "Pasienten, eller den som samtykker for pasienten, har sagt nei til koordinator (Consent.provision.type deny).",
    en: "The patient, or whoever consents for the patient, has said no to a koordinator (Consent.provision.type deny).",
};
