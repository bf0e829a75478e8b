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
    reply
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
