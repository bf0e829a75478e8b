//! Every malformed request gets the right 4xx with an OperationOutcome that names the place; nothing is stored, nobody's number
//! is echoed, and nothing is ever a 500. Tables: what is sent, and the refusal it gets.

mod acts;
mod bodies;
mod fuzz;
mod operations;
mod requests;
mod urls;

use crate::answer::Answer;
use crate::people::BERGEN;
use crate::refusal;
use crate::world::World;
use reqwest::blocking::RequestBuilder;

/// A request and the refusal it gets: status, message code, place.
type Row = (RequestBuilder, u16, &'static str, Option<&'static str>);

/// Sends every request of a table in both languages, checks its refusal, and that nothing of them was stored; the answers.
#[track_caller]
fn all_refused(world: &World, rows: Vec<Row>) -> Vec<Answer> {
    let before = world.counts();
    let mut wrong = Vec::new();
    let mut answers = Vec::new();
    for (request, status, key, at) in rows {
        let shown = request.try_clone().and_then(|request| request.build().ok());
        let shown = shown.map(|request| format!("{} {}", request.method(), request.url())).unwrap_or_default();
        let (answer, problem) = refusal::sent(world, request, status, key, at);
        wrong.extend(problem.map(|problem| format!("{}: {problem}", shown.chars().take(200).collect::<String>())));
        answers.push(answer);
    }
    assert!(wrong.is_empty(), "{}: {}", world.database(), wrong.join("\n"));
    assert_eq!(world.counts(), before, "{}: something was stored", world.database());
    answers
}

/// A request with a FHIR body as a hospital.
fn with_body(world: &World, method: &str, path: &str, body: impl Into<reqwest::blocking::Body>) -> RequestBuilder {
    world.as_(BERGEN, method, path).header("content-type", "application/fhir+json").body(body)
}
