//! Invariants of the resource types that are written by clients <https://hl7.org/fhir/R4/resourcelist.html>. `ctm-1` is asked of
//! members that are contained, which alone can be resolved here.

use super::rule::{Invariant, has, has_choice, in_order, items, text};
use serde_json::{Map, Value};
use std::collections::HashSet;

pub(super) static INVARIANTS: &[Invariant] = &[
    Invariant {
        path: "Organization",
        key: "org-1",
        at: "",
        holds: |o| has(o, "identifier") || has(o, "name"),
        nb: "En organisasjon må ha «identifier» eller «name».",
        en: "An organisation must have “identifier” or “name”.",
    },
    Invariant {
        path: "Organization",
        key: "org-2",
        at: "address",
        holds: |o| !items(o, "address").any(|a| text(a, "use") == "home"),
        nb: "En organisasjon har ingen hjemmeadresse. Bruk en annen «use» enn home.",
        en: "An organisation has no home address. Use another “use” than home.",
    },
    Invariant {
        path: "Organization",
        key: "org-3",
        at: "telecom",
        holds: |o| !items(o, "telecom").any(|t| text(t, "use") == "home"),
        nb: "En organisasjon har ikke telefon hjemme. Bruk en annen «use» enn home.",
        en: "An organisation has no telephone at home. Use another “use” than home.",
    },
    Invariant {
        path: "Patient.contact",
        key: "pat-1",
        at: "",
        holds: |o| ["name", "telecom", "address", "organization"].iter().any(|name| has(o, name)),
        nb: "En kontaktperson må ha navn, kontaktpunkt, adresse eller organisasjon.",
        en: "A contact must have a name, a contact point, an address or an organisation.",
    },
    Invariant {
        path: "CarePlan.activity",
        key: "cpl-3",
        at: "",
        holds: |o| !(has(o, "detail") && has(o, "reference")),
        nb: "En aktivitet har «detail» eller «reference», ikke begge.",
        en: "An activity has “detail” or “reference”, not both.",
    },
    Invariant {
        path: "Goal.target",
        key: "gol-1",
        at: "measure",
        holds: |o| !has_choice(o, "detail") || has(o, "measure"),
        nb: "Et delmål med «detail» må ha «measure».",
        en: "A target with “detail” must have “measure”.",
    },
    Invariant {
        path: "Task",
        key: "inv-1",
        at: "lastModified",
        holds: |o| in_order(o, "authoredOn", "lastModified"),
        nb: "«lastModified» kan ikke være før «authoredOn».",
        en: "“lastModified” cannot be before “authoredOn”.",
    },
    Invariant {
        path: "ServiceRequest",
        key: "prr-1",
        at: "orderDetail",
        holds: |o| !has(o, "orderDetail") || has(o, "code"),
        nb: "«orderDetail» krever «code».",
        en: "“orderDetail” needs “code”.",
    },
    Invariant {
        path: "Consent",
        key: "ppc-1",
        at: "policyRule",
        holds: |o| has(o, "policy") || has(o, "policyRule"),
        nb: "Et samtykke må ha «policy» eller «policyRule» (rettsgrunnlaget).",
        en: "A consent must have “policy” or “policyRule” (the legal basis).",
    },
    Invariant {
        path: "Consent",
        key: "ppc-2",
        at: "patient",
        holds: |o| has(o, "patient") || !in_scope(o, &["patient-privacy", "research", "adr", "treatment"]),
        nb: "Et samtykke om personvern, forskning, forhåndsønsker eller behandling må nevne pasienten (ppc-2 til ppc-5).",
        en: "A consent about privacy, research, advance directives or treatment must name the patient (ppc-2 to ppc-5).",
    },
    Invariant {
        path: "CareTeam",
        key: "ctm-1",
        at: "participant",
        holds: |o| !items(o, "participant").any(|p| has(p, "onBehalfOf") && is_contained_other(o, p)),
        nb: "«onBehalfOf» hører bare til en «member» som er en Practitioner.",
        en: "“onBehalfOf” belongs to a “member” that is a Practitioner only.",
    },
    Invariant {
        path: "Appointment",
        key: "app-2",
        at: "",
        holds: |o| has(o, "start") == has(o, "end"),
        nb: "«start» og «end» står sammen eller ikke i det hele tatt.",
        en: "“start” and “end” stand together or not at all.",
    },
    Invariant {
        path: "Appointment",
        key: "app-3",
        at: "start",
        holds: |o| {
            (has(o, "start") && has(o, "end")) || matches!(text(o, "status"), "proposed" | "cancelled" | "waitlist")
        },
        nb: "Bare en avtale med status proposed, cancelled eller waitlist kan mangle «start» og «end».",
        en: "Only an appointment with status proposed, cancelled or waitlist may lack “start” and “end”.",
    },
    Invariant {
        path: "Appointment",
        key: "app-4",
        at: "cancelationReason",
        holds: |o| !has(o, "cancelationReason") || matches!(text(o, "status"), "noshow" | "cancelled"),
        nb: "«cancelationReason» hører bare til status cancelled eller noshow.",
        en: "“cancelationReason” belongs to status cancelled or noshow only.",
    },
    Invariant {
        path: "Appointment.participant",
        key: "app-1",
        at: "",
        holds: |o| has(o, "type") || has(o, "actor"),
        nb: "En deltaker må ha «type» eller «actor».",
        en: "A participant must have “type” or “actor”.",
    },
    Invariant {
        path: "AuditEvent.entity",
        key: "sev-1",
        at: "",
        holds: |o| !(has(o, "name") && has(o, "query")),
        nb: "«entity» har «name» eller «query», ikke begge.",
        en: "“entity” has “name” or “query”, not both.",
    },
    Invariant {
        path: "MeasureReport",
        key: "mrp-1",
        at: "group",
        holds: |o| text(o, "type") != "data-collection" || !has(o, "group"),
        nb: "En rapport av type data-collection har ingen «group».",
        en: "A report of type data-collection has no “group”.",
    },
    Invariant {
        path: "MeasureReport.group.stratifier.stratum",
        key: "mrp-2",
        at: "",
        holds: |o| has(o, "value") != has(o, "component"),
        nb: "Et stratum har enten «value» eller «component».",
        en: "A stratum has either “value” or “component”.",
    },
    Invariant {
        path: "Parameters.parameter",
        key: "inv-1",
        at: "",
        holds: |o| {
            [has_choice(o, "value"), has(o, "resource"), has(o, "part")].iter().filter(|there| **there).count() == 1
        },
        nb: "En parameter har nøyaktig én av value[x], «resource» og «part».",
        en: "A parameter has exactly one of value[x], “resource” and “part”.",
    },
    Invariant {
        path: "Bundle",
        key: "bdl-1",
        at: "total",
        holds: |o| !has(o, "total") || matches!(text(o, "type"), "searchset" | "history"),
        nb: "«total» hører bare til searchset og history.",
        en: "“total” belongs to searchset and history only.",
    },
    Invariant {
        path: "Bundle",
        key: "bdl-2",
        at: "entry",
        holds: |o| text(o, "type") == "searchset" || !items(o, "entry").any(|e| has(e, "search")),
        nb: "«entry.search» hører bare til searchset.",
        en: "“entry.search” belongs to searchset only.",
    },
    Invariant {
        path: "Bundle",
        key: "bdl-3",
        at: "entry",
        holds: |o| {
            let asked = matches!(text(o, "type"), "batch" | "transaction" | "history");
            items(o, "entry").all(|e| has(e, "request") == asked)
        },
        nb: "Hver «entry» har «request» i batch, transaction og history, og ellers ikke.",
        en: "Every “entry” has “request” in batch, transaction and history, and not otherwise.",
    },
    Invariant {
        path: "Bundle",
        key: "bdl-4",
        at: "entry",
        holds: |o| {
            let answered = matches!(text(o, "type"), "batch-response" | "transaction-response" | "history");
            items(o, "entry").all(|e| has(e, "response") == answered)
        },
        nb: "Hver «entry» har «response» i batch-response, transaction-response og history, og ellers ikke.",
        en: "Every “entry” has “response” in batch-response, transaction-response and history, and not otherwise.",
    },
    Invariant {
        path: "Bundle",
        key: "bdl-7",
        at: "entry",
        holds: |o| text(o, "type") == "history" || addresses_differ(o),
        nb: "Samme «fullUrl» og versjon står to ganger.",
        en: "The same “fullUrl” and version stand twice.",
    },
    Invariant {
        path: "Bundle",
        key: "bdl-9",
        at: "identifier",
        holds: |o| {
            let named = o.get("identifier").and_then(Value::as_object);
            text(o, "type") != "document" || named.is_some_and(|i| has(i, "system") && has(i, "value"))
        },
        nb: "Et dokument må ha «identifier» med «system» og «value».",
        en: "A document must have “identifier” with “system” and “value”.",
    },
    Invariant {
        path: "Bundle",
        key: "bdl-10",
        at: "timestamp",
        holds: |o| text(o, "type") != "document" || o.contains_key("timestamp"),
        nb: "Et dokument må ha «timestamp».",
        en: "A document must have “timestamp”.",
    },
    Invariant {
        path: "Bundle",
        key: "bdl-11",
        at: "entry",
        holds: |o| text(o, "type") != "document" || first_is(o, "Composition"),
        nb: "Et dokument begynner med en Composition.",
        en: "A document begins with a Composition.",
    },
    Invariant {
        path: "Bundle",
        key: "bdl-12",
        at: "entry",
        holds: |o| text(o, "type") != "message" || first_is(o, "MessageHeader"),
        nb: "En melding begynner med en MessageHeader.",
        en: "A message begins with a MessageHeader.",
    },
    Invariant {
        path: "Bundle.entry",
        key: "bdl-5",
        at: "",
        holds: |o| ["resource", "request", "response"].iter().any(|name| has(o, name)),
        nb: "En «entry» må ha «resource», «request» eller «response».",
        en: "An “entry” must have “resource”, “request” or “response”.",
    },
    Invariant {
        path: "Bundle.entry",
        key: "bdl-8",
        at: "fullUrl",
        holds: |o| !text(o, "fullUrl").contains("/_history/"),
        nb: "«fullUrl» kan ikke nevne en versjon.",
        en: "“fullUrl” cannot name a version.",
    },
];

