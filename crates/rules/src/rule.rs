//! The rules that are enforced, as one table (domain rules with their sources in law and guideline).
//!
//! Short names of sources: sphl = spesialisthelsetjenesteloven (LOV-1999-07-02-61), pbrl = pasient- og brukerrettighetsloven
//! (LOV-1999-07-02-63), hol = helse- og omsorgstjenesteloven (LOV-2011-06-24-30), IP-forskriften = FOR-2022-06-22-1110.

/// One rule. Its id is the code in `OperationOutcome.issue.details.coding` and never changes.
#[derive(Debug, PartialEq, Eq)]
pub struct Rule {
    /// Kebab-case id.
    pub id: &'static str,
    /// The rule in Norwegian bokmål.
    pub nb: &'static str,
    /// The rule in English.
    pub en: &'static str,
    /// Where it comes from.
    pub source: &'static str,
    /// What to do when it is broken, in Norwegian bokmål.
    pub remedy_nb: &'static str,
    /// What to do when it is broken, in English.
    pub remedy_en: &'static str,
}

static RULES: [&Rule; 11] = [
    &CONSENT_REQUIRED,
    &CONSENT_COMPETENCE,
    &KOORDINATOR_HEALTH_PERSONNEL,
    &KONTAKTLEGE_PROFESSION,
    &CONTACT_DETAILS,
    &ONE_KOORDINATOR,
    &ONE_KONTAKTLEGE_PER_DEPARTMENT,
    &INDEPENDENT_OF_IP,
    &ONE_IP,
    &BARNEKOORDINATOR_AGE,
    &CLOSED_PERIOD,
];

/// Every enforced rule, in the order of the domain description.
#[must_use]
pub fn rules() -> &'static [&'static Rule] {
    &RULES
}

/// The rule with this id.
#[must_use]
pub fn rule(id: &str) -> Option<&'static Rule> {
    rules().iter().copied().find(|rule| rule.id == id)
}

pub(crate) static CONSENT_REQUIRED: Rule = Rule {
    id: "consent-required",
    nb: "Koordinator kan ikke oppnevnes uten et gyldig samtykke fra pasienten eller den som kan samtykke på vegne av pasienten.",
    en: "A koordinator is not appointed without a valid consent from the patient or whoever may consent for the patient.",
    source: "Helse Bergen D30373 pkt. 5.1 b, f og note 2; pbrl kap. 4",
    remedy_nb: "Registrer et Consent med status active, kategori varde-consent-category#koordinator og en periode som gjelder; henvisning til journalnotatet (sourceReference eller sourceAttachment) er dokumentasjon nok.",
    remedy_en: "Record a Consent with status active, category varde-consent-category#koordinator and a period in force; a pointer to the journal note (sourceReference or sourceAttachment) is evidence enough.",
};

pub(crate) static CONSENT_COMPETENCE: Rule = Rule {
    id: "consent-competence",
    nb: "Samtykket må være gitt av noen som kan gi det: pasienten selv fra 16 år; under 16 år en med foreldreansvar eller barneverntjenesten; for en uten beslutningskompetanse en verge for personlige forhold, eller en dokumentert beslutning av helsepersonell.",
    en: "The consent is given by somebody who may give it: the patient from 16; under 16 somebody with parental responsibility or the child welfare service; for a person without decision competence a guardian in personal matters, or a documented decision by health personnel.",
    source: "Helse Bergen D30373 pkt. 5.1 f; pbrl §§ 4-3 til 4-7",
    remedy_nb: "Oppgi i Consent.performer hvem som ga samtykket, og registrer grunnlaget (RelatedPerson med foreldreansvar eller vergemål).",
    remedy_en: "Say in Consent.performer who gave the consent, and record the ground (RelatedPerson with parental responsibility or guardianship).",
};

pub(crate) static KOORDINATOR_HEALTH_PERSONNEL: Rule = Rule {
    id: "koordinator-health-personnel",
    nb: "Koordinator i spesialisthelsetjenesten er helsepersonell med HPR-nummer.",
    en: "A koordinator in the specialist health service is a health professional with an HPR number.",
    source: "sphl § 2-5a",
    remedy_nb: "La member vise til en Practitioner eller PractitionerRole med HPR-nummer (urn:oid:2.16.578.1.12.4.1.4.4).",
    remedy_en: "Let member point at a Practitioner or PractitionerRole with an HPR number (urn:oid:2.16.578.1.12.4.1.4.4).",
};

pub(crate) static KONTAKTLEGE_PROFESSION: Rule = Rule {
    id: "kontaktlege-profession",
    nb: "Kontaktlege er lege (9060#LE), og kontaktpsykolog er psykolog (9060#PS).",
    en: "A kontaktlege is a physician (9060#LE), and a kontaktpsykolog is a psychologist (9060#PS).",
    source: "sphl § 2-5c; Helse Sør-Øst, koordineringsordningene (2024) pkt. 7.6",
    remedy_nb: "Registrer profesjonen i Practitioner.qualification eller PractitionerRole.code, eller oppnevn en annen.",
    remedy_en: "Record the profession in Practitioner.qualification or PractitionerRole.code, or appoint somebody else.",
};

