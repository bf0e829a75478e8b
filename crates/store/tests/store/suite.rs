//! One file for each thing a caller relies on.

mod audit;
mod claims;
mod grants;
mod include;
mod opening;
mod outbox;
mod pages;
mod people;
mod resources;
mod terms;
mod verify;
mod world;
mod writing;
