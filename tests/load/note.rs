//! A word on standard error about what is being done: the whole takes many minutes.

use std::io::Write as _;

/// Says it; nobody may be listening.
pub(crate) fn note(text: &str) {
    let _ = writeln!(std::io::stderr(), "varde-load: {text}");
}
