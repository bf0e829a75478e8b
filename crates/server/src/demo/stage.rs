//! The stage the story is played on: sends requests with the right token and prints them as they go.

use super::call::{Answer, Body, Call};
use super::cast::{DEMO, identifier};
use super::misstep::Misstep;
use super::teller::Teller;
use crate::outgoing;
use serde_json::Value;
use std::collections::BTreeMap;
use std::io::Write;
use varde_fhir::Clock;
use varde_fhir::time::{instant, oslo};

/// A running Varde and the tokens taken from it.
pub(super) struct Stage {
    pub(super) teller: Teller,
    /// Different in each run: part of every business identifier the demo makes.
    pub(super) run: String,
    clock: Clock,
    http: reqwest::blocking::Client,
    /// Without a slash at the end and without `/fhir`.
    base: String,
    tokens: BTreeMap<&'static str, String>,
}

impl Stage {
    /// # Errors
    /// When no HTTP client can be made.
    pub(super) fn new(base: &str, clock: Clock, out: Box<dyn Write>) -> Result<Self, Misstep> {
        let base = base.trim_end_matches('/').to_owned();
        let http = outgoing::client(&base).map_err(|cause| Misstep::Unreachable { url: base.clone(), cause })?;
        Ok(Self { teller: Teller::new(out), run: clock.new_id(), clock, http, base, tokens: BTreeMap::new() })
    }

    /// The instant now, as FHIR text.
    pub(super) fn now(&self) -> String {
        instant(self.clock.now())
    }

    /// The Norwegian date this many days from now, `yyyy-mm-dd`.
    pub(super) fn day(&self, days: i64) -> String {
        let micros = self.clock.now().saturating_add(days.saturating_mul(24 * 3600 * 1_000_000));
        let at = jiff::Timestamp::from_microsecond(micros).unwrap_or_default();
        at.to_zoned(oslo()).date().to_string()
    }

    /// A business identifier of this run.
    pub(super) fn identifier(&self, what: &str) -> Value {
        identifier(DEMO, &format!("{}-{what}", self.run))
    }

    /// Sends, prints, and returns the answer when it has the status the story asks for. `essentials` says in a few words
    /// what is worth knowing about it.
    pub(super) fn play(
        &mut self,
        call: &Call<'_>,
        status: u16,
        essentials: impl FnOnce(&Answer) -> String,
    ) -> Result<Answer, Misstep> {
        self.teller.request(call.method, &format!("/fhir/{}", call.path), call.persona)?;
        let answer = self.send(call)?;
        let shown = if answer.status == status { essentials(&answer) } else { answer.outcome() };
        self.teller.answer(answer.status, &shown)?;
        answer.expect(status)
    }

    /// Sends without printing.
    pub(super) fn send(&mut self, call: &Call<'_>) -> Result<Answer, Misstep> {
        let token = self.token(call.persona)?;
        let url = format!("{}/fhir/{}", self.base, call.path);
        let unreachable = |cause: reqwest::Error| Misstep::Unreachable { url: url.clone(), cause: cause.without_url() };
        let request = match call.method {
            "GET" => self.http.get(&url),
            "PUT" => self.http.put(&url),
            _ => self.http.post(&url),
        };
        let mut request =
            request.bearer_auth(token).header("accept", "application/fhir+json").header("accept-language", "nb");
        if let Some(version) = call.if_match {
            request = request.header("if-match", version);
        }
        request = match &call.body {
            Body::None => request,
            Body::Json(body) => request.header("content-type", "application/fhir+json").body(body.to_string()),
            Body::Form(form) => request.form(form),
        };
        let response = request.send().map_err(unreachable)?;
        let status = response.status().as_u16();
        let etag = response.headers().get("etag").and_then(|value| value.to_str().ok()).map(str::to_owned);
        let text = response.text().map_err(unreachable)?;
        let request = format!("{} /fhir/{} as {}", call.method, call.path, call.persona);
        let body = serde_json::from_str(&text).unwrap_or(Value::Null);
        Ok(Answer { request, status, etag, body })
    }

    /// A token from the development issuer, fetched once for each persona.
    fn token(&mut self, persona: &'static str) -> Result<String, Misstep> {
        if let Some(token) = self.tokens.get(persona) {
            return Ok(token.clone());
        }
        let url = format!("{}/dev/token", self.base);
        let unreachable = |cause: reqwest::Error| Misstep::Unreachable { url: url.clone(), cause: cause.without_url() };
        let response = self.http.post(&url).form(&[("client_id", persona)]).send().map_err(unreachable)?;
        let status = response.status().as_u16();
        let body: Value = serde_json::from_str(&response.text().map_err(unreachable)?).unwrap_or(Value::Null);
        let Some(token) = body.get("access_token").and_then(Value::as_str) else {
            return Err(Misstep::Unexpected {
                request: format!("POST /dev/token for {persona}"),
                problem: format!("no token (status {status}); the demo needs a Varde in development mode"),
            });
        };
        self.tokens.insert(persona, token.to_owned());
        Ok(token.to_owned())
    }
}
