//! Invariants of the conformance resources, which this server writes itself: what it publishes is held to them by its tests
//! <https://hl7.org/fhir/R4/conformance-module.html>.

use super::rule::{Invariant, has, items, text};
use serde_json::{Map, Value};
use std::collections::HashSet;

const fn rule(
    path: &'static str,
    key: &'static str,
    holds: fn(&Map<String, Value>) -> bool,
    nb: &'static str,
    en: &'static str,
) -> Invariant {
    Invariant { path, key, at: "", holds, nb, en }
}

pub(super) static INVARIANTS: &[Invariant] = &[
    rule(
        "CapabilityStatement",
        "cpb-1",
        |o| has(o, "rest") || has(o, "messaging") || has(o, "document"),
        "Oppgi «rest», «messaging» eller «document».",
        "Give “rest”, “messaging” or “document”.",
    ),
    rule(
        "CapabilityStatement",
        "cpb-2",
        |o| has(o, "description") || has(o, "software") || has(o, "implementation"),
        "Oppgi «description», «software» eller «implementation».",
        "Give “description”, “software” or “implementation”.",
    ),
    rule(
        "CapabilityStatement",
        "cpb-14",
        |o| text(o, "kind") != "instance" || has(o, "implementation"),
        "«kind» instance krever «implementation».",
        "“kind” instance needs “implementation”.",
    ),
    rule(
        "CapabilityStatement.rest",
        "cpb-9",
        |o| differ(o, "resource", "type"),
        "En type står to ganger.",
        "A type stands twice.",
    ),
    rule(
        "CapabilityStatement.rest.resource",
        "cpb-12",
        |o| differ(o, "searchParam", "name"),
        "En søkeparameter står to ganger.",
        "A search parameter stands twice.",
    ),
    rule("CodeSystem", "csd-1", |o| differ(o, "concept", "code"), "En kode står to ganger.", "A code stands twice."),
    rule(
        "ValueSet.compose.include",
        "vsd-1",
        |o| has(o, "valueSet") || has(o, "system"),
        "Oppgi «system» eller «valueSet».",
        "Give “system” or “valueSet”.",
    ),
    rule(
        "ValueSet.compose.include",
        "vsd-2",
        |o| has(o, "system") || !(has(o, "concept") || has(o, "filter")),
        "«concept» og «filter» krever «system».",
        "“concept” and “filter” need “system”.",
    ),
    rule(
        "ValueSet.compose.include",
        "vsd-3",
        |o| !(has(o, "concept") && has(o, "filter")),
        "Bruk «concept» eller «filter», ikke begge.",
        "Use “concept” or “filter”, not both.",
    ),
    rule(
        "ValueSet.expansion.contains",
        "vsd-6",
        |o| has(o, "code") || has(o, "display"),
        "Oppgi «code» eller «display».",
        "Give “code” or “display”.",
    ),
    rule(
        "ValueSet.expansion.contains",
        "vsd-10",
        |o| !has(o, "code") || has(o, "system"),
        "«code» krever «system».",
        "“code” needs “system”.",
    ),
    rule(
        "OperationDefinition.parameter",
        "opd-1",
        |o| has(o, "type") || has(o, "part"),
        "En parameter har «type» eller «part».",
        "A parameter has “type” or “part”.",
    ),
    rule(
        "OperationDefinition.parameter",
        "opd-2",
        |o| !has(o, "searchType") || text(o, "type") == "string",
        "«searchType» hører bare til typen string.",
        "“searchType” belongs to the type string only.",
    ),
    rule(
        "OperationDefinition.parameter",
        "opd-3",
        |o| !has(o, "targetProfile") || matches!(text(o, "type"), "Reference" | "canonical"),
        "«targetProfile» hører bare til Reference og canonical.",
        "“targetProfile” belongs to Reference and canonical only.",
    ),
    rule(
        "SearchParameter",
        "spd-1",
        |o| !has(o, "xpath") || has(o, "xpathUsage"),
        "«xpath» krever «xpathUsage».",
        "“xpath” needs “xpathUsage”.",
    ),
    rule(
        "SearchParameter",
        "spd-2",
        |o| !has(o, "chain") || text(o, "type") == "reference",
        "«chain» hører bare til typen reference.",
        "“chain” belongs to the type reference only.",
    ),
    rule(
        "NamingSystem",
        "nsd-1",
        |o| text(o, "kind") != "root" || !items(o, "uniqueId").any(|id| text(id, "type") == "uuid"),
        "En rot har ingen uuid.",
        "A root has no uuid.",
    ),
    rule(
        "NamingSystem",
        "nsd-2",
        |o| {
            let mut seen = HashSet::new();
            let preferred = items(o, "uniqueId").filter(|id| id.get("preferred") == Some(&Value::Bool(true)));
            preferred.map(|id| text(id, "type")).all(|kind| seen.insert(kind))
        },
        "Bare én foretrukket id av hver type.",
        "Only one preferred id of each type.",
    ),
    rule(
        "StructureDefinition",
        "sdf-4",
        |o| o.get("abstract") == Some(&Value::Bool(true)) || has(o, "baseDefinition"),
        "Oppgi «baseDefinition».",
        "Give “baseDefinition”.",
    ),
    rule(
        "StructureDefinition",
        "sdf-5",
        |o| text(o, "type") != "Extension" || text(o, "derivation") == "specialization" || has(o, "context"),
        "En utvidelse krever «context».",
        "An extension needs “context”.",
    ),
    rule(
        "StructureDefinition",
        "sdf-6",
        |o| has(o, "snapshot") || has(o, "differential"),
        "Oppgi «differential» eller «snapshot».",
        "Give “differential” or “snapshot”.",
    ),
    rule(
        "StructureDefinition.differential",
        "sdf-17",
        |o| items(o, "element").all(|element| has(element, "id")) && differ(o, "element", "id"),
        "Hvert element har en egen id (sdf-14, sdf-17).",
        "Every element has an id of its own (sdf-14, sdf-17).",
    ),
    rule(
        "StructureDefinition.differential",
        "sdf-20",
        |o| items(o, "element").filter(|e| !text(e, "path").contains('.')).all(|e| !has(e, "slicing")),
        "Roten deles ikke i skiver.",
        "The root is not sliced.",
    ),
    rule(
        "ElementDefinition.binding",
        "eld-12",
        |o| {
            !has(o, "valueSet")
                || ["http:", "https:", "urn:", "#"].iter().any(|start| text(o, "valueSet").starts_with(start))
        },
        "«valueSet» er en URL.",
        "“valueSet” is a URL.",
    ),
];

/// Whether an element of the entries of a list differs from one to the next.
fn differ(object: &Map<String, Value>, list: &str, name: &str) -> bool {
    let mut seen = HashSet::new();
    items(object, list).map(|item| text(item, name)).all(|text| seen.insert(text))
}
