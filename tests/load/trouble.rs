//! What went wrong, in words for whoever runs the tool.

use std::fmt;

/// A failure that ends the run.
#[derive(Debug)]
pub(crate) struct Trouble(String);

/// The result of everything here that can fail.
pub(crate) type Outcome<T> = Result<T, Trouble>;

impl Trouble {
    /// A failure, told.
    pub(crate) fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Says what was being done when it failed.
pub(crate) trait Doing<T> {
    /// The value, or the failure with what was being done before it.
    fn doing(self, what: &str) -> Outcome<T>;
}

impl<T, E: fmt::Display> Doing<T> for Result<T, E> {
    fn doing(self, what: &str) -> Outcome<T> {
        self.map_err(|error| Trouble(format!("{what}: {error}")))
    }
}

impl<T> Doing<T> for Option<T> {
    fn doing(self, what: &str) -> Outcome<T> {
        self.ok_or_else(|| Trouble(what.to_owned()))
    }
}
