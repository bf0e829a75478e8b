//! Named leases: of several replicas on one database, one does what only one shall do.
//!
//! The ground for what comes later: the clock that watches deadlines, the sender of subscriptions. Nothing takes a lease yet;
//! delivery needs none, because every event in the outbox is lent out by itself ([`Session::outbox_lease`]).

use crate::connection::on;
use crate::error::StoreError;
use crate::schema::lease;
use crate::session::Session;
use diesel::prelude::*;
use diesel::query_dsl::methods;
use varde_fhir::Micros;

impl Session<'_> {
    /// Takes the lease, or renews one's own: whether it is `holder`'s until `until`. It is free when nobody holds it and when
    /// the last holder's time is up, that is from its `until` on. Only inside [`crate::Store::write`].
    ///
    /// `holder` is a name no other process has, e.g. an id drawn at its start. Instants are UTC microseconds by the callers'
    /// clocks, which may differ: a lease should last much longer than clocks are apart. A holder that was held up may find that
    /// another has taken over; who renews in the very [`crate::Store::write`] that does the work cannot be overtaken within it.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn take_lease(&mut self, name: &str, holder: &str, now: Micros, until: Micros) -> Result<bool, StoreError> {
        let row = (lease::name.eq(name), lease::holder.eq(holder), lease::until.eq(until));
        let terms = (lease::holder.eq(holder), lease::until.eq(until));
        let put = diesel::insert_into(lease::table).values(row).on_conflict(lease::name).do_update().set(terms);
        let take = methods::FilterDsl::filter(put, lease::holder.eq(holder).or(lease::until.le(now)));
        let taken = on!(&mut *self.connection, c => take.execute(c))?;
        Ok(taken == 1)
    }

    /// Gives the lease back before its time, so that another need not wait; nothing when it is not `holder`'s any more. Only
    /// inside [`crate::Store::write`].
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn give_back(&mut self, name: &str, holder: &str) -> Result<(), StoreError> {
        on!(&mut *self.connection, c => diesel::delete(lease::table)
            .filter(lease::name.eq(name))
            .filter(lease::holder.eq(holder))
            .execute(c))?;
        Ok(())
    }
}
