//! Varde's own code systems, for what no national system has a code: `https://varde.no/fhir/CodeSystem/…`.

use super::system::{CodeSystem, Concept, c};

/// Roles without a 9034 code.
pub const VARDE_ROLE: &str = "https://varde.no/fhir/CodeSystem/varde-role";
/// Why somebody needs a koordinator.
pub const CRITERIA: &str = "https://varde.no/fhir/CodeSystem/varde-criteria";
/// What a Consent is about.
pub const CONSENT_CATEGORY: &str = "https://varde.no/fhir/CodeSystem/varde-consent-category";
/// What a Task asks for.
pub const TASK_CODE: &str = "https://varde.no/fhir/CodeSystem/varde-task-code";
/// What a HealthcareService is.
pub const SERVICE_TYPE: &str = "https://varde.no/fhir/CodeSystem/varde-service-type";
/// What an Organization is.
pub const ORGANISATION_KIND: &str = "https://varde.no/fhir/CodeSystem/varde-organisation-kind";

/// `varde-role#barnekoordinator` (helse- og omsorgstjenesteloven §7-2a).
pub const BARNEKOORDINATOR: &str = "barnekoordinator";
/// `varde-role#ke-contact`: a department's contact person for the KE.
pub const KE_CONTACT: &str = "ke-contact";
/// `varde-organisation-kind#barneverntjeneste`: may consent for a child it has taken over the care of.
pub const BARNEVERNTJENESTE: &str = "barneverntjeneste";

pub(super) static ROLES: CodeSystem = own(
    VARDE_ROLE,
    "VardeRole",
    "Roller uten nasjonal kode",
    "Roles without a national code",
    &[
        c(BARNEKOORDINATOR, "Barnekoordinator", "Children's coordinator"),
        c("enhetsleder", "Enhetsleder", "Unit leader"),
        c(KE_CONTACT, "Kontaktperson for koordinerende enhet", "Contact person for the coordinating unit"),
    ],
);

pub(super) static CRITERIA_SYSTEM: CodeSystem = own(
    CRITERIA,
    "VardeCriteria",
    "Kriterier for koordinator",
    "Criteria for a koordinator",
    &[
        c("kompleks", "Komplekse tjenester", "Complex services"),
        c("langvarig", "Langvarige tjenester", "Long-lasting services"),
        c("koordinert", "Koordinerte tjenester", "Coordinated services"),
    ],
);

pub(super) static CONSENT_CATEGORIES: CodeSystem = own(
    CONSENT_CATEGORY,
    "VardeConsentCategory",
    "Hva samtykket gjelder",
    "What the consent is about",
    &[
        c("koordinator", "Samtykke til oppnevning av koordinator", "Consent to the appointment of a koordinator"),
        c("individuell-plan", "Samtykke til individuell plan", "Consent to an individual plan"),
    ],
);

pub(super) static TASK_CODES: CodeSystem = own(
    TASK_CODE,
    "VardeTaskCode",
    "Oppgaver",
    "Tasks",
    &[
        c("need-koordinator", "Behov for koordinator", "Need for a koordinator"),
        c(
            "notify-municipality",
            "Varsel til kommunens koordinerende enhet",
            "Notice to the coordinating unit of the municipality",
        ),
        c("ip-need", "Behov for individuell plan", "Need for an individual plan"),
        c("offer-koordinator", "Tilbud om koordinatorrolle", "Offer of the koordinator role"),
        c("transfer", "Overføring av koordinatorrolle", "Transfer of the koordinator role"),
        c("delegation", "Delegert oppgave", "Delegated task"),
        c("enquiry", "Henvendelse til koordinerende enhet", "Enquiry to the coordinating unit"),
        c("complaint", "Klage", "Complaint"),
    ],
);

pub(super) static SERVICE_TYPES: CodeSystem = own(
    SERVICE_TYPE,
    "VardeServiceType",
    "Tjenester",
    "Services",
    &[
        c("koordinerende-enhet", "Koordinerende enhet", "Coordinating unit"),
        c("regional-koordinerende-enhet", "Regional koordinerende enhet", "Regional coordinating unit"),
        c("tildelingskontor", "Tildelingskontor", "Allocation office"),
    ],
);

pub(super) static ORGANISATION_KINDS: CodeSystem = own(
    ORGANISATION_KIND,
    "VardeOrganisationKind",
    "Organisasjonstyper",
    "Kinds of organisation",
    &[
        c("rhf", "Regionalt helseforetak", "Regional health authority"),
        c("hf", "Helseforetak", "Hospital trust"),
        c("private-hospital", "Privat ideelt sykehus", "Private non-profit hospital"),
        c("hospital", "Sykehus", "Hospital"),
        c("department", "Avdeling eller enhet", "Department or unit"),
        c("kommune", "Kommune", "Municipality"),
        c(BARNEVERNTJENESTE, "Barneverntjeneste", "Child welfare service"),
        c("statsforvalter", "Statsforvalter", "County governor"),
    ],
);

const fn own(
    url: &'static str,
    name: &'static str,
    title_nb: &'static str,
    title_en: &'static str,
    concepts: &'static [Concept],
) -> CodeSystem {
    CodeSystem { url, name, title_nb, title_en, complete: true, concepts }
}
