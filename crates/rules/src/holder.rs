//! Who holds a role: name, title, telephone, HPR number and profession, gathered from the member's practitioner role and
//! practitioner, whether they stand in the directory or are contained in the team.

use crate::lookup::{MemberRef, targets};
use serde_json::Value;
use std::collections::BTreeMap;
use std::rc::Rc;
use varde_fhir::identifier::{HPR, check};
use varde_fhir::terminology::{PROFESSION, ROLE, display};
use varde_fhir::{Language, Micros, Reference, ResourceType, view};

/// The other url of Volven 9060, used by HL7 Norway's published code systems.
const PROFESSION_ALIAS: &str = "http://helsedir.no/fhir/CodeSystem/no-kodeverk-9060";
/// 9060#XX: unknown, which is no title.
const UNKNOWN_PROFESSION: &str = "XX";

/// The person behind a `CareTeam.participant.member`.
#[derive(Clone, Copy, Debug, Default)]
pub struct Holder<'a> {
    /// The PractitionerRole, when the member is one.
    pub role: Option<&'a Value>,
    /// The Practitioner.
    pub practitioner: Option<&'a Value>,
    member: Option<&'a Value>,
}

/// Resolves a `member` reference of a team. Nothing found gives an empty [`Holder`].
#[must_use]
pub fn holder<'a>(
    team: &'a Value,
    member: &'a Value,
    people: &'a BTreeMap<MemberRef, Rc<Value>>,
    base: &str,
) -> Holder<'a> {
    let found = resolve(team, Some(member), people, base);
    let is = |rtype| found.filter(|resource| view::text(resource, "resourceType") == Some(rtype));
    let role = is("PractitionerRole");
    let behind = role.and_then(|role| role.get("practitioner"));
    let practitioner = is("Practitioner").or_else(|| {
        let found = resolve(team, behind, people, base);
        found.filter(|resource| view::text(resource, "resourceType") == Some("Practitioner"))
    });
    Holder { role, practitioner, member: Some(member) }
}

impl<'a> Holder<'a> {
    /// Whether the reference led to a resource.
    #[must_use]
    pub fn is_found(&self) -> bool {
        self.role.is_some() || self.practitioner.is_some()
    }

    /// The name in one line.
    #[must_use]
    pub fn name(&self) -> Option<String> {
        self.practitioner.and_then(view::human_name)
    }

    /// The title: what the practitioner role is called, else the qualification, else the name's prefix or suffix.
    #[must_use]
    pub fn title(&self, language: Language) -> Option<String> {
        let function = self.role.and_then(|role| first_text(view::items(role, "code"), language));
        function.or_else(|| self.qualification(language)).or_else(|| self.name_title())
    }

    /// A telephone number: the practitioner role's first, then the practitioner's own.
    #[must_use]
    pub fn phone(&self) -> Option<&'a str> {
        let dialable =
            |resource| view::telecom(resource, "phone").filter(|phone| phone.bytes().any(|b| b.is_ascii_digit()));
        self.role.and_then(dialable).or_else(|| self.practitioner.and_then(dialable))
    }

    /// The HPR number, well formed, from the practitioner or from the references that lead to one.
    #[must_use]
    pub fn hpr(&self) -> Option<&'a str> {
        let own = self.practitioner.and_then(|practitioner| view::first_identifier(practitioner, HPR));
        let role = self
            .role
            .and_then(|role| logical_hpr(role.get("practitioner")?).or_else(|| view::first_identifier(role, HPR)));
        let hpr = own.or(role).or_else(|| self.member.and_then(logical_hpr))?;
        check(HPR, hpr, false).is_ok().then_some(hpr)
    }

    /// Whether a 9060 profession is recorded, in a qualification in force or in the practitioner role.
    #[must_use]
    pub fn has_profession(&self, code: &str, now: Micros) -> bool {
        let carries = |element: &Value, name: &str| {
            [PROFESSION, PROFESSION_ALIAS].iter().any(|system| view::has_code(element, name, system, code))
        };
        let mut qualifications =
            self.practitioner.map_or(&[][..], |practitioner| view::items(practitioner, "qualification")).iter();
        qualifications.any(|it| view::term(it.get("period")).covers(now) && carries(it, "code"))
            || self.role.is_some_and(|role| carries(role, "code") || carries(role, "specialty"))
    }

    /// The organisation the practitioner role belongs to: a `Reference`.
    #[must_use]
    pub fn organisation(&self) -> Option<&'a Value> {
        self.role.and_then(|role| role.get("organization"))
    }

    fn qualification(&self, language: Language) -> Option<String> {
        let mut qualifications = view::items(self.practitioner?, "qualification").iter();
        qualifications.find_map(|it| first_text(view::items(it, "code"), language))
    }

    fn name_title(&self) -> Option<String> {
        let names = view::items(self.practitioner?, "name").iter();
        let mut parts = names.flat_map(|name| view::items(name, "prefix").iter().chain(view::items(name, "suffix")));
        parts.find_map(|part| part.as_str().map(str::trim).filter(|part| !part.is_empty()).map(str::to_owned))
    }
}

/// The resource a `Reference` element means: contained in `container`, or looked up.
pub(crate) fn resolve<'a>(
    container: &'a Value,
    element: Option<&'a Value>,
    people: &'a BTreeMap<MemberRef, Rc<Value>>,
    base: &str,
) -> Option<&'a Value> {
    let literal = view::text(element?, "reference").map(|text| Reference::literal(text, base));
    if let Some(Reference::Contained(id)) = &literal {
        return view::contained(container, id);
    }
    targets(element, ResourceType::Practitioner, base).iter().find_map(|target| people.get(target).map(Rc::as_ref))
}

fn logical_hpr(reference: &Value) -> Option<&str> {
    let identifier = reference.get("identifier")?;
    (view::text(identifier, "system") == Some(HPR)).then(|| view::text(identifier, "value")).flatten()
}

/// What the first concept with words is called: its text, a display, or the display we know for its code.
fn first_text(concepts: &[Value], language: Language) -> Option<String> {
    concepts.iter().find_map(|concept| {
        let known = |coding: &Value| {
            let (system, code) = (view::text(coding, "system")?, view::text(coding, "code")?);
            display(system, code, language).map(str::to_owned)
        };
        // 9034 says what somebody does for the patient (koordinator), which is no title.
        if view::codings(concept).any(|(system, _)| system == ROLE) {
            return None;
        }
        let named = |coding: &&Value| view::text(coding, "code") != Some(UNKNOWN_PROFESSION);
        let mut codings = view::items(concept, "coding").iter().filter(named);
        let coded =
            codings.find_map(|coding| view::text(coding, "display").map(str::to_owned).or_else(|| known(coding)));
        view::text(concept, "text").map(|text| text.trim().to_owned()).or(coded)
    })
}
