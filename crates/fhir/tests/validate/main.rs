//! What a client that sends a broken resource is told: the key and the place of every issue.

#[cfg(test)]
mod check;
#[cfg(test)]
mod meaning;
#[cfg(test)]
mod properties;
#[cfg(test)]
mod structure;