fn in_scope(consent: &Map<String, Value>, codes: &[&str]) -> bool {
    const SCOPE: &str = "http://terminology.hl7.org/CodeSystem/consentscope";
    let scope = consent.get("scope").and_then(Value::as_object);
    scope.is_some_and(|scope| {
        items(scope, "coding").any(|c| text(c, "system") == SCOPE && codes.contains(&text(c, "code")))
    })
}

/// Whether the member is a contained resource and no Practitioner.
fn is_contained_other(team: &Map<String, Value>, participant: &Map<String, Value>) -> bool {
    let member = participant.get("member").and_then(Value::as_object);
    let id = member.and_then(|member| text(member, "reference").strip_prefix('#')).unwrap_or_default();
    !id.is_empty() && items(team, "contained").any(|c| text(c, "id") == id && text(c, "resourceType") != "Practitioner")
}

fn addresses_differ(bundle: &Map<String, Value>) -> bool {
    let version = |e: &Map<String, Value>| {
        e.get("resource").and_then(|r| r.pointer("/meta/versionId")).and_then(Value::as_str).map(str::to_owned)
    };
    let mut seen = HashSet::new();
    items(bundle, "entry")
        .filter(|e| has(e, "fullUrl"))
        .all(|e| seen.insert((text(e, "fullUrl").to_owned(), version(e))))
}

fn first_is(bundle: &Map<String, Value>, rtype: &str) -> bool {
    let first = items(bundle, "entry").next().and_then(|e| e.get("resource"));
    first.and_then(|r| r.get("resourceType")).and_then(Value::as_str) == Some(rtype)
}
