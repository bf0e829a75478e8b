//! The crate as a stranger sees it: tokens of the development issuer, of a configured issuer on loopback, and the policy.

#[cfg(test)]
mod issuer;
#[cfg(test)]
mod loopback;
#[cfg(test)]
mod policy;
#[cfg(test)]
mod tokens;
#[cfg(test)]
mod world;
