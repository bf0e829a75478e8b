//! The memory of Varde: current resources and every version, the search index, business-unique claims, access grants,
//! people, the audit chain, the outbox and the commit sequence, on SQLite and on PostgreSQL 14 or newer.
//!
//! Floor 2 of the house and **the only crate with SQL**. [`Store::read`] gives a closure one consistent snapshot;
//! [`Store::write`] runs a closure in the writer's transaction and returns after the commit. Inside, a [`Session`] has one
//! verb for each thing that may be done, one file for each verb. A body is written once for both databases (`on!` and
//! `Sql`). Nothing here knows HTTP, policy or law.
//!
//! On PostgreSQL a call blocks its thread and drives the connection itself: call it from a thread that may block
//! (`spawn_blocking`, `web::block`), never from within a future.

mod answered;
mod audit;
mod changes;
mod compartment;
mod connection;
mod counts;
mod error;
mod get;
mod history;
mod index;
mod lease;
mod migrate;
mod outbox;
mod person;
#[cfg(test)]
mod plans;
mod pool;
mod put;
mod referrers;
mod reindex;
mod schema;
mod search;
mod secret;
mod seen_once;
mod session;
mod sql;
mod store;
mod stored;
mod text;
mod verify;
mod visible;
mod whose;
mod writer;

pub use answered::Answered;
pub use audit::row::AuditRow;
pub use changes::Change;
pub use compartment::Identified;
pub use error::StoreError;
pub use get::Version;
pub use history::{Made, Past, Reach};
pub use outbox::{Leased, OutboxEvent};
pub use put::{Grant, Put};
pub use search::SearchPage;
pub use session::Session;
pub use store::{Settings, Store};
pub use stored::Stored;
pub use verify::{Finding, VerifyReport};
pub use visible::View;
pub use writer::{Waiting, WriterCounts};
