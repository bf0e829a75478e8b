//! `[type]/$validate` and `[type]/{id}/$validate` <https://hl7.org/fhir/R4/resource-operation-validate.html>: what is wrong with a
//! resource, and with a mode whether the act could be done. Nothing is stored; the answer is 200 whatever is found.

use crate::context::Context;
use crate::fault::Fault;
use crate::interactions::read::found;
use crate::session::Session;
use crate::{Reply, admit, answer};
use serde_json::Value;
use varde_auth::policy::{self, Act};
use varde_fhir::outcome::Severity;
use varde_fhir::registry::{Interaction, served};
use varde_fhir::validate::{our_profile, validate_as, validate_envelope};
use varde_fhir::{Issue, IssueCode, ResourceKey, ResourceType, json};

/// What is to be validated.
#[derive(Debug)]
pub(crate) struct Validating {
    rtype: ResourceType,
    key: Option<ResourceKey>,
    mode: Option<Interaction>,
    profile: Option<String>,
    /// What was sent; else the stored one at `key` is meant.
    resource: Option<Value>,
    /// What is wrong with what was sent, seen without the database.
    seen: Vec<Issue>,
}

impl Validating {
    /// Reads a request: the resource itself, Parameters with it, or nothing at an instance; what else is asked may stand in the URL.
    pub(crate) fn read(
        context: &Context,
        (rtype, key): (ResourceType, Option<ResourceKey>),
        params: &[(String, String)],
        body: &[u8],
    ) -> Result<Self, Fault> {
        let mut validating = Self { rtype, key, mode: None, profile: None, resource: None, seen: Vec::new() };
        if !(body.is_empty() && validating.key.is_some()) {
            let sent = json::parse(body, json::Limits::RESOURCE).map_err(Fault::invalid)?;
            match sent.get("resourceType").and_then(Value::as_str) {
                Some("Parameters") => validating.parameters(sent)?,
                _ => validating.resource = Some(sent),
            }
        }
        validating.beside(params, context.prefer.lenient)?;
        if validating.mode.is_none() && validating.key.is_some() && validating.resource.is_some() {
            validating.mode = Some(Interaction::Update);
        }
        validating.check(context)?;
        Ok(validating)
    }

    fn parameters(&mut self, mut sent: Value) -> Result<(), Fault> {
        let issues = validate_envelope(ResourceType::Parameters, &sent);
        if !issues.is_empty() {
            return Err(Fault::Invalid(issues));
        }
        let Some(Value::Array(parameters)) = sent.get_mut("parameter").map(Value::take) else { return Ok(()) };
        for (index, mut parameter) in parameters.into_iter().enumerate() {
            let at = format!("Parameters.parameter[{index}]");
            let name = parameter.get("name").and_then(Value::as_str).unwrap_or_default().to_owned();
            let text = |element| parameter.get(element).and_then(Value::as_str);
            match name.as_str() {
                "resource" => {
                    self.resource = Some(parameter.get_mut("resource").map(Value::take).ok_or_else(|| unclear(at))?);
                }
                "mode" => self.mode = Some(text("valueCode").and_then(mode).ok_or_else(|| unclear(at))?),
                "profile" => {
                    let profile = text("valueUri").or_else(|| text("valueCanonical"));
                    self.profile = Some(profile.ok_or_else(|| unclear(at))?.to_owned());
                }
                _ => return Err(unknown(format!("{at}.name"))),
            }
        }
        Ok(())
    }

    /// The parameters of the URL. What is said twice is not chosen from.
    fn beside(&mut self, params: &[(String, String)], lenient: bool) -> Result<(), Fault> {
        for (name, value) in params {
            match name.as_str() {
                "mode" if self.mode.is_none() => {
                    self.mode = Some(mode(value).ok_or_else(|| unclear("http.mode".to_owned()))?);
                }
                "profile" if self.profile.is_none() && !value.is_empty() => self.profile = Some(value.clone()),
                "mode" | "profile" => return Err(unclear(format!("http.{name}"))),
                _ if lenient => {}
                _ => return Err(unknown("http.url".to_owned())),
            }
        }
        Ok(())
    }

    /// Whether the caller may do what is to be tried, and what can be said without the database.
    fn check(&mut self, context: &Context) -> Result<(), Fault> {
        if let Some(mode) = self.mode {
            if !served(self.rtype).is_some_and(|row| row.allows(mode)) {
                return Err(unclear("Parameters.parameter.where(name='mode')".to_owned()));
            }
            policy::allows(&context.actor, &Act::Interaction(mode, self.rtype))?;
        }
        if self.key.is_some() {
            policy::allows(&context.actor, &Act::Interaction(Interaction::Read, self.rtype))?;
        }
        let at_instance = matches!(self.mode, Some(Interaction::Update | Interaction::Delete));
        if at_instance && self.key.is_none() || (self.resource.is_none() && self.key.is_none()) {
            return Err(incomplete());
        }
        if let Some(resource) = &self.resource {
            self.seen = self.wrong_with(context, resource);
        }
        Ok(())
    }

