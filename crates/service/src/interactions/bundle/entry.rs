//! The entries of a batch or transaction, read and checked before anything runs
//! <https://hl7.org/fhir/R4/bundle.html#Bundle.entry.request>.

use crate::Call;
use crate::admit::{self, Kind};
use crate::context::Context;
use crate::fault::Fault;
use crate::interactions::create::pairs;
use serde_json::Value;
use varde_auth::policy::Act;
use varde_fhir::identifier::may_stand_in;
use varde_fhir::reference::relative;
use varde_fhir::registry::{Interaction, served};
use varde_fhir::{Id, Issue, IssueCode, ResourceKey, ResourceType};

/// The most entries of one Bundle (security.md §4).
pub(crate) const MAX_ENTRIES: usize = 500;

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
    /// PUT Type/id.
    Update { key: ResourceKey, if_match: Option<String> },
    /// DELETE Type/id.
    Delete { key: ResourceKey, if_match: Option<String> },
    /// GET: a read, vread, history or search.
    Read(Call),
}

impl Entry {
    /// The order of a transaction <https://hl7.org/fhir/R4/http.html#trules>.
    pub(crate) fn weight(&self) -> u8 {
        match self.target {
            Target::Delete { .. } => 0,
            Target::Create { .. } => 1,
            Target::Update { .. } => 2,
            Target::Read(_) => 3,
        }
    }

    pub(crate) fn is_read(&self) -> bool {
        matches!(self.target, Target::Read(_))
    }

    /// The call of a GET entry.
    pub(crate) fn call(&self) -> Call {
        match &self.target {
            Target::Read(call) => call.clone(),
            _ => Call::Capabilities,
        }
    }

    /// The kind of act, for the policy.
    pub(crate) fn act(&self) -> Act {
        match &self.target {
            Target::Create { rtype, .. } => Act::Interaction(Interaction::Create, *rtype),
            Target::Update { key, .. } => Act::Interaction(Interaction::Update, key.rtype),
            Target::Delete { key, .. } => Act::Interaction(Interaction::Delete, key.rtype),
            Target::Read(call) => call.act(),
        }
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
    let if_match = text("ifMatch").as_deref().map(version_of);
    let target = match method.as_str() {
        "POST" => Target::Create { rtype: type_of(relative, Interaction::Create)?, if_none_exist: text("ifNoneExist") },
        "PUT" => Target::Update { key: key_of(relative, Interaction::Update)?, if_match },
        "DELETE" => Target::Delete { key: key_of(relative, Interaction::Delete)?, if_match },
        "GET" => Target::Read(get(relative, text("ifNoneMatch").as_deref())?),
        _ => return Err(bad_url("request.method")),
    };
    if request.get("ifNoneMatch").is_some() && !matches!(target, Target::Read(_)) {
        return Err(unsupported_precondition());
    }
    let resource = resource(context, kind, given, &target)?;
    Ok(Entry { index, full_url: entry.get("fullUrl").and_then(Value::as_str).map(str::to_owned), resource, target })
}

fn resource(context: &Context, kind: Kind, given: Option<Value>, target: &Target) -> Result<Option<Value>, Fault> {
    match target {
        Target::Create { rtype, .. } => {
            let resource = given.ok_or_else(|| missing("resource"))?;
            admit::entry(context, kind, *rtype, &resource)?;
            Ok(Some(resource))
        }
        Target::Update { key, .. } => {
            let resource = given.ok_or_else(|| missing("resource"))?;
            admit::entry(context, kind, key.rtype, &resource)?;
            admit::same_id(&resource, key.id.as_str())?;
            Ok(Some(resource))
        }
        Target::Delete { .. } | Target::Read(_) => Ok(None),
    }
}

/// `W/"3"` → `3`.
fn version_of(tag: &str) -> String {
    tag.trim().trim_start_matches("W/").trim_matches('"').to_owned()
}

fn get(url: &str, if_none_match: Option<&str>) -> Result<Call, Fault> {
    let (path, query) = url.split_once('?').map_or((url, None), |(path, query)| (path, Some(query)));
    let params = query.map(pairs).transpose()?.unwrap_or_default();
    let parts: Vec<&str> = path.split('/').collect();
    match parts.as_slice() {
        [_] => Ok(Call::Search { rtype: type_of(path, Interaction::SearchType)?, params, by_post: false }),
        [_, _] => {
            let key = key_of(path, Interaction::Read)?;
            let if_none_match = if_none_match.iter().flat_map(|tags| tags.split(',')).map(version_of).collect();
            Ok(Call::Read { key, if_none_match, if_modified_since: None })
        }
        [rtype, id, "_history"] => {
            Ok(Call::History { key: key_of(&format!("{rtype}/{id}"), Interaction::HistoryInstance)?, params })
        }
        [rtype, id, "_history", version] => Ok(Call::Vread {
            key: key_of(&format!("{rtype}/{id}"), Interaction::Vread)?,
            version: (*version).to_owned(),
        }),
        _ => Err(bad_url("request.url")),
    }
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
            "request.ifNoneMatch støttes ikke ved skriving. Bruk ifMatch, eller ifNoneExist på en POST.",
            "request.ifNoneMatch is not supported on writes. Use ifMatch, or ifNoneExist on a POST.",
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
                "{element} er ikke noe en oppføring kan be om her: POST Type, PUT Type/id, DELETE Type/id eller GET."
            ),
            format!("{element} is nothing an entry can ask here: POST Type, PUT Type/id, DELETE Type/id or GET."),
        )
        .at(element),
    )
}
