//! What was answered to a request with an `Idempotency-Key`: kept with what the request wrote, so that the same request is answered
//! the same and done once, whichever replica it comes to.

use crate::connection::on;
use crate::error::StoreError;
use crate::schema::idempotency;
use crate::session::Session;
use crate::text::sha256_hex;
use diesel::prelude::*;
use varde_fhir::Micros;

/// How many rows whose time is up one call removes: more than it adds, few enough to be nobody's wait.
const REMOVED: i64 = 16;

/// An answer that is kept.
#[derive(Clone, Debug, PartialEq, Eq, Insertable, Queryable, Selectable)]
#[diesel(table_name = idempotency)]
pub struct Kept {
    /// Of what was asked: a hash.
    pub request_hash: String,
    /// The HTTP status.
    pub status: i64,
    /// The version answered.
    pub etag: Option<String>,
    /// When that version was made.
    pub last_modified: Option<Micros>,
    /// Where it stands.
    pub location: Option<String>,
    /// Its type.
    pub rtype: Option<String>,
    /// What the answer showed, as the caller wrote it.
    pub trace: String,
    /// The body.
    pub body: Option<Vec<u8>>,
}

impl Session<'_> {
    /// What was answered to this key of this caller, unless its time is up.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn answered(&mut self, key: &[&str], now: Micros) -> Result<Option<Kept>, StoreError> {
        let found = on!(&mut *self.connection, c => idempotency::table
            .filter(idempotency::key_hash.eq(hash(key)))
            .filter(idempotency::until.gt(now))
            .select(Kept::as_select())
            .get_result(c)
            .optional())?;
        Ok(found)
    }

    /// Keeps an answer until then; some whose time is up go. Only inside [`crate::Store::write`], with what was answered for.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn keep_answer(&mut self, key: &[&str], kept: Kept, now: Micros, until: Micros) -> Result<(), StoreError> {
        let mut over: Vec<String> = on!(&mut *self.connection, c => idempotency::table
            .filter(idempotency::until.le(now))
            .order(idempotency::until)
            .limit(REMOVED)
            .select(idempotency::key_hash)
            .load(c))?;
        over.push(hash(key));
        on!(&mut *self.connection, c => diesel::delete(idempotency::table)
            .filter(idempotency::key_hash.eq_any(&over))
            .execute(c))?;
        let row = (idempotency::key_hash.eq(hash(key)), idempotency::until.eq(until), kept);
        on!(&mut *self.connection, c => diesel::insert_into(idempotency::table).values(row).execute(c))?;
        Ok(())
    }
}

/// Parts hold no NUL, so that no two keys are written alike.
fn hash(key: &[&str]) -> String {
    let parts: Vec<&[u8]> = key.iter().flat_map(|part| [part.as_bytes(), &[0]]).collect();
    sha256_hex(&parts)
}
