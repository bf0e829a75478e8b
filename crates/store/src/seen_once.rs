//! What must be taken once by all replicas together: the id of a proof or of a token (`jti`, RFC 9449 §11.1, RFC 7523 §3).
//!
//! The ground for what comes later: `DPoP`. Nothing asks yet.

use crate::connection::on;
use crate::error::StoreError;
use crate::schema::seen_once;
use crate::session::Session;
use crate::text::sha256_hex;
use diesel::prelude::*;
use diesel::query_dsl::methods;
use varde_fhir::Micros;

/// How many rows whose time is up one call removes: more than it adds, few enough to be nobody's wait.
const REMOVED: i64 = 16;

impl Session<'_> {
    /// Whether this key of this kind is seen for the first time; from now until `until` it is not any more, whichever replica
    /// asks. Of the key a hash is kept. Rows whose time is up go, a few with each call. Only inside [`crate::Store::write`],
    /// whose `Err` makes the key unseen again.
    ///
    /// Instants are UTC microseconds; `until` is when the key would be refused for another reason, e.g. the token's end and the
    /// allowed difference between clocks.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn first_seen(&mut self, kind: &str, key: &str, now: Micros, until: Micros) -> Result<bool, StoreError> {
        // Kinds hold no NUL, so that no two pairs are written alike.
        let hash = sha256_hex(&[kind.as_bytes(), &[0], key.as_bytes()]);
        let row = (seen_once::key_hash.eq(hash), seen_once::kind.eq(kind), seen_once::until.eq(until));
        let put = diesel::insert_into(seen_once::table).values(row).on_conflict(seen_once::key_hash);
        let see = methods::FilterDsl::filter(put.do_update().set(seen_once::until.eq(until)), seen_once::until.le(now));
        let first = on!(&mut *self.connection, c => see.execute(c))?;
        self.forget_seen(now)?;
        Ok(first == 1)
    }

    fn forget_seen(&mut self, now: Micros) -> Result<(), StoreError> {
        let over: Vec<String> = on!(&mut *self.connection, c => seen_once::table
            .filter(seen_once::until.le(now))
            .order(seen_once::until)
            .limit(REMOVED)
            .select(seen_once::key_hash)
            .load(c))?;
        if !over.is_empty() {
            on!(&mut *self.connection, c => diesel::delete(seen_once::table)
                .filter(seen_once::key_hash.eq_any(&over))
                .execute(c))?;
        }
        Ok(())
    }
}
