//! From what was done to a [`Reply`]: status, version, location, and the body the caller preferred.

use crate::context::Context;
use crate::{Reply, Return};
use varde_fhir::outcome::{Severity, operation_outcome};
use varde_fhir::{Issue, IssueCode, ResourceKey, json};
use varde_store::{Stored, Version};

/// A resource as it stands, verbatim.
pub(crate) fn resource(status: u16, stored: &Stored) -> Reply {
    Reply {
        status,
        body: Some(stored.body.clone()),
        etag: Some(stored.version.to_string()),
        last_modified: Some(stored.last_updated),
        rtype: Some(stored.key.rtype),
        ..Reply::default()
    }
}

/// The caller has this version already.
pub(crate) fn not_modified(key: &ResourceKey, version: &Version) -> Reply {
    Reply {
        status: 304,
        etag: Some(version.version.to_string()),
        last_modified: Some(version.last_updated),
        rtype: Some(key.rtype),
        ..Reply::default()
    }
}

/// The answer to a write: `Prefer: return=` chooses the body.
pub(crate) fn written(context: &Context, status: u16, stored: &Stored) -> Reply {
    let mut reply = resource(status, stored);
    if status == 201 {
        reply.location = Some(location(context, stored));
    }
    match context.prefer.return_ {
        Return::Representation => {}
        Return::Minimal => reply.body = None,
        Return::OperationOutcome => reply.body = Some(done(context)),
    }
    reply.returned = Some(context.prefer.return_);
    reply
}

/// The answer to a delete: what was deleted cannot be returned, how it went can. `gone` is what was deleted and the version that
/// says so; `None` when a search found nothing to delete.
pub(crate) fn deleted(context: &Context, gone: Option<(&ResourceKey, i64)>) -> Reply {
    let gone = Reply {
        status: 204,
        etag: gone.map(|(_, version)| version.to_string()),
        rtype: gone.map(|(key, _)| key.rtype),
        ..Reply::default()
    };
    match context.prefer.return_ {
        Return::Representation => gone,
        Return::Minimal => Reply { returned: Some(Return::Minimal), ..gone },
        Return::OperationOutcome => {
            Reply { status: 200, body: Some(done(context)), returned: Some(Return::OperationOutcome), ..gone }
        }
    }
}

/// The answer of an operation that changed a resource: its Parameters, or as `Prefer: return=` says; always with the version that
/// the next change names in `If-Match`.
pub(crate) fn operated(context: &Context, changed: Option<&Stored>, parameters: Vec<u8>, warnings: &[Issue]) -> Reply {
    let returned = context.prefer.return_;
    let body = match returned {
        Return::Representation => Some(parameters),
        Return::Minimal => None,
        Return::OperationOutcome if warnings.is_empty() => Some(done(context)),
        Return::OperationOutcome => Some(outcome(context, warnings)),
    };
    Reply {
        status: 200,
        body,
        etag: changed.map(|stored| stored.version.to_string()),
        last_modified: changed.map(|stored| stored.last_updated),
        // When the body does not say which one it was, this does.
        location: changed.filter(|_| returned != Return::Representation).map(|stored| location(context, stored)),
        rtype: changed.map(|stored| stored.key.rtype),
        returned: Some(returned),
        ..Reply::default()
    }
}

/// Where the version stands: an absolute URL.
pub(crate) fn location(context: &Context, stored: &Stored) -> String {
    format!("{}/{}/_history/{}", context.base, stored.key, stored.version)
}

/// JSON made for the occasion.
pub(crate) fn made(status: u16, body: Vec<u8>) -> Reply {
    Reply { status, body: Some(body), ..Reply::default() }
}

/// An OperationOutcome in the caller's language.
pub(crate) fn outcome(context: &Context, issues: &[Issue]) -> Vec<u8> {
    json::to_bytes(&operation_outcome(issues, context.language, &context.request_id))
}

/// The OperationOutcome of what went well.
pub(crate) fn done(context: &Context) -> Vec<u8> {
    let issue = Issue::error(IssueCode::Informational, "done", "Utført.", "Done.");
    outcome(context, &[Issue { severity: Severity::Information, ..issue }])
}
