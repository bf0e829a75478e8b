//! `Idempotency-Key`: the same request of the same caller is done once and answered the same, however often it is sent. The answer is
//! kept in the transaction of what it tells of; of what was refused nothing is kept.

use crate::audit::Trace;
use crate::context::Context;
use crate::fault::Fault;
use crate::ready::Ready;
use crate::{Call, Reply, run};
use sha2::{Digest, Sha256};
use std::fmt::Write as _;
use varde_fhir::{Issue, IssueCode, Micros};
use varde_store::{Kept, Session};

/// How long an answer is kept.
const KEPT: Micros = 24 * 3_600_000_000;

/// An act that is done once.
#[derive(Clone, Debug)]
pub(crate) struct Once {
    key: String,
    /// Of what is asked: a hash.
    request: String,
}

impl Once {
    /// The act that a call with this key is.
    pub(crate) fn of(key: String, call: &Call) -> Self {
        let mut hash = Sha256::new();
        for part in call.identity() {
            hash.update(part.len().to_be_bytes());
            hash.update(part);
        }
        let request = hash.finalize().iter().fold(String::new(), |mut text, byte| {
            // Writing to a text cannot fail.
            let _ = write!(text, "{byte:02x}");
            text
        });
        Self { key, request }
    }

    /// Does it, or tells what was answered when it was done.
    pub(crate) fn run(
        &self,
        store: &mut Session<'_>,
        context: &Context,
        ready: Ready,
    ) -> Result<(Reply, Trace), Fault> {
        let actor = &context.actor;
        // Another person of the same client may see other things.
        let key = [actor.tenant.as_str(), &actor.client, actor.hpr.as_deref().unwrap_or_default(), &self.key];
        if let Some(kept) = store.answered(&key, context.now)? {
            return if kept.request_hash == self.request { Ok(again(kept)) } else { Err(another()) };
        }
        let (reply, trace) = run::run(store, context, ready)?;
        let kept = Kept {
            request_hash: self.request.clone(),
            status: i64::from(reply.status),
            etag: reply.etag.clone(),
            last_modified: reply.last_modified,
            location: reply.location.clone(),
            rtype: reply.rtype.map(|rtype| rtype.to_string()),
            trace: trace.written(),
            body: reply.body.clone(),
        };
        store.keep_answer(&key, kept, context.now, context.now + KEPT)?;
        Ok((reply, trace))
    }
}

fn again(kept: Kept) -> (Reply, Trace) {
    let reply = Reply {
        status: u16::try_from(kept.status).unwrap_or(200),
        body: kept.body,
        etag: kept.etag,
        last_modified: kept.last_modified,
        location: kept.location,
        rtype: kept.rtype.and_then(|rtype| rtype.parse().ok()),
        replayed: true,
        ..Reply::default()
    };
    (reply, Trace::read(&kept.trace))
}

fn another() -> Fault {
    Fault::unprocessable(
        Issue::error(
            IssueCode::Duplicate,
            "idempotency-key-reused",
            "Idempotency-Key er brukt for en annen forespørsel det siste døgnet. Bruk en ny nøkkel for hver handling.",
            "The Idempotency-Key was used for another request within the last day. Use a new key for each act.",
        )
        .at("http.idempotency-key"),
    )
}
