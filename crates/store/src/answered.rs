//! What was answered to a write that its caller may send again, for as long as it is remembered: `Idempotency-Key`
//! (docs/decisions/0040). Read and written in the transaction of the write itself, so that of many who bring one key one writes.

use crate::connection::on;
use crate::error::StoreError;
use crate::schema::answered;
use crate::session::Session;
use crate::sql::{Number, Sql};
use crate::text::clean;
use crate::visible::{View, visible_even_deleted};
use diesel::prelude::*;
use std::collections::BTreeSet;
use varde_fhir::{Micros, ResourceKey};

/// How many answers whose time is up go with each that is kept: more than one, so that they become fewer; few enough to be
/// nobody's wait.
const REMOVED: i64 = 16;

/// An answer, as it was given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answered {
    /// The hash of the request.
    pub request_hash: String,
    /// Whatever the service needs to give it again, apart from the body.
    pub head: String,
    /// The body.
    pub body: Option<Vec<u8>>,
}

impl Session<'_> {
    /// What was answered to the request with this key, unless its time is up. `key_hash` is over the caller and the key.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn answered(&mut self, key_hash: &str, now: Micros) -> Result<Option<Answered>, StoreError> {
        let row = on!(&mut *self.connection, c => answered::table
            .filter(answered::key_hash.eq(key_hash))
            .filter(answered::until.gt(now))
            .select((answered::request_hash, answered::head, answered::body))
            .get_result::<(String, String, Option<Vec<u8>>)>(c)
            .optional())?;
        Ok(row.map(|(request_hash, head, body)| Answered { request_hash, head, body }))
    }

    /// Keeps an answer until `until`, in the place of one whose time is up; some others whose time is up go. Only inside
    /// [`crate::Store::write`].
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn keep_answer(
        &mut self,
        key_hash: &str,
        answer: &Answered,
        now: Micros,
        until: Micros,
    ) -> Result<(), StoreError> {
        self.forget_answers(now)?;
        let row = (
            answered::key_hash.eq(key_hash),
            answered::request_hash.eq(&answer.request_hash),
            answered::until.eq(until),
            answered::head.eq(clean(&answer.head)),
            answered::body.eq(answer.body.as_deref()),
        );
        let terms = (
            answered::request_hash.eq(&answer.request_hash),
            answered::until.eq(until),
            answered::head.eq(clean(&answer.head)),
            answered::body.eq(answer.body.as_deref()),
        );
        let put =
            diesel::insert_into(answered::table).values(row).on_conflict(answered::key_hash).do_update().set(terms);
        on!(&mut *self.connection, c => put.execute(c))?;
        Ok(())
    }

    /// Whether there is an answer whose time is up.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn answers_are_over(&mut self, now: Micros) -> Result<bool, StoreError> {
        let mut sql = Sql::new();
        sql.push("SELECT until AS number FROM answered WHERE until <= ").number(now).limit(1);
        Ok(!sql.load::<Number>(self.connection)?.is_empty())
    }

    /// Removes answers whose time is up, a bounded number of them, the oldest first. Only inside [`crate::Store::write`].
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn forget_answers(&mut self, now: Micros) -> Result<(), StoreError> {
        let mut sql = Sql::new();
        sql.push("DELETE FROM answered WHERE key_hash IN (SELECT key_hash FROM answered WHERE until <= ").number(now);
        sql.push(" ORDER BY until").limit(REMOVED).push(")");
        sql.run(self.connection)
    }

    /// Whether `view` may see every one of these now, deleted ones included as [`Session::get_visible`] tells them. One statement.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn all_visible(&mut self, keys: &BTreeSet<ResourceKey>, view: &View) -> Result<bool, StoreError> {
        if keys.is_empty() {
            return Ok(true);
        }
        let mut sql = Sql::new();
        sql.push("SELECT count(*) AS number FROM ");
        sql.rows("asked", ["rtype", "id"], keys.iter().map(|key| [key.rtype.to_string(), clean(key.id.as_str())]));
        sql.push(" JOIN resource r ON r.rtype = asked.rtype AND r.id = asked.id WHERE ");
        visible_even_deleted(&mut sql, "r", view);
        let seen = sql.load_number(self.connection)?;
        Ok(usize::try_from(seen).is_ok_and(|seen| seen == keys.len()))
    }
}
