//! Every interaction and operation, framework-free: [`Service::begin`] authenticates, authorises, runs and audits.
//! The only writer.
//!
//! Floor 3 of the house. [`call`](Call) comes in, [`Reply`] goes out; `interactions/*` and `operations/*` hold one verb a
//! file; `session` stages changes and `commit` judges and writes them, all or nothing.

mod admit;
mod answer;
mod audit;
mod call;
mod closing;
mod commit;
mod consents;
mod context;
mod cursor;
mod directory;
mod ending;
mod fault;
mod grants;
mod integrity;
mod interactions;
mod known;
mod look;
mod lookup;
mod once;
mod operations;
mod ownership;
mod pages;
mod part;
mod pending;
mod person;
mod published;
mod ready;
mod references;
mod reply;
mod roles;
mod run;
mod service;
mod session;
mod some_members;
mod stamp;
mod url;
mod validating;
mod write;

pub use call::{Call, Guard, Idempotency, Past, PatchFormat, Place, Prefer, Refusal, Request, Return};
pub use closing::ReadAudit;
pub use look::Look;
pub use pending::Pending;
pub use reply::Reply;
pub use service::{Begun, Service, Settings};
pub use varde_store::WriterCounts;
