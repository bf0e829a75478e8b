//! Requests to the two replicas in turn, as a load balancer would spread them, and what they answer.

use crate::act::Act;
use crate::ledger::Heard;
use crate::replica::Replica;
use crate::trouble::{Doing, Outcome, Trouble};
use reqwest::Method;
use reqwest::blocking::{Client, Response};
use serde_json::Value;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// Who has waited this long was left hanging.
const PATIENCE: Duration = Duration::from_secs(40);

/// A way to both replicas.
pub(crate) struct Door {
    http: Client,
    /// Address and token.
    replicas: [(String, String); 2],
    next: usize,
}

/// An answer that is not 503.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    /// The id that the request was given.
    pub(crate) request: String,
    /// The status.
    pub(crate) status: u16,
    /// The body.
    pub(crate) json: Value,
}

impl Answer {
    /// How many resources a search found.
    pub(crate) fn found(&self) -> usize {
        self.json.pointer("/entry").and_then(Value::as_array).map_or(0, Vec::len)
    }
}

impl Door {
    /// A way to both, the one with this number modulo two first.
    pub(crate) fn new(replicas: &[Replica; 2], number: usize) -> Outcome<Self> {
        let http = Client::builder().timeout(PATIENCE).build().doing("an HTTP client")?;
        let replicas = replicas.each_ref().map(|replica| (replica.address.clone(), replica.token.clone()));
        Ok(Self { http, replicas, next: number })
    }

    /// Sends a request to the replica whose turn it is.
    ///
    /// # Errors
    /// What must not happen: no answer, another 5xx than 503, a 503 that does not say when to come back.
    pub(crate) fn send(&mut self, act: &Act) -> Outcome<(Answer, Heard)> {
        static NUMBER: AtomicU64 = AtomicU64::new(1);
        let request = format!("failover-{}", NUMBER.fetch_add(1, Ordering::Relaxed));
        let replica = self.next % 2;
        self.next += 1;
        let (address, token) = self.replicas.get(replica).doing("two replicas")?;
        let method = Method::from_bytes(act.method.as_bytes()).doing("a method")?;
        let mut asked = self.http.request(method, format!("{address}{}", act.path)).bearer_auth(token);
        asked = asked.header("x-request-id", &request);
        if let Some((name, value)) = &act.condition {
            asked = asked.header(*name, value);
        }
        if let Some(body) = &act.body {
            asked = asked.header("content-type", "application/fhir+json").body(body.to_string());
        }
        let began = Instant::now();
        let answer = asked.send().and_then(|answer| read(request, answer)).doing("no answer")?;
        let (answer, retry_after) = answer;
        let served = answer.status != 503;
        if answer.status > 503 || (500..503).contains(&answer.status) || (!served && !retry_after) {
            return Err(Trouble::new(format!("{} {}: {}", answer.status, act.path, answer.json)));
        }
        Ok((answer, Heard { began, ended: Instant::now(), replica, served }))
    }
}

/// The answer, and whether it says when to come back.
fn read(request: String, answer: Response) -> reqwest::Result<(Answer, bool)> {
    let (status, retry_after) = (answer.status().as_u16(), answer.headers().contains_key("retry-after"));
    let json = serde_json::from_slice(&answer.bytes()?).unwrap_or_default();
    Ok((Answer { request, status, json }, retry_after))
}
