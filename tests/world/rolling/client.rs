//! A client under the rolling restart: it keeps its connection until the server asks it to go, writes, reads what it wrote, and
//! notes everything.

use super::balancer::Balancer;
use super::connection::Connection;
use super::flag;
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

/// How long nobody may be ready.
const PATIENCE: Duration = Duration::from_mins(1);

/// Requests on one connection; without an end to it, a new process would have nobody.
const KEPT: usize = 25;

/// What half of the clients wait between two requests: their connections are idle when the server goes, those of the others busy.
const PAUSE: Duration = Duration::from_millis(20);

/// What one client met.
#[derive(Default)]
pub(crate) struct Record {
    /// What was answered 201: path and body.
    pub(crate) written: BTreeMap<String, String>,
    /// Requests that were sent on a connection that stood and had no answer, or another than success.
    pub(crate) unanswered: Vec<String>,
}

/// Writes and reads until it is over.
pub(crate) fn work(number: usize, balancer: &Balancer, token: &str, over: &AtomicBool) -> Record {
    let mut record = Record::default();
    let mut open: Option<(SocketAddr, Connection)> = None;
    let mut last: Option<String> = None;
    let mut count = 0;
    while !over.load(Ordering::SeqCst) {
        if number % 2 == 1 {
            thread::sleep(PAUSE);
        }
        let (address, mut connection) = open.take().unwrap_or_else(|| connect(balancer));
        count += 1;
        let body = flag(&format!("{number}-{count}"));
        let asked = match &last {
            None => connection.ask("POST", "/fhir/Flag", token, Some(&body)),
            Some(path) => connection.ask("GET", path, token, None),
        };
        let reply = match asked {
            Ok(reply) if (reply.status == 201 && last.is_none()) || (reply.status == 200 && last.is_some()) => reply,
            Ok(reply) => {
                record.unanswered.push(format!("request {count} at {address}: {} {}", reply.status, reply.body));
                last = None;
                continue;
            }
            Err(error) => {
                record.unanswered.push(format!("request {count} at {address}: {error}"));
                last = None;
                continue;
            }
        };
        balancer.count(address);
        last = if let Some(path) = last {
            assert_eq!(record.written.get(&path), Some(&reply.body), "{path}");
            None
        } else {
            let path = reply.location.expect("a location");
            record.written.insert(path.clone(), reply.body);
            Some(path)
        };
        open = (!reply.closes && count % KEPT != 0).then_some((address, connection));
    }
    record
}

/// A new connection where somebody is ready; one that is refused was never a request.
fn connect(balancer: &Balancer) -> (SocketAddr, Connection) {
    let deadline = Instant::now() + PATIENCE;
    loop {
        assert!(Instant::now() < deadline, "nobody was ready for {PATIENCE:?}");
        match balancer.next().map(|address| (address, Connection::open(address))) {
            Some((address, Ok(connection))) => return (address, connection),
            _ => thread::sleep(Duration::from_millis(5)),
        }
    }
}
