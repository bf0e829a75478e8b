//! The identifier systems that Norwegian health care uses, as the no-basis profiles name them
//! <https://github.com/HL7Norway/basisprofiler-r4-fsh>.

/// Fødselsnummer: the national identity number of a resident.
pub const FNR: &str = "urn:oid:2.16.578.1.12.4.1.4.1";
/// D-nummer: the national identity number of somebody who is not a resident.
pub const DNR: &str = "urn:oid:2.16.578.1.12.4.1.4.2";
/// Felles hjelpenummer: a nationally unique number for a patient whose identity is unknown.
pub const FHN: &str = "urn:oid:2.16.578.1.12.4.1.4.3";
/// DUF-nummer: the immigration authorities' number.
pub const DUF: &str = "urn:oid:2.16.578.1.12.4.1.4.5";
/// HPR-nummer: a health professional in Helsepersonellregisteret.
pub const HPR: &str = "urn:oid:2.16.578.1.12.4.1.4.4";
/// Organisasjonsnummer in Enhetsregisteret (ENH).
pub const ENH: &str = "urn:oid:2.16.578.1.12.4.1.4.101";
/// RESH-id: a unit of the specialist health service.
pub const RESH: &str = "urn:oid:2.16.578.1.12.4.1.4.102";
/// HER-id: a communication party in Adresseregisteret.
pub const HER: &str = "urn:oid:2.16.578.1.12.4.1.2";

/// Whether values of this system identify a person nationally: such a value never stands in a URL, a log or a text.
#[must_use]
pub fn is_national_system(system: &str) -> bool {
    scheme(system).is_some_and(|scheme| scheme.national)
}

/// What is known about one system.
pub(super) struct Scheme {
    pub(super) system: &'static str,
    pub(super) nb: &'static str,
    pub(super) en: &'static str,
    /// Fewest and most digits.
    pub(super) length: (usize, usize),
    pub(super) national: bool,
}

const fn row(
    system: &'static str,
    nb: &'static str,
    en: &'static str,
    length: (usize, usize),
    national: bool,
) -> Scheme {
    Scheme { system, nb, en, length, national }
}

static SCHEMES: [Scheme; 8] = [
    row(FNR, "fødselsnummer", "national identity number (fødselsnummer)", (11, 11), true),
    row(DNR, "D-nummer", "D-number", (11, 11), true),
    row(FHN, "felles hjelpenummer", "common auxiliary number (felles hjelpenummer)", (11, 11), true),
    row(DUF, "DUF-nummer", "DUF number", (12, 12), true),
    row(HPR, "HPR-nummer", "HPR number", (1, 9), false),
    row(ENH, "organisasjonsnummer", "organisation number", (9, 9), false),
    row(RESH, "RESH-id", "RESH id", (1, 9), false),
    row(HER, "HER-id", "HER id", (1, 9), false),
];

/// The row of a system; `None` for systems whose values are not checked.
pub(super) fn scheme(system: &str) -> Option<&'static Scheme> {
    SCHEMES.iter().find(|scheme| scheme.system == system)
}

/// Every system whose values are checked, with its name in Norwegian and English.
pub fn known_systems() -> impl Iterator<Item = (&'static str, &'static str, &'static str)> {
    SCHEMES.iter().map(|scheme| (scheme.system, scheme.nb, scheme.en))
}
