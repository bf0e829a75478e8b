//! What ends the demo early.

/// A step that misbehaved, in words for whoever runs the demo.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Misstep {
    /// Varde could not be reached, or did not answer.
    #[error("no answer from {url}: {cause}")]
    Unreachable { url: String, cause: reqwest::Error },
    /// An answer other than the story asks for.
    #[error("{request}: {problem}")]
    Unexpected { request: String, problem: String },
    /// The terminal went away.
    #[error("cannot print: {0}")]
    Print(#[from] std::io::Error),
}
