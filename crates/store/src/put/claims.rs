//! Business-unique keys: the database itself holds "one koordinator", "one individual plan", "one resource for a business
//! identifier", beside the rules.

use crate::connection::on;
use crate::error::StoreError;
use crate::schema::{claim, resource};
use crate::session::Session;
use crate::text::key as capped;
use diesel::prelude::*;
use std::collections::BTreeMap;

impl Session<'_> {
    /// Errs when another resource than `own` holds one of these. Under the writer's lock the answer stays true.
    pub(crate) fn refuse_claimed(&mut self, own: Option<i64>, claims: &[String]) -> Result<(), StoreError> {
        if claims.is_empty() {
            return Ok(());
        }
        let asked: BTreeMap<String, &String> = claims.iter().map(|claim| (capped(claim), claim)).collect();
        let held = on!(&mut *self.connection, c => claim::table
            .inner_join(resource::table.on(resource::pk.eq(claim::resource)))
            .filter(claim::key.eq_any(asked.keys()))
            .filter(claim::resource.ne(own.unwrap_or(0)))
            .order(claim::key)
            .select((claim::key, resource::rtype, resource::id))
            .first::<(String, String, String)>(c)
            .optional())?;
        held.map_or(Ok(()), |(held, rtype, id)| {
            let claim = asked.get(&held).map_or(held, |claim| (*claim).clone());
            Err(StoreError::Claimed { claim, holder: format!("{rtype}/{id}") })
        })
    }

    /// Adds a resource's claims.
    pub(crate) fn add_claims(&mut self, pk: i64, claims: &[String]) -> Result<(), StoreError> {
        let mut claims: Vec<String> = claims.iter().map(|claim| capped(claim)).collect();
        claims.sort_unstable();
        claims.dedup();
        for text in claims {
            let row = (claim::key.eq(text), claim::resource.eq(pk));
            on!(&mut *self.connection, c => diesel::insert_into(claim::table).values(row).execute(c))?;
        }
        Ok(())
    }

    /// Removes a resource's claims.
    pub(crate) fn clear_claims(&mut self, pk: i64) -> Result<(), StoreError> {
        on!(&mut *self.connection, c => diesel::delete(claim::table).filter(claim::resource.eq(pk)).execute(c))?;
        Ok(())
    }
}
