//! Claimed profiles <https://hl7.org/fhir/R4/profiling.html>: a resource that says in `meta.profile` that it holds to one of ours is
//! held to it. Somebody else's profile is theirs to check.

use super::report::Report;
use super::{references, suggest};
use crate::json::place::Place;
use crate::profile::{self, Ask, Profile, Rule, profiles};
use crate::{IssueCode, ResourceType, canonical, terminology};
use serde_json::{Map, Value};

type Object = Map<String, Value>;

/// Holds a resource to what it claims.
pub(super) fn claimed(report: &mut Report, place: &Place<'_>, resource: &Object) {
    let Some(claims) = resource.get("meta").and_then(|meta| meta.get("profile")).and_then(Value::as_array) else {
        return;
    };
    let (meta, type_name) = (place.name("meta"), resource.get("resourceType").and_then(Value::as_str));
    let list = meta.name("profile");
    for (at, claim) in claims.iter().enumerate() {
        let Some(found) = claim.as_str().and_then(ours) else { continue };
        match found {
            Ok(profile) if type_name == Some(profile.rtype.as_str()) => held(report, place, resource, profile),
            Ok(profile) => other_type(report, &list.index(at), profile),
            Err(id) => unknown(report, &list.index(at), id),
        }
    }
}

/// The profile of ours that a canonical names; the id when there is none; `None` when it is not ours.
pub(super) fn ours(claim: &str) -> Option<Result<&'static Profile, &str>> {
    let (url, version) = canonical::parted(claim);
    let id = canonical::id_of(url, "StructureDefinition")?;
    let known = profile::profile(id).filter(|_| version.is_none_or(|version| version == canonical::VERSION));
    Some(known.ok_or(id))
}

/// Holds a resource to a profile.
pub(super) fn held(report: &mut Report, place: &Place<'_>, resource: &Object, profile: &Profile) {
    for rule in profile.rules {
        let at = At { profile, rule, root: resource };
        at.walk(report, place, resource, rule.path);
    }
}

/// One rule on its way to its element.
struct At<'a> {
    profile: &'a Profile,
    rule: &'a Rule,
    root: &'a Object,
}

impl At<'_> {
    fn walk(&self, report: &mut Report, place: &Place<'_>, object: &Object, path: &str) {
        let (name, rest) = path.split_once('.').map_or((path, None), |(name, rest)| (name, Some(rest)));
        let here = place.name(name);
        match (rest, object.get(name)) {
            (None, value) => self.asked(report, &here, object, name, value),
            (Some(rest), Some(Value::Array(list))) => {
                for (at, item) in list.iter().enumerate() {
                    if let Value::Object(inside) = item {
                        self.walk(report, &here.index(at), inside, rest);
                    }
                }
            }
            (Some(rest), Some(Value::Object(inside))) => self.walk(report, &here, inside, rest),
            // What holds the element is not there: when it must be, another rule says so.
            _ => {}
        }
    }

    fn asked(&self, report: &mut Report, place: &Place<'_>, object: &Object, name: &str, value: Option<&Value>) {
        match (&self.rule.ask, value) {
            (Ask::Present, None) if is_there(object, name) => {}
            (_, None) => self.broken(report, place, IssueCode::Required, "profile-required"),
            (Ask::Present, Some(_)) => {}
            (Ask::RefersTo(types), Some(Value::Array(list))) => {
                for (at, item) in list.iter().enumerate() {
                    self.refers(report, &place.index(at), item, types);
                }
            }
            (Ask::RefersTo(types), Some(value)) => self.refers(report, place, value, types),
            (Ask::Code(code), Some(value)) if value.as_str() == Some(code) => {}
            (Ask::Coding(system, code), Some(value)) if some_coding(value, |s, c| s == *system && c == *code) => {}
            (Ask::In(set), Some(value)) if is_in(set, value) => {}
            _ => self.broken(report, place, IssueCode::CodeInvalid, "profile-code"),
        }
    }

    fn refers(&self, report: &mut Report, place: &Place<'_>, reference: &Value, types: &[ResourceType]) {
        let found = references::type_of(reference, self.root);
        if found.is_some_and(|found| !types.iter().any(|rtype| rtype.as_str() == found)) {
            self.broken(report, place, IssueCode::Value, "profile-reference");
        }
    }

    fn broken(&self, report: &mut Report, place: &Place<'_>, code: IssueCode, key: &'static str) {
        let (id, why) = (self.profile.id, self.rule.why);
        report.add(place, code, key, format!("Profilen {id}: {}", why.nb), format!("The profile {id}: {}", why.en));
    }
}

fn is_in(set: &str, value: &Value) -> bool {
    terminology::value_set(set).is_some_and(|set| some_coding(value, |system, code| set.contains(system, code)))
}

/// Whether a CodeableConcept, or one of a list, has such a coding.
fn some_coding(value: &Value, fits: impl Fn(&str, &str) -> bool) -> bool {
    let concepts = value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice);
    let codings = concepts.iter().filter_map(|concept| concept.get("coding").and_then(Value::as_array)).flatten();
    let text = |coding: &Value, name| coding.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    codings.into_iter().any(|coding| fits(&text(coding, "system"), &text(coding, "code")))
}

/// Whether an element is there by another name: `_date`, `sourceReference`.
fn is_there(object: &Object, name: &str) -> bool {
    object.keys().any(|key| {
        let key = key.trim_start_matches('_');
        let rest = key.strip_prefix(name);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(|c: char| c.is_ascii_uppercase()))
    })
}

fn other_type(report: &mut Report, place: &Place<'_>, profile: &Profile) {
    report.add(
        place,
        IssueCode::Invalid,
        "profile-type",
        format!(
            "Profilen {} gjelder {}. Fjern den fra meta.profile, eller bruk en profil for denne typen.",
            profile.id, profile.rtype
        ),
        format!(
            "The profile {} is for {}. Remove it from meta.profile, or use a profile for this type.",
            profile.id, profile.rtype
        ),
    );
}

fn unknown(report: &mut Report, place: &Place<'_>, id: &str) {
    let near = suggest::nearest(id, profiles().iter().map(|known| known.id));
    let (nb, en) = suggest::meant(near.map(|near| canonical::of("StructureDefinition", near)));
    let (base, version) = (canonical::BASE, canonical::VERSION);
    report.add(
        place,
        IssueCode::NotSupported,
        "unknown-profile",
        format!("Det finnes ingen slik profil under {base}, eller ikke i denne versjonen ({version}).{nb} Se GET StructureDefinition."),
        format!("There is no such profile under {base}, or not in this version ({version}).{en} See GET StructureDefinition."),
    );
}
