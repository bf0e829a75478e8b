//! A part of a resource: `_summary` and `_elements` <https://hl7.org/fhir/R4/search.html#summary>.
//!
//! What must be there stays, so that a part still reads as the resource, and with `_elements` what changes the meaning of the rest
//! (<https://hl7.org/fhir/R4/conformance-rules.html#isModifier>); a tag says that it is a part. What R4 counts to a summary
//! says the facts table.

use crate::table::{self, Node};
use crate::validate::suggest::{meant, nearest};
use crate::{Issue, IssueCode, ResourceType};
use serde_json::{Map, Value, json};

/// Which part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Summary {
    /// `_summary=true`: what R4 marks so.
    True,
    /// `_summary=text`: the narrative.
    Text,
    /// `_summary=data`: all but the narrative.
    Data,
    /// `_elements`: these.
    Elements(Vec<String>),
}

/// The two parameters.
pub const PARAMETERS: [&str; 2] = ["_summary", "_elements"];

impl Summary {
    /// Reads the parameters of an answer about resources of these types; `None` for the whole. Others are left alone.
    ///
    /// # Errors
    /// When a value is not understood, or both parameters stand there.
    pub fn of(params: &[(String, String)], types: &[ResourceType]) -> Result<Option<Self>, Issue> {
        let mut found: Option<Self> = None;
        for (name, value) in params.iter().filter(|(name, _)| PARAMETERS.contains(&name.as_str())) {
            let one = if name == "_summary" { by_name(value)? } else { Some(elements(value, types)?) };
            match (one, &found) {
                (Some(_), Some(_)) => return Err(both()),
                (Some(one), None) => found = Some(one),
                (None, _) => {}
            }
        }
        Ok(found)
    }

    /// The part of a resource, marked as one.
    #[must_use]
    pub fn part(&self, rtype: ResourceType, resource: &Value) -> Value {
        let Some(whole) = resource.as_object() else { return resource.clone() };
        let Some(node) = table::type_def(rtype.as_str()).map(table::content) else { return resource.clone() };
        let mut part = Map::new();
        for (name, value) in whole {
            if matches!(name.as_str(), "resourceType" | "id" | "meta" | "implicitRules") {
                part.insert(name.clone(), value.clone());
            } else if let Some(kept) = self.kept(node, name, value) {
                part.insert(name.clone(), kept);
            }
        }
        mark(&mut part);
        Value::Object(part)
    }

    /// What is left of one member of the resource.
    fn kept(&self, node: &'static Node, name: &str, value: &Value) -> Option<Value> {
        let bare = name.strip_prefix('_').unwrap_or(name);
        let (_, element, of) = node.property(bare)?;
        let whole = match self {
            Self::True if element.summary || element.required() => {
                let inside = table::node_of(of).filter(|_| !name.starts_with('_'));
                return Some(inside.map_or_else(|| value.clone(), |inside| summarised(inside, value)));
            }
            Self::True => false,
            Self::Text => bare == "text" || element.required(),
            Self::Data => bare != "text",
            // A team without its status might be one that was entered in error.
            Self::Elements(names) => {
                element.required() || element.modifier || names.iter().any(|name| name == element.name || name == bare)
            }
        };
        whole.then(|| value.clone())
    }
}

/// The same inside an element: what is marked, and what must be there.
fn summarised(node: &'static Node, value: &Value) -> Value {
    match value {
        Value::Array(items) => Value::Array(items.iter().map(|item| summarised(node, item)).collect()),
        Value::Object(members) => {
            let kept = members.iter().filter_map(|(name, value)| {
                let (_, element, of) = node.property(name.strip_prefix('_').unwrap_or(name))?;
                let inside = table::node_of(of).filter(|_| !name.starts_with('_'));
                let kept = element.summary || element.required();
                kept.then(|| (name.clone(), inside.map_or_else(|| value.clone(), |inside| summarised(inside, value))))
            });
            let kept: Map<String, Value> = kept.collect();
            // Of a datatype nothing of which is marked all is kept: FHIR has no empty objects.
            if kept.is_empty() { value.clone() } else { Value::Object(kept) }
        }
        other => other.clone(),
    }
}

const SYSTEM: &str = "http://terminology.hl7.org/CodeSystem/v3-ObservationValue";
const SUBSETTED: &str = "SUBSETTED";

/// Whether a resource says of itself that it is a part: written back it would take the rest away.
#[must_use]
pub fn is_part(resource: &Value) -> bool {
    let tags = resource.pointer("/meta/tag").and_then(Value::as_array);
    let says = |tag: &Value| {
        let text = |name| tag.get(name).and_then(Value::as_str);
        text("code") == Some(SUBSETTED) && text("system") == Some(SYSTEM)
    };
    tags.is_some_and(|tags| tags.iter().any(says))
}

