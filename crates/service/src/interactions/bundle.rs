//! transaction <https://hl7.org/fhir/R4/http.html#transaction>: all or nothing, in the order DELETE, POST, PUT, judged once on the
//! state they leave; then operations (docs/decisions/0050), then GET. (A batch is one request per entry and lives in [`crate::run`].)

pub(crate) mod entry;
mod plan;
mod references;

use crate::audit::Trace;
use crate::fault::Fault;
use crate::interactions::{delete, patch, retrieve, update};
use crate::operations::Input;
use crate::pages::{self, Pages};
use crate::session::{Method, Session};
use crate::{Guard, Reply, answer, commit, operations};
use entry::{Entry, Target};
use plan::Planned;
use std::collections::BTreeMap;
use varde_fhir::ResourceKey;
use varde_fhir::registry::Operation;

/// Runs a transaction whose entries were read by [`entry::read`] and are allowed: what is written is judged together; then the
/// operations, each judged as it is alone, on what was written; then what only reads. A fault anywhere undoes all.
pub(crate) fn transaction(session: &mut Session<'_, '_>, mut entries: Vec<Entry>) -> Result<Reply, Fault> {
    let plan = plan::plan(session, &entries)?;
    references::rewrite(session, &mut entries, &plan)?;
    let staged = staged(session, &mut entries, &plan)?;
    locate(commit::commit(session), &entries, &plan)?;

    let mut replies: BTreeMap<usize, Reply> = BTreeMap::new();
    for (position, status) in staged {
        let Some(entry) = entries.get(position) else { continue };
        let reply = written(session, status, plan.get(&position).and_then(Planned::key));
        replies.insert(position, entry::at(entry.index, reply)?);
    }
    if entries.iter().any(|entry| matches!(entry.target, Target::Operation { .. })) {
        session.written();
    }
    let mut size: usize = replies.values().map(bytes).sum();
    for (position, entry) in in_order(&mut entries) {
        let reply = match &entry.target {
            Target::Operation { operation, key, guard } => {
                let input = Input::of(entry.resource.take().unwrap_or_default());
                pages::room(size).and_then(|()| operated(session, operation, key.as_ref(), &input, guard))
            }
            Target::Read(call) => pages::room(size).and_then(|()| retrieve::retrieve(session, call)),
            Target::Head(call) => retrieve::retrieve(session, call).map(|reply| Reply { body: None, ..reply }),
            _ => continue,
        };
        let reply = entry::at(entry.index, reply)?;
        size += bytes(&reply);
        replies.insert(position, reply);
    }
    Ok(response(session, &replies))
}

/// How much an answer is.
fn bytes(reply: &Reply) -> usize {
    reply.body.as_ref().map_or(0, Vec::len)
}

/// The entries with their places, in the order in which they are done.
fn in_order(entries: &mut [Entry]) -> Vec<(usize, &mut Entry)> {
    let mut order: Vec<(usize, &mut Entry)> = entries.iter_mut().enumerate().collect();
    order.sort_by_key(|(_, entry)| entry.weight());
    order
}

/// Stages all that is written, and tells the status that each will have.
fn staged(
    session: &mut Session<'_, '_>,
    entries: &mut [Entry],
    plan: &BTreeMap<usize, Planned>,
) -> Result<BTreeMap<usize, u16>, Fault> {
    let mut staged = BTreeMap::new();
    for (position, entry) in in_order(entries) {
        if let Some(planned) = plan.get(&position) {
            staged.insert(position, entry::at(entry.index, stage(session, entry, planned))?);
        }
    }
    Ok(staged)
}

/// An operation as it is alone, in the same transaction.
fn operated(
    session: &mut Session<'_, '_>,
    operation: &'static Operation,
    key: Option<&ResourceKey>,
    input: &Input,
    guard: &Guard,
) -> Result<Reply, Fault> {
    let mut own = Session::new(&mut *session.store, session.context);
    let reply = operations::run(&mut own, operation, key, input, guard)?;
    let Trace { shown, patients } = Trace::of(own);
    session.shown.extend(shown);
    session.patients.extend(patients);
    Ok(reply)
}

/// Stages one entry and tells the status it will have.
fn stage(session: &mut Session<'_, '_>, entry: &mut Entry, planned: &Planned) -> Result<u16, Fault> {
    let resource = entry.resource.take().unwrap_or_default();
    let Planned::Key(key) = planned else {
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
        // No plan has these.
        Target::Operation { .. } | Target::Read(_) | Target::Head(_) => Ok(200),
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
