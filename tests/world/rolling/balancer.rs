//! The least a load balancer does: it asks every process again and again whether it is ready, and sends new connections in turn
//! to those that are.

use super::connection::Connection;
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

/// How often readiness is asked for.
const EVERY: Duration = Duration::from_millis(20);

/// A balancer.
#[derive(Default)]
pub(crate) struct Balancer {
    /// Each process, and whether it was ready when last asked.
    known: Mutex<BTreeMap<SocketAddr, bool>>,
    served: Mutex<BTreeMap<SocketAddr, usize>>,
    turn: AtomicUsize,
}

impl Balancer {
    /// A process that has been started; it is asked before anybody is sent there.
    pub(crate) fn add(&self, address: SocketAddr) {
        self.known.lock().expect("the list").insert(address, is_ready(address));
    }

    /// A process that has ended.
    pub(crate) fn remove(&self, address: SocketAddr) {
        self.known.lock().expect("the list").remove(&address);
    }

    /// Asks all of them again and again.
    pub(crate) fn watch(&self, over: &AtomicBool) {
        while !over.load(Ordering::SeqCst) {
            let known: Vec<SocketAddr> = self.known.lock().expect("the list").keys().copied().collect();
            for address in known {
                let ready = is_ready(address);
                if let Some(entry) = self.known.lock().expect("the list").get_mut(&address) {
                    *entry = ready;
                }
            }
            thread::sleep(EVERY);
        }
    }

    /// Where the next connection goes; `None` when nobody is ready.
    pub(crate) fn next(&self) -> Option<SocketAddr> {
        let known = self.known.lock().expect("the list");
        let ready: Vec<&SocketAddr> = known.iter().filter(|(_, ready)| **ready).map(|(address, _)| address).collect();
        ready.get(self.turn.fetch_add(1, Ordering::SeqCst) % ready.len().max(1)).map(|address| **address)
    }

    /// Counts an answer.
    pub(crate) fn count(&self, address: SocketAddr) {
        *self.served.lock().expect("the counts").entry(address).or_default() += 1;
    }

    /// How many answers each process has given.
    pub(crate) fn served(&self) -> BTreeMap<SocketAddr, usize> {
        self.served.lock().expect("the counts").clone()
    }

    /// How many answers there have been.
    pub(crate) fn answered(&self) -> usize {
        self.served().values().sum()
    }
}

fn is_ready(address: SocketAddr) -> bool {
    let asked = Connection::open(address).and_then(|mut connection| connection.ask("GET", "/health/ready", "", None));
    asked.is_ok_and(|answer| answer.status == 200)
}
