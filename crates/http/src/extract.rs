//! Bytes → [`Call`]: everything a request says besides its body is read here, once, strictly, before the body is taken in
//! <https://hl7.org/fhir/R4/http.html>. Pure: headers and text in, a [`Plan`] or a refusal out.

mod accept;
mod conditions;
mod content;
mod headers;
mod idempotency;
mod media;
mod query;

pub(crate) use media::Media;

use crate::national;
use crate::refuse::{Refused, headers_too_large, malformed, not_supported, url_too_long};
use crate::route::{self, Act, Target, Verb};
use actix_web::http::header::{ACCEPT, HeaderMap};
use query::Query;
use varde_fhir::registry::{Group, OperationKind, Served};
use varde_fhir::{Language, Micros};
use varde_service::{Call, Guard, Idempotency, Past, PatchFormat, Place, Prefer};

/// A request as it came, without its body.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Incoming<'a> {
    /// The method.
    pub(crate) method: &'a str,
    /// The path, percent-encoded.
    pub(crate) path: &'a str,
    /// The query without `?`, percent-encoded.
    pub(crate) query: &'a str,
    /// The header fields.
    pub(crate) headers: &'a HeaderMap,
}

/// The most a request may be, in bytes (`security.md` §4).
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Path and query; 8 KiB.
    pub url: usize,
    /// All header fields together; 16 KiB.
    pub headers: usize,
    /// A body; 2 MiB.
    pub body: usize,
    /// The Bundle of `POST /fhir`; 8 MiB.
    pub bundle: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { url: 8 << 10, headers: 16 << 10, body: 2 << 20, bundle: 8 << 20 }
    }
}

/// How the answer should look, whatever it says; known even when the request is refused.
#[derive(Clone, Debug)]
pub(crate) struct Envelope {
    /// The route for logs; unknown paths share one.
    pub(crate) route: &'static str,
    /// `Content-Type` of the answer.
    pub(crate) media: Media,
    /// `_pretty`
    pub(crate) pretty: bool,
    /// `Accept-Language`
    pub(crate) language: Language,
    /// `Prefer`
    pub(crate) prefer: Prefer,
    /// `Idempotency-Key`, on a request that may write.
    pub(crate) idempotency: Option<Idempotency>,
    /// `_summary` and `_elements`, but of a search, which takes them itself
    pub(crate) part: Vec<(String, String)>,
    /// Every `Authorization`, for the service.
    pub(crate) authorization: Vec<String>,
}

/// What is to be done.
#[derive(Debug)]
pub(crate) enum Plan {
    /// Answer 204 with this `Allow`.
    Options(String),
    /// Take in the body, if any, and call the service.
    Call(Box<Draft>),
}

/// A call that may lack its body yet.
#[derive(Debug)]
pub(crate) struct Draft {
    act: Act,
    target: Target,
    query: Query,
    guard: Guard,
    patch: PatchFormat,
    if_none_match: Vec<String>,
    if_modified_since: Option<Micros>,
    if_none_exist: Option<String>,
    /// The most bytes the body may have; `None` when the call takes none.
    pub(crate) body_limit: Option<usize>,
}

/// The language of texts, for answers that are not the service's.
pub(crate) fn language(headers: &HeaderMap) -> Language {
    headers::language(headers)
}

/// Reads all but the body.
pub(crate) fn read(incoming: Incoming<'_>, limits: &Limits) -> (Envelope, Result<Plan, Refused>) {
    let query = Query::parse(incoming.query);
    let format = query.as_ref().ok().and_then(|query| query.format.as_deref());
    let media = accept::choose(format, &headers::all(incoming.headers, &ACCEPT));
    let target = route::parse(incoming.path);
    let mut envelope = Envelope {
        route: target.as_ref().map_or("/fhir/*", Target::template),
        media: media.as_ref().copied().unwrap_or_default(),
        pretty: query.as_ref().is_ok_and(|query| query.pretty),
        language: headers::language(incoming.headers),
        prefer: headers::prefer(incoming.headers),
        idempotency: None,
        part: Vec::new(),
        authorization: headers::authorization(incoming.headers),
    };
    let mut idempotency = None;
    let plan = within(incoming, limits).and_then(|()| {
        let target = target?;
        let Some(act) = route::act(&target, Verb::parse(incoming.method))? else {
            return Ok(Plan::Options(route::allow(&target)));
        };
        let mut query = query?;
        media?;
        let published = matches!(&target, Target::Instance(row, _) if row.group == Group::Conformance);
        if matches!(act, Act::Read | Act::Vread | Act::History) && !published {
            envelope.part = query.take_part();
        }
        known_parameters(act, &target, &query, envelope.prefer)?;
        let draft = draft(incoming.headers, limits, act, target, query)?;
        if draft.changes_state() {
            idempotency = idempotency::idempotency([incoming.method, incoming.path, incoming.query], incoming.headers)?;
        }
        Ok(Plan::Call(Box::new(draft)))
    });
    envelope.idempotency = idempotency;
    (envelope, plan)
}

