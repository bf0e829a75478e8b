//! Everything that can go wrong, in one closed list: **the only place that knows HTTP status and issue code**
//! (ARCHITECTURE.md, errors), also for the entries of a Bundle.

use crate::Refusal;
use varde_auth::AuthError;
use varde_auth::policy::Denied;
use varde_fhir::outcome::RULE_SYSTEM;
use varde_fhir::query::TOO_COSTLY;
use varde_fhir::{Issue, IssueCode, ResourceKey};
use varde_rules::Violation;
use varde_store::StoreError;

/// Why a request was not done. Nothing is stored when one of these is returned.
#[derive(Debug)]
pub(crate) enum Fault {
    /// 400: the request or the resource is malformed.
    Invalid(Vec<Issue>),
    /// 401, or 503 when the issuer's keys cannot be had.
    Login(AuthError),
    /// 403: this kind of act is not this actor's.
    Forbidden(Issue),
    /// 404: no such resource, or not yours to see: the same answer.
    NotFound(ResourceKey),
    /// 404: a condition finds nothing.
    Absent(Issue),
    /// 409: it would contradict what is stored.
    Conflict(Vec<Issue>),
    /// 410: it was deleted.
    Gone(ResourceKey),
    /// 412: `If-Match` is stale, or a condition matches several.
    Precondition(Issue),
    /// 428: `If-Match` is required.
    PreconditionRequired(ResourceKey),
    /// 422: well-formed, but cannot be processed.
    Unprocessable(Vec<Issue>),
    /// 422: the law says no.
    Law(Vec<Violation>),
    /// What the HTTP face refused.
    Refused(Box<Refusal>),
    /// 503 when it may go better soon, 507 when the disk is full, else 500.
    Store(StoreError),
    /// A staged resource cannot be written: the fault with the resource, so that a transaction can tell its entry.
    Resource(ResourceKey, Box<Fault>),
    /// An entry of a Bundle failed: the fault with the entry's index.
    Entry(usize, Box<Fault>),
}

impl From<StoreError> for Fault {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<Denied> for Fault {
    fn from(denied: Denied) -> Self {
        Self::Forbidden(Issue::error(IssueCode::Forbidden, denied.key, denied.nb, denied.en).at(WHO))
    }
}

impl Fault {
    /// One malformed thing.
    pub(crate) fn invalid(issue: Issue) -> Self {
        Self::Invalid(vec![issue])
    }

    /// One thing that cannot be processed.
    pub(crate) fn unprocessable(issue: Issue) -> Self {
        Self::Unprocessable(vec![issue])
    }

    /// Whether the database could not do its part, so that the access log cannot have it either, or not at once.
    pub(crate) fn is_outage(&self) -> bool {
        matches!(
            self,
            Self::Store(StoreError::Unavailable(_) | StoreError::Conflict(_) | StoreError::Busy | StoreError::Full(_))
        )
    }

    /// Whether the database undid it for the sake of another session, so that the same again is likely to work.
    pub(crate) fn is_conflict(&self) -> bool {
        match self {
            Self::Resource(_, fault) | Self::Entry(_, fault) => fault.is_conflict(),
            _ => matches!(self, Self::Store(StoreError::Conflict(_))),
        }
    }

    /// The HTTP status.
    pub(crate) fn status(&self) -> u16 {
        match self {
            // Well-formed, and more than is done for one request.
            Self::Invalid(issues) if issues.iter().any(|issue| issue.key == TOO_COSTLY) => 422,
            Self::Invalid(_) | Self::Store(StoreError::Position) => 400,
            Self::Login(error) => error.status(),
            Self::Forbidden(_) => 403,
            Self::NotFound(_) | Self::Absent(_) => 404,
            Self::Conflict(_) => 409,
            Self::Gone(_) => 410,
            Self::Precondition(_) => 412,
            Self::PreconditionRequired(_) => 428,
            Self::Unprocessable(_) | Self::Law(_) | Self::Store(StoreError::Claimed { .. }) => 422,
            Self::Refused(refusal) => refusal.status,
            Self::Store(StoreError::Unavailable(_) | StoreError::Conflict(_) | StoreError::Busy) => 503,
            Self::Store(StoreError::Full(_)) => 507,
            Self::Store(_) => 500,
            Self::Resource(_, fault) | Self::Entry(_, fault) => fault.status(),
        }
    }

