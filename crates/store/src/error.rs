//! What can go wrong in the store. The texts carry no stored value: they may be logged.

use diesel::ConnectionError;
use diesel::result::{DatabaseErrorKind, Error};
use std::fmt;

/// An error of the store.
#[derive(Clone, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// The database cannot be reached, is closing, or did not answer in time: try again later (503).
    #[error("the database is not available: {0}")]
    Unavailable(String),
    /// Too many writes are waiting: try again later (503).
    #[error("too many writes are waiting")]
    Busy,
    /// Another resource holds this business-unique key (409).
    #[error("a business-unique key is already held by {holder}")]
    Claimed {
        /// The key, as it was asked for. Not shown by `Display` or `Debug`: it may be built from an identifier.
        claim: String,
        /// The resource that holds it, as `Type/id`.
        holder: String,
    },
    /// The position of a page does not belong to this search, or no longer leads anywhere (400).
    #[error("the position does not belong to this search")]
    Position,
    /// The database refused a statement: a defect (500).
    #[error("the database refused: {0}")]
    Database(String),
    /// What is stored cannot be read: a defect or damage (500).
    #[error("what is stored is damaged: {0}")]
    Corrupt(String),
}

impl fmt::Debug for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "StoreError({self})")
    }
}

impl From<Error> for StoreError {
    fn from(error: Error) -> Self {
        match &error {
            Error::DatabaseError(kind, information) => {
                let text = information.message().to_owned();
                match kind {
                    DatabaseErrorKind::ClosedConnection
                    | DatabaseErrorKind::UnableToSendCommand
                    | DatabaseErrorKind::SerializationFailure
                    | DatabaseErrorKind::ReadOnlyTransaction => Self::Unavailable(text),
                    _ if passes(&text) => Self::Unavailable(text),
                    _ => Self::Database(text),
                }
            }
            Error::BrokenTransactionManager => Self::Unavailable(error.to_string()),
            Error::DeserializationError(_) => Self::Corrupt(error.to_string()),
            _ => Self::Database(error.to_string()),
        }
    }
}

impl From<ConnectionError> for StoreError {
    fn from(error: ConnectionError) -> Self {
        match error {
            ConnectionError::CouldntSetupConfiguration(error) => error.into(),
            error => Self::Unavailable(error.to_string()),
        }
    }
}

/// Whether an error passes by itself: a lock, a timeout, a full disk, a server that stops or starts. diesel keeps neither
/// SQLite's result code nor PostgreSQL's SQLSTATE, so the (English) message is what there is; another language than English
/// in the server's `lc_messages` turns such a 503 into a 500, nothing more.
fn passes(message: &str) -> bool {
    const PASSING: [&str; 10] = [
        "database is locked",
        "database or disk is full",
        "disk I/O error",
        "canceling statement due to",
        "terminating connection due to",
        "the database system is",
        "too many clients",
        "remaining connection slots",
        "No space left on device",
        "attempt to write a readonly database",
    ];
    PASSING.iter().any(|text| message.contains(text))
}

#[cfg(test)]
mod tests {
    use super::StoreError;

    #[test]
    fn neither_display_nor_debug_shows_a_claim() {
        let error = StoreError::Claimed { claim: "id|13116900216".into(), holder: "CareTeam/1".into() };
        for text in [error.to_string(), format!("{error:?}")] {
            assert!(text.contains("CareTeam/1") && !text.contains("13116900216"), "{text}");
        }
    }
}
