//! What comes through the door: one [`Request`] per HTTP request or bundle, with the [`Call`] it makes.
//! Nothing here knows HTTP's bytes; `varde-http` builds these, tests may too.

use serde::{Deserialize, Serialize};
use std::fmt;
use varde_auth::policy::Act;
use varde_fhir::registry::{Interaction, Operation};
use varde_fhir::{Language, ResourceKey, ResourceType};

/// One request as the service sees it.
#[derive(Clone, Debug)]
pub struct Request {
    /// What is asked.
    pub call: Call,
    /// Every `Authorization` header value, in order (two are refused).
    pub authorization: Vec<String>,
    /// The request id: echoed, logged, in `OperationOutcome.issue.diagnostics` and the audit.
    pub request_id: String,
    /// The language of texts (`Accept-Language`).
    pub language: Language,
    /// `Prefer`.
    pub prefer: Prefer,
    /// `Idempotency-Key`, on a request that may write.
    pub idempotency: Option<Idempotency>,
    /// `_summary` and `_elements` of a read, vread or history, as they came.
    pub part: Vec<(String, String)>,
    /// Indent the body (`_pretty=true`).
    pub pretty: bool,
}

/// The interaction or operation asked for <https://hl7.org/fhir/R4/http.html>.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "the fields are the parts of the request that the line above each variant shows")]
pub enum Call {
    /// `GET metadata`: needs no token.
    Capabilities { if_none_match: Vec<String> },
    /// `OPTIONS` of an address that there is, with its `Allow`: needs no token.
    Options { allow: String },
    /// `GET Type/id` of a conformance type: needs no token.
    Definition { key: ResourceKey, if_none_match: Vec<String> },
    /// `GET Type?…` or `POST Type/_search` of a conformance type: needs no token.
    Definitions { rtype: ResourceType, params: Vec<(String, String)> },
    /// An operation on the published terminology, by GET (`params`) or POST (`body`): needs no token.
    Terminology {
        operation: &'static Operation,
        key: Option<ResourceKey>,
        params: Vec<(String, String)>,
        body: Vec<u8>,
    },
    /// `GET Type/id`.
    Read { key: ResourceKey, if_none_match: Vec<String>, if_modified_since: Option<i64> },
    /// `GET Type/id/_history/version`.
    Vread { key: ResourceKey, version: String },
    /// `POST Type`, with `If-None-Exist` as its raw query.
    Create { rtype: ResourceType, body: Vec<u8>, if_none_exist: Option<String> },
    /// `PUT Type/id`, `PUT Type?search`.
    Update { place: Place, body: Vec<u8>, guard: Guard },
    /// `PATCH Type/id`, `PATCH Type?search`.
    Patch { place: Place, body: Vec<u8>, format: PatchFormat, guard: Guard },
    /// `DELETE Type/id`, `DELETE Type?search`.
    Delete { place: Place, guard: Guard },
    /// `GET Type/id/_history`, `GET Type/_history`, `GET _history`, with its parameters.
    History { of: Past, params: Vec<(String, String)> },
    /// `GET Type?…` (`by_post` false) or `POST Type/_search` (true); parameters decoded, in order.
    Search { rtype: ResourceType, params: Vec<(String, String)>, by_post: bool },
    /// `GET [base]?…` (`within` none), `GET Patient/id/*?…` (`rtype` none) or `GET Patient/id/Type?…`.
    SearchWide {
        within: Option<ResourceKey>,
        rtype: Option<ResourceType>,
        params: Vec<(String, String)>,
        by_post: bool,
    },
    /// `POST [base]` with a Bundle of type transaction or batch.
    Bundle { body: Vec<u8> },
    /// `POST Type/$name` or `POST Type/id/$name`; `id` is set for an instance operation.
    Operation {
        /// Which one.
        operation: &'static Operation,
        /// The instance it is about.
        key: Option<ResourceKey>,
        /// What stands in the URL beside the body: `$validate` alone takes it.
        params: Vec<(String, String)>,
        /// Its Parameters, or the resource itself.
        body: Vec<u8>,
        /// What must hold.
        guard: Guard,
    },
    /// A request that failed before it became one of the above (unknown type, wrong method, bad header …): it is
    /// authenticated-if-possible, audited and answered like the others.
    Refused(Refusal),
}

