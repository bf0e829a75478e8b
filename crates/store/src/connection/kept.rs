//! A connection that keeps its prepared statements, as many as are good for it: diesel's own cache knows no bound, and what a
//! search may ask for has more shapes than anybody should remember.

use diesel::Connection;
use diesel::connection::CacheSize;
use std::collections::HashSet;
use std::ops::{Deref, DerefMut};

/// How many different texts are kept; when one more comes, all are forgotten, and those in use are soon there again.
const MOST: usize = 256;

/// A connection, and which texts it has prepared.
pub(crate) struct Kept<C> {
    connection: C,
    texts: HashSet<u64>,
}

impl<C: Connection> Kept<C> {
    /// Notes that a statement with this text is about to be prepared and kept.
    pub(crate) fn keep(&mut self, text: &str) {
        let text = mixed(text);
        if self.texts.contains(&text) {
            return;
        }
        if self.texts.len() >= MOST {
            self.texts.clear();
            self.connection.set_prepared_statement_cache_size(CacheSize::Disabled);
            self.connection.set_prepared_statement_cache_size(CacheSize::Unbounded);
        }
        self.texts.insert(text);
    }
}

/// A hash that takes eight bytes at a time: the texts are long and looked up often, and nobody gains by two that are taken for one.
fn mixed(text: &str) -> u64 {
    let mix = |hash: u64, word: u64| (hash.rotate_left(5) ^ word).wrapping_mul(0x517c_c1b7_2722_0a95);
    let (words, rest) = text.as_bytes().as_chunks::<8>();
    let hash = words.iter().fold(0, |hash, word| mix(hash, u64::from_le_bytes(*word)));
    rest.iter().fold(hash, |hash, byte| mix(hash, u64::from(*byte)))
}

impl<C> From<C> for Kept<C> {
    fn from(connection: C) -> Self {
        Self { connection, texts: HashSet::new() }
    }
}

impl<C> Deref for Kept<C> {
    type Target = C;

    fn deref(&self) -> &C {
        &self.connection
    }
}

impl<C> DerefMut for Kept<C> {
    fn deref_mut(&mut self) -> &mut C {
        &mut self.connection
    }
}

#[cfg(test)]
mod tests {
    use super::{Kept, MOST};
    use diesel::prelude::*;
    use diesel::sql_types::BigInt;

    #[derive(QueryableByName)]
    struct Answer {
        #[diesel(sql_type = BigInt)]
        answer: i64,
    }

    #[test]
    fn any_number_of_texts_is_answered_and_a_bounded_number_kept() {
        let mut kept = Kept::from(SqliteConnection::establish(":memory:").unwrap());
        for number in 0..3 * MOST {
            let text = format!("SELECT {number} AS answer");
            kept.keep(&text);
            kept.keep(&text);
            let answer: Answer = diesel::sql_query(text).get_result(&mut *kept).unwrap();
            assert_eq!(usize::try_from(answer.answer).unwrap(), number);
            assert!(kept.texts.len() <= MOST);
        }
    }
}
