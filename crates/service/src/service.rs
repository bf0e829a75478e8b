//! The one door in: authenticate, authorise, run, audit, answer. No handler can forget any of them.

use crate::ReadAudit;
use crate::audit::{Asked, Trace};
use crate::closing::{Closing, caught};
use crate::context::{Context, CursorKey};
use crate::ending::Ending;
use crate::fault::Fault;
use crate::look::Look;
use crate::once::Once;
use crate::pending::Pending;
use crate::published::{Asking, Published};
use crate::ready::Ready;
use crate::write::Write;
use crate::{Call, Idempotency, Reply, Request};
use serde_json::Value;
use std::sync::{Arc, OnceLock};
use varde_auth::{Actor, AuthError, Authenticator, DevTokenRequest, policy};
use varde_fhir::{Clock, capability};
use varde_store::{Store, WriterCounts};

/// When what the CapabilityStatement says last changed (`CapabilityStatement.date`).
const OFFERED_SINCE: &str = "2026-11-23";

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
    /// Whether reads leave their audit rows.
    pub read_audit: ReadAudit,
}

/// The service. Cheap to clone.
///
/// A request goes through it in up to three steps, so that no thread is held by something that only waits:
/// [`Service::begin`] does all that needs no database, [`Look`] reads, and [`Pending`] waits for the commit.
#[derive(Clone)]
pub struct Service {
    inner: Arc<Inner>,
}

/// A request that was begun.
pub enum Begun {
    /// It has to look into the database.
    Look(Box<Look>),
    /// It waits for its commit.
    Pending(Pending),
}

struct Inner {
    store: Store,
    authenticator: Authenticator,
    clock: Clock,
    settings: Settings,
    published: OnceLock<Published>,
}

/// The longest body, in bytes, that is checked on the thread it arrived at: some tenths of a millisecond.
const SHORT: usize = 16 * 1024;

impl Service {
    /// Joins memory, identity and time.
    #[must_use]
    pub fn new(store: Store, authenticator: Authenticator, clock: Clock, settings: Settings) -> Self {
        Self { inner: Arc::new(Inner { store, authenticator, clock, settings, published: OnceLock::new() }) }
    }

    /// [`Service::begin`] on a thread that drives async tasks, when it takes microseconds with this request: the token was checked
    /// lately, and the body is short.
    ///
    /// # Errors
    /// The request itself, when it needs a thread that may block.
    pub fn begin_here(&self, request: Box<Request>) -> Result<Begun, Box<Request>> {
        let short = request.call.body().len() <= SHORT;
        match self.inner.authenticator.recall(&request.authorization).filter(|_| short) {
            Some(actor) => Ok(self.begun(*request, actor)),
            None => Err(request),
        }
    }

    /// Begins a request: who asks, whether they may, and whether what they bring is sound; a write is put in its client's line.
    /// Never panics, never fails: every failure is a [`Reply`] with an OperationOutcome. Blocks while an issuer's keys are
    /// fetched.
    #[must_use]
    pub fn begin(&self, request: Request) -> Begun {
        let actor = self.inner.authenticator.authenticate(&request.authorization);
        self.begun(request, actor)
    }

    fn begun(&self, request: Request, actor: Result<Arc<Actor>, AuthError>) -> Begun {
        let Request { call, request_id, language, prefer, idempotency, part, pretty, authorization: _ } = request;
        let now = self.inner.clock.now();
        let asked = Asked::new(&call, &request_id, now, &self.inner.clock);
        let client = actor.as_ref().ok().map(|actor| actor.client.clone());
        let (interaction, rtype) = (call.name(), call.rtype());
        let ending = Ending { request_id: request_id.clone(), language, prefer, pretty, interaction, rtype, client };
        let closing = Closing::new(self.inner.store.clone(), self.inner.settings.read_audit, ending);
        match (call, actor) {
            (Call::Options { allow }, actor) => {
                let asked = actor.iter().fold(asked, Asked::by);
                let told = Reply { status: 204, allow: Some(allow), ..Reply::default() };
                Begun::Pending(closing.answered(asked, told, Trace::default()))
            }
            (
                call @ (Call::Capabilities { .. }
                | Call::Definition { .. }
                | Call::Definitions { .. }
                | Call::Terminology { .. }),
                _,
            ) => {
                let asking = Asking { language, lenient: prefer.lenient, now, request_id: &request_id };
                match caught(|| self.published().answer(call, &asking)) {
                    Ok(reply) => Begun::Pending(closing.answered(asked, reply, Trace::default())),
                    Err(fault) => Begun::Pending(closing.refused(asked, fault)),
                }
            }
            (Call::Refused(refusal), actor) => {
                let asked = actor.iter().fold(asked, Asked::by);
                Begun::Pending(closing.refused(asked, Fault::Refused(Box::new(refusal))))
            }
            (_, Err(error)) => Begun::Pending(closing.refused(asked, Fault::Login(error))),
            (call, Ok(actor)) => {
                let asked = asked.by(&actor);
                let context = Context {
                    actor,
                    now,
                    clock: self.inner.clock.clone(),
                    base: self.inner.settings.base.clone(),
                    test_environment: self.inner.settings.test_environment,
                    cursor_key: CursorKey(self.inner.store.cursor_key()),
                    request_id,
                    language,
                    prefer,
                    part,
                };
                authorised(call, context, asked, closing, idempotency.as_ref())
            }
        }
    }

    /// Whether the database answers (for `/health/ready`); blocks.
    #[must_use]
    pub fn ready(&self) -> bool {
        self.inner.store.ready().is_ok()
    }

    /// What the writer has done, and how many writes wait (for the metrics).
    #[must_use]
    pub fn writer(&self) -> WriterCounts {
        self.inner.store.writer()
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

    /// Made once: it depends on nothing but the settings.
    fn published(&self) -> &Published {
        let Inner { settings, published, .. } = &*self.inner;
        published.get_or_init(|| {
            let security =
                capability::Security { issuer: &settings.issuer, token_endpoint: settings.token_endpoint.as_deref() };
            let statement = capability::statement(&settings.base, &settings.version, OFFERED_SINCE, security);
            Published::new(&settings.base, statement)
        })
    }
}

/// Makes what may be asked ready, and begins to write or to look.
fn authorised(
    call: Call,
    context: Context,
    asked: Asked,
    closing: Closing,
    idempotency: Option<&Idempotency>,
) -> Begun {
    if let Err(denied) = policy::allows(&context.actor, &call.act()) {
        return Begun::Pending(closing.refused(asked, denied.into()));
    }
    let once = idempotency.map(|asked| Once::of(asked, &call, &context.actor));
    let call = Arc::new(call);
    match caught(|| Ready::of(&context, &call)) {
        Err(fault) => Begun::Pending(closing.refused(asked, fault)),
        Ok(ready) if ready.writes() => {
            // What is undone whatever comes of it may be tried again as often as anybody likes.
            let once = once.filter(|_| !matches!(ready, Ready::Validate(_)));
            let again = closing.store.gives_way().then_some(call);
            let write = Write { again, context: Arc::new(context), asked, once };
            Begun::Pending(write.submitted(ready, closing))
        }
        Ok(ready) => Begun::Look(Box::new(Look::new(ready, context, asked, closing))),
    }
}
