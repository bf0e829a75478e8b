//! The profiles (`domain.md` §5). What the law asks is asked of every resource, claimed or not; a profile asks besides for what
//! others who read the resource build on.

use super::model::{Ask, Profile, Rule, Words};
use crate::ResourceType as T;
use crate::terminology::value_set;

const DOCUMENT: &str = "urn:oid:2.16.578.1.12.4.1.1.9602";

const fn rule(path: &'static str, ask: Ask, nb: &'static str, en: &'static str) -> Rule {
    Rule { path, ask, why: Words { nb, en } }
}

static PROFILES: [Profile; 5] = [
    Profile {
        id: "varde-koordineringsteam",
        name: "VardeKoordineringsteam",
        rtype: T::CareTeam,
        title: Words { nb: "Koordineringsteam", en: "Coordination team" },
        rules: &[
            rule(
                "status",
                Ask::Present,
                "Si om teamet gjelder, for eksempel active.",
                "Say whether the team is in force, for example active.",
            ),
            rule(
                "category",
                Ask::Coding("http://loinc.org", "LA28865-6"),
                "Et koordineringsteam har kategorien LOINC LA28865-6.",
                "A coordination team has the category LOINC LA28865-6.",
            ),
            rule("subject", Ask::RefersTo(&[T::Patient]), "Oppgi pasienten.", "Name the patient."),
            rule(
                "participant.role",
                Ask::In(value_set::TEAM_ROLE),
                "Oppgi rollen fra 9034 eller varde-role.",
                "Give the role from 9034 or varde-role.",
            ),
            rule("participant.member", Ask::Present, "Oppgi hvem som har rollen.", "Name who holds the role."),
            rule("participant.period", Ask::Present, "Oppgi fra når rollen gjelder.", "Say from when the role holds."),
            rule(
                "participant.period.start",
                Ask::Present,
                "Oppgi fra når rollen gjelder.",
                "Say from when the role holds.",
            ),
            rule(
                "managingOrganization",
                Ask::RefersTo(&[T::Organization]),
                "Oppgi virksomheten som har ansvaret.",
                "Name the organisation that is responsible.",
            ),
        ],
    },
    Profile {
        id: "varde-individuell-plan",
        name: "VardeIndividuellPlan",
        rtype: T::CarePlan,
        title: Words { nb: "Individuell plan", en: "Individual plan" },
        rules: &[
            rule(
                "intent",
                Ask::Code("plan"),
                "En individuell plan har intent plan.",
                "An individual plan has the intent plan.",
            ),
            rule(
                "category",
                Ask::Coding(DOCUMENT, "A02-2"),
                "En individuell plan har kategorien 9602#A02-2.",
                "An individual plan has the category 9602#A02-2.",
            ),
            rule("subject", Ask::RefersTo(&[T::Patient]), "Oppgi pasienten.", "Name the patient."),
            rule("period", Ask::Present, "Oppgi planperioden.", "Give the period of the plan."),
            rule(
                "period.start",
                Ask::Present,
                "Oppgi når planperioden begynner.",
                "Say when the period of the plan begins.",
            ),
            rule(
                "author",
                Ask::RefersTo(&[T::Organization]),
                "Oppgi virksomheten som har ansvaret for planen.",
                "Name the organisation that is responsible for the plan.",
            ),
        ],
    },
    Profile {
        id: "varde-samtykke",
        name: "VardeSamtykke",
        rtype: T::Consent,
        title: Words { nb: "Samtykke", en: "Consent" },
        rules: &[
            rule(
                "category",
                Ask::In(value_set::CONSENT_CATEGORIES),
                "Oppgi hva samtykket gjelder, fra varde-consent-category.",
                "Say what the consent is about, from varde-consent-category.",
            ),
            rule("patient", Ask::RefersTo(&[T::Patient]), "Oppgi pasienten.", "Name the patient."),
            rule("dateTime", Ask::Present, "Oppgi når samtykket ble gitt.", "Say when the consent was given."),
            rule("performer", Ask::Present, "Oppgi hvem som ga samtykket.", "Name who gave the consent."),
            rule(
                "source",
                Ask::Present,
                "Vis til journalnotatet som dokumenterer samtykket.",
                "Point at the journal note that documents the consent.",
            ),
            rule("policyRule", Ask::Present, "Oppgi rettsgrunnlaget.", "Give the legal basis."),
        ],
    },
    Profile {
        id: "varde-oppgave",
        name: "VardeOppgave",
        rtype: T::Task,
        title: Words { nb: "Oppgave", en: "Task" },
        rules: &[
            rule(
                "code",
                Ask::In(value_set::TASK_CODES),
                "Oppgi hva som ønskes, fra varde-task-code.",
                "Say what is asked for, from varde-task-code.",
            ),
            rule("for", Ask::RefersTo(&[T::Patient]), "Oppgi pasienten.", "Name the patient."),
            rule("authoredOn", Ask::Present, "Oppgi når oppgaven ble laget.", "Say when the task was made."),
            rule("requester", Ask::Present, "Oppgi hvem som ber.", "Name who asks."),
            rule("owner", Ask::Present, "Oppgi hvem oppgaven er til.", "Name whom the task is for."),
        ],
    },
    Profile {
        id: "varde-journalnotat",
        name: "VardeJournalnotat",
        rtype: T::DocumentReference,
        title: Words { nb: "Journalnotat", en: "Journal note" },
        rules: &[
            rule(
                "type",
                Ask::Coding(DOCUMENT, "B02-2"),
                "Et journalnotat har typen 9602#B02-2.",
                "A journal note has the type 9602#B02-2.",
            ),
            rule("subject", Ask::RefersTo(&[T::Patient]), "Oppgi pasienten.", "Name the patient."),
            rule("date", Ask::Present, "Oppgi når notatet ble skrevet.", "Say when the note was written."),
            rule(
                "custodian",
                Ask::RefersTo(&[T::Organization]),
                "Oppgi virksomheten som fører journalen.",
                "Name the organisation that keeps the record.",
            ),
            rule(
                "content.attachment.contentType",
                Ask::Present,
                "Oppgi medietypen, for eksempel text/plain.",
                "Give the media type, for example text/plain.",
            ),
            rule(
                "content.attachment.data",
                Ask::Present,
                "Legg notatets tekst i data (base64).",
                "Put the text of the note into data (base64).",
            ),
        ],
    },
];

/// Every profile of ours.
#[must_use]
pub fn profiles() -> &'static [Profile] {
    &PROFILES
}

/// The profile with this id.
#[must_use]
pub fn profile(id: &str) -> Option<&'static Profile> {
    PROFILES.iter().find(|profile| profile.id == id)
}