impl Call {
    /// The kind of act, for the policy.
    pub(crate) fn act(&self) -> Act {
        match self {
            Self::Read { key, .. } => Act::Interaction(Interaction::Read, key.rtype),
            Self::Vread { key, .. } => Act::Interaction(Interaction::Vread, key.rtype),
            Self::Create { rtype, .. } => Act::Interaction(Interaction::Create, *rtype),
            Self::Update { place, .. } => Act::Interaction(Interaction::Update, place.rtype()),
            Self::Patch { place, .. } => Act::Interaction(Interaction::Patch, place.rtype()),
            Self::Delete { place, .. } => Act::Interaction(Interaction::Delete, place.rtype()),
            Self::History { of: Past::Instance(key), .. } => Act::Interaction(Interaction::HistoryInstance, key.rtype),
            Self::History { of: Past::Type(rtype), .. } => Act::Interaction(Interaction::HistoryType, *rtype),
            Self::History { of: Past::System, .. } => Act::HistorySystem,
            Self::Search { rtype, .. } | Self::SearchWide { rtype: Some(rtype), .. } => {
                Act::Interaction(Interaction::SearchType, *rtype)
            }
            Self::Bundle { .. } => Act::Transaction,
            Self::Operation { operation, .. } => Act::Operation(operation),
            // Of a search of several types each is asked for when they are known.
            Self::Capabilities { .. }
            | Self::Definition { .. }
            | Self::Definitions { .. }
            | Self::Terminology { .. }
            | Self::Options { .. }
            | Self::SearchWide { rtype: None, .. }
            | Self::Refused(_) => Act::Capabilities,
        }
    }

    /// The body it brings; empty when it brings none.
    pub(crate) fn body(&self) -> &[u8] {
        match self {
            Self::Create { body, .. }
            | Self::Update { body, .. }
            | Self::Patch { body, .. }
            | Self::Bundle { body }
            | Self::Operation { body, .. }
            | Self::Terminology { body, .. } => body,
            _ => &[],
        }
    }

    /// Its name in logs, metrics and audit.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Capabilities { .. } => "capabilities",
            Self::Options { .. } => "options",
            Self::Read { .. } | Self::Definition { .. } => Interaction::Read.code(),
            Self::Vread { .. } => Interaction::Vread.code(),
            Self::Create { .. } => Interaction::Create.code(),
            Self::Update { .. } => Interaction::Update.code(),
            Self::Patch { .. } => Interaction::Patch.code(),
            Self::Delete { .. } => Interaction::Delete.code(),
            Self::History { of: Past::Instance(_), .. } => Interaction::HistoryInstance.code(),
            Self::History { of: Past::Type(_), .. } => Interaction::HistoryType.code(),
            Self::History { of: Past::System, .. } => "history-system",
            Self::Search { .. } | Self::Definitions { .. } => Interaction::SearchType.code(),
            Self::SearchWide { within: None, .. } => "search-system",
            Self::SearchWide { .. } => "search-compartment",
            Self::Bundle { .. } => "bundle",
            Self::Operation { operation, .. } | Self::Terminology { operation, .. } => operation.name,
            Self::Refused(_) => "refused",
        }
    }

    /// `AuditEvent.action` <https://hl7.org/fhir/R4/valueset-audit-event-action.html>.
    pub(crate) fn action(&self) -> &'static str {
        match self {
            Self::Create { .. } => "C",
            Self::Update { .. } | Self::Patch { .. } => "U",
            Self::Delete { .. } => "D",
            Self::Bundle { .. }
            | Self::Operation { .. }
            | Self::Search { .. }
            | Self::SearchWide { .. }
            | Self::Definitions { .. }
            | Self::Terminology { .. } => "E",
            _ => "R",
        }
    }

    /// The type it is about.
    pub(crate) fn rtype(&self) -> Option<ResourceType> {
        match self {
            Self::Create { rtype, .. }
            | Self::Search { rtype, .. }
            | Self::Definitions { rtype, .. }
            | Self::History { of: Past::Type(rtype), .. }
            | Self::Update { place: Place::Found { rtype, .. }, .. }
            | Self::Patch { place: Place::Found { rtype, .. }, .. }
            | Self::Delete { place: Place::Found { rtype, .. }, .. } => Some(*rtype),
            Self::SearchWide { rtype, .. } => *rtype,
            Self::Operation { operation, .. } | Self::Terminology { operation, .. } => Some(operation.rtype),
            other => other.key().map(|key| key.rtype),
        }
    }

    /// What it is about, for the audit: `Type/id`, or `Type`.
    pub(crate) fn target(&self) -> Option<String> {
        let key = self.key().map(ToString::to_string);
        key.or_else(|| self.rtype().map(|rtype| rtype.to_string()))
    }

    fn key(&self) -> Option<&ResourceKey> {
        match self {
            Self::Read { key, .. }
            | Self::Vread { key, .. }
            | Self::Update { place: Place::Id(key), .. }
            | Self::Patch { place: Place::Id(key), .. }
            | Self::Delete { place: Place::Id(key), .. }
            | Self::History { of: Past::Instance(key), .. }
            | Self::Definition { key, .. }
            | Self::Terminology { key: Some(key), .. }
            | Self::SearchWide { within: Some(key), .. }
            | Self::Operation { key: Some(key), .. } => Some(key),
            _ => None,
        }
    }
}

