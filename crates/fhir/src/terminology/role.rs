//! Volven 9034 Helsepersonells funksjoner mv. <https://volven.no/kodeverk>: the codes known here; English displays are ours.

use super::system::{CodeSystem, c};

pub(super) const URL: &str = "urn:oid:2.16.578.1.12.4.1.1.9034";

pub(super) static SYSTEM: CodeSystem = CodeSystem {
    url: URL,
    name: "HelsepersonellsFunksjoner",
    title_nb: "9034 Helsepersonells funksjoner mv.",
    title_en: "9034 Functions of health personnel",
    complete: false,
    concepts: &[
        c("3", "Behandlingsansvarlig lege", "Physician in charge of treatment"),
        c("4", "Journalansvarlig", "Responsible for the record"),
        c("5", "Informasjonsansvarlig", "Responsible for information"),
        c("6", "Fastlege", "General practitioner"),
        c(
            "7",
            "Faglig ansvarlig for vedtak i psykisk helsevern",
            "Professionally responsible for decisions in mental health care",
        ),
        c("8", "Koordinator Individuell plan", "Koordinator for individual plan"),
        c("9", "Primærkontakt", "Primary contact"),
        c("10", "Utskrivende lege", "Discharging physician"),
        c("11", "Utskrivende sykepleier", "Discharging nurse"),
        c("12", "Instituerende lege", "Instituting physician"),
        c("13", "Innleggende lege", "Admitting physician"),
        c("14", "Ansvarlig jordmor", "Responsible midwife"),
        c("15", "Vikar for fastlege", "Substitute for the general practitioner"),
        c("16", "Turnuslege", "Foundation doctor"),
        c("17", "Forløpskoordinator kreft", "Cancer pathway coordinator"),
        c("18", "Koordinator (spesialisthelsetjenesteloven)", "Koordinator (Specialist Health Services Act)"),
        c("19", "Kontaktlege", "Contact physician"),
        c("20", "Kontaktpsykolog", "Contact psychologist"),
        c("21", "Helsefaglig kontakt", "Clinical contact"),
        c("22", "Kontakt i primærhelseteam", "Contact in the primary care team"),
        c("23", "Ønsket behandler", "Requested practitioner"),
        c("24", "Kontakt hos mottaker", "Contact at the receiver"),
    ],
};
