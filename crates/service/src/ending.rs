//! How an answer is dressed: what the log and the metrics call it, and what a caller who was refused is told.

use crate::fault::Fault;
use crate::{Prefer, Reply};
use serde_json::Value;
use varde_fhir::outcome::operation_outcome;
use varde_fhir::{Language, ResourceType, json};

/// What a request's answer needs of its request.
#[derive(Debug)]
pub(crate) struct Ending {
    pub(crate) request_id: String,
    pub(crate) language: Language,
    pub(crate) prefer: Prefer,
    pub(crate) pretty: bool,
    pub(crate) interaction: &'static str,
    pub(crate) rtype: Option<ResourceType>,
    /// The client that asks, once its token is believed.
    pub(crate) client: Option<String>,
}

impl Ending {
    /// The answer.
    pub(crate) fn reply(self, result: Result<Reply, Fault>) -> Reply {
        let mut reply = match result {
            Ok(reply) => Reply { preference_applied: self.prefer.applied(reply.returned), ..reply },
            Err(fault) => self.refusal(&fault),
        };
        reply.interaction = self.interaction;
        reply.client = self.client;
        reply.rtype = reply.rtype.or(self.rtype);
        if self.pretty {
            reply.body = reply.body.map(indented);
        }
        reply
    }

    fn refusal(&self, fault: &Fault) -> Reply {
        if let Some(cause) = fault.cause() {
            tracing::error!(request_id = %self.request_id, %cause, "request failed");
        }
        let outcome = operation_outcome(&fault.issues(), self.language, &self.request_id);
        Reply {
            body: Some(json::to_bytes(&outcome)),
            allow: fault.allow(),
            www_authenticate: fault.www_authenticate(),
            retry_after: fault.retry_after(),
            status: fault.status(),
            ..Reply::default()
        }
    }
}

/// `_pretty=true`; numbers keep their text.
fn indented(body: Vec<u8>) -> Vec<u8> {
    serde_json::from_slice::<Value>(&body).and_then(|value| serde_json::to_vec_pretty(&value)).unwrap_or(body)
}
