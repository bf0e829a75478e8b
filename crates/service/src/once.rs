//! A write that its caller may send again: `Idempotency-Key` (draft-ietf-httpapi-idempotency-key-header, docs/decisions/0040).
//!
//! Whether the key was used is looked up in the writer's turn, in the transaction of the write: of many who bring one key at the
//! same moment one writes, and the others are given its answer.

use crate::audit::Trace;
use crate::call::{Call, Idempotency, Return};
use crate::context::Context;
use crate::fault::Fault;
use crate::{Reply, answer};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;
use std::fmt::Write as _;
use varde_auth::Actor;
use varde_fhir::{Issue, IssueCode, Micros, ResourceKey};
use varde_store::{Answered, Session, StoreError};

/// How long an answer is remembered.
const REMEMBERED: Micros = 24 * 60 * 60 * 1_000_000;

/// A write that is done once.
#[derive(Clone, Debug)]
pub(crate) struct Once {
    key_hash: String,
    request_hash: String,
}

/// An answer as it is remembered, its body apart.
#[derive(Serialize, Deserialize)]
struct Head {
    status: u16,
    etag: Option<String>,
    last_modified: Option<Micros>,
    location: Option<String>,
    returned: Option<Return>,
    shown: Vec<(String, i64)>,
    patients: BTreeSet<String>,
}

impl Once {
    /// The caller's key, which is nobody else's, and the request that goes with it.
    pub(crate) fn of(asked: &Idempotency, call: &Call, actor: &Actor) -> Self {
        Self {
            key_hash: hash([actor.tenant.as_bytes(), actor.client.as_bytes(), asked.key.as_bytes()]),
            request_hash: hash([asked.request.as_bytes(), call.body()]),
        }
    }

    /// Writes, or gives the answer again that was given to the same request.
    pub(crate) fn run(
        &self,
        store: &mut Session<'_>,
        context: &Context,
        write: impl FnOnce(&mut Session<'_>) -> Result<(Reply, Trace), Fault>,
    ) -> Result<(Reply, Trace), Fault> {
        match store.answered(&self.key_hash, context.now)? {
            Some(answered) if answered.request_hash == self.request_hash => again(store, context, answered),
            Some(_) => Err(reused()),
            None => {
                let (reply, trace) = write(store)?;
                let (now, until) = (context.now, context.now.saturating_add(REMEMBERED));
                store.keep_answer(&self.key_hash, &self.answered(&reply, &trace)?, now, until)?;
                Ok((reply, trace))
            }
        }
    }

    fn answered(&self, reply: &Reply, trace: &Trace) -> Result<Answered, Fault> {
        let head = Head {
            status: reply.status,
            etag: reply.etag.clone(),
            last_modified: reply.last_modified,
            location: reply.location.clone(),
            returned: reply.returned,
            shown: trace.shown.clone(),
            patients: trace.patients.clone(),
        };
        let head = serde_json::to_string(&head).map_err(|error| corrupt(&error))?;
        Ok(Answered { request_hash: self.request_hash.clone(), head, body: reply.body.clone() })
    }
}

/// The answer that was given, to be audited as if it were given for the first time. What it shows must still be the caller's to see.
fn again(store: &mut Session<'_>, context: &Context, answered: Answered) -> Result<(Reply, Trace), Fault> {
    let head: Head = serde_json::from_str(&answered.head).map_err(|error| corrupt(&error))?;
    let given = Reply { status: head.status, replayed: true, ..Reply::default() };
    let keys = head.shown.iter().filter_map(|(key, _)| ResourceKey::parse(key)).collect();
    if !store.all_visible(&keys, &context.view())? {
        let outcome = answer::outcome(context, &[withheld()]);
        return Ok((Reply { body: Some(outcome), ..given }, Trace::default()));
    }
    let reply = Reply {
        body: answered.body,
        etag: head.etag,
        last_modified: head.last_modified,
        location: head.location,
        returned: head.returned,
        ..given
    };
    Ok((reply, Trace { shown: head.shown, patients: head.patients }))
}

/// SHA-256 of the parts, each with its length before it, so that no two rows of parts are written alike.
fn hash<const N: usize>(parts: [&[u8]; N]) -> String {
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update((part.len() as u64).to_be_bytes());
        hasher.update(part);
    }
    hasher.finalize().iter().fold(String::with_capacity(64), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

fn reused() -> Fault {
    Fault::unprocessable(
        Issue::error(
            IssueCode::Duplicate,
            "idempotency-key-reused",
            "Idempotency-Key er brukt for en annen forespørsel det siste døgnet. Bruk en ny nøkkel for hver forespørsel, og den samme \
             bare når nøyaktig samme forespørsel sendes på nytt.",
            "Idempotency-Key was used for another request within the last day. Use a new key for each request, and the same only \
             when exactly the same request is sent again.",
        )
        .at("http.idempotency-key"),
    )
}

fn withheld() -> Issue {
    Issue::warning(
        IssueCode::Informational,
        "answer-withheld",
        "Forespørselen er utført før. Svaret viste noe du ikke lenger har tilgang til, og gis ikke på nytt.",
        "The request was carried out before. Its answer showed something that is no longer yours to see, and is not given again.",
    )
}

fn corrupt(error: &serde_json::Error) -> Fault {
    Fault::Store(StoreError::Corrupt(format!("a kept answer: {error}")))
}
