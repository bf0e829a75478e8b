//! The one door in: authenticate, authorise, run, audit, answer. No handler can forget any of them.

use crate::audit::{Asked, Trace};
use crate::context::Context;
use crate::fault::Fault;
use crate::ready::Ready;
use crate::{Call, Prefer, Reply, Request, answer, run};
use serde_json::Value;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use varde_auth::{Actor, AuthError, Authenticator, DevTokenRequest, policy};
use varde_fhir::outcome::operation_outcome;
use varde_fhir::{Clock, Language, Micros, ResourceType, capability, json};
use varde_store::{Store, StoreError};

/// When what the CapabilityStatement says last changed (`CapabilityStatement.date`).
const OFFERED_SINCE: &str = "2026-11-22";

/// What the service must be told.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The public FHIR base URL, without a trailing slash, e.g. `https://varde.example.no/fhir`.
    pub base: String,
    /// Accept identifiers with a wrong check digit (test environments only).
    pub test_environment: bool,
    /// The software version, for the CapabilityStatement.
    pub version: String,
    /// The issuer whose tokens are accepted, for the CapabilityStatement.
    pub issuer: String,
    /// Its token endpoint, when it is known.
    pub token_endpoint: Option<String>,
}

/// The service. Cheap to clone; blocking: call it from a blocking thread.
#[derive(Clone)]
pub struct Service {
    inner: Arc<Inner>,
}

/// A request without its call.
struct Caller {
    authorization: Vec<String>,
    request_id: String,
    language: Language,
    prefer: Prefer,
    now: Micros,
}

struct Inner {
    store: Store,
    authenticator: Authenticator,
    clock: Clock,
    settings: Settings,
}

impl Service {
    /// Joins memory, identity and time.
    #[must_use]
    pub fn new(store: Store, authenticator: Authenticator, clock: Clock, settings: Settings) -> Self {
        Self { inner: Arc::new(Inner { store, authenticator, clock, settings }) }
    }

    /// Answers one request. Never panics, never fails: every failure is a [`Reply`] with an OperationOutcome.
    #[must_use]
    pub fn handle(&self, request: Request) -> Reply {
        let Request { call, authorization, request_id, language, prefer, pretty } = request;
        let caller = Caller { authorization, request_id, language, prefer, now: self.inner.clock.now() };
        let (name, rtype) = (call.name(), call.rtype());
        let asked = Asked::new(&call, &caller.request_id, caller.now, &self.inner.clock);
        let mut client = None;
        let mut reply = match self.answer(&caller, call, asked, &mut client) {
            Ok(reply) => reply,
            Err(fault) => refuse(&caller, &fault),
        };
        reply.interaction = name;
        reply.client = client;
        reply.rtype = reply.rtype.or(rtype);
        if pretty {
            reply.body = reply.body.map(indented);
        }
        reply
    }

    /// Whether the database answers (for `/health/ready`).
    #[must_use]
    pub fn ready(&self) -> bool {
        self.inner.store.ready().is_ok()
    }

    /// A development token for a persona; `None` outside development mode (the endpoint then does not exist).
    /// `Some(Err)` carries an OAuth error code and description (RFC 6749 §5.2).
    #[must_use]
    pub fn dev_token(&self, client_id: &str, scope: Option<&str>) -> Option<Result<Value, (String, String)>> {
        let request = DevTokenRequest { client_id: client_id.to_owned(), scope: scope.map(str::to_owned) };
        match self.inner.authenticator.dev_token(&request) {
            Ok(token) => Some(Ok(serde_json::json!(token))),
            Err(AuthError::NotDevelopment) => None,
            Err(error) => Some(Err((error.oauth_error().to_owned(), error.en()))),
        }
    }