/// What a write is about.
#[derive(Clone, Debug)]
pub enum Place {
    /// The resource with this address.
    Id(ResourceKey),
    /// The one resource that a search finds <https://hl7.org/fhir/R4/http.html#cond-update>.
    Found {
        /// The type searched.
        rtype: ResourceType,
        /// The criteria, decoded, in order.
        params: Vec<(String, String)>,
        /// They stood in a URL, where no national number may stand.
        in_url: bool,
    },
}

impl Place {
    /// The type it is about.
    #[must_use]
    pub fn rtype(&self) -> ResourceType {
        match self {
            Self::Id(key) => key.rtype,
            Self::Found { rtype, .. } => *rtype,
        }
    }
}

/// What must hold for a write to be done (RFC 9110 §13).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Guard {
    /// `If-Match`: the versions one of which must stand there; `*` for any.
    pub if_match: Option<Vec<String>>,
    /// `If-None-Match: *`: nothing may stand there.
    pub if_none_match: bool,
}

/// Whose past is asked for <https://hl7.org/fhir/R4/http.html#history>.
#[derive(Clone, Debug)]
pub enum Past {
    /// One resource's.
    Instance(ResourceKey),
    /// That of all resources of a type.
    Type(ResourceType),
    /// That of all resources.
    System,
}

/// How a patch is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PatchFormat {
    /// `application/json-patch+json`.
    Json,
    /// `application/fhir+json`: `Parameters`.
    Fhir,
}

/// Why the HTTP face could not make a call of a request.
#[derive(Clone, Debug)]
pub struct Refusal {
    /// The HTTP status to answer, 4xx.
    pub status: u16,
    /// What to say.
    pub issue: varde_fhir::Issue,
    /// The `Allow` header of a 405.
    pub allow: Option<String>,
}

/// `Idempotency-Key`, with what must be the same for the request to be the same. It prints nothing: a caller may put anything into it.
#[derive(Clone, PartialEq, Eq)]
pub struct Idempotency {
    /// The key.
    pub key: String,
    /// The request without its body: method, path, query, media type and conditions.
    pub request: String,
}

impl fmt::Debug for Idempotency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Idempotency").finish_non_exhaustive()
    }
}

/// The `Prefer` header <https://hl7.org/fhir/R4/http.html#ops>.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Prefer {
    /// `return=`.
    pub return_: Return,
    /// `handling=lenient`: unknown search parameters are ignored and named, not refused.
    pub lenient: bool,
    /// Whether the caller named `return=`, or it is the usual one.
    pub said_return: bool,
    /// Whether the caller named `handling=`.
    pub said_handling: bool,
}

impl Prefer {
    /// `Preference-Applied` (RFC 7240 §3): what the caller named and was given. `returned` is what chose the body.
    pub(crate) fn applied(self, returned: Option<Return>) -> Option<String> {
        let handling = if self.lenient { "handling=lenient" } else { "handling=strict" };
        let returned = (self.said_return && returned == Some(self.return_)).then(|| self.return_.preference());
        let applied: Vec<&str> = returned.into_iter().chain(self.said_handling.then_some(handling)).collect();
        (!applied.is_empty()).then(|| applied.join(", "))
    }
}

/// `Prefer: return=`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Return {
    /// Nothing in the body.
    Minimal,
    /// The stored resource.
    #[default]
    Representation,
    /// An OperationOutcome.
    OperationOutcome,
}

impl Return {
    fn preference(self) -> &'static str {
        match self {
            Self::Minimal => "return=minimal",
            Self::Representation => "return=representation",
            Self::OperationOutcome => "return=OperationOutcome",
        }
    }
}
