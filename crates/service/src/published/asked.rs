//! What a terminology operation is asked, by URL or by Parameters: the same names, checked against the registry.

use crate::fault::Fault;
use serde_json::Value;
use varde_fhir::registry::{Operation, Parameter};
use varde_fhir::{Issue, IssueCode, Language, ResourceType, json, validate};

/// The parameters, each once.
pub(super) struct Asked {
    values: Vec<(&'static str, Value)>,
    /// Whether they stood in the URL.
    by_get: bool,
    /// The language of displays.
    pub(super) language: Language,
}

/// A coding to be looked at.
pub(super) struct Coding {
    pub(super) system: Option<String>,
    pub(super) code: String,
    pub(super) display: Option<String>,
}

impl Asked {
    /// Reads a request; a body wins over nothing in the URL, and both together are refused.
    pub(super) fn read(
        operation: &'static Operation,
        params: Vec<(String, String)>,
        body: &[u8],
        language: Language,
    ) -> Result<Self, Fault> {
        let by_get = body.is_empty();
        let given = if by_get { from_url(operation, params)? } else { from_body(operation, body)? };
        let mut asked = Self { values: Vec::new(), by_get, language };
        for (parameter, value) in given {
            if asked.get(parameter.name).is_some() {
                return Err(wrong(
                    "too-many",
                    parameter.name,
                    by_get,
                    "kan bare gis én gang",
                    "can be given only once",
                ));
            }
            asked.values.push((parameter.name, value));
        }
        for parameter in operation.parameters.iter().filter(|parameter| !parameter.out && parameter.min > 0) {
            if asked.get(parameter.name).is_none() {
                return Err(asked.missing(parameter.name));
            }
        }
        match asked.text("displayLanguage").map(|text| text.split('-').next().unwrap_or_default()) {
            None => {}
            Some("nb" | "no" | "nn") => asked.language = Language::Norwegian,
            Some("en") => asked.language = Language::English,
            Some(_) => {
                return Err(wrong("invalid-value", "displayLanguage", by_get, "skal være nb eller en", "is nb or en"));
            }
        }
        Ok(asked)
    }

    fn get(&self, name: &str) -> Option<&Value> {
        self.values.iter().find(|(known, _)| *known == name).map(|(_, value)| value)
    }

    /// A text.
    pub(super) fn text(&self, name: &str) -> Option<&str> {
        self.get(name).and_then(Value::as_str)
    }

    /// A number that is not negative.
    pub(super) fn number(&self, name: &str) -> Result<Option<usize>, Fault> {
        let Some(value) = self.get(name) else { return Ok(None) };
        let number = value.as_u64().and_then(|number| usize::try_from(number).ok());
        number.map(Some).ok_or_else(|| {
            wrong("invalid-value", name, self.by_get, "skal være et heltall fra 0", "is a whole number from 0")
        })
    }

    /// Where a parameter stands, as an issue names it.
    pub(super) fn at(&self, name: &str) -> String {
        place(name, self.by_get)
    }

    /// A parameter that must be there and is not.
    pub(super) fn missing(&self, name: &str) -> Fault {
        Fault::invalid(
            Issue::error(
                IssueCode::Required,
                "required-parameter",
                format!("Parameteren {name} mangler."),
                format!("The parameter {name} is missing."),
            )
            .at(self.at(name)),
        )
    }

    fn ambiguous(&self) -> Fault {
        let (nb, en) = (
            "gis alene: bare én av code, coding og codeableConcept",
            "stands alone: one of code, coding and codeableConcept",
        );
        wrong("too-many", "code", self.by_get, nb, en)
    }

