//! The rules as tables: `(what, case, change) → exactly these violations`, judged through the public API.
//!
//! `cfg(test)` on the modules tells clippy that their helpers are test code too.

#[cfg(test)]
mod appointment;
#[cfg(test)]
mod consent;
#[cfg(test)]
mod fixture;
#[cfg(test)]
mod history;
#[cfg(test)]
mod lookup;
#[cfg(test)]
mod one;
#[cfg(test)]
mod plan;
#[cfg(test)]
mod robust;
#[cfg(test)]
mod withdrawal;
