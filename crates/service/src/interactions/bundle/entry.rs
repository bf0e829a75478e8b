//! The entries of a batch or transaction, read and checked before anything runs
//! <https://hl7.org/fhir/R4/bundle.html#Bundle.entry.request>.

use crate::admit::{self, Kind};
use crate::context::Context;
use crate::fault::Fault;
use crate::interactions::condition::pairs;
use crate::{Call, Guard, Past, Place};
use serde_json::Value;
use varde_auth::policy::Act;
use varde_fhir::identifier::may_stand_in;
use varde_fhir::index::interval;
use varde_fhir::reference::relative;
use varde_fhir::registry::{self, Interaction, Operation, OperationKind, patient_compartment, served};
use varde_fhir::{Id, Issue, IssueCode, Patch, ResourceKey, ResourceType};

/// The most entries of one Bundle (security.md §4).
pub(crate) const MAX_ENTRIES: usize = 500;

/// The most values that the searches of one Bundle ask for together: where it writes, everybody else who writes waits meanwhile.
pub(crate) const MAX_VALUES: usize = 10_000;

/// One entry.
#[derive(Debug)]
pub(crate) struct Entry {
    /// Its place in `Bundle.entry`.
    pub(crate) index: usize,
    /// `fullUrl`: what other entries refer to it by.
    pub(crate) full_url: Option<String>,
    /// The resource, checked for structure.
    pub(crate) resource: Option<Value>,
    /// What it asks.
    pub(crate) target: Target,
}

/// What an entry asks.
#[derive(Debug)]
pub(crate) enum Target {
    /// POST Type.
    Create { rtype: ResourceType, if_none_exist: Option<String> },
    /// PUT Type/id, PUT Type?search.
    Update { place: Place, guard: Guard },
    /// PATCH Type/id, PATCH Type?search.
    Patch { place: Place, patch: Patch, guard: Guard },
    /// DELETE Type/id, DELETE Type?search.
    Delete { place: Place, guard: Guard },
    /// POST Type/$name, POST Type/id/$name.
    Operation { operation: &'static Operation, key: Option<ResourceKey>, guard: Guard },
    /// GET: a read, vread, history or search.
    Read(Call),
    /// HEAD: the same without the body.
    Head(Call),
}

impl Entry {
    /// The order of a transaction <https://hl7.org/fhir/R4/http.html#trules>; operations act on what the others wrote.
    pub(crate) fn weight(&self) -> u8 {
        match self.target {
            Target::Delete { .. } => 0,
            Target::Create { .. } => 1,
            Target::Update { .. } | Target::Patch { .. } => 2,
            Target::Operation { .. } => 3,
            Target::Read(_) | Target::Head(_) => 4,
        }
    }

    /// How many values its searches ask for, before they are read: those of its URL and its conditions.
    pub(crate) fn values(&self) -> usize {
        let of = |params: &[(String, String)]| params.iter().map(|(name, value)| asks(name, value)).sum();
        match &self.target {
            Target::Create { if_none_exist, .. } => {
                if_none_exist.as_deref().map_or(0, |condition| condition.split([',', '&']).count())
            }
            Target::Update { place: Place::Found { params, .. }, .. }
            | Target::Patch { place: Place::Found { params, .. }, .. }
            | Target::Delete { place: Place::Found { params, .. }, .. }
            | Target::Read(Call::Search { params, .. } | Call::SearchWide { params, .. })
            | Target::Head(Call::Search { params, .. } | Call::SearchWide { params, .. }) => of(params),
            _ => 0,
        }
    }