    /// The codings asked about: `code`, `coding`, or those of `codeableConcept`; one of the three.
    pub(super) fn codings(&self) -> Result<Vec<Coding>, Fault> {
        let own = |value: &Value, name| value.get(name).and_then(Value::as_str).map(str::to_owned);
        let of = |value: &Value| {
            own(value, "code").map(|code| Coding { system: own(value, "system"), code, display: own(value, "display") })
        };
        let one = self.text("code").map(|code| Coding {
            system: self.text("system").map(str::to_owned),
            code: code.to_owned(),
            display: self.text("display").map(str::to_owned),
        });
        let coding = self.get("coding").and_then(of);
        let several = self.get("codeableConcept").and_then(|concept| concept.get("coding")).and_then(Value::as_array);
        if ["code", "coding", "codeableConcept"].iter().filter(|name| self.get(name).is_some()).count() > 1 {
            return Err(self.ambiguous());
        }
        let codings: Vec<Coding> =
            one.into_iter().chain(coding).chain(several.into_iter().flatten().filter_map(of)).collect();
        if codings.is_empty() { Err(self.missing("code")) } else { Ok(codings) }
    }
}

fn parameter(operation: &'static Operation, name: &str) -> Option<&'static Parameter> {
    operation.parameters.iter().find(|parameter| !parameter.out && parameter.name == name)
}

type Given = Vec<(&'static Parameter, Value)>;

/// A URL holds primitives only <https://hl7.org/fhir/R4/operations.html#executing>.
fn from_url(operation: &'static Operation, params: Vec<(String, String)>) -> Result<Given, Fault> {
    let mut given = Vec::new();
    for (name, text) in params {
        let known = parameter(operation, &name).ok_or_else(|| unknown(operation, "http.url"))?;
        let value = match known.rtype {
            "integer" => text.parse::<i64>().ok().map(Value::from),
            "Coding" | "CodeableConcept" => None,
            _ => Some(Value::from(text)),
        };
        let value = value.ok_or_else(|| {
            let nb = "kan ikke gis slik i en URL; bruk POST med Parameters, eller rett verdien";
            wrong("invalid-value", known.name, true, nb, "cannot be given so in a URL; POST Parameters, or correct it")
        })?;
        given.push((known, value));
    }
    Ok(given)
}

fn from_body(operation: &'static Operation, body: &[u8]) -> Result<Given, Fault> {
    let resource = json::parse(body, json::Limits::RESOURCE).map_err(Fault::invalid)?;
    let issues = validate::validate(ResourceType::Parameters, &resource);
    if !issues.is_empty() {
        return Err(Fault::Invalid(issues));
    }
    let mut given = Vec::new();
    let all = resource.get("parameter").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    for (index, one) in all.iter().enumerate() {
        let name = one.get("name").and_then(Value::as_str).unwrap_or_default();
        let known = parameter(operation, name)
            .ok_or_else(|| unknown(operation, &format!("Parameters.parameter[{index}].name")))?;
        let mut letters = known.rtype.chars();
        let first = letters.next().map(|first| first.to_ascii_uppercase()).unwrap_or_default();
        let property = format!("value{first}{}", letters.as_str());
        let value = one.get(&property).ok_or_else(|| {
            Fault::invalid(
                Issue::error(
                    IssueCode::Structure,
                    "wrong-type",
                    format!("Parameteren {name} skal gis som {property}."),
                    format!("The parameter {name} is given as {property}."),
                )
                .at(format!("Parameters.parameter[{index}]")),
            )
        })?;
        given.push((known, value.clone()));
    }
    Ok(given)
}

fn place(name: &str, by_get: bool) -> String {
    if by_get { format!("http.{name}") } else { format!("Parameters.parameter.where(name='{name}')") }
}

fn wrong(key: &'static str, name: &str, by_get: bool, nb: &str, en: &str) -> Fault {
    let issue =
        Issue::error(IssueCode::Value, key, format!("Parameteren {name} {nb}."), format!("The parameter {name} {en}."));
    Fault::invalid(issue.at(place(name, by_get)))
}

fn unknown(operation: &Operation, at: &str) -> Fault {
    let names = operation.parameters.iter().filter(|parameter| !parameter.out).map(|parameter| parameter.name);
    let list = names.collect::<Vec<_>>().join(", ");
    Fault::invalid(
        Issue::error(
            IssueCode::NotSupported,
            "unknown-parameter",
            format!("Operasjonen kjenner ikke denne parameteren. Den kjenner: {list}."),
            format!("The operation does not know this parameter. It knows: {list}."),
        )
        .at(at),
    )
}