    fn answer(&self, caller: &Caller, call: Call, asked: Asked, client: &mut Option<String>) -> Result<Reply, Fault> {
        let actor = self.inner.authenticator.authenticate(&caller.authorization);
        *client = actor.as_ref().ok().map(|actor| actor.client.clone());
        match call {
            Call::Capabilities => {
                let reply = capabilities(&self.inner.settings);
                self.audit(asked, reply.status, Trace::default())?;
                Ok(reply)
            }
            Call::Refused(refusal) => {
                let asked = actor.iter().fold(asked, Asked::by);
                self.audited_refusal(asked, Fault::Refused(Box::new(refusal)))
            }
            call => match actor {
                Ok(actor) => self.authorised(call, &self.context(caller, actor), asked),
                Err(error) => self.audited_refusal(asked, Fault::Login(error)),
            },
        }
    }

    fn authorised(&self, call: Call, context: &Context, asked: Asked) -> Result<Reply, Fault> {
        let asked = asked.by(&context.actor);
        if let Err(denied) = policy::allows(&context.actor, &call.act()) {
            return self.audited_refusal(asked, denied.into());
        }
        // A defect that panics is a fault like another, so that it too is audited and answered.
        let run = AssertUnwindSafe(|| self.execute(context, call, &asked));
        let result = catch_unwind(run).unwrap_or_else(|_| Err(StoreError::Corrupt("a panic".to_owned()).into()));
        result.or_else(|fault| self.audited_refusal(asked, fault))
    }

    /// Runs one call in one transaction; its audit row is written with it, or, for a read, before the answer leaves.
    fn execute(&self, context: &Context, call: Call, asked: &Asked) -> Result<Reply, Fault> {
        let ready = Ready::of(context, call)?;
        if ready.writes() {
            let (context, asked) = (context.clone(), asked.clone());
            return self.inner.store.write(move |store| {
                let (reply, trace) = run::run(store, &context, ready)?;
                store.audit(&asked.row(reply.status, &trace))?;
                Ok(reply)
            });
        }
        let (reply, trace) = self.inner.store.read(|store| run::run(store, context, ready))?;
        self.audit(asked.clone(), reply.status, trace)?;
        Ok(reply)
    }

    fn audited_refusal(&self, asked: Asked, fault: Fault) -> Result<Reply, Fault> {
        self.audit(asked, fault.status(), Trace::default())?;
        Err(fault)
    }

    fn audit(&self, asked: Asked, status: u16, trace: Trace) -> Result<(), Fault> {
        self.inner.store.write(move |store| store.audit(&asked.row(status, &trace)).map_err(Fault::from))
    }

    fn context(&self, caller: &Caller, actor: Actor) -> Context {
        Context {
            actor,
            now: caller.now,
            clock: self.inner.clock.clone(),
            base: self.inner.settings.base.clone(),
            test_environment: self.inner.settings.test_environment,
            request_id: caller.request_id.clone(),
            language: caller.language,
            prefer: caller.prefer,
        }
    }
}

fn capabilities(settings: &Settings) -> Reply {
    let security =
        capability::Security { issuer: &settings.issuer, token_endpoint: settings.token_endpoint.as_deref() };
    let mut reply =
        answer::made(200, &capability::statement(&settings.base, &settings.version, OFFERED_SINCE, security));
    reply.rtype = Some(ResourceType::CapabilityStatement);
    reply
}

fn refuse(caller: &Caller, fault: &Fault) -> Reply {
    if let Some(cause) = fault.cause() {
        tracing::error!(request_id = %caller.request_id, %cause, "request failed");
    }
    let outcome = operation_outcome(&fault.issues(), caller.language, &caller.request_id);
    Reply {
        body: Some(json::to_bytes(&outcome)),
        allow: fault.allow(),
        www_authenticate: fault.www_authenticate(),
        retry_after: fault.retry_after(),
        status: fault.status(),
        ..Reply::default()
    }
}

/// `_pretty=true`; numbers keep their text.
fn indented(body: Vec<u8>) -> Vec<u8> {
    serde_json::from_slice::<Value>(&body).and_then(|value| serde_json::to_vec_pretty(&value)).unwrap_or(body)
}
