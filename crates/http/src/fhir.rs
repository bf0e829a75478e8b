//! Everything under `/fhir`: read the request, take in its body, call the service, render its reply.

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
use actix_web::{HttpMessage as _, HttpRequest, HttpResponse, web};
use varde_fhir::Language;
use varde_service::{Begun, Call, Reply, Request};

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
    // A task of its own: a client that hangs up does not stop the request between the service and its audit.
    let answer = actix_web::rt::spawn(answer(request, payload, state, settings, metrics, ids, seen));
    answer.await.unwrap_or_else(|_| {
        tracing::error!(request_id, "a request panicked outside the service; this is a bug");
        render::failure(Language::default(), &request_id)
    })
}

async fn answer(
    request: HttpRequest,
    payload: web::Payload,
    state: web::Data<State>,
    settings: web::Data<Settings>,
    metrics: web::Data<Metrics>,
    ids: Ids,
    seen: SeenCell,
) -> HttpResponse {
    let incoming = Incoming {
        method: request.method().as_str(),
        path: request.uri().path(),
        query: request.uri().query().unwrap_or_default(),
        headers: request.headers(),
    };
    let (mut envelope, plan) = extract::read(incoming, &settings.limits);
    let route = Some(envelope.route);
    seen.borrow_mut().route = route;
    let call = match plan {
        Ok(Plan::Options(allow)) => {
            seen.borrow_mut().interaction = "options";
            return render::options(&allow);
        }
        Ok(Plan::Call(draft)) => finish(*draft, payload, &mut envelope, &settings).await,
        Err(refused) => Err(refused),
    };
    let call = call.unwrap_or_else(|refused| Call::Refused(*refused));
    let media = envelope.media;
    match handle(call, &envelope, &ids, &state).await {
        Ok(reply) => {
            let interaction = if reply.interaction.is_empty() { "other" } else { reply.interaction };
            *seen.borrow_mut() = Seen { route, interaction, rtype: reply.rtype, client: reply.client.clone() };
            render::reply(reply, media)
        }
        Err(turned) => {
            note(turned, &ids, &metrics);
            render::turned(turned, &envelope, &ids.request)
        }
    }
}

/// Takes in the body, when the call has one, and completes the call.
async fn finish(
    draft: Draft,
    payload: web::Payload,
    envelope: &mut Envelope,
    settings: &Settings,
) -> Result<Call, Refused> {
    let bytes = match draft.body_limit {
        Some(limit) => body::take(payload, limit, settings.read_timeout).await?,
        None => Vec::new(),
    };
    draft.call(bytes, envelope)
}

/// What takes microseconds is done here, what reads long on a thread that may block, and nobody holds a thread while a commit is
/// waited for.
async fn handle(call: Call, envelope: &Envelope, ids: &Ids, state: &State) -> Result<Reply, Turned> {
    let request = Request {
        call,
        authorization: envelope.authorization.clone(),
        request_id: ids.request.clone(),
        language: envelope.language,
        prefer: envelope.prefer,
        pretty: envelope.pretty,
    };
    let begun = if state.service.is_quick(&request) {
        state.service.begin(request)
    } else {
        let service = state.service.clone();
        state.gate.run(move || service.begin(request)).await?
    };
    let pending = match begun {
        Begun::Pending(pending) => pending,
        Begun::Look(look) => match look.run_here() {
            Ok(pending) => pending,
            Err(look) => state.gate.run(move || look.run()).await?,
        },
    };
    Ok(pending.await)
}

fn note(turned: Turned, ids: &Ids, metrics: &Metrics) {
    match turned {
        Turned::Busy => {
            metrics.turned_away();
            tracing::warn!(request_id = %ids.request, "turned away: the queue into the service is full");
        }
        Turned::Panicked => tracing::error!(request_id = %ids.request, "a request panicked; this is a bug"),
    }
}

/// What the edge left with the request.
fn marks(request: &HttpRequest) -> Option<(Ids, SeenCell)> {
    let extensions = request.extensions();
    Some((extensions.get::<Ids>()?.clone(), extensions.get::<SeenCell>()?.clone()))
}
