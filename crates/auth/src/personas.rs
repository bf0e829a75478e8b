//! The people and systems a newcomer can be: each is a `client_id` of `/dev/token` in development.
//!
//! Organisation numbers are those of the public register, except `310000019`, which is **synthetic**: the coordinating unit
//! of Helse Bergen has no number of its own that is established. HPR numbers are synthetic (nine digits; real ones have fewer).

use crate::ActorKind;

/// One caller of the development issuer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Persona {
    /// The `client_id`.
    pub id: &'static str,
    /// Who it is, in English.
    pub title: &'static str,
    /// Who it is, in Norwegian.
    pub title_nb: &'static str,
    /// The legal entity: 9-digit organisation number.
    pub orgnr: &'static str,
    /// The unit within it, when the token names one.
    pub unit: Option<&'static str>,
    /// The kind of organisation.
    pub kind: ActorKind,
    /// The HPR number of the person logged in; `None` machine to machine.
    pub hpr: Option<&'static str>,
    /// All scopes it can have, separated by spaces, named as in the registry (`varde:appoint`).
    pub scopes: &'static str,
}

/// A hospital's EPJ: everything it may do for its own patients, and its own access log.
const EPJ: &str = "system/*.cruds varde:appoint varde:plan-status varde:audit";

static PERSONAS: &[Persona] = &[
    Persona {
        id: "epj-helse-bergen",
        title: "EPJ of Helse Bergen, unit leader logged in",
        title_nb: "EPJ i Helse Bergen, enhetsleder innlogget",
        orgnr: "983974724",
        unit: Some("974557746"),
        kind: ActorKind::Hospital,
        hpr: Some("900000101"),
        scopes: EPJ,
    },
    Persona {
        id: "epj-haraldsplass",
        title: "EPJ of Haraldsplass Diakonale Sykehus, unit leader logged in",
        title_nb: "EPJ i Haraldsplass Diakonale Sykehus, enhetsleder innlogget",
        orgnr: "984027737",
        unit: None,
        kind: ActorKind::Hospital,
        hpr: Some("900000201"),
        scopes: EPJ,
    },
    Persona {
        id: "ip-bergen-kommune",
        title: "Municipal IP system of Bergen kommune, machine to machine",
        title_nb: "IP-system i Bergen kommune, maskin til maskin",
        orgnr: "964338531",
        unit: None,
        kind: ActorKind::Municipality,
        hpr: None,
        scopes: "system/*.cruds varde:plan-status varde:audit",
    },
    Persona {
        id: "ke-helse-bergen",
        title: "Coordinating unit (KE) of Helse Bergen, coordinator logged in",
        title_nb: "Koordinerende enhet (KE) i Helse Bergen, saksbehandler innlogget",
        orgnr: "983974724",
        unit: Some("310000019"),
        kind: ActorKind::Ke,
        hpr: Some("900000301"),
        scopes: "system/*.cruds varde:appoint varde:plan-status varde:report varde:audit",
    },
    Persona {
        id: "rke-helse-vest",
        title: "Regional coordinating unit (RKE) of Helse Vest, machine to machine",
        title_nb: "Regional koordinerende enhet (RKE) i Helse Vest, maskin til maskin",
        orgnr: "983658725",
        unit: None,
        kind: ActorKind::Region,
        hpr: None,
        scopes: "system/*.rs system/Organization.cruds system/HealthcareService.cruds system/Practitioner.cruds \
                 system/PractitionerRole.cruds system/Location.cruds system/Endpoint.cruds varde:report",
    },
    Persona {
        id: "epj-helse-bergen-readonly",
        title: "EPJ of Helse Bergen with reading scopes only, to see a 403",
        title_nb: "EPJ i Helse Bergen med bare lesetilgang, for å se en 403",
        orgnr: "983974724",
        unit: Some("974557746"),
        kind: ActorKind::Hospital,
        hpr: Some("900000102"),
        scopes: "system/*.rs varde:plan-status",
    },
];

/// Every persona, the EPJ of the first appointment first.
#[must_use]
pub fn personas() -> &'static [Persona] {
    PERSONAS
}
