//! `Parameters` in and out <https://hl7.org/fhir/R4/parameters.html>: what was given is looked up by name and type, what is
//! missing, doubled or unknown is named.

use crate::admit;
use crate::context::Context;
use crate::fault::Fault;
use serde::Serialize;
use serde_json::Value;
use varde_fhir::registry::Operation;
use varde_fhir::{Issue, IssueCode, ResourceType};

/// The parameters an operation was given.
#[derive(Debug)]
pub(crate) struct Input {
    parameters: Vec<Value>,
}

impl Input {
    /// Reads a request body as Parameters.
    pub(crate) fn read(context: &Context, body: &[u8]) -> Result<Self, Fault> {
        admit::resource(context, ResourceType::Parameters, body).map(Self::of)
    }

    /// What stands in Parameters that were checked.
    pub(crate) fn of(mut resource: Value) -> Self {
        let parameters = match resource.get_mut("parameter").map(Value::take) {
            Some(Value::Array(parameters)) => parameters,
            _ => Vec::new(),
        };
        Self { parameters }
    }

    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        self.parameters.len()
    }

    /// Refuses parameters the operation does not know: a misspelt one must not be lost in silence.
    pub(crate) fn only(&self, operation: &Operation) -> Result<(), Fault> {
        let given = operation.parameters.iter().filter(|parameter| !parameter.out);
        let known: Vec<&str> = given.map(|parameter| parameter.name).collect();
        for (index, parameter) in self.parameters.iter().enumerate() {
            let name = parameter.get("name").and_then(Value::as_str).unwrap_or_default();
            if !known.contains(&name) {
                let list = known.join(", ");
                return Err(Fault::invalid(
                    Issue::error(
                        IssueCode::NotSupported,
                        "unknown-parameter",
                        format!("Operasjonen kjenner ikke denne parameteren. Den kjenner: {list}."),
                        format!("The operation does not know this parameter. It knows: {list}."),
                    )
                    .at(format!("Parameters.parameter[{index}].name")),
                ));
            }
        }
        Ok(())
    }

    /// All of a name, each with its index.
    pub(crate) fn all(&self, name: &str) -> impl Iterator<Item = (usize, &Value)> {
        self.parameters.iter().enumerate().filter(move |(_, p)| p.get("name").and_then(Value::as_str) == Some(name))
    }

    /// At most one of a name.
    pub(crate) fn optional(&self, name: &str) -> Result<Option<(usize, &Value)>, Fault> {
        let mut found = self.all(name);
        let first = found.next();
        match found.next() {
            None => Ok(first),
            Some((index, _)) => Err(Fault::invalid(
                Issue::error(
                    IssueCode::Structure,
                    "too-many",
                    format!("Parameteren {name} kan bare gis én gang."),
                    format!("The parameter {name} can be given only once."),
                )
                .at(format!("Parameters.parameter[{index}]")),
            )),
        }
    }

    /// The value of an optional parameter, of the type its name says (`valueReference` …).
    pub(crate) fn value(&self, name: &str, element: &str) -> Result<Option<&Value>, Fault> {
        let Some((index, parameter)) = self.optional(name)? else { return Ok(None) };
        parameter.get(element).map(Some).ok_or_else(|| wrong_type(index, name, element))
    }

    /// The value of a parameter that must be there.
    pub(crate) fn required(&self, name: &str, element: &str) -> Result<&Value, Fault> {
        self.value(name, element)?.ok_or_else(|| missing(name, element))
    }

    /// A parameter given as a reference or as the resource itself.
    pub(crate) fn given(&self, name: &str) -> Result<Option<Given<'_>>, Fault> {
        let Some((index, parameter)) = self.optional(name)? else { return Ok(None) };
        if let Some(resource) = parameter.get("resource") {
            return Ok(Some(Given::Resource(resource)));
        }
        let reference = parameter.get("valueReference").ok_or_else(|| wrong_type(index, name, "valueReference"))?;
        Ok(Some(Given::Reference(reference)))
    }

    /// The text of an optional primitive parameter.
    pub(crate) fn text(&self, name: &str, element: &str) -> Result<Option<&str>, Fault> {
        Ok(self.value(name, element)?.and_then(Value::as_str))
    }
}