    /// What to tell the caller.
    pub(crate) fn issues(&self) -> Vec<Issue> {
        match self {
            Self::Invalid(issues) | Self::Unprocessable(issues) | Self::Conflict(issues) => issues.clone(),
            Self::Login(error) => vec![login_issue(error)],
            Self::Forbidden(issue) | Self::Precondition(issue) | Self::Absent(issue) => vec![issue.clone()],
            Self::NotFound(key) => vec![not_found(key)],
            Self::Gone(key) => vec![gone(key)],
            Self::PreconditionRequired(key) => vec![if_match_required(key)],
            Self::Law(violations) => violations.iter().map(law_issue).collect(),
            Self::Refused(refusal) => vec![refusal.issue.clone()],
            Self::Store(error) => vec![store_issue(error)],
            Self::Resource(_, fault) => fault.issues(),
            Self::Entry(index, fault) => fault.issues().into_iter().map(|issue| in_entry(*index, issue)).collect(),
        }
    }

    /// Whether the caller may try the same again, and after how many seconds. A full disk has no such time: somebody must make
    /// room first (RFC 4918 § 11.5).
    pub(crate) fn retry_after(&self) -> Option<u32> {
        (self.status() == 503).then_some(1)
    }

    /// Whether it is the store's and not the caller's: then nothing that goes with it can be trusted either.
    pub(crate) fn is_ours(&self) -> bool {
        match self {
            Self::Entry(_, fault) => fault.is_ours(),
            _ => self.status() >= 500,
        }
    }

    /// The challenge of a 401.
    pub(crate) fn www_authenticate(&self) -> Option<String> {
        match self {
            Self::Login(error) => error.www_authenticate(),
            _ => None,
        }
    }

    /// The `Allow` header of a 405.
    pub(crate) fn allow(&self) -> Option<String> {
        match self {
            Self::Refused(refusal) => refusal.allow.clone(),
            _ => None,
        }
    }

