//! The words of structure issues, in Norwegian and English: the element, the rule, the remedy; never a value.

use super::primitive::{self, Bad};
use super::report::Report;
use super::suggest;
use super::xhtml;
use crate::json::place::{Place, is_plain};
use crate::table::{Element, Node, Primitive};
use crate::{IssueCode, ResourceType};

pub(super) fn unknown_element(report: &mut Report, parent: &Place<'_>, node: &Node, name: &str) {
    let path = &node.path;
    let place = parent.name(name);
    let (mut nb, mut en) = if is_plain(name) {
        (
            format!("Elementet «{name}» finnes ikke i {path} i FHIR R4."),
            format!("There is no element “{name}” in {path} in FHIR R4."),
        )
    } else {
        (
            format!("{path} har et element som ikke finnes i FHIR R4."),
            format!("{path} has an element that FHIR R4 does not know."),
        )
    };
    if let Some(properties) = choices(node, name) {
        nb.extend([" Tillatt: ", &properties, "."]);
        en.extend([" Allowed: ", &properties, "."]);
    } else if let Some(meant) = suggest::nearest(name.trim_start_matches('_'), node.property_names()) {
        nb.extend([" Mente du «", meant, "»?"]);
        en.extend([" Did you mean “", meant, "”?"]);
    }
    nb.push_str(" Rett navnet, eller bruk en utvidelse (extension).");
    en.push_str(" Correct the name, or use an extension.");
    report.add(&place, IssueCode::Structure, "unknown-element", nb, en);
}

/// The properties of the choice that a name seems to belong to, when they are few enough to list.
fn choices(node: &Node, name: &str) -> Option<String> {
    let meant = |element: &&Element| element.choice && name.trim_start_matches('_').starts_with(element.name);
    let element = node.elements.iter().find(meant).filter(|element| element.types.len() <= 8)?;
    Some(element.types.iter().map(|t| t.property).collect::<Vec<_>>().join(", "))
}

pub(super) fn required(report: &mut Report, place: &Place<'_>, node: &Node, element: &Element) {
    let (path, name) = (&node.path, element.name);
    let choice = if element.choice { "[x]" } else { "" };
    report.add(
        place,
        IssueCode::Required,
        "required-element",
        format!("«{name}{choice}» er påkrevd i {path} og mangler."),
        format!("“{name}{choice}” is required in {path} and missing."),
    );
}

pub(super) fn no_type(report: &mut Report, place: &Place<'_>) {
    report.add(
        place,
        IssueCode::Required,
        "required-element",
        "«resourceType» mangler. Oppgi ressursens type.".to_owned(),
        "“resourceType” is missing. Name the type of the resource.".to_owned(),
    );
}

pub(super) fn unsupported_type(report: &mut Report, place: &Place<'_>) {
    report.add(
        place,
        IssueCode::NotSupported,
        "unsupported-type",
        "«resourceType» er ikke en type som Varde støtter. Se CapabilityStatement (/fhir/metadata).".to_owned(),
        "“resourceType” is not a type that Varde supports. See the CapabilityStatement (/fhir/metadata).".to_owned(),
    );
}

pub(super) fn other_type(report: &mut Report, place: &Place<'_>, expected: ResourceType) {
    report.add(
        place,
        IssueCode::Structure,
        "resource-type",
        format!("«resourceType» skal være {expected} her. Send ressursen til adressen for sin egen type."),
        format!("“resourceType” must be {expected} here. Send the resource to the address of its own type."),
    );
}

pub(super) fn two_types(report: &mut Report, place: &Place<'_>) {
    let name = place.element();
    report.add(
        place,
        IssueCode::Structure,
        "too-many",
        format!("«{name}[x]» står med to typer. Behold én."),
        format!("“{name}[x]” stands with two types. Keep one."),
    );
}

pub(super) fn too_many(report: &mut Report, place: &Place<'_>, max: Option<u32>) {
    let (name, max) = (place.element(), max.unwrap_or(u32::MAX));
    let (nb, en) = match max {
        1 => (format!("«{name}» har én verdi, ikke en liste."), format!("“{name}” has one value, not an array.")),
        _ => (format!("«{name}» kan ha høyst {max} verdier."), format!("“{name}” may have at most {max} values.")),
    };
    report.add(place, IssueCode::Structure, "too-many", nb, en);
}

pub(super) fn too_few(report: &mut Report, place: &Place<'_>, min: u32) {
    let name = place.element();
    report.add(
        place,
        IssueCode::Required,
        "required-element",
        format!("«{name}» må ha minst {min} verdier."),
        format!("“{name}” must have at least {min} values."),
    );
}

pub(super) fn uneven(report: &mut Report, place: &Place<'_>) {
    let name = place.element();
    report.add(
        place,
        IssueCode::Structure,
        "uneven-arrays",
        format!("«{name}» og «_{name}» må være like lange. Fyll ut med null."),
        format!("“{name}” and “_{name}” must be of the same length. Fill up with null."),
    );
}

pub(super) fn bad_primitive(report: &mut Report, place: &Place<'_>, primitive: Primitive, bad: Bad) {
    let name = place.element();
    let (nb, en) = primitive::describe(primitive);
    let (code, key) = match bad {
        Bad::Empty => return report.empty(place),
        Bad::Type if numeric(primitive) => return report.wrong_type(place, nb, en),
        Bad::Type => {
            return report.wrong_type(place, &format!("en JSON-streng: {nb}"), &format!("a JSON string: {en}"));
        }
        Bad::TooLong => {
            return report.add(
                place,
                IssueCode::TooLong,
                "too-long",
                format!("«{name}» er for lang: høyst 1 MiB."),
                format!("“{name}” is too long: at most 1 MiB."),
            );
        }
        Bad::Narrative(flaw) => {
            let (nb, en) = xhtml::describe(flaw);
            return report.add(place, IssueCode::Invariant, "invariant", nb.to_owned(), en.to_owned());
        }
        Bad::Date => (IssueCode::Value, "invalid-date"),
        Bad::Format => (IssueCode::Value, "invalid-format"),
    };
    report.add(place, code, key, format!("«{name}» skal være {nb}."), format!("“{name}” must be {en}."));
}

fn numeric(primitive: Primitive) -> bool {
    use Primitive as P;
    matches!(primitive, P::Boolean | P::Integer | P::UnsignedInt | P::PositiveInt | P::Decimal)
}

pub(super) fn only_an_id(report: &mut Report, place: &Place<'_>) {
    let nb = "Et element må ha en verdi eller innhold, ikke bare id.";
    report.invariant(place, "ele-1", nb, "An element must have a value or content, not only an id.");
}

pub(super) fn nested_contained(report: &mut Report, place: &Place<'_>) {
    let nb = "En innebygd ressurs (contained) kan ikke selv ha «contained». Legg alle i den ytterste ressursen.";
    let en = "A contained resource cannot have “contained” itself. Put all of them in the outermost resource.";
    report.invariant(place, "dom-2", nb, en);
}

pub(super) fn contained_meta(report: &mut Report, place: &Place<'_>, key: &str, names: &str) {
    let nb = format!("En innebygd ressurs (contained) kan ikke ha {names}. Fjern det.");
    let en = format!("A contained resource cannot have {names}. Remove it.");
    report.invariant(&place.name("meta"), key, &nb, &en);
}