fn within(incoming: Incoming<'_>, limits: &Limits) -> Result<(), Refused> {
    if incoming.path.len() + incoming.query.len() > limits.url {
        return Err(url_too_long(limits.url));
    }
    if headers::size(incoming.headers) > limits.headers {
        return Err(headers_too_large(limits.headers));
    }
    Ok(())
}

fn draft(headers: &HeaderMap, limits: &Limits, act: Act, target: Target, query: Query) -> Result<Draft, Refused> {
    let mut draft = Draft {
        act,
        target,
        query,
        guard: Guard::default(),
        patch: PatchFormat::Json,
        if_none_match: Vec::new(),
        if_modified_since: None,
        if_none_exist: None,
        body_limit: None,
    };
    match act {
        Act::Create | Act::Update | Act::Bundle | Act::Operation => {
            content::fhir_json(headers)?;
            draft.body_limit = Some(if act == Act::Bundle { limits.bundle } else { limits.body });
        }
        Act::SearchByPost => {
            content::form(headers)?;
            draft.body_limit = Some(limits.body);
        }
        Act::Patch => {
            draft.patch = content::patch(headers)?;
            draft.body_limit = Some(limits.body);
        }
        Act::Capabilities
        | Act::Read
        | Act::Vread
        | Act::Delete
        | Act::History
        | Act::SearchByGet
        | Act::OperationByGet => {}
    }
    match act {
        Act::Capabilities => draft.if_none_match = conditions::if_none_match(headers)?,
        Act::Read => {
            draft.if_none_match = conditions::if_none_match(headers)?;
            draft.if_modified_since = conditions::if_modified_since(headers);
        }
        Act::Create => draft.if_none_exist = conditions::if_none_exist(headers)?,
        Act::Update | Act::Patch | Act::Delete | Act::Operation => {
            if draft.changes_state() {
                conditions::refuse_unsupported(headers, act == Act::Update)?;
            }
            let if_none_match = act == Act::Update && conditions::new_only(headers)?;
            draft.guard = Guard { if_match: conditions::if_match(headers)?, if_none_match };
        }
        Act::Vread | Act::History | Act::SearchByGet | Act::SearchByPost | Act::Bundle | Act::OperationByGet => {}
    }
    Ok(draft)
}

/// Searches and histories judge their own parameters; the others have none, and one that is ignored in silence misleads.
fn known_parameters(act: Act, target: &Target, query: &Query, prefer: Prefer) -> Result<(), Refused> {
    let condition = matches!((act, target), (Act::Update | Act::Patch | Act::Delete, Target::Type(_)));
    // The resource is the body, and what else is asked stands in the URL.
    let validate = matches!(target, Target::Operation(operation, _) if operation.kind == OperationKind::Validate);
    let own = condition
        || validate
        || matches!(act, Act::SearchByGet | Act::SearchByPost | Act::History | Act::OperationByGet);
    let unknown = |(name, _): &(String, String)| !(act == Act::Capabilities && name == "mode");
    if own || prefer.lenient || !query.params.iter().any(unknown) {
        return Ok(());
    }
    Err(malformed(
        "http.url",
        "unknown-parameter",
        "Adressen har en parameter som ikke brukes her. Tillatt: _format, _pretty. Se også Prefer: handling=lenient.",
        "The URL has a parameter that is not used here. Allowed: _format, _pretty. See also Prefer: handling=lenient.",
    ))
}

impl Draft {
    fn changes_state(&self) -> bool {
        match &self.target {
            Target::Operation(operation, _) => operation.affects_state,
            _ => self.act.writes(),
        }
    }

