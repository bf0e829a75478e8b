//! The rules on each current role of a changed team: consent, profession, contact details, the child's age
//! (spesialisthelsetjenesteloven §§ 2-5a, 2-5c <https://lovdata.no/lov/1999-07-02-61/§2-5a>).
//!
//! Nothing here looks at a CarePlan: an appointment never depends on an individual plan (rule `independent-of-ip`).

use crate::appointed::{Appointed, Role};
use crate::case::{Case, Loaded};
use crate::competence::Ground;
use crate::consent::Consents;
use crate::holder::{Holder, holder};
use crate::patient::Patient;
use crate::rule::{
    BARNEKOORDINATOR_AGE, CONSENT_COMPETENCE, CONTACT_DETAILS, KONTAKTLEGE_PROFESSION, KOORDINATOR_HEALTH_PERSONNEL,
    Rule,
};
use crate::verdict::{Verdict, Violation};
use varde_fhir::terminology::{PHYSICIAN, PSYCHOLOGIST};
use varde_fhir::{Language, Micros};

/// Judges every current role of one team.
pub(crate) fn judge_roles(
    case: &Case<'_>,
    patient: &Patient<'_>,
    consents: &Consents<'_, '_>,
    team: &Loaded<'_>,
    now: Micros,
    verdict: &mut Verdict,
) {
    for role in Appointed::of(team, now) {
        let statutory =
            [Role::Koordinator, Role::Kontaktlege, Role::Kontaktpsykolog].into_iter().find(|it| role.holds(*it));
        if let Some(kind) = statutory {
            let holder =
                role.participant.get("member").map(|member| holder(role.resource, member, case.people, case.base));
            let holder = holder.unwrap_or_default();
            if role.holds(Role::Koordinator) {
                rests_on_consent(consents, patient, &role, now, verdict);
                is_health_personnel(&role, &holder, verdict);
            }
            has_profession(&role, &holder, now, verdict);
            has_contact_details(kind, &role, &holder, verdict);
        }
        if role.holds(Role::Barnekoordinator) {
            is_child(patient, &role, now, verdict);
        }
    }
}

fn rests_on_consent(
    consents: &Consents<'_, '_>,
    patient: &Patient<'_>,
    role: &Appointed<'_>,
    now: Micros,
    verdict: &mut Verdict,
) {
    match consents.support(role) {
        Ok(Ground::ForChild) if patient.age(now).is_some_and(|age| age >= 16) => {
            verdict.warnings.push(Violation::new(
                &CONSENT_COMPETENCE,
                role.team,
                &role.path(""),
                "Samtykket ble gitt for pasienten før fylte 16 år; nå bør pasienten selv spørres.",
                "The consent was given for the patient before the age of 16; the patient should now be asked in person.",
            ));
        }
        Ok(_) => {}
        Err((broken, lack)) => {
            verdict.violations.push(Violation::new(broken, role.team, &role.path(""), lack.nb, lack.en));
        }
    }
}

fn is_health_personnel(role: &Appointed<'_>, holder: &Holder<'_>, verdict: &mut Verdict) {
    if holder.hpr().is_none() {
        let (nb, en) = if holder.is_found() {
            (
                "Koordinatoren er registrert uten gyldig HPR-nummer.",
                "The koordinator is recorded without a valid HPR number.",
            )
        } else {
            (
                "Koordinatoren er ikke navngitt som helsepersonell, eller finnes ikke i katalogen.",
                "The koordinator is not named as a health professional, or is not found in the directory.",
            )
        };
        verdict.violations.push(at_member(&KOORDINATOR_HEALTH_PERSONNEL, role, nb, en));
    }
}

fn has_profession(role: &Appointed<'_>, holder: &Holder<'_>, now: Micros, verdict: &mut Verdict) {
    if role.holds(Role::Kontaktlege) && !holder.has_profession(PHYSICIAN, now) {
        let (nb, en) = ("Kontaktlegen er ikke registrert som lege.", "The kontaktlege is not recorded as a physician.");
        verdict.violations.push(at_member(&KONTAKTLEGE_PROFESSION, role, nb, en));
    }
    if role.holds(Role::Kontaktpsykolog) && !holder.has_profession(PSYCHOLOGIST, now) {
        let (nb, en) = (
            "Kontaktpsykologen er ikke registrert som psykolog.",
            "The kontaktpsykolog is not recorded as a psychologist.",
        );
        verdict.violations.push(at_member(&KONTAKTLEGE_PROFESSION, role, nb, en));
    }
}

fn has_contact_details(kind: Role, role: &Appointed<'_>, holder: &Holder<'_>, verdict: &mut Verdict) {
    let parts = [
        (holder.name().is_some(), "navn", "name"),
        (holder.title(Language::Norwegian).is_some(), "tittel", "title"),
        (holder.phone().is_some(), "telefonnummer", "telephone number"),
    ];
    let lacking = || parts.iter().filter(|(there, ..)| !there);
    if lacking().next().is_none() {
        return;
    }
    let word = kind.word();
    let list = |words: Vec<&str>| words.join(", ");
    let nb = format!("Rollen {word} mangler {}.", list(lacking().map(|(_, nb, _)| *nb).collect()));
    let en = format!("The role {word} lacks {}.", list(lacking().map(|(_, _, en)| *en).collect()));
    verdict.violations.push(at_member(&CONTACT_DETAILS, role, &nb, &en));
}

fn is_child(patient: &Patient<'_>, role: &Appointed<'_>, now: Micros, verdict: &mut Verdict) {
    let (nb, en) = match patient.age(now.max(role.term.from)) {
        Some(..18) => return,
        Some(_) => {
            ("Pasienten har fylt 18 år når rollen gjelder.", "The patient has turned 18 when the role is in force.")
        }
        None => ("Pasientens fødselsdato er ikke kjent.", "The patient's birth date is not known."),
    };
    verdict.violations.push(Violation::new(&BARNEKOORDINATOR_AGE, role.team, &role.path(".role"), nb, en));
}

fn at_member(broken: &'static Rule, role: &Appointed<'_>, nb: &str, en: &str) -> Violation {
    Violation::new(broken, role.team, &role.path(".member"), nb, en)
}
