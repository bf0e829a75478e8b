//! The operations of a FHIRPath Patch, out of `Parameters`.

use super::model::{Act, Content, Given, Operation};
use crate::Issue;
use crate::patch::bounds::MAX_OPERATIONS;
use crate::patch::fault::{At, no_patch};
use crate::patch::path::Path;
use crate::view;
use serde_json::Value;

/// The parts that an operation may have.
const PARTS: [&str; 7] = ["type", "path", "name", "value", "index", "source", "destination"];

/// Reads every `operation`.
pub(crate) fn read(parameters: &Value) -> Result<Vec<Operation>, Issue> {
    let operations = view::items(parameters, "parameter");
    if operations.is_empty() || operations.len() > MAX_OPERATIONS {
        return Err(no_patch(
            "Parameters.parameter",
            &format!("En FHIRPath Patch har 1 til {MAX_OPERATIONS} parametre med navnet operation."),
            &format!("A FHIRPath Patch has 1 to {MAX_OPERATIONS} parameters named operation."),
        ));
    }
    operations.iter().enumerate().map(|(index, operation)| one(At::Fhir(index), operation)).collect()
}

fn one(at: At, operation: &Value) -> Result<Operation, Issue> {
    if view::text(operation, "name") != Some("operation") {
        return Err(at.malformed(
            "",
            "navnet må være operation, med delene type og path.",
            "its name must be operation, with the parts type and path.",
        ));
    }
    let parts = view::items(operation, "part");
    for (index, part) in parts.iter().enumerate() {
        let name = view::text(part, "name").unwrap_or_default();
        let again = parts.iter().take(index).any(|earlier| view::text(earlier, "name") == Some(name));
        if again || !PARTS.contains(&name) {
            return Err(at.malformed(
                "",
                "delene er type, path, name, value, index, source og destination, hver høyst én gang.",
                "its parts are type, path, name, value, index, source and destination, each at most once.",
            ));
        }
    }
    let parts = Parts { at, parts };
    let path = Path::parse(parts.text("path")?).ok_or_else(|| {
        at.malformed(
            "path",
            "path må være enkel FHIRPath: navn, [n], .where(a='b'), .first(), .last(), .extension('url').",
            "path must be simple FHIRPath: names, [n], .where(a='b'), .first(), .last(), .extension('url').",
        )
    })?;
    let act = match parts.text("type")? {
        "add" => Act::Add(parts.text("name")?.to_owned(), parts.value()?),
        "insert" => Act::Insert(parts.number("index")?, parts.value()?),
        "delete" => Act::Delete,
        "replace" => Act::Replace(parts.value()?),
        "move" => Act::Move(parts.number("source")?, parts.number("destination")?),
        _ => {
            return Err(at.malformed(
                "type",
                "type må være add, insert, delete, replace eller move.",
                "type must be add, insert, delete, replace or move.",
            ));
        }
    };
    Ok(Operation { path, act })
}

struct Parts<'v> {
    at: At,
    parts: &'v [Value],
}

impl<'v> Parts<'v> {
    fn find(&self, name: &str) -> Result<&'v Value, Issue> {
        let found = self.parts.iter().find(|part| view::text(part, "name") == Some(name));
        found.ok_or_else(|| {
            let (nb, en) = (format!("delen {name} mangler."), format!("the part {name} is missing."));
            self.at.malformed(name, &nb, &en)
        })
    }

    fn text(&self, name: &str) -> Result<&'v str, Issue> {
        let part = self.find(name)?;
        let text = ["valueString", "valueCode"].iter().find_map(|property| view::text(part, property));
        text.ok_or_else(|| {
            self.at.malformed(
                name,
                "delen skal ha valueString eller valueCode.",
                "the part needs valueString or valueCode.",
            )
        })
    }

    fn number(&self, name: &str) -> Result<usize, Issue> {
        let part = self.find(name)?;
        let number = ["valueInteger", "valueUnsignedInt", "valuePositiveInt"]
            .iter()
            .find_map(|property| part.get(*property).and_then(Value::as_u64));
        number.and_then(|number| usize::try_from(number).ok()).ok_or_else(|| {
            self.at.malformed(name, "delen skal ha valueInteger fra 0.", "the part needs valueInteger from 0.")
        })
    }

    fn value(&self) -> Result<Given, Issue> {
        given(self.find("value")?).ok_or_else(|| {
            self.at.malformed(
                "value",
                "delen skal ha en verdi (value[x]) eller egne deler med navn.",
                "the part needs a value (value[x]) or named parts of its own.",
            )
        })
    }
}

fn given(part: &Value) -> Option<Given> {
    let whole = |kind, value: Option<&Value>, beside: Option<&Value>| {
        let (value, beside) = (value.cloned().unwrap_or_default(), beside.cloned().unwrap_or_default());
        Some(Given { kind, content: Content::Whole(value), beside })
    };
    if let Some(resource) = part.get("resource") {
        return whole(None, Some(resource), None);
    }
    let mut properties = part.as_object()?.keys().map(|property| property.strip_prefix('_').unwrap_or(property));
    if let Some(property) = properties.find(|property| property.starts_with("value")) {
        let kind = property.strip_prefix("value").map(str::to_owned);
        return whole(kind, part.get(property), part.get(format!("_{property}")));
    }
    let parts = view::items(part, "part");
    let named = |part: &Value| Some((view::text(part, "name")?.to_owned(), given(part)?));
    let parts: Option<Vec<(String, Given)>> = parts.iter().map(named).collect();
    let content = Content::Parts(parts.filter(|parts| !parts.is_empty())?);
    Some(Given { kind: None, content, beside: Value::Null })
}
