//! Why a setting was refused.

/// A setting that cannot be; the process ends with code 2.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub(crate) enum ConfigError {
    /// The value cannot be read. The value itself is not shown: it may be a secret.
    #[error("{name}: {expected}")]
    Value { name: &'static str, expected: String },
    /// Two settings contradict each other, or one is missing.
    #[error("{0}")]
    Together(String),
    /// A variable nobody knows.
    #[error("{name} is not a setting of Varde; did you mean {nearest}? (varde --help lists them)")]
    Unknown { name: String, nearest: String },
}