pub(crate) static CONTACT_DETAILS: Rule = Rule {
    id: "contact-details",
    nb: "Koordinator, kontaktlege og kontaktpsykolog har navn, tittel og telefonnummer.",
    en: "A koordinator, kontaktlege or kontaktpsykolog has name, title and telephone number.",
    source: "Helse Bergen D30373 pkt. 5.1 i",
    remedy_nb: "Registrer navn (name), tittel (qualification, PractitionerRole.code eller name.prefix) og telefon (telecom med system phone), i katalogen eller som contained i teamet.",
    remedy_en: "Record name, title (qualification, PractitionerRole.code or name.prefix) and telephone (telecom with system phone), in the directory or contained in the team.",
};

pub(crate) static ONE_KOORDINATOR: Rule = Rule {
    id: "one-koordinator",
    nb: "En pasient har høyst én koordinator om gangen i hvert helseforetak.",
    en: "A patient has at most one koordinator at a time in each hospital trust.",
    source: "sphl § 2-5a; Helse Bergen D30373 pkt. 5.1 j, l",
    remedy_nb: "Avslutt den forrige rollen på det tidspunktet den nye begynner (period.end = period.start), i samme transaksjon.",
    remedy_en: "End the earlier role at the time the new one begins (period.end = period.start), in the same transaction.",
};

pub(crate) static ONE_KONTAKTLEGE_PER_DEPARTMENT: Rule = Rule {
    id: "one-kontaktlege-per-department",
    nb: "En pasient har høyst én kontaktlege eller kontaktpsykolog om gangen i hver avdeling.",
    en: "A patient has at most one kontaktlege or kontaktpsykolog at a time in each department.",
    source: "sphl § 2-5c; Helse Sør-Øst, koordineringsordningene (2024) pkt. 7.6",
    remedy_nb: "Avslutt den forrige rollen når den nye begynner, eller oppgi avdelingen (participant.onBehalfOf eller PractitionerRole.organization) når rollene gjelder hver sin.",
    remedy_en: "End the earlier role when the new one begins, or name the department (participant.onBehalfOf or PractitionerRole.organization) when the roles belong to different ones.",
};

/// Kept by absence: nothing here asks for a CarePlan before an appointment. A test proves it.
pub(crate) static INDEPENDENT_OF_IP: Rule = Rule {
    id: "independent-of-ip",
    nb: "Oppnevning krever aldri at pasienten har, eller ønsker, individuell plan.",
    en: "An appointment never requires that the patient has, or wants, an individual plan.",
    source: "Helse Bergen D30373 pkt. 4.1; sphl § 2-5a",
    remedy_nb: "Regelen binder tjenesten selv og kan ikke brytes av en innsending.",
    remedy_en: "The rule binds the service itself; no submission can break it.",
};

pub(crate) static ONE_IP: Rule = Rule {
    id: "one-ip",
    nb: "En person har høyst én aktiv individuell plan, på tvers av alle virksomheter.",
    en: "A person has at most one active individual plan, across all organisations.",
    source: "IP-forskriften (FOR-2022-06-22-1110) § 9; hol § 7-1; sphl § 2-5",
    remedy_nb: "Bidra til den planen som finnes (hent den med $plan-status), registrer bidraget som delplan (partOf), eller avslutt den gamle planen først.",
    remedy_en: "Contribute to the plan that exists (find it with $plan-status), record the contribution as a part plan (partOf), or close the old plan first.",
};

pub(crate) static BARNEKOORDINATOR_AGE: Rule = Rule {
    id: "barnekoordinator-age",
    nb: "Barnekoordinator er bare for pasienter under 18 år.",
    en: "A barnekoordinator is only for patients under 18.",
    source: "hol § 7-2a",
    remedy_nb: "Avslutt rollen; for en voksen oppnevnes koordinator. Mangler fødselsdatoen, registrer Patient.birthDate.",
    remedy_en: "End the role; an adult gets a koordinator. If the birth date is missing, record Patient.birthDate.",
};

pub(crate) static CLOSED_PERIOD: Rule = Rule {
    id: "closed-period",
    nb: "En rolle slutter ikke før den begynner, og en avsluttet rolle gjenåpnes, endres eller fjernes ikke: rollehistorikken skal være sann.",
    en: "A role does not end before it begins, and an ended role is not reopened, changed or removed: the role history stays true.",
    source: "Helse Bergen D30373 pkt. 5.1 i",
    remedy_nb: "La den avsluttede rollen stå uendret, og legg til et nytt innslag i participant for en ny rolle.",
    remedy_en: "Leave the ended role as it is, and add a new entry to participant for a new role.",
};
