//! What a reference literal or a canonical is found by. One reading for the index and the query
//! <https://hl7.org/fhir/R4/search.html#reference>.

use crate::{Reference, ResourceType};

/// The two columns of a reference: the type when it is known, and the id of a local resource or the text whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// The type of the resource pointed at, when the text tells.
    pub rtype: Option<ResourceType>,
    /// The id of a resource on this server; otherwise the text: a URL, a `urn:`, or `Type/id` of a type not served.
    pub id: String,
}

/// Reads a reference literal; `base` is this server's FHIR base URL. A version (`/_history/…`) is dropped. `None` for a
/// contained or conditional reference, and for an empty text.
#[must_use]
pub fn target(text: &str, base: &str) -> Option<Target> {
    match Reference::literal(text, base) {
        Reference::Local { key, .. } => Some(Target { rtype: Some(key.rtype), id: key.id.as_str().to_owned() }),
        Reference::Urn(urn) => Some(Target { rtype: None, id: urn }),
        Reference::External(url) => {
            let here = base.trim_end_matches('/');
            let under = url.strip_prefix(here).and_then(|rest| rest.strip_prefix('/')).filter(|_| !here.is_empty());
            let id = under.unwrap_or(&url);
            // Elsewhere a version may be all there is; below this address it is one of what is meant.
            let id = if id.contains("://") { id } else { id.split_once("/_history/").map_or(id, |(id, _)| id) };
            (!id.is_empty()).then(|| Target { rtype: type_of(id), id: id.to_owned() })
        }
        Reference::Contained(_) | Reference::Conditional(_) | Reference::Logical { .. } => None,
    }
}

/// The type in `https://elsewhere/fhir/Type/id`.
fn type_of(url: &str) -> Option<ResourceType> {
    let path = url.split_once("/_history/").map_or(url, |(path, _)| path);
    path.rsplit('/').nth(1)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_literals() {
        let patient = Some(ResourceType::Patient);
        for (text, expected) in [
            ("Patient/1", Some((patient, "1"))),
            ("Patient/1/_history/2", Some((patient, "1"))),
            ("http://here/fhir/Patient/1", Some((patient, "1"))),
            ("http://there/fhir/Patient/1", Some((patient, "http://there/fhir/Patient/1"))),
            ("http://there/fhir/Patient/1/_history/3", Some((patient, "http://there/fhir/Patient/1/_history/3"))),
            ("http://there/Questionnaire/q", Some((None, "http://there/Questionnaire/q"))),
            ("Condition/7", Some((None, "Condition/7"))),
            // Beside this address, not below it.
            ("http://here/fhirPatient/1", Some((None, "http://here/fhirPatient/1"))),
            ("http://here/fhir2/Patient/1", Some((patient, "http://here/fhir2/Patient/1"))),
            ("http://here/fhir/Condition/7", Some((None, "Condition/7"))),
            ("Condition/7/_history/2", Some((None, "Condition/7"))),
            ("urn:uuid:6f1d", Some((None, "urn:uuid:6f1d"))),
            ("#p1", None),
            ("Patient?identifier=1", None),
            ("", None),
        ] {
            let found = target(text, "http://here/fhir");
            assert_eq!(found.as_ref().map(|t| (t.rtype, t.id.as_str())), expected, "{text}");
        }
    }
}
