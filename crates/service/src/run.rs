//! What is [`Ready`] is done: by the verb that does it, inside one unit of work, or for a batch one unit an entry.

use crate::audit::Trace;
use crate::context::Context;
use crate::fault::Fault;
use crate::interactions::bundle::entry;
use crate::interactions::{bundle, create, delete, patch, retrieve, update};
use crate::pages::{self, Pages};
use crate::ready::Ready;
use crate::session::Session;
use crate::{Reply, answer, operations};

/// Does it, and tells what it touched. What writes must be inside the writer's turn.
pub(crate) fn run(
    store: &mut varde_store::Session<'_>,
    context: &Context,
    ready: Ready,
) -> Result<(Reply, Trace), Fault> {
    if let Ready::Batch(entries) = ready {
        return batch(store, context, entries);
    }
    let mut session = Session::new(store, context);
    let reply = within(&mut session, ready)?;
    Ok((reply, Trace::of(session)))
}

/// [`run`] for a look, which may be run again.
pub(crate) fn look(
    store: &mut varde_store::Session<'_>,
    context: &Context,
    ready: &Ready,
) -> Result<(Reply, Trace), Fault> {
    let mut session = Session::new(store, context);
    let reply = match ready {
        Ready::Retrieve(call) => retrieve::retrieve(&mut session, call)?,
        Ready::Operation { operation, key, input, guard } => {
            operations::run(&mut session, operation, key.as_ref(), input, guard)?
        }
        // What writes is no look.
        _ => Reply::default(),
    };
    Ok((reply, Trace::of(session)))
}

fn within(session: &mut Session<'_, '_>, ready: Ready) -> Result<Reply, Fault> {
    match ready {
        Ready::Retrieve(call) => retrieve::retrieve(session, &call),
        Ready::Create { rtype, resource, if_none_exist } => {
            create::create(session, rtype, resource, if_none_exist.as_deref())
        }
        Ready::Update { place, resource, guard } => update::update(session, &place, resource, &guard),
        Ready::Patch { place, patch, guard } => patch::patch(session, &place, &patch, &guard),
        Ready::Delete { place, guard } => delete::delete(session, &place, &guard),
        Ready::Transaction(entries) => bundle::transaction(session, entries),
        Ready::Operation { operation, key, input, guard } => {
            operations::run(session, operation, key.as_ref(), &input, &guard)
        }
        // A Bundle is no entry of a Bundle.
        Ready::Batch(_) => Ok(Reply::default()),
    }
}

/// batch <https://hl7.org/fhir/R4/http.html#batch>: every entry is a request of its own, and fails by itself; all of them and
/// the one audit row are committed together.
fn batch(
    store: &mut varde_store::Session<'_>,
    context: &Context,
    entries: Vec<Result<Ready, Fault>>,
) -> Result<(Reply, Trace), Fault> {
    let mut trace = Trace::default();
    let mut answers = Pages::open("batch-response", &[], None);
    for (index, ready) in entries.into_iter().enumerate() {
        let room = pages::room(answers.size());
        let reply = match room.and(ready).and_then(|ready| entry::at(index, alone(store, context, ready))) {
            Ok((reply, touched)) => {
                trace.add(touched);
                reply
            }
            Err(fault) if fault.is_ours() => return Err(fault),
            Err(fault) => Reply {
                status: fault.status(),
                body: Some(answer::outcome(context, &fault.issues())),
                ..Reply::default()
            },
        };
        pages::push_reply(&mut answers, &context.base, &reply);
    }
    let returned = Some(context.prefer.return_);
    Ok((Reply { status: 200, body: Some(answers.close()), returned, ..Reply::default() }, trace))
}

/// One entry of a batch; what it wrote is undone when it fails.
fn alone(store: &mut varde_store::Session<'_>, context: &Context, ready: Ready) -> Result<(Reply, Trace), Fault> {
    if ready.writes() { store.nested(|store| run(store, context, ready)) } else { run(store, context, ready) }
}