/// `meta.tag` says that this is not the whole.
fn mark(part: &mut Map<String, Value>) {
    let tag = json!({ "system": SYSTEM, "code": SUBSETTED, "display": "subsetted" });
    let meta = part.entry("meta").or_insert_with(|| json!({}));
    if let Some(tags) = meta.get_mut("tag").and_then(Value::as_array_mut) {
        tags.push(tag);
    } else if let Some(meta) = meta.as_object_mut() {
        meta.insert("tag".to_owned(), json!([tag]));
    }
}

fn by_name(value: &str) -> Result<Option<Summary>, Issue> {
    match value {
        "true" => Ok(Some(Summary::True)),
        "text" => Ok(Some(Summary::Text)),
        "data" => Ok(Some(Summary::Data)),
        // The number alone is the search's to give.
        "false" | "count" => Ok(None),
        _ => Err(wrong(
            "_summary",
            "skriv true, text, data, count eller false.",
            "write true, text, data, count or false.",
        )),
    }
}

fn elements(value: &str, types: &[ResourceType]) -> Result<Summary, Issue> {
    let nodes: Vec<&'static Node> =
        types.iter().filter_map(|rtype| table::type_def(rtype.as_str()).map(table::content)).collect();
    let names = || nodes.iter().flat_map(|node| node.elements.iter().map(|element| element.name));
    let mut asked = Vec::new();
    for name in value.split(',') {
        // Always there, and no element; fhirpy asks for it.
        let known = name == "resourceType"
            || nodes.iter().any(|node| node.element(name).is_some() || node.property(name).is_some());
        if !known {
            let (nb, en) = meant(nearest(name, names()));
            return Err(wrong(
                "_elements",
                &format!("nevn elementer øverst i ressursen, skilt med komma.{nb}"),
                &format!("name elements at the top of the resource, by comma.{en}"),
            ));
        }
        asked.push(name.to_owned());
    }
    Ok(Summary::Elements(asked))
}

fn wrong(name: &str, nb: &str, en: &str) -> Issue {
    let (nb, en) = (format!("Verdien av {name} er ugyldig: {nb}"), format!("The value of {name} is invalid: {en}"));
    Issue::error(IssueCode::Value, "invalid-value", nb, en).at(format!("http.{name}"))
}

