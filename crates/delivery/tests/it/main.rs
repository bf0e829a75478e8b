//! Delivery as a receiver sees it: a real store, a real receiver on loopback.

#[cfg(test)]
mod delivery;
#[cfg(test)]
mod receiver;
#[cfg(test)]
mod world;