    /// The kind of act, for the policy.
    pub(crate) fn act(&self) -> Act {
        match &self.target {
            Target::Create { rtype, .. } => Act::Interaction(Interaction::Create, *rtype),
            Target::Update { place, .. } => Act::Interaction(Interaction::Update, place.rtype()),
            Target::Patch { place, .. } => Act::Interaction(Interaction::Patch, place.rtype()),
            Target::Delete { place, .. } => Act::Interaction(Interaction::Delete, place.rtype()),
            Target::Operation { operation, .. } => Act::Operation(operation),
            Target::Read(call) | Target::Head(call) => call.act(),
        }
    }
}

/// How many values a parameter asks for, at a guess: a value set stands for its codes, and `:above` for beginnings.
fn asks(name: &str, value: &str) -> usize {
    let values = value.matches(',').count() + 1;
    match name.rsplit(':').next() {
        Some("in" | "not-in") => 100 * values,
        Some("above") => values + 2 * value.matches('/').count(),
        _ => values,
    }
}

/// Says in which entry a fault arose.
pub(crate) fn at<T>(index: usize, result: Result<T, Fault>) -> Result<T, Fault> {
    result.map_err(|fault| match fault {
        Fault::Store(_) | Fault::Entry(..) => fault,
        fault => Fault::Entry(index, Box::new(fault)),
    })
}

/// Reads one entry of a Bundle of this kind; the fault has the entry's index.
pub(crate) fn read(context: &Context, kind: Kind, index: usize, entry: Value) -> Result<Entry, Fault> {
    at(index, read_entry(context, kind, index, entry))
}

fn read_entry(context: &Context, kind: Kind, index: usize, mut entry: Value) -> Result<Entry, Fault> {
    let given = entry.get_mut("resource").map(Value::take);
    let request = entry.get("request").ok_or_else(|| missing("request"))?;
    let text = |name: &str| request.get(name).and_then(Value::as_str).map(str::to_owned);
    let method = text("method").ok_or_else(|| missing("request.method"))?;
    let url = text("url").ok_or_else(|| missing("request.url"))?;
    let relative = relative(&url, &context.base);
    // FHIR's own examples write `/Patient` too.
    let relative = relative.strip_prefix('/').unwrap_or(relative);
    let full_url = entry.get("fullUrl").and_then(Value::as_str).map(str::to_owned);
    same_address(full_url.as_deref(), given.as_ref())?;
    let guard = guard(&text, &method)?;
    let (resource, target) = match method.as_str() {
        "POST" if relative.contains('$') => operation(context, kind, relative, given, guard)?,
        "POST" => {
            let rtype = type_of(relative, Interaction::Create)?;
            let resource = checked(context, kind, rtype, given)?;
            (Some(resource), Target::Create { rtype, if_none_exist: text("ifNoneExist") })
        }
        "PUT" => {
            let place = place_of(relative, Interaction::Update)?;
            let resource = checked(context, kind, place.rtype(), given)?;
            if let Place::Id(key) = &place {
                admit::same_id(&resource, key.id.as_str())?;
            }
            (Some(resource), Target::Update { place, guard })
        }
        "PATCH" => {
            let place = place_of(relative, Interaction::Patch)?;
            let patch = admit::entry_patch(context, kind, &given.ok_or_else(|| missing("resource"))?)?;
            (None, Target::Patch { place, patch, guard })
        }
        "DELETE" => (None, Target::Delete { place: place_of(relative, Interaction::Delete)?, guard }),
        "GET" => (None, Target::Read(get(relative, &text)?)),
        "HEAD" => (None, Target::Head(get(relative, &text)?)),
        _ => return Err(bad_url("request.method")),
    };
    Ok(Entry { index, full_url, resource, target })
}

/// A `fullUrl` that is an address names the resource behind it: one that ends in another id than the resource's would lead the
/// references of the other entries astray <https://hl7.org/fhir/R4/bundle.html#Bundle.entry.fullUrl>.
fn same_address(full_url: Option<&str>, resource: Option<&Value>) -> Result<(), Fault> {
    let id = resource.and_then(|resource| resource.get("id")).and_then(Value::as_str);
    let address = full_url.filter(|url| url.starts_with("http://") || url.starts_with("https://"));
    let last = address.and_then(|address| address.rsplit('/').next());
    if last.zip(id).is_none_or(|(last, id)| last == id) {
        return Ok(());
    }
    Err(Fault::invalid(
        Issue::error(
            IssueCode::Invalid,
            "full-url-mismatch",
            "fullUrl er en adresse med en annen id enn ressursens. Bruk den samme id-en, eller urn:uuid.",
            "fullUrl is an address with another id than the resource's. Use the same id, or urn:uuid.",
        )
        .at("fullUrl"),
    ))
}

/// What must hold for the write that an entry asks for.
fn guard(text: &impl Fn(&str) -> Option<String>, method: &str) -> Result<Guard, Fault> {
    let if_none_match = text("ifNoneMatch").filter(|_| !matches!(method, "GET" | "HEAD"));
    // To ignore what cannot be honoured would overwrite what the caller meant to spare.
    if if_none_match.as_deref().is_some_and(|tags| tags != "*" || method != "PUT") {
        return Err(unsupported_precondition());
    }
    let if_match = text("ifMatch").map(|tags| tags.split(',').map(version_of).collect());
    Ok(Guard { if_match, if_none_match: if_none_match.is_some() })
}

fn checked(context: &Context, kind: Kind, rtype: ResourceType, given: Option<Value>) -> Result<Value, Fault> {
    let resource = given.ok_or_else(|| missing("resource"))?;
    admit::entry(context, kind, rtype, &resource)?;
    Ok(resource)
}

/// `Type/$name`, `Type/id/$name`. `$validate` stores nothing and belongs to no transaction; terminology is asked for without a token.
fn operation(
    context: &Context,
    kind: Kind,
    url: &str,
    given: Option<Value>,
    guard: Guard,
) -> Result<(Option<Value>, Target), Fault> {
    let bad = || bad_url("request.url");
    let (place, name) = url.rsplit_once("/$").ok_or_else(bad)?;
    let key = place.contains('/').then(|| key_of(place, Interaction::Read)).transpose()?;
    let rtype = key.as_ref().map_or_else(|| place.parse().map_err(|_| bad()), |key| Ok(key.rtype))?;
    let operation = registry::operation(rtype, name, key.is_some()).ok_or_else(bad)?;
    let resource = match operation.kind {
        OperationKind::Validate if kind == Kind::Batch => given,
        OperationKind::Job => Some(checked(context, kind, ResourceType::Parameters, given)?),
        _ => return Err(bad()),
    };
    Ok((resource, Target::Operation { operation, key, guard }))
}

/// `Type/id`, or `Type?search`: it stands in a body, where a national number may stand.
fn place_of(url: &str, interaction: Interaction) -> Result<Place, Fault> {
    match url.split_once('?') {
        None => key_of(url, interaction).map(Place::Id),
        Some((rtype, search)) => {
            Ok(Place::Found { rtype: type_of(rtype, interaction)?, params: pairs(search)?, in_url: false })
        }
    }
}

/// `W/"3"` → `3`.
fn version_of(tag: &str) -> String {
    tag.trim().trim_start_matches("W/").trim_matches('"').to_owned()
}

fn get(url: &str, text: &impl Fn(&str) -> Option<String>) -> Result<Call, Fault> {
    let (path, query) = url.split_once('?').map_or((url, None), |(path, query)| (path, Some(query)));
    let params = query.map(pairs).transpose()?.unwrap_or_default();
    let parts: Vec<&str> = path.split('/').collect();
    match parts.as_slice() {
        [""] if query.is_some() => Ok(Call::SearchWide { within: None, rtype: None, params, by_post: false }),
        ["_history"] => Ok(Call::History { of: Past::System, params }),
        [rtype, "_history"] => Ok(Call::History { of: Past::Type(type_of(rtype, Interaction::HistoryType)?), params }),
        [_] => Ok(Call::Search { rtype: type_of(path, Interaction::SearchType)?, params, by_post: false }),
        [_, _] => {
            let key = key_of(path, Interaction::Read)?;
            nothing_asked(&params)?;
            let if_none_match = text("ifNoneMatch").iter().flat_map(|tags| tags.split(',')).map(version_of).collect();
            // An instant here, and to the second as the header is.
            let if_modified_since = text("ifModifiedSince").and_then(|since| interval(&since)).map(|(low, _)| low);
            Ok(Call::Read { key, if_none_match, if_modified_since })
        }
        [rtype, id, "_history"] => {
            let key = key_of(&format!("{rtype}/{id}"), Interaction::HistoryInstance)?;
            Ok(Call::History { of: Past::Instance(key), params })
        }
        [rtype, id, of] => Ok(Call::SearchWide {
            within: Some(patient(&format!("{rtype}/{id}"))?),
            rtype: Some(*of).filter(|of| *of != "*").map(belonging).transpose()?,
            params,
            by_post: false,
        }),
        [rtype, id, "_history", version] => {
            let key = key_of(&format!("{rtype}/{id}"), Interaction::Vread)?;
            nothing_asked(&params)?;
            Ok(Call::Vread { key, version: (*version).to_owned() })
        }
        _ => Err(bad_url("request.url")),
    }
}

/// The Patient of a compartment: there is no other.
fn patient(url: &str) -> Result<ResourceKey, Fault> {
    let key = key_of(url, Interaction::Read)?;
    if key.rtype == ResourceType::Patient { Ok(key) } else { Err(bad_url("request.url")) }
}

/// A type of which something can belong to a Patient.
fn belonging(name: &str) -> Result<ResourceType, Fault> {
    let rtype = type_of(name, Interaction::SearchType)?;
    if patient_compartment(rtype).is_empty() { Err(bad_url("request.url")) } else { Ok(rtype) }
}

/// A read takes no parameters here, and none is ignored in silence.
fn nothing_asked(params: &[(String, String)]) -> Result<(), Fault> {
    if params.is_empty() { Ok(()) } else { Err(bad_url("request.url")) }
}

fn type_of(url: &str, interaction: Interaction) -> Result<ResourceType, Fault> {
    let rtype: ResourceType = url.parse().map_err(|_| bad_url("request.url"))?;
    if served(rtype).is_some_and(|row| row.allows(interaction)) { Ok(rtype) } else { Err(bad_url("request.url")) }
}

fn key_of(url: &str, interaction: Interaction) -> Result<ResourceKey, Fault> {
    let (rtype, id) = url.split_once('/').ok_or_else(|| bad_url("request.url"))?;
    let id = Id::parse(id).ok_or_else(|| bad_url("request.url"))?;
    if may_stand_in(id.as_str()) {
        return Err(national_number());
    }
    Ok(ResourceKey::new(type_of(rtype, interaction)?, id))
}

fn missing(element: &str) -> Fault {
    Fault::invalid(
        Issue::error(
            IssueCode::Required,
            "required-element",
            format!("Oppføringen mangler {element}."),
            format!("The entry has no {element}."),
        )
        .at(element),
    )
}

/// As on the write itself: to ignore it would overwrite what the caller meant to spare.
fn unsupported_precondition() -> Fault {
    Fault::invalid(
        Issue::error(
            IssueCode::NotSupported,
            "unsupported-precondition",
            "Ved skriving kan request.ifNoneMatch bare være * på en PUT. Bruk ifMatch, eller ifNoneExist på en POST.",
            "On a write request.ifNoneMatch can only be * of a PUT. Use ifMatch, or ifNoneExist on a POST.",
        )
        .at("request.ifNoneMatch"),
    )
}

/// As in the URL of a request of its own.
fn national_number() -> Fault {
    Fault::invalid(
        Issue::error(
            IssueCode::Invalid,
            "national-number-in-url",
            "Et fødselsnummer skal aldri stå i en adresse. Bruk en annen id, og søk med POST [type]/_search.",
            "A national identity number never stands in a URL. Use another id, and search by POST [type]/_search.",
        )
        .at("request.url"),
    )
}

fn bad_url(element: &str) -> Fault {
    Fault::invalid(
        Issue::error(
            IssueCode::NotSupported,
            "unsupported-entry",
            format!(
                "{element} er ikke noe en oppføring kan be om her: POST Type eller en operasjon, PUT, PATCH eller DELETE Type/id eller Type?søk, GET, HEAD."
            ),
            format!(
                "{element} is nothing an entry can ask here: POST Type or an operation, PUT, PATCH or DELETE Type/id or Type?search, GET, HEAD."
            ),
        )
        .at(element),
    )
}