fn both() -> Issue {
    Issue::error(
        IssueCode::Invalid,
        "repeated-parameter",
        "Oppgi enten _summary eller _elements, og bare én gang.",
        "Give either _summary or _elements, and only once.",
    )
    .at("http._summary")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn params(name: &str, value: &str) -> Vec<(String, String)> {
        vec![(name.to_owned(), value.to_owned())]
    }

    fn names(name: &str, value: &str) -> Vec<String> {
        let team = json!({
            "resourceType": "CareTeam",
            "id": "1",
            "meta": { "versionId": "1", "tag": [{ "code": "x" }] },
            "text": { "status": "generated", "div": "<div/>" },
            "status": "active",
            "_name": { "extension": [] },
            "name": "Teamet",
            "participant": [{ "role": [{ "text": "a" }] }],
            "note": [{ "text": "x" }],
        });
        let part = Summary::of(&params(name, value), &[ResourceType::CareTeam]).unwrap();
        let part = part.map_or(team.clone(), |part| part.part(ResourceType::CareTeam, &team));
        assert_eq!(is_part(&part), part != team, "{name}={value}");
        part.as_object().unwrap().keys().cloned().collect()
    }

    #[test]
    fn parts_of_a_resource() {
        let head = ["resourceType", "id", "meta"];
        for (name, value, rest) in [
            ("_summary", "true", &["status", "_name", "name"][..]),
            ("_summary", "text", &["text"]),
            ("_summary", "data", &["status", "_name", "name", "participant", "note"]),
            ("_summary", "false", &["text", "status", "_name", "name", "participant", "note"]),
            ("_elements", "participant", &["status", "participant"]),
            ("_elements", "name,note", &["status", "_name", "name", "note"]),
            ("_elements", "note,resourceType", &["status", "note"]),
        ] {
            assert_eq!(names(name, value), [&head[..], rest].concat(), "{name}={value}");
        }
    }

    #[test]
    fn what_must_be_there_stays() {
        let plan = json!({
            "resourceType": "CarePlan", "id": "1", "status": "active", "intent": "plan", "subject": { "reference": "Patient/1" },
            "title": "x", "activity": [{ "detail": { "status": "scheduled" } }],
        });
        let part = Summary::Elements(vec!["title".to_owned()]).part(ResourceType::CarePlan, &plan);
        let names: Vec<&String> = part.as_object().unwrap().keys().collect();
        assert_eq!(names, ["resourceType", "id", "status", "intent", "subject", "title", "meta"]);
        let choice = json!({ "resourceType": "Appointment", "status": "booked", "participant": [], "start": "x", "_start": {}, "end": "y" });
        let part = Summary::Elements(vec!["start".to_owned()]).part(ResourceType::Appointment, &choice);
        assert_eq!((&part["start"], &part["_start"], part.get("end")), (&json!("x"), &json!({}), None));
        let choice = json!({ "resourceType": "ServiceRequest", "occurrenceDateTime": "2026", "asNeededBoolean": true });
        let part = Summary::Elements(vec!["occurrence".to_owned()]).part(ResourceType::ServiceRequest, &choice);
        assert_eq!((&part["occurrenceDateTime"], part.get("asNeededBoolean")), (&json!("2026"), None));
    }

    #[test]
    fn what_changes_the_meaning_of_the_rest_stays() {
        let patient = json!({
            "resourceType": "Patient", "modifierExtension": [{ "url": "u" }], "active": false, "deceasedBoolean": true,
            "link": [{ "type": "replaced-by" }], "gender": "male", "birthDate": "2001",
        });
        let part = Summary::Elements(vec!["birthDate".to_owned()]).part(ResourceType::Patient, &patient);
        let names: Vec<&String> = part.as_object().unwrap().keys().collect();
        assert_eq!(
            names,
            ["resourceType", "modifierExtension", "active", "deceasedBoolean", "link", "birthDate", "meta"]
        );
    }

    /// Every element at the top of a served type that R4 4.0.1 calls a modifier
    /// (<https://hl7.org/fhir/R4/search.html#elements>, `ElementDefinition.isModifier`).
    #[test]
    fn modifiers_are_those_of_r4() {
        let everywhere = ["implicitRules", "modifierExtension"];
        let table: [(ResourceType, &[&str]); 23] = [
            (ResourceType::CareTeam, &["status"]),
            (ResourceType::CarePlan, &["status", "intent"]),
            (ResourceType::Goal, &["lifecycleStatus"]),
            (ResourceType::Task, &["status"]),
            (ResourceType::ServiceRequest, &["status", "intent", "doNotPerform"]),
            (ResourceType::Consent, &["status", "scope"]),
            (ResourceType::Communication, &["status"]),
            (ResourceType::Appointment, &["status"]),
            (ResourceType::DocumentReference, &["status"]),
            (ResourceType::Patient, &["active", "deceased", "link"]),
            (ResourceType::RelatedPerson, &["active"]),
            (ResourceType::EpisodeOfCare, &["status"]),
            (ResourceType::Encounter, &["status"]),
            (ResourceType::Flag, &["status"]),
            (ResourceType::Organization, &["active"]),
            (ResourceType::HealthcareService, &["active"]),
            (ResourceType::Practitioner, &[]),
            (ResourceType::PractitionerRole, &[]),
            (ResourceType::Location, &["status"]),
            (ResourceType::Endpoint, &["status"]),
            (ResourceType::Provenance, &[]),
            (ResourceType::MeasureReport, &["status", "improvementNotation"]),
            (ResourceType::Subscription, &["status"]),
        ];
        for (rtype, own) in table {
            let node = table::content(table::type_def(rtype.as_str()).unwrap());
            let modifiers = node.elements.iter().filter(|element| element.modifier);
            let mut modifiers: Vec<&str> = modifiers.map(|element| element.name).collect();
            let mut expected = [&everywhere[..], own].concat();
            modifiers.sort_unstable();
            expected.sort_unstable();
            assert_eq!(modifiers, expected, "{rtype}");
        }
    }

    #[test]
    fn wrong_ones_are_refused() {
        let of = |params: &[(String, String)]| Summary::of(params, &[ResourceType::Patient]);
        assert!(of(&params("_elements", "nam")).unwrap_err().en.contains("Did you mean name?"));
        assert!(of(&params("_elements", "name.family")).is_err() && of(&params("_elements", "")).is_err());
        assert!(of(&params("_summary", "yes")).unwrap_err().en.contains("data, count"));
        let both = [params("_summary", "true"), params("_elements", "name")].concat();
        assert_eq!(of(&both).unwrap_err().key, "repeated-parameter");
        assert_eq!(of(&params("_summary", "count")), Ok(None));
    }
}