    fn wrong_with(&self, context: &Context, resource: &Value) -> Vec<Issue> {
        let mut issues = admit::issues(context, self.rtype, resource);
        let asked = self.profile.as_deref().map(our_profile);
        match asked {
            Some(Some(Ok(profile))) if profile.rtype == self.rtype => {
                // A claimed one was asked already.
                for issue in validate_as(profile, resource) {
                    if !issues.contains(&issue) {
                        issues.push(issue);
                    }
                }
            }
            Some(Some(_)) => issues.push(no_such_profile()),
            Some(None) => issues.push(others_profile()),
            None => {}
        }
        if let (Some(Interaction::Update), Some(key)) = (self.mode, &self.key)
            && let Err(Fault::Invalid(more)) = admit::same_id(resource, key.id.as_str())
        {
            issues.extend(more);
        }
        issues
    }

    /// Whether the act itself is to be tried, which takes the writer.
    pub(crate) fn tries(&self) -> bool {
        self.mode.is_some() && !self.seen.iter().any(|issue| issue.severity == Severity::Error)
    }

    /// What is wrong, as far as trying is not needed.
    pub(crate) fn issues(&self, session: &mut Session<'_, '_>) -> Result<Vec<Issue>, Fault> {
        let Some(key) = self.key.as_ref().filter(|_| self.resource.is_none() && self.mode.is_none()) else {
            return Ok(self.seen.clone());
        };
        let stored = found(session, key)?;
        // What is said of it is said of what stands in it.
        session.show(&stored);
        let resource = session.value(&stored)?;
        Ok(self.wrong_with(session.context, &resource))
    }

    /// The act that is tried: its interaction, the instance, and what is sent.
    pub(crate) fn act(&self) -> (Interaction, Option<ResourceKey>, Value) {
        let mode = self.mode.unwrap_or(Interaction::Create);
        (mode, self.key.clone(), self.resource.clone().unwrap_or_default())
    }

    /// The type it is about.
    pub(crate) fn rtype(&self) -> ResourceType {
        self.rtype
    }

    /// The answer.
    pub(crate) fn reply(&self, context: &Context, mut issues: Vec<Issue>) -> Reply {
        if !issues.iter().any(|issue| issue.severity == Severity::Error) {
            let (nb, en) = ("Ingen feil er funnet.", "Nothing wrong was found.");
            let fine = Issue::error(IssueCode::Informational, "valid", nb, en);
            issues.push(Issue { severity: Severity::Information, ..fine });
        }
        Reply { rtype: Some(self.rtype), ..answer::made(200, answer::outcome(context, &issues)) }
    }
}

fn mode(code: &str) -> Option<Interaction> {
    match code {
        "create" => Some(Interaction::Create),
        "update" => Some(Interaction::Update),
        "delete" => Some(Interaction::Delete),
        _ => None,
    }
}

fn unclear(at: String) -> Fault {
    Fault::invalid(
        Issue::error(
            IssueCode::Value,
            "invalid-value",
            "Gi resource som ressurs, mode som valueCode (create, update eller delete, der typen tillater det) og profile som valueUri, hver én gang; de to siste kan stå i URL-en.",
            "Give resource as a resource, mode as valueCode (create, update or delete, where the type allows it) and profile as valueUri, each once; the last two may stand in the URL.",
        )
        .at(at),
    )
}

fn unknown(at: String) -> Fault {
    Fault::invalid(
        Issue::error(
            IssueCode::NotSupported,
            "unknown-parameter",
            "Operasjonen kjenner ikke denne parameteren. Den kjenner: resource, mode, profile.",
            "The operation does not know this parameter. It knows: resource, mode, profile.",
        )
        .at(at),
    )
}

fn incomplete() -> Fault {
    Fault::invalid(
        Issue::error(
            IssueCode::Required,
            "required-parameter",
            "Parameteren resource mangler, eller mode update og delete mangler id i adressen: [type]/{id}/$validate.",
            "The parameter resource is missing, or the modes update and delete lack the id in the URL: [type]/{id}/$validate.",
        )
        .at("Parameters.parameter"),
    )
}

fn no_such_profile() -> Issue {
    Issue::error(
        IssueCode::NotSupported,
        "unknown-profile",
        "Profilen som ble bedt om, finnes ikke for denne typen. Se GET StructureDefinition.",
        "The profile that was asked for does not exist for this type. See GET StructureDefinition.",
    )
    .at("Parameters.parameter.where(name='profile')")
}

fn others_profile() -> Issue {
    Issue::warning(
        IssueCode::NotSupported,
        "profile-not-checked",
        "Profilen er ikke vår og ble ikke undersøkt. Ressursen ble holdt opp mot FHIR R4.",
        "The profile is not ours and was not checked. The resource was held to FHIR R4.",
    )
    .at("Parameters.parameter.where(name='profile')")
}
