//! One file for each thing a caller relies on.

mod answered;
mod audit;
mod chains;
mod changes;
mod claims;
mod grants;
mod include;
mod opening;
mod outbox;
mod pages;
mod past;
mod people;
mod resources;
mod shared_ground;
mod terms;
mod verify;
mod versions;
pub(crate) mod world;
mod writing;
