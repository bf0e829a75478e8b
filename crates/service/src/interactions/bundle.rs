//! transaction <https://hl7.org/fhir/R4/http.html#transaction>: all or nothing, in the order DELETE, POST, PUT, GET, judged
//! once on the state it leaves. (A batch is one request per entry and lives in [`crate::run`].)

pub(crate) mod entry;
mod plan;
mod references;

use crate::fault::Fault;
use crate::interactions::{delete, patch, retrieve, update};
use crate::pages::{self, Pages};
use crate::session::{Method, Session};
use crate::{Reply, answer, commit};
use entry::{Entry, Target};
use plan::Planned;
use std::collections::BTreeMap;
use varde_fhir::ResourceKey;

/// Runs a transaction whose entries were read by [`entry::read`] and are allowed.
pub(crate) fn transaction(session: &mut Session<'_, '_>, mut entries: Vec<Entry>) -> Result<Reply, Fault> {
    let plan = plan::plan(session, &entries)?;
    references::rewrite(session, &mut entries, &plan)?;

    let mut order: Vec<usize> = (0..entries.len()).collect();
    order.sort_by_key(|position| entries.get(*position).map(Entry::weight));
    let mut staged: BTreeMap<usize, u16> = BTreeMap::new();
    for position in order {
        let Some(entry) = entries.get_mut(position).filter(|entry| entry.call().is_none()) else { continue };
        staged.insert(position, entry::at(entry.index, stage(session, entry, plan.get(&position)))?);
    }
    let committed = commit::commit(session);
    locate(committed, &entries, &plan)?;

    let mut size = 0;
    let mut replies: BTreeMap<usize, Reply> = BTreeMap::new();
    for (position, entry) in entries.iter().enumerate() {
        let reply = if let Some(call) = entry.call() {
            pages::room(size).and_then(|()| retrieve::retrieve(session, call))
        } else {
            let status = staged.get(&position).copied().unwrap_or_default();
            written(session, status, plan.get(&position).and_then(Planned::key))
        };
        size += reply.as_ref().map_or(0, |reply| reply.body.as_ref().map_or(0, Vec::len));
        replies.insert(position, entry::at(entry.index, reply)?);
    }
    Ok(response(session, &replies))
}

/// Stages one entry and tells the status it will have.
fn stage(session: &mut Session<'_, '_>, entry: &mut Entry, planned: Option<&Planned>) -> Result<u16, Fault> {
    let resource = entry.resource.take().unwrap_or_default();
    let Some(Planned::Key(key)) = planned else {
        return Ok(if matches!(entry.target, Target::Delete { .. }) { 204 } else { 200 });
    };
    match &entry.target {
        Target::Create { .. } => {
            session.create_as(key.clone(), resource, Method::Post)?;
            Ok(201)
        }
        Target::Update { guard, .. } => Ok(update::stage(session, key, resource, guard)?.0),
        Target::Patch { patch, guard, .. } => patch::stage(session, key, patch, guard).map(|_| 200),
        Target::Delete { guard, .. } => delete::stage(session, key, guard).map(|_| 204),
        Target::Read(_) => Ok(200),
    }
}

/// What became of a write, read back after the commit: the law may have had consequences.
fn written(session: &mut Session<'_, '_>, status: u16, key: Option<&ResourceKey>) -> Result<Reply, Fault> {
    let Some(key) = key else { return Ok(answer::deleted(session.context, None)) };
    let stored = session.visible(key)?.ok_or_else(|| Fault::NotFound(key.clone()))?;
    session.show(&stored);
    if status == 204 {
        return Ok(answer::deleted(session.context, Some((key, stored.version))));
    }
    let mut reply = answer::written(session.context, status, &stored);
    reply.location = Some(format!("{}/_history/{}", stored.key, stored.version));
    Ok(reply)
}

/// The `transaction-response`, entries in the order they came.
fn response(session: &Session<'_, '_>, replies: &BTreeMap<usize, Reply>) -> Reply {
    let mut bundle = Pages::open("transaction-response", &[], None);
    for reply in replies.values() {
        pages::push_reply(&mut bundle, &session.context.base, reply);
    }
    Reply {
        status: 200,
        body: Some(bundle.close()),
        returned: Some(session.context.prefer.return_),
        ..Reply::default()
    }
}

/// The law speaks of resources; the caller knows entries.
fn locate(committed: Result<(), Fault>, entries: &[Entry], plan: &BTreeMap<usize, Planned>) -> Result<(), Fault> {
    let entry_of = |key: &ResourceKey| {
        let position = plan.iter().find(|(_, planned)| planned.key() == Some(key));
        position.and_then(|(position, _)| entries.get(*position)).map(|entry| entry.index)
    };
    let mut violations = match committed {
        Err(Fault::Law(violations)) => violations,
        Err(Fault::Resource(key, fault)) => {
            return Err(match entry_of(&key) {
                Some(index) => Fault::Entry(index, fault),
                None => *fault,
            });
        }
        other => return other,
    };
    for violation in &mut violations {
        if let Some(index) = violation.resource.as_ref().and_then(entry_of) {
            let rest = violation.expression.split_once('.').map(|(_, rest)| format!(".{rest}")).unwrap_or_default();
            violation.expression = format!("Bundle.entry[{index}].resource{rest}");
        }
    }
    Err(Fault::Law(violations))
}
