//! The grouped insert: bodies wait in a bounded queue; one writer takes all that wait, up to a bound, into one commit, and only
//! then are they answered. The bounds are those that Varde's own writer has for writes (`crates/store/src/writer/desk.rs`).

use crate::trouble::{Doing, Outcome};
use crate::wire::FHIR;
use actix_web::{HttpResponse, web};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use tokio::sync::oneshot;

/// How many bodies may wait.
const QUEUE: usize = 1024;
/// How many share a commit.
const GROUP: usize = 64;

/// A body on its way, and who waits for it.
struct Waiting {
    body: web::Bytes,
    done: oneshot::Sender<bool>,
}

/// The way to the writer; `None` where there is no writer.
#[derive(Clone)]
pub(super) struct Door(SyncSender<Waiting>);

/// Starts a writer thread: `store` is given each group, with a number that was never given before for each body, and tells whether
/// it was committed.
pub(super) fn start(mut store: impl FnMut(&[(String, web::Bytes)]) -> bool + Send + 'static) -> Outcome<Door> {
    let (door, waiting) = sync_channel(QUEUE);
    let work = move || {
        let mut number = 0_u64;
        while let Some(group) = next(&waiting) {
            let rows: Vec<(String, web::Bytes)> = group
                .iter()
                .map(|waiting| {
                    number += 1;
                    (format!("{number:036}"), waiting.body.clone())
                })
                .collect();
            let stored = store(&rows);
            for waiting in group {
                let _ = waiting.done.send(stored);
            }
        }
    };
    std::thread::Builder::new().name("writer".to_owned()).spawn(work).doing("starting the writer")?;
    Ok(Door(door))
}

fn next(waiting: &Receiver<Waiting>) -> Option<Vec<Waiting>> {
    let mut group = vec![waiting.recv().ok()?];
    group.extend(waiting.try_iter().take(GROUP - 1));
    Some(group)
}

/// `POST /insert`: 201 with the body, after the commit.
pub(super) async fn insert(body: web::Bytes, door: web::Data<Option<Door>>) -> HttpResponse {
    let (done, stored) = oneshot::channel();
    let sent =
        door.as_ref().as_ref().is_some_and(|Door(door)| door.try_send(Waiting { body: body.clone(), done }).is_ok());
    if sent && stored.await == Ok(true) {
        HttpResponse::Created().content_type(FHIR).body(body)
    } else {
        HttpResponse::ServiceUnavailable().finish()
    }
}
