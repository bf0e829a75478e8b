//! What the server says of itself: `/metadata`, its definitions, and the questions their terminology answers. For anybody, without
//! a token and without the database <https://hl7.org/fhir/R4/conformance-module.html>.

mod asked;
mod expand;
mod lookup;
mod messages;
mod missing;
mod validate_code;
mod words;

use crate::fault::Fault;
use crate::pages::Pages;
use crate::{Call, Reply, answer, url};
use asked::Asked;
use missing::not_published;
use serde_json::json;
use varde_fhir::conformance::{Catalogue, Definition, Found, MoreCodes, search};
use varde_fhir::outcome::{MESSAGE_SYSTEM, RULE_SYSTEM, operation_outcome};
use varde_fhir::profile::Words;
use varde_fhir::registry::Operation;
use varde_fhir::{Language, Micros, ResourceKey, ResourceType, json as bytes};

/// The definitions, made once.
pub(crate) struct Published {
    base: String,
    catalogue: Catalogue,
}

/// How the answer should read.
pub(crate) struct Asking<'a> {
    pub(crate) language: Language,
    pub(crate) lenient: bool,
    pub(crate) now: Micros,
    pub(crate) request_id: &'a str,
}

/// The id of this server's own CapabilityStatement.
const STATEMENT: &str = "varde";

impl Published {
    /// Writes the definitions around the CapabilityStatement of the server at `base`.
    pub(crate) fn new(base: &str, statement: serde_json::Value) -> Self {
        let rules = varde_rules::rules().iter().map(|rule| (rule.id, Words { nb: rule.nb, en: rule.en }));
        let title = Words { nb: "Regler som håndheves", en: "Rules that are enforced" };
        let rules = MoreCodes { url: RULE_SYSTEM, name: "VardeRule", title, concepts: rules.collect() };
        let title = Words { nb: "Meldinger", en: "Messages" };
        let messages = MoreCodes { url: MESSAGE_SYSTEM, name: "VardeMessage", title, concepts: messages::concepts() };
        Self { base: base.to_owned(), catalogue: Catalogue::new(statement, &[messages, rules]) }
    }

    /// Answers one of the calls that need no token.
    pub(crate) fn answer(&self, call: Call, asking: &Asking<'_>) -> Result<Reply, Fault> {
        match call {
            Call::Definition { key, if_none_match } => self.read(&key, &if_none_match),
            Call::Definitions { rtype, params } => self.search(rtype, &params, asking),
            Call::Terminology { operation, key, params, body } => {
                self.terminology(operation, key.as_ref(), params, &body, asking)
            }
            Call::Capabilities { if_none_match } => {
                let statement = self.catalogue.find(ResourceType::CapabilityStatement, STATEMENT);
                Ok(statement.map_or_else(Reply::default, |statement| shown(statement, &if_none_match)))
            }
            // The others are not open to anybody.
            _ => Ok(Reply::default()),
        }
    }

    fn read(&self, key: &ResourceKey, if_none_match: &[String]) -> Result<Reply, Fault> {
        let found = self.catalogue.find(key.rtype, key.id.as_str());
        found.map(|definition| shown(definition, if_none_match)).ok_or_else(|| not_published(key.rtype))
    }

    fn search(&self, rtype: ResourceType, params: &[(String, String)], asking: &Asking<'_>) -> Result<Reply, Fault> {
        let found = search(&self.catalogue, rtype, params, asking.lenient).map_err(Fault::Invalid)?;
        let total = i64::try_from(found.total).unwrap_or(i64::MAX);
        let mut bundle = Pages::open("searchset", &self.links(rtype, &found), Some(total));
        for definition in &found.page {
            let full_url = format!("{}/{rtype}/{}", self.base, definition.id);
            bundle.push(Some(&full_url), Some(&definition.body), &json!({ "search": { "mode": "match" } }));
        }
        if !found.ignored.is_empty() {
            let outcome = bytes::to_bytes(&operation_outcome(&found.ignored, asking.language, asking.request_id));
            bundle.push(None, Some(&outcome), &json!({ "search": { "mode": "outcome" } }));
        }
        Ok(Reply { rtype: Some(rtype), ..answer::made(200, bundle.close()) })
    }

    fn links(&self, rtype: ResourceType, found: &Found<'_>) -> Vec<(&'static str, String)> {
        let address = format!("{}/{rtype}", self.base);
        let used = || found.used.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        let mut links = vec![("self", url::joined(&address, used()))];
        if let Some(next) = found.next {
            let cursor = next.to_string();
            let onward = used().filter(|(name, _)| *name != "_cursor").chain([("_cursor", cursor.as_str())]);
            links.push(("next", url::joined(&address, onward)));
        }
        links
    }

    fn terminology(
        &self,
        operation: &'static Operation,
        key: Option<&ResourceKey>,
        params: Vec<(String, String)>,
        body: &[u8],
        asking: &Asking<'_>,
    ) -> Result<Reply, Fault> {
        let asked = Asked::read(operation, params, body, asking.language)?;
        let this = match key {
            Some(key) => {
                let found = self.catalogue.find(key.rtype, key.id.as_str());
                Some(found.ok_or_else(|| not_published(key.rtype))?)
            }
            None => None,
        };
        let made = match (operation.name, operation.rtype) {
            ("expand", _) => expand::expand(&self.catalogue, this, &asked, asking.now)?,
            ("lookup", _) => lookup::lookup(&self.catalogue, &asked)?,
            (_, ResourceType::CodeSystem) => validate_code::in_system(&self.catalogue, this, &asked)?,
            _ => validate_code::in_set(&self.catalogue, this, &asked)?,
        };
        Ok(Reply { rtype: Some(operation.rtype), ..answer::made(200, bytes::to_bytes(&made)) })
    }
}

/// A definition, or 304 when the caller has it.
fn shown(definition: &Definition, if_none_match: &[String]) -> Reply {
    let has_it = if_none_match.iter().any(|tag| tag == "*" || *tag == definition.etag);
    Reply {
        status: if has_it { 304 } else { 200 },
        body: (!has_it).then(|| definition.body.clone()),
        etag: Some(definition.etag.clone()),
        rtype: Some(definition.rtype),
        ..Reply::default()
    }
}
