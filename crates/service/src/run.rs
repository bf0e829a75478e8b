//! What is [`Ready`] is done: by the verb that does it, inside one unit of work, or for a batch one unit an entry.

use crate::audit::Trace;
use crate::context::Context;
use crate::fault::Fault;
use crate::interactions::bundle::entry;
use crate::interactions::{bundle, create, delete, patch, retrieve, update};
use crate::pages::{self, Pages};
use crate::ready::Ready;
use crate::session::Session;
use crate::validating::Validating;
use crate::{Guard, Place, Reply, answer, operations};
use std::borrow::Borrow;
use varde_fhir::registry::Interaction;

/// Writes, and tells what it touched. It must be inside the writer's turn.
pub(crate) fn run(
    store: &mut varde_store::Session<'_>,
    context: &Context,
    ready: Ready,
) -> Result<(Reply, Trace), Fault> {
    if let Ready::Batch(entries) = ready {
        return batch(store, context, entries, alone);
    }
    if let Ready::Validate(validating) = ready {
        return validated(store, context, &validating);
    }
    let mut session = Session::new(store, context);
    let reply = within(&mut session, ready)?;
    Ok((reply, Trace::of(session)))
}

/// Looks, and tells what was seen; it may be run again.
pub(crate) fn look(
    store: &mut varde_store::Session<'_>,
    context: &Context,
    ready: &Ready,
) -> Result<(Reply, Trace), Fault> {
    if let Ready::Batch(entries) = ready {
        return batch(store, context, entries.iter().map(Result::as_ref), look);
    }
    let mut session = Session::new(store, context);
    let reply = match ready {
        Ready::Retrieve(call) => retrieve::retrieve(&mut session, call)?,
        Ready::Head(call) => Reply { body: None, ..retrieve::retrieve(&mut session, call)? },
        Ready::Operation { operation, key, input, guard } => {
            operations::run(&mut session, operation, key.as_ref(), input, guard)?
        }
        Ready::Validate(validating) => {
            let issues = validating.issues(&mut session)?;
            validating.reply(context, issues)
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
        // What these are is done elsewhere.
        Ready::Batch(_) | Ready::Validate(_) | Ready::Head(_) => Ok(Reply::default()),
    }
}

/// `$validate` with a mode: the act itself is tried, law and all, and undone whatever came of it.
fn validated(
    store: &mut varde_store::Session<'_>,
    context: &Context,
    validating: &Validating,
) -> Result<(Reply, Trace), Fault> {
    let mut issues = validating.issues(&mut Session::new(store, context))?;
    if validating.tries() {
        let act = act(store, context, validating)?;
        let undone =
            |result: Result<(Reply, Trace), Fault>| Err(result.err().unwrap_or(Fault::Unprocessable(Vec::new())));
        let tried: Result<(), Fault> = store.nested(|store| undone(run(store, context, act)));
        if let Err(fault) = tried {
            if fault.is_ours() || matches!(fault.status(), 401 | 403 | 404 | 410) {
                return Err(fault);
            }
            issues.extend(fault.issues());
        }
    }
    Ok((validating.reply(context, issues), Trace::default()))
}

/// The act that `$validate` tries, on the version that stands there.
fn act(store: &mut varde_store::Session<'_>, context: &Context, validating: &Validating) -> Result<Ready, Fault> {
    let (mode, key, resource) = validating.act();
    let Some(key) = key.filter(|_| mode != Interaction::Create) else {
        return Ok(Ready::Create { rtype: validating.rtype(), resource, if_none_exist: None });
    };
    let version = Session::new(store, context).version(&key)?;
    let guard = Guard { if_match: version.map(|version| vec![version.version.to_string()]), ..Guard::default() };
    let place = Place::Id(key);
    Ok(match mode {
        Interaction::Delete => Ready::Delete { place, guard },
        _ => Ready::Update { place, resource, guard },
    })
}

/// batch <https://hl7.org/fhir/R4/http.html#batch>: every entry is a request of its own, and fails by itself; all of them and
/// the one audit row are committed together. `alone` does one entry; those that were refused already have their fault.
fn batch<R, F: Borrow<Fault>>(
    store: &mut varde_store::Session<'_>,
    context: &Context,
    entries: impl IntoIterator<Item = Result<R, F>>,
    alone: impl Fn(&mut varde_store::Session<'_>, &Context, R) -> Result<(Reply, Trace), Fault>,
) -> Result<(Reply, Trace), Fault> {
    let mut trace = Trace::default();
    let mut answers = Pages::open("batch-response", &[], None);
    for (index, entry) in entries.into_iter().enumerate() {
        let reply = match (entry::at(index, pages::room(answers.size())), entry) {
            (Err(full), _) => refused(context, &full),
            (_, Err(fault)) => refused(context, fault.borrow()),
            (_, Ok(ready)) => match entry::at(index, alone(store, context, ready)) {
                Ok((reply, touched)) => {
                    trace.add(touched);
                    reply
                }
                Err(fault) if fault.is_ours() => return Err(fault),
                Err(fault) => refused(context, &fault),
            },
        };
        pages::push_reply(&mut answers, &context.base, &reply);
    }
    let returned = Some(context.prefer.return_);
    Ok((Reply { status: 200, body: Some(answers.close()), returned, ..Reply::default() }, trace))
}

/// What an entry that was refused is answered.
fn refused(context: &Context, fault: &Fault) -> Reply {
    Reply { status: fault.status(), body: Some(answer::outcome(context, &fault.issues())), ..Reply::default() }
}

/// One entry of a batch; what it wrote is undone when it fails.
fn alone(store: &mut varde_store::Session<'_>, context: &Context, ready: Ready) -> Result<(Reply, Trace), Fault> {
    if ready.writes() { store.nested(|store| run(store, context, ready)) } else { look(store, context, &ready) }
}
