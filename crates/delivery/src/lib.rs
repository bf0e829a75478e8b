//! Takes outbox rows to the world: who is to know that something happened gets a small message that says *that*, never
//! *about whom*. The receiver then reads what it may see, with its own token.
//!
//! Floor 3 of the house, beside the service: reads the directory and the outbox in the store, writes nothing else. At least
//! once, in any order: a message carries the id of its event, so that a receiver can tell a repetition.

mod address;
mod backoff;
mod client;
mod destination;
mod message;
mod sender;
mod settings;
mod worker;

pub use settings::{Mode, Settings};
pub use worker::Worker;
