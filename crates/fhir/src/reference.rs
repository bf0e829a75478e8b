//! References: literal, logical, contained and bundle-internal <https://hl7.org/fhir/R4/references.html>.

use crate::{Id, ResourceKey};
use serde_json::Value;

/// What a FHIR `Reference` element points at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reference {
    /// `Type/id` on this server, with the version when one is named.
    Local {
        /// The resource.
        key: ResourceKey,
        /// The version of `…/_history/{version}`.
        version: Option<String>,
    },
    /// An absolute URL elsewhere, or a type this server does not serve.
    External(String),
    /// `urn:uuid:` or `urn:oid:`, resolved inside a Bundle.
    Urn(String),
    /// `#fragment`: a contained resource.
    Contained(String),
    /// `Type?query`: a conditional reference, only in a transaction.
    Conditional(String),
    /// By business identifier alone: how EPJ systems name people and organisations.
    Logical {
        /// `Reference.type`, when given.
        rtype: Option<String>,
        /// `Reference.identifier.system`.
        system: String,
        /// `Reference.identifier.value`.
        value: String,
    },
}

impl Reference {
    /// Reads a `Reference` element; the literal wins over the identifier. `None` when it has neither (display only).
    /// `base` is this server's FHIR base URL: an absolute URL under it is local.
    #[must_use]
    pub fn of(element: &Value, base: &str) -> Option<Self> {
        if let Some(text) = element.get("reference").and_then(Value::as_str) {
            return Some(Self::literal(text, base));
        }
        Self::logical(element)
    }

    /// Reads `Reference.identifier`, whether or not a literal stands beside it.
    #[must_use]
    pub fn logical(element: &Value) -> Option<Self> {
        let identifier = element.get("identifier")?;
        Some(Self::Logical {
            rtype: element.get("type").and_then(Value::as_str).map(str::to_owned),
            system: identifier.get("system").and_then(Value::as_str).unwrap_or_default().to_owned(),
            value: identifier.get("value").and_then(Value::as_str)?.to_owned(),
        })
    }

    /// Reads `Reference.reference`.
    #[must_use]
    pub fn literal(text: &str, base: &str) -> Self {
        if let Some(fragment) = text.strip_prefix('#') {
            return Self::Contained(fragment.to_owned());
        }
        if text.starts_with("urn:") {
            return Self::Urn(text.to_owned());
        }
        let relative = relative(text, base);
        if relative.contains('?') && !relative.contains("://") {
            return Self::Conditional(relative.to_owned());
        }
        let mut parts = relative.split('/');
        let (kind, id, history, version, rest) = (parts.next(), parts.next(), parts.next(), parts.next(), parts.next());
        let key = kind.and_then(|k| k.parse().ok()).zip(id.and_then(Id::parse));
        match (key, history, version, rest) {
            (Some((rtype, id)), None, None, None) => Self::Local { key: ResourceKey::new(rtype, id), version: None },
            (Some((rtype, id)), Some("_history"), Some(v), None) => {
                Self::Local { key: ResourceKey::new(rtype, id), version: Some(v.to_owned()) }
            }
            _ => Self::External(text.to_owned()),
        }
    }

    /// The key of a local reference.
    #[must_use]
    pub fn key(&self) -> Option<&ResourceKey> {
        match self {
            Self::Local { key, .. } => Some(key),
            _ => None,
        }
    }
}

/// A URL below this server's base as it reads from there, `Type/id`; any other text as it stands.
#[must_use]
pub fn relative<'t>(text: &'t str, base: &str) -> &'t str {
    let below = text.strip_prefix(base.trim_end_matches('/')).and_then(|rest| rest.strip_prefix('/'));
    below.filter(|_| !base.is_empty()).unwrap_or(text)
}
