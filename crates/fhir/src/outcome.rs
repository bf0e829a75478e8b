//! What went wrong, in FHIR's words: an [`Issue`] becomes one `OperationOutcome.issue`
//! <https://hl7.org/fhir/R4/operationoutcome.html>, with a Norwegian and an English text.

use serde_json::{Value, json};

/// Code system of the message codes in `issue.details.coding` (rules have their own, `varde-rule`).
pub const MESSAGE_SYSTEM: &str = "https://varde.no/fhir/CodeSystem/varde-message";
/// Code system of the rule ids in `issue.details.coding`.
pub const RULE_SYSTEM: &str = "https://varde.no/fhir/CodeSystem/varde-rule";

/// One thing to tell the caller. `expression` is FHIRPath from the resource type, e.g. `CareTeam.participant[0].member`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Issue {
    /// How bad it is.
    pub severity: Severity,
    /// FHIR's own classification.
    pub code: IssueCode,
    /// `details.coding.system`: [`MESSAGE_SYSTEM`] or [`RULE_SYSTEM`].
    pub system: &'static str,
    /// `details.coding.code`, kebab-case, stable: clients may program against it.
    pub key: &'static str,
    /// The text in Norwegian bokmål.
    pub nb: String,
    /// The text in English.
    pub en: String,
    /// Where it is, when it is somewhere.
    pub expression: Option<String>,
}

impl Issue {
    /// An error with a message code. Texts name the element, the rule and the remedy, and never a national number.
    #[must_use]
    pub fn error(code: IssueCode, key: &'static str, nb: impl Into<String>, en: impl Into<String>) -> Self {
        Self {
            severity: Severity::Error,
            code,
            system: MESSAGE_SYSTEM,
            key,
            nb: nb.into(),
            en: en.into(),
            expression: None,
        }
    }

    /// A warning that goes with an answer that succeeded.
    #[must_use]
    pub fn warning(code: IssueCode, key: &'static str, nb: impl Into<String>, en: impl Into<String>) -> Self {
        Self { severity: Severity::Warning, ..Self::error(code, key, nb, en) }
    }

    /// Says where: a FHIRPath expression.
    #[must_use]
    pub fn at(mut self, expression: impl Into<String>) -> Self {
        self.expression = Some(expression.into());
        self
    }

    /// The text in the caller's language.
    #[must_use]
    pub fn text(&self, language: Language) -> &str {
        match language {
            Language::Norwegian => &self.nb,
            Language::English => &self.en,
        }
    }

    fn to_json(&self, language: Language, request_id: &str) -> Value {
        let mut issue = json!({
            "severity": self.severity.as_str(),
            "code": self.code.as_str(),
            "details": {
                "coding": [{ "system": self.system, "code": self.key }],
                "text": self.text(language),
            },
            "diagnostics": format!("request {request_id}"),
        });
        if let (Some(at), Some(object)) = (&self.expression, issue.as_object_mut()) {
            object.insert("expression".to_owned(), json!([at]));
        }
        issue
    }
}

/// The OperationOutcome for these issues; the request id stands in `diagnostics` so that support can find the log line.
#[must_use]
pub fn operation_outcome(issues: &[Issue], language: Language, request_id: &str) -> Value {
    let issues: Vec<Value> = issues.iter().map(|issue| issue.to_json(language, request_id)).collect();
    json!({ "resourceType": "OperationOutcome", "issue": issues })
}

/// The language of texts, chosen by `Accept-Language`: Norwegian unless English is asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Language {
    /// Norwegian bokmål (`nb`, `no`, `nn`): the default, the users are Norwegian.
    #[default]
    Norwegian,
    /// English.
    English,
}

/// `OperationOutcome.issue.severity`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Severity {
    /// The act was refused.
    Error,
    /// The act was done; look at this.
    Warning,
    /// For information.
    Information,
}

impl Severity {
    /// The FHIR code.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Information => "information",
        }
    }
}

macro_rules! issue_codes {
    ($($name:ident = $code:literal),+ $(,)?) => {
        /// `OperationOutcome.issue.code` <https://hl7.org/fhir/R4/valueset-issue-type.html>.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[expect(missing_docs, reason = "the variants are FHIR issue types")]
        pub enum IssueCode { $($name),+ }

        impl IssueCode {
            /// The FHIR code.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(IssueCode::$name => $code),+ }
            }
        }
    };
}

issue_codes! {
    Invalid = "invalid", Structure = "structure", Required = "required", Value = "value", Invariant = "invariant",
    Login = "login", Forbidden = "forbidden", Expired = "expired",
    Processing = "processing", NotSupported = "not-supported", Duplicate = "duplicate", MultipleMatches = "multiple-matches",
    NotFound = "not-found", Deleted = "deleted", TooLong = "too-long", CodeInvalid = "code-invalid",
    TooCostly = "too-costly", BusinessRule = "business-rule", Conflict = "conflict",
    Transient = "transient", NoStore = "no-store", Timeout = "timeout", Throttled = "throttled", Exception = "exception", Informational = "informational",
}