    /// The cause, for the log, when it is ours to mend; callers never see it.
    pub(crate) fn cause(&self) -> Option<String> {
        match self {
            Self::Store(error) if !matches!(error, StoreError::Claimed { .. } | StoreError::Position) => {
                Some(error.to_string())
            }
            Self::Resource(_, fault) | Self::Entry(_, fault) => fault.cause(),
            _ => None,
        }
    }
}

/// What says who asks, and what they may.
const WHO: &str = "http.authorization";

fn login_issue(error: &AuthError) -> Issue {
    if error.status() == 503 {
        return Issue::error(IssueCode::Transient, error.key(), error.nb(), error.en());
    }
    Issue::error(IssueCode::Login, error.key(), error.nb(), error.en()).at(WHO)
}

fn not_found(key: &ResourceKey) -> Issue {
    Issue::error(
        IssueCode::NotFound,
        "not-found",
        format!(
            "{} med denne id-en finnes ikke, eller er ikke synlig for din virksomhet. Sjekk id-en, eller finn den med et søk.",
            key.rtype
        ),
        format!(
            "There is no {} with this id, or your organisation may not see it. Check the id, or find it by a search.",
            key.rtype
        ),
    )
    .at("http.url")
}

fn gone(key: &ResourceKey) -> Issue {
    Issue::error(
        IssueCode::Deleted,
        "deleted",
        format!("Denne {} er slettet. Tidligere versjoner kan leses med _history.", key.rtype),
        format!("This {} was deleted. Earlier versions can be read with _history.", key.rtype),
    )
    .at("http.url")
}

fn if_match_required(key: &ResourceKey) -> Issue {
    Issue::error(
        IssueCode::Conflict,
        "if-match-required",
        format!("Endring av {} krever If-Match med versjonen du leste, for eksempel If-Match: W/\"1\".", key.rtype),
        format!("Changing a {} needs If-Match with the version you read, for example If-Match: W/\"1\".", key.rtype),
    )
    .at("http.if-match")
}

fn law_issue(violation: &Violation) -> Issue {
    Issue {
        system: RULE_SYSTEM,
        ..Issue::error(IssueCode::BusinessRule, violation.rule.id, violation.nb.clone(), violation.en.clone())
            .at(violation.expression.clone())
    }
}

fn store_issue(error: &StoreError) -> Issue {
    match error {
        StoreError::Claimed { claim, .. } => claimed(claim),
        StoreError::Position => Issue::error(
            IssueCode::Invalid,
            "bad-cursor",
            "_cursor leder ikke lenger noe sted. Begynn på nytt uten _cursor.",
            "_cursor no longer leads anywhere. Start over without _cursor.",
        )
        .at("http._cursor"),
        StoreError::Unavailable(_) | StoreError::Conflict(_) | StoreError::Busy => Issue::error(
            IssueCode::Transient,
            "unavailable",
            "Tjenesten er midlertidig overbelastet eller uten database. Prøv igjen om litt.",
            "The service is overloaded or without its database for the moment. Try again shortly.",
        ),
        StoreError::Full(_) => Issue::error(
            IssueCode::NoStore,
            "storage-full",
            "Tjenesten har ikke mer lagringsplass: ingenting ble lagret, og ingenting kan vises, for også innsyn skal logges. \
             Varsle driften; send forespørselen på nytt når det er plass.",
            "The service has no storage left: nothing was stored, and nothing can be shown, since reading must be logged too. \
             Tell operations; send the request again when there is room.",
        ),
        _ => Issue::error(
            IssueCode::Exception,
            "internal-error",
            "Noe gikk galt hos oss. Feilen er logget under forespørselens id.",
            "Something went wrong on our side. It is logged under the request id.",
        ),
    }
}

/// The database's own guard of a business rule: the same answer as the rule gives.
fn claimed(claim: &str) -> Issue {
    let (at, rule, nb, en) = if claim.starts_with("ip/") {
        (
            "CarePlan",
            "one-ip",
            "Pasienten har allerede en aktiv individuell plan.",
            "The patient already has an active individuell plan.",
        )
    } else {
        (
            "CareTeam",
            "one-koordinator",
            "Pasienten har allerede en koordinator her.",
            "The patient already has a koordinator here.",
        )
    };
    Issue { system: RULE_SYSTEM, ..Issue::error(IssueCode::BusinessRule, rule, nb, en).at(at) }
}

/// Moves an issue's expression into the Bundle entry it stands in: the entry's own `request` or `resource`, a header's
/// counterpart there, a parameter of its URL, or a place in its resource.
fn in_entry(index: usize, mut issue: Issue) -> Issue {
    let at = format!("Bundle.entry[{index}]");
    issue.expression = Some(match issue.expression.as_deref() {
        Some(own) if matches!(own, "resource" | "fullUrl") || own.starts_with("request") => format!("{at}.{own}"),
        Some("http.if-match") => format!("{at}.request.ifMatch"),
        Some("http.if-none-match") => format!("{at}.request.ifNoneMatch"),
        Some("http.body") => format!("{at}.resource"),
        Some(parameter) if parameter.starts_with("http.") => format!("{at}.request.url"),
        Some(patch) if patch.starts_with("patch") => format!("{at}.resource.data"),
        Some(inner) => match inner.split_once('.') {
            Some((_, rest)) => format!("{at}.resource.{rest}"),
            None => format!("{at}.resource"),
        },
        None => at,
    });
    issue
}
