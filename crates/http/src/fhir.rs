//! Everything under `/fhir`: read the request, take in its body, call the service, render its reply.
//!
//! What takes microseconds is done on the thread that the request arrived at, what reads long on a thread that may block, and nobody
//! holds a thread while a commit is waited for.

use crate::body;
use crate::extract::{self, Draft, Envelope, Incoming, Plan};
use crate::gate::Turned;
use crate::ids::Ids;
use crate::log::{Seen, SeenCell};
use crate::metrics::Metrics;
use crate::refuse::Refused;
use crate::render;
use crate::settings::Settings;
use crate::state::State;
use actix_web::rt::spawn;
use actix_web::{HttpMessage as _, HttpRequest, HttpResponse, web};
use std::panic::{AssertUnwindSafe, catch_unwind};
use varde_fhir::Language;
use varde_service::{Begun, Call, Pending, Reply, Request};

/// Any method, any path under `/fhir`.
pub(crate) async fn fhir(
    request: HttpRequest,
    payload: web::Payload,
    state: web::Data<State>,
    settings: web::Data<Settings>,
    metrics: web::Data<Metrics>,
) -> HttpResponse {
    let Some((ids, seen)) = marks(&request) else { return HttpResponse::InternalServerError().finish() };
    let request_id = ids.request.clone();
    let exchange = Exchange { request, state, settings, metrics, ids, seen };
    let answer = match catch_unwind(AssertUnwindSafe(|| exchange.at_once())) {
        Ok(Step::Wait(pending, envelope)) => Ok(exchange.dress(Ok(pending.await), &envelope)),
        // A task of its own: a client that hangs up does not stop the request between the service and its audit.
        Ok(Step::Body(draft, envelope)) => spawn(exchange.take_in(draft, envelope, payload)).await.map_err(drop),
        Ok(Step::Rest(rest, envelope)) => spawn(exchange.go_on(rest, envelope)).await.map_err(drop),
        Err(_) => Err(()),
    };
    answer.unwrap_or_else(|()| {
        tracing::error!(request_id, "a request panicked outside the service; this is a bug");
        render::failure(Language::default(), &request_id)
    })
}

/// A request, and what its answer needs.
struct Exchange {
    request: HttpRequest,
    state: web::Data<State>,
    settings: web::Data<Settings>,
    metrics: web::Data<Metrics>,
    ids: Ids,
    seen: SeenCell,
}

/// How far a request came at once.
enum Step {
    /// It was looked at, and its audit row is on its way whether or not anybody waits for it.
    Wait(Pending, Box<Envelope>),
    /// Its body is to be taken in.
    Body(Box<Draft>, Box<Envelope>),
    /// It takes longer.
    Rest(Rest, Box<Envelope>),
}

/// What is left to do.
enum Rest {
    /// All, on a thread that may block.
    Begin(Box<Request>),
    /// To look, or to write and, if need be, to refuse.
    Begun(Begun),
}

impl Exchange {
    fn at_once(&self) -> Step {
        let incoming = Incoming {
            method: self.request.method().as_str(),
            path: self.request.uri().path(),
            query: self.request.uri().query().unwrap_or_default(),
            headers: self.request.headers(),
        };
        let (mut envelope, plan) = extract::read(incoming, &self.settings.limits);
        self.seen.borrow_mut().route = Some(envelope.route);
        let call = match plan {
            Ok(Plan::Options(allow)) => Ok(Call::Options { allow }),
            Ok(Plan::Call(draft)) if draft.body_limit.is_some() => {
                return Step::Body(draft, Box::new(envelope));
            }
            Ok(Plan::Call(draft)) => draft.call(Vec::new(), &mut envelope),
            Err(refused) => Err(refused),
        };
        let request = self.asks(call, &mut envelope);
        let envelope = Box::new(envelope);
        match self.begin(request) {
            Rest::Begun(Begun::Look(look)) => match look.run_here() {
                Ok(pending) => Step::Wait(pending, envelope),
                Err(look) => Step::Rest(Rest::Begun(Begun::Look(look)), envelope),
            },
            rest => Step::Rest(rest, envelope),
        }
    }

    async fn take_in(self, draft: Box<Draft>, mut envelope: Box<Envelope>, payload: web::Payload) -> HttpResponse {
        let call = self.finish(*draft, payload, &mut envelope).await;
        let rest = self.begin(self.asks(call, &mut envelope));
        self.go_on(rest, envelope).await
    }

    async fn go_on(self, rest: Rest, envelope: Box<Envelope>) -> HttpResponse {
        let reply = self.reply(rest).await;
        self.dress(reply, &envelope)
    }

    async fn reply(&self, rest: Rest) -> Result<Reply, Turned> {
        let gate = &self.state.gate;
        let begun = match rest {
            Rest::Begun(begun) => begun,
            Rest::Begin(request) => {
                let service = self.state.service.clone();
                gate.run(move || service.begin(*request)).await?
            }
        };
        let pending = match begun {
            Begun::Pending(pending) => pending,
            Begun::Look(look) => match look.run_here() {
                Ok(pending) => pending,
                Err(look) => gate.run(move || look.run()).await?,
            },
        };
        Ok(pending.await)
    }

    /// Takes in the body and completes the call.
    async fn finish(&self, draft: Draft, payload: web::Payload, envelope: &mut Envelope) -> Result<Call, Refused> {
        let bytes = match draft.body_limit {
            Some(limit) => body::take(payload, limit, self.settings.read_timeout).await?,
            None => Vec::new(),
        };
        draft.call(bytes, envelope)
    }

    /// The request for the service; a refused one too is the service's to audit.
    fn asks(&self, call: Result<Call, Refused>, envelope: &mut Envelope) -> Box<Request> {
        Box::new(Request {
            call: call.unwrap_or_else(|refused| Call::Refused(*refused)),
            authorization: std::mem::take(&mut envelope.authorization),
            request_id: self.ids.request.clone(),
            language: envelope.language,
            prefer: envelope.prefer,
            idempotency: envelope.idempotency.take(),
            part: std::mem::take(&mut envelope.part),
            pretty: envelope.pretty,
        })
    }

    fn begin(&self, request: Box<Request>) -> Rest {
        self.state.service.begin_here(request).map_or_else(Rest::Begin, Rest::Begun)
    }

    fn dress(&self, reply: Result<Reply, Turned>, envelope: &Envelope) -> HttpResponse {
        match reply {
            Ok(reply) => {
                let interaction = if reply.interaction.is_empty() { "other" } else { reply.interaction };
                let (route, client) = (Some(envelope.route), reply.client.clone());
                *self.seen.borrow_mut() = Seen { route, interaction, rtype: reply.rtype, client };
                render::reply(reply, envelope.media)
            }
            Err(turned) => {
                self.note(turned);
                render::turned(turned, envelope, &self.ids.request)
            }
        }
    }

    fn note(&self, turned: Turned) {
        let request_id = &self.ids.request;
        match turned {
            Turned::Busy => {
                self.metrics.turned_away();
                tracing::warn!(%request_id, "turned away: the queue into the service is full");
            }
            Turned::Panicked => tracing::error!(%request_id, "a request panicked; this is a bug"),
        }
    }
}

/// What the edge left with the request.
fn marks(request: &HttpRequest) -> Option<(Ids, SeenCell)> {
    let extensions = request.extensions();
    Some((extensions.get::<Ids>()?.clone(), extensions.get::<SeenCell>()?.clone()))
}