    /// The call, with the body. A form may ask for `_format` and `_pretty` too, so the envelope is finished here.
    ///
    /// # Errors
    /// 400 for a broken form, 406 for its `_format`.
    pub(crate) fn call(self, body: Vec<u8>, envelope: &mut Envelope) -> Result<Call, Refused> {
        let Self { act, target, query, guard, patch, if_none_match, if_modified_since, if_none_exist, .. } = self;
        Ok(match (act, target) {
            (Act::Capabilities, _) => Call::Capabilities { if_none_match },
            (Act::Bundle, _) => Call::Bundle { body },
            (Act::Read, Target::Instance(row, key)) if row.group == Group::Conformance => {
                Call::Definition { key, if_none_match }
            }
            (Act::Read, Target::Instance(_, key)) => Call::Read { key, if_none_match, if_modified_since },
            (Act::Update, target) => Call::Update { place: place(target, query)?, body, guard },
            (Act::Patch, target) => Call::Patch { place: place(target, query)?, body, format: patch, guard },
            (Act::Delete, target) => Call::Delete { place: place(target, query)?, guard },
            (Act::Vread, Target::Version(_, key, version)) => Call::Vread { key, version },
            (Act::History, target) => Call::History { of: past(target)?, params: query.params },
            (Act::Create, Target::Type(row)) => Call::Create { rtype: row.rtype, body, if_none_exist },
            (Act::SearchByGet, target) => search(&target, query.params, false)?,
            (Act::SearchByPost, target) => {
                // In the form it may; what the URL brings beside it is as open as any URL.
                national::none_among(&query.params)?;
                let query = query.merge_form(&body)?;
                if let Some(format) = &query.format {
                    envelope.media = accept::choose(Some(format), &[])?;
                }
                envelope.pretty = query.pretty;
                search(&target, query.params, true)?
            }
            (Act::OperationByGet | Act::Operation, Target::Operation(operation, key)) if operation.is_open() => {
                national::none_among(&query.params)?;
                Call::Terminology { operation, key, params: query.params, body }
            }
            (Act::Operation, Target::Operation(operation, key)) => {
                Call::Operation { operation, key, params: query.params, body, guard }
            }
            _ => return Err(no_such_address()),
        })
    }
}

/// A search of what is stored, or of the definitions.
fn searching(row: &Served, params: Vec<(String, String)>, by_post: bool) -> Call {
    match row.group {
        Group::Conformance => Call::Definitions { rtype: row.rtype, params },
        _ => Call::Search { rtype: row.rtype, params, by_post },
    }
}

/// What a write is about: the resource at the address, or the one that the query finds.
fn place(target: Target, query: Query) -> Result<Place, Refused> {
    match target {
        Target::Instance(_, key) => Ok(Place::Id(key)),
        Target::Type(_) if query.params.is_empty() => Err(malformed(
            "http.url",
            "condition-missing",
            "Adressen mangler id eller søk. Bruk [type]/[id], eller [type]?identifier=system|verdi.",
            "The URL has neither id nor search. Use [type]/[id], or [type]?identifier=system|value.",
        )),
        Target::Type(row) => Ok(Place::Found { rtype: row.rtype, params: query.params, in_url: true }),
        _ => Err(no_such_address()),
    }
}

fn past(target: Target) -> Result<Past, Refused> {
    match target {
        Target::History(_, key) => Ok(Past::Instance(key)),
        Target::TypeHistory(row) => Ok(Past::Type(row.rtype)),
        Target::SystemHistory => Ok(Past::System),
        _ => Err(no_such_address()),
    }
}

/// The table of `route` pairs every act with its target; this is for the compiler.
fn no_such_address() -> Refused {
    not_supported("unknown-path", "Adressen finnes ikke.", "There is no such address.")
}

/// The search of an address: of a type, of the whole system, of a patient's compartment.
fn search(target: &Target, params: Vec<(String, String)>, by_post: bool) -> Result<Call, Refused> {
    match target {
        Target::Type(row) | Target::Search(row) => Ok(searching(row, params, by_post)),
        Target::Base | Target::SystemSearch => Ok(Call::SearchWide { within: None, rtype: None, params, by_post }),
        Target::Compartment(key, of) => {
            Ok(Call::SearchWide { within: Some(key.clone()), rtype: of.map(|row| row.rtype), params, by_post })
        }
        _ => Err(no_such_address()),
    }
}

#[cfg(test)]
mod tests;
