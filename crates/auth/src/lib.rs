//! Who is calling, and which kinds of act they may do: token → [`Actor`], and the [`policy`] table.
//!
//! Floor 2 of the house; the only crate with `jsonwebtoken`. [`Authenticator::authenticate`] is the one way in: it checks a
//! bearer token of the `HelseID` profile (RFC 9068, RFC 6750) against a configured issuer's keys, or against the built-in
//! development issuer, with the same code. A token gives the *kind* of act; which patients it reaches is decided in the
//! store, starting from [`policy::organisation`].

mod actor;
mod authenticator;
mod bearer;
mod cache;
mod claims;
mod dev;
mod discover;
mod error;
mod identity;
mod keys;
mod personas;
pub mod policy;
mod recall;
mod scopes;
mod settings;
mod token;

pub use actor::{Actor, ActorKind};
pub use authenticator::Authenticator;
pub use dev::{DevIssuer, DevToken, DevTokenRequest};
pub use error::AuthError;
pub use personas::{Persona, personas};
pub use scopes::{ScopeLetter, Scopes};
pub use settings::{Binding, Mode, Settings};
