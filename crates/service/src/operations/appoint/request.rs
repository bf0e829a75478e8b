//! What `$appoint` was asked, read from its Parameters.

use crate::context::Context;
use crate::fault::Fault;
use crate::operations::parameters::{Given, Input, missing, wrong_type};
use crate::operations::records::Note;
use serde_json::{Value, json};
use varde_fhir::time::instant;
use varde_fhir::{Issue, IssueCode, terminology, view};

/// The appointing asked for.
#[derive(Clone, Debug)]
pub(super) struct Appointing {
    /// 9034 code: 18, 19 or 20.
    pub(super) role: String,
    /// Reference to the patient, as given.
    pub(super) patient: Value,
    /// Who is appointed.
    pub(super) member: Part,
    /// The department, as given.
    pub(super) unit: Value,
    /// `Period.start`.
    pub(super) start: String,
    /// `Period.end`, for an appointment of known length.
    pub(super) end: Option<String>,
    /// The consent it rests on.
    pub(super) consent: Option<Part>,
    /// The unit leader.
    pub(super) appointed_by: Option<Value>,
    /// Whether the patient was told.
    pub(super) patient_informed: bool,
    /// Codings of `varde-criteria`.
    pub(super) criteria: Vec<Value>,
    /// The need's Task.
    pub(super) based_on: Option<Value>,
    /// The EPJ's business identifier.
    pub(super) identifier: Option<Value>,
    /// The member whose role ends when this one starts.
    pub(super) replaces: Option<Value>,
}

/// A thing by reference, or the thing itself.
#[derive(Clone, Debug)]
pub(super) enum Part {
    /// A `Reference`.
    Reference(Value),
    /// A resource.
    Resource(Value),
}

impl From<Given<'_>> for Part {
    fn from(given: Given<'_>) -> Self {
        match given {
            Given::Reference(reference) => Self::Reference(reference.clone()),
            Given::Resource(resource) => Self::Resource(resource.clone()),
        }
    }
}

impl Appointing {
    /// Reads and checks the Parameters.
    pub(super) fn read(context: &Context, input: &Input) -> Result<Self, Fault> {
        let period = input.value("period", "valuePeriod")?;
        let member = input.given("member")?.ok_or_else(|| missing("member", "valueReference"))?;
        Ok(Self {
            role: role(input.required("role", "valueCoding")?)?,
            patient: input.required("patient", "valueReference")?.clone(),
            member: member.into(),
            unit: input.required("unit", "valueReference")?.clone(),
            start: period.and_then(|p| view::text(p, "start")).map_or_else(|| instant(context.now), str::to_owned),
            end: period.and_then(|p| view::text(p, "end")).map(str::to_owned),
            consent: input.given("consent")?.map(Part::from),
            appointed_by: input.value("appointedBy", "valueReference")?.cloned(),
            patient_informed: input.value("patientInformed", "valueBoolean")?.and_then(Value::as_bool).unwrap_or(false),
            criteria: criteria(input)?,
            based_on: input.value("basedOn", "valueReference")?.cloned(),
            identifier: identifier(input)?,
            replaces: input.value("replaces", "valueReference")?.cloned(),
        })
    }

    /// The journal note of this appointing.
    pub(super) fn note(&self, text: String) -> Note {
        Note {
            text,
            role: self.role.clone(),
            patient: self.patient.clone(),
            author: self.appointed_by.clone(),
            identifier: self.identifier.clone(),
        }
    }

    /// `CareTeam.participant.period`.
    pub(super) fn period(&self) -> Value {
        match &self.end {
            Some(end) => json!({ "start": self.start, "end": end }),
            None => json!({ "start": self.start }),
        }
    }
}

/// Every `criteria`, each a Coding.
fn criteria(input: &Input) -> Result<Vec<Value>, Fault> {
    let coding = |(index, parameter): (usize, &Value)| {
        parameter.get("valueCoding").cloned().ok_or_else(|| wrong_type(index, "criteria", "valueCoding"))
    };
    input.all("criteria").map(coding).collect()
}

/// The business identifier; one without a value would promise that asking twice is safe, and not keep it.
fn identifier(input: &Input) -> Result<Option<Value>, Fault> {
    let given = input.value("identifier", "valueIdentifier")?;
    if given.is_some_and(|identifier| view::text(identifier, "value").is_none()) {
        return Err(Fault::invalid(
            Issue::error(
                IssueCode::Required,
                "identifier-value",
                "identifier må ha value, og helst system: EPJ-ens egen id for oppnevningen.",
                "identifier needs a value, and preferably a system: the EPJ's own id of the appointment.",
            )
            .at("Parameters.parameter.where(name='identifier').value.value"),
        ));
    }
    Ok(given.cloned())
}

/// The roles that are appointed: koordinator, kontaktlege, kontaktpsykolog.
fn role(coding: &Value) -> Result<String, Fault> {
    let (system, code) = (view::text(coding, "system"), view::text(coding, "code"));
    match code {
        Some(code @ ("18" | "19" | "20")) if system == Some(terminology::ROLE) => Ok(code.to_owned()),
        _ => Err(Fault::invalid(
            Issue::error(
                IssueCode::CodeInvalid,
                "role-not-appointed",
                "role skal være 18 (koordinator), 19 (kontaktlege) eller 20 (kontaktpsykolog) i urn:oid:2.16.578.1.12.4.1.1.9034.",
                "role is 18 (koordinator), 19 (kontaktlege) or 20 (kontaktpsykolog) of urn:oid:2.16.578.1.12.4.1.1.9034.",
            )
            .at("Parameters.parameter.where(name='role').value"),
        )),
    }
}