/// A thing by reference, or the thing itself.
pub(crate) enum Given<'v> {
    /// `valueReference`.
    Reference(&'v Value),
    /// `resource`.
    Resource(&'v Value),
}

/// A parameter of the wrong kind.
pub(crate) fn wrong_type(index: usize, name: &str, element: &str) -> Fault {
    Fault::invalid(
        Issue::error(
            IssueCode::Structure,
            "wrong-type",
            format!("Parameteren {name} skal gis som {element}."),
            format!("The parameter {name} is given as {element}."),
        )
        .at(format!("Parameters.parameter[{index}]")),
    )
}

/// A parameter that is not there.
pub(crate) fn missing(name: &str, element: &str) -> Fault {
    Fault::invalid(
        Issue::error(
            IssueCode::Required,
            "required-parameter",
            format!("Parameteren {name} mangler. Gi den som {element}."),
            format!("The parameter {name} is missing. Give it as {element}."),
        )
        .at("Parameters.parameter"),
    )
}

/// The answer being built: Parameters as JSON text, each value written once.
#[derive(Default)]
pub(crate) struct Output(List);

impl Output {
    /// Adds a resource.
    pub(crate) fn resource(&mut self, name: &'static str, resource: &Value) {
        self.0.open(name, "resource");
        self.0.json(resource);
        self.0.close("}");
    }

    /// Adds a parameter with parts.
    pub(crate) fn parts(&mut self, name: &'static str, parts: &Parts) {
        self.0.nested(name, parts);
    }

    /// The Parameters resource.
    pub(crate) fn close(self) -> Vec<u8> {
        let List(listed) = self.0;
        [br#"{"resourceType":"Parameters","parameter":["#.as_slice(), &listed, b"]}"].concat()
    }
}

/// The parts of one parameter.
#[derive(Default)]
pub(crate) struct Parts(List);

impl Parts {
    /// Adds a part, when there is a value.
    pub(crate) fn value(&mut self, name: &'static str, element: &'static str, value: Option<impl Serialize>) {
        if let Some(value) = value {
            self.0.open(name, element);
            self.0.json(&value);
            self.0.close("}");
        }
    }

    /// Adds a part with parts.
    pub(crate) fn parts(&mut self, name: &'static str, parts: &Self) {
        self.0.nested(name, parts);
    }
}

/// The items of a JSON array, as text. Names are our own, and hold nothing that JSON escapes.
#[derive(Default)]
struct List(Vec<u8>);

impl List {
    fn open(&mut self, name: &'static str, element: &'static str) {
        if !self.0.is_empty() {
            self.0.push(b',');
        }
        for text in [r#"{"name":""#, name, r#"",""#, element, r#"":"#] {
            self.0.extend_from_slice(text.as_bytes());
        }
    }

    fn json(&mut self, value: &impl Serialize) {
        // What is given is a text, a truth value or JSON already: writing it to memory cannot fail.
        let _ = serde_json::to_writer(&mut self.0, value);
    }

    fn nested(&mut self, name: &'static str, Parts(parts): &Parts) {
        self.open(name, "part");
        self.0.push(b'[');
        self.0.extend_from_slice(&parts.0);
        self.close("]}");
    }

    fn close(&mut self, end: &str) {
        self.0.extend_from_slice(end.as_bytes());
    }
}

#[cfg(test)]
mod tests {
    use super::{Output, Parts};
    use serde_json::{Value, json};

    #[test]
    fn what_is_written_is_parameters() {
        let mut inner = Parts::default();
        inner.value("a \u{e6}", "valueString", Some("\"quoted\" \u{1}"));
        inner.value("none", "valueString", None::<&Value>);
        inner.value("b", "valueReference", Some(&json!({ "reference": "Patient/1" })));
        let mut outer = Parts::default();
        outer.value("yes", "valueBoolean", Some(true));
        outer.parts("inner", &inner);
        outer.parts("empty", &Parts::default());
        let mut output = Output::default();
        output.parts("outer", &outer);
        output.resource("return", &json!({ "resourceType": "Goal" }));
        let written: Value = serde_json::from_slice(&output.close()).unwrap();
        let part = json!([
            { "name": "yes", "valueBoolean": true },
            { "name": "inner", "part": [
                { "name": "a \u{e6}", "valueString": "\"quoted\" \u{1}" },
                { "name": "b", "valueReference": { "reference": "Patient/1" } },
            ]},
            { "name": "empty", "part": [] },
        ]);
        let parameter =
            json!([{ "name": "outer", "part": part }, { "name": "return", "resource": { "resourceType": "Goal" } }]);
        assert_eq!(written, json!({ "resourceType": "Parameters", "parameter": parameter }));
        let nothing: Value = serde_json::from_slice(&Output::default().close()).unwrap();
        assert_eq!(nothing, json!({ "resourceType": "Parameters", "parameter": [] }));
    }
}
