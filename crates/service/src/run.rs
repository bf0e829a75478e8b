//! From a [`Call`] to the verb that does it, inside one unit of work.

use crate::fault::Fault;
use crate::interactions::{bundle, create, delete, retrieve, update};
use crate::operations;
use crate::session::Session;
use crate::{Call, Reply, admit};
use serde_json::Value;
use varde_fhir::{Issue, IssueCode};

/// Runs a call that the policy allows. Capabilities and batches never come here: they need no unit of work of their own.
pub(crate) fn within(session: &mut Session<'_, '_>, call: Call) -> Result<Reply, Fault> {
    match call {
        Call::Read { .. } | Call::Vread { .. } | Call::History { .. } | Call::Search { .. } => {
            retrieve::retrieve(session, &call)
        }
        Call::Create { rtype, body, if_none_exist } => create::create(session, rtype, &body, if_none_exist.as_deref()),
        Call::Update { key, body, if_match } => update::update(session, &key, &body, if_match.as_deref()),
        Call::Delete { key, if_match } => delete::delete(session, &key, if_match.as_deref()),
        Call::Bundle { body } => transaction(session, &body),
        Call::Operation { operation, key, body, if_match } => {
            operations::run(session, operation, key.as_ref(), &body, if_match.as_deref())
        }
        Call::Refused(refusal) => Err(Fault::Refused(Box::new(refusal))),
        Call::Capabilities => retrieve::retrieve(session, &call),
    }
}

fn transaction(session: &mut Session<'_, '_>, body: &[u8]) -> Result<Reply, Fault> {
    let bundle = admit::bundle(session.context, body)?;
    let entries = bundle_entries(&bundle)?;
    let entries = entries.iter().enumerate().map(|(index, entry)| bundle::entry::read(session.context, index, entry));
    let entries = entries.collect::<Result<Vec<_>, _>>()?;
    bundle::transaction(session, entries)
}

/// The entries of a Bundle, within the bound.
pub(crate) fn bundle_entries(bundle: &Value) -> Result<&[Value], Fault> {
    let entries = bundle.get("entry").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    if entries.len() <= bundle::entry::MAX_ENTRIES {
        return Ok(entries);
    }
    Err(Fault::invalid(
        Issue::error(
            IssueCode::TooLong,
            "too-many-entries",
            format!("Bundle har flere enn {} oppføringer. Del den opp.", bundle::entry::MAX_ENTRIES),
            format!("The Bundle has more than {} entries. Split it.", bundle::entry::MAX_ENTRIES),
        )
        .at("Bundle.entry"),
    ))
}
