//! The plain scan: every resource looked at, one after the other.

use super::meaning::{Meaning, Pointer};
use super::order;
use super::stock::{Kept, Stock};
use super::term::holds;
use varde_fhir::registry::{SearchParam, search_param};

/// A search as a client writes it, and through whose eyes.
#[derive(Clone, Debug)]
pub(super) struct Asked {
    pub(super) viewer: Option<&'static str>,
    /// One type, or several that are searched at once.
    pub(super) types: Vec<&'static str>,
    /// Only what is in the compartment of this Patient.
    pub(super) of_patient: Option<String>,
    pub(super) params: Vec<(String, String)>,
}

/// What is found.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Answer {
    /// `Type/id` of all pages.
    pub(super) matches: Vec<String>,
    /// `Type/id` beside the first page, sorted.
    pub(super) included: Vec<String>,
    pub(super) total: Option<i64>,
}

/// The Patient compartment, as the specification lists it; and Task.
pub(super) const MEMBERS: &[(&str, &[&str])] = &[
    ("CareTeam", &["patient", "participant"]),
    ("CarePlan", &["patient", "performer"]),
    ("ServiceRequest", &["subject", "performer"]),
    ("Communication", &["subject", "sender", "recipient"]),
    ("DocumentReference", &["subject", "author"]),
    ("Appointment", &["actor"]),
    ("Patient", &["link"]),
    ("Goal", &["patient"]),
    ("Task", &["patient"]),
    ("Consent", &["patient"]),
    ("RelatedPerson", &["patient"]),
    ("EpisodeOfCare", &["patient"]),
    ("Encounter", &["patient"]),
    ("Flag", &["patient"]),
    ("Provenance", &["patient"]),
    ("MeasureReport", &["patient"]),
];

impl Asked {
    /// The values of a parameter.
    pub(super) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.params.iter().filter(move |(param, _)| param == name).map(|(_, value)| value.as_str())
    }
}

impl Stock {
    pub(super) fn search(&self, asked: &Asked) -> Answer {
        let mut matches: Vec<&Kept> =
            self.all.iter().filter(|kept| asked.types.contains(&kept.rtype) && self.sees(asked.viewer, kept)).collect();
        if let Some(patient) = &asked.of_patient {
            matches.retain(|kept| self.belongs(asked.viewer, kept, patient));
        }
        for (name, value) in asked.params.iter().filter(|(name, _)| !steers(name)) {
            matches.retain(|kept| self.meets(asked.viewer, kept, name, value));
        }
        if let Some(keys) = asked.all("_sort").next() {
            order::sort(&mut matches, keys);
        }
        let total = i64::try_from(matches.len()).unwrap();
        let count = asked.all("_count").next().map_or(50, |count| count.parse().unwrap());
        let page = &matches[..matches.len().min(count)];
        Answer {
            included: self.beside(asked, page),
            total: asked.all("_total").next().map(|_| total),
            matches: matches.into_iter().map(Kept::address).collect(),
        }
    }

    /// Whether a resource meets one parameter, through as many references as it says.
    fn meets(&self, viewer: Option<&str>, kept: &Kept, name: &str, value: &str) -> bool {
        if let Some(rest) = name.strip_prefix("_has:") {
            let mut parts = rest.splitn(3, ':');
            let (source, code, rest) = (parts.next().unwrap(), parts.next().unwrap(), parts.next().unwrap());
            return self.all.iter().any(|other| {
                other.rtype == source
                    && self.leads(other, code, kept)
                    && self.sees(viewer, other)
                    && self.meets(viewer, other, rest, value)
            });
        }
        if let Some((link, rest)) = name.split_once('.') {
            let (code, declared) = link.split_once(':').map_or((link, None), |(code, of)| (code, Some(of)));
            let target = declared.unwrap_or_else(|| target(param(kept, code), rest));
            return self.all.iter().any(|other| {
                other.rtype == target
                    && self.sees(viewer, other)
                    && self.leads(kept, code, other)
                    && self.meets(viewer, other, rest, value)
            });
        }
        let (code, modifier) = name.split_once(':').map_or((name, None), |(code, modifier)| (code, Some(modifier)));
        holds(self, viewer, kept, (param(kept, code), modifier, value))
    }

    /// Whether a resource is in the compartment of a Patient: the Patient itself, what refers to it or means its person.
    fn belongs(&self, viewer: Option<&str>, kept: &Kept, id: &str) -> bool {
        if kept.rtype == "Patient" && kept.id == id {
            return true;
        }
        let person =
            self.at("Patient", id).filter(|patient| self.sees(viewer, patient)).and_then(|patient| patient.person);
        let names = MEMBERS.iter().find(|row| row.0 == kept.rtype).map_or(&[][..], |row| row.1);
        names.iter().flat_map(|name| pointers(kept, name)).any(|pointer| {
            let literal = pointer.rtype.as_deref() == Some("Patient") && pointer.id == id;
            literal || (person.is_some() && self.person(pointer) == person)
        })
    }

    /// Whether a reference of one leads to the other: by its address, or because both mean the same person.
    pub(super) fn leads(&self, from: &Kept, code: &str, to: &Kept) -> bool {
        pointers(from, code).any(|pointer| {
            (pointer.rtype.as_deref() == Some(to.rtype) && pointer.id == to.id)
                || (to.rtype == "Patient" && to.person.is_some() && self.person(pointer) == to.person)
        })
    }
}

/// What a resource's parameter refers to.
pub(super) fn pointers<'k>(kept: &'k Kept, code: &str) -> impl Iterator<Item = &'k Pointer> {
    kept.found.get(code).into_iter().flatten().filter_map(|meaning| match meaning {
        Meaning::Points(pointer) => Some(pointer),
        _ => None,
    })
}

fn param(kept: &Kept, code: &str) -> &'static SearchParam {
    search_param(kept.rtype.parse().unwrap(), code).unwrap()
}

/// The one target that has the parameter.
fn target(param: &SearchParam, rest: &str) -> &'static str {
    let head = rest.split(['.', ':']).next().unwrap();
    match param.targets {
        [only] => only.as_str(),
        several => several.iter().find(|target| search_param(**target, head).is_some()).unwrap().as_str(),
    }
}

/// Whether a parameter is about the answer and not about what is found.
fn steers(name: &str) -> bool {
    matches!(name, "_sort" | "_count" | "_total") || name.starts_with("_include") || name.starts_with("_revinclude")
}
