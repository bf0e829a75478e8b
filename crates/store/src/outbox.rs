//! The outbox: what the world must still be told, written in the transaction that makes it true and delivered afterwards, at
//! least once.

use crate::connection::on;
use crate::error::StoreError;
use crate::schema::outbox;
use crate::session::Session;
use crate::sql::Sql;
use crate::text::clean;
use crate::visible::open;
use diesel::prelude::*;
use varde_fhir::Micros;

/// Something an organisation is to be told. Carries no personal data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutboxEvent {
    /// When it happened, UTC microseconds.
    pub at: Micros,
    /// What: `task-assigned`, `task-changed`, `team-changed`, `plan-changed`, `consent-changed`, `access-ended`.
    pub kind: String,
    /// The organisation (orgnr) that is to know.
    pub organisation: String,
    /// The resource it is about, as `Type/id`.
    pub focus: String,
}

/// An event on loan to a deliverer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Leased {
    /// Its number, for [`Session::outbox_done`].
    pub id: i64,
    /// How many times it has been lent, this time included.
    pub attempts: i64,
    /// The event.
    pub event: OutboxEvent,
}

impl Session<'_> {
    /// Adds an event, due at once.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn outbox_push(&mut self, event: &OutboxEvent) -> Result<(), StoreError> {
        let row = (
            outbox::at.eq(event.at),
            outbox::kind.eq(&event.kind),
            outbox::organisation.eq(&event.organisation),
            outbox::focus.eq(&event.focus),
            outbox::due.eq(event.at),
            outbox::attempts.eq(0),
        );
        on!(&mut *self.connection, c => diesel::insert_into(outbox::table).values(row).execute(c))?;
        Ok(())
    }

    /// Adds events, due at once, as far as others may hear of the resources they are about: neither the resource nor its owner's
    /// Patient of the same person is labelled `R` or `V` (docs/decisions/0007).
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn outbox_tell(&mut self, events: &[OutboxEvent]) -> Result<(), StoreError> {
        if events.is_empty() {
            return Ok(());
        }
        let rows = events.iter().map(|event| {
            let (rtype, id) = event.focus.split_once('/').unwrap_or_default();
            [&event.at.to_string(), &event.kind, &event.organisation, rtype, id].map(clean)
        });
        let mut sql = Sql::new();
        sql.push(
            "INSERT INTO outbox (at, kind, organisation, focus, due, attempts) SELECT CAST(e.at AS BIGINT), e.kind, \
             e.organisation, e.rtype || '/' || e.id, CAST(e.at AS BIGINT), 0 FROM ",
        );
        sql.rows("e", ["at", "kind", "organisation", "rtype", "id"], rows);
        sql.push(" CROSS JOIN resource r WHERE r.rtype = e.rtype AND r.id = e.id AND ");
        open(&mut sql, "r");
        sql.run(self.connection)
    }

    /// Whether any event is due: a look that needs no turn in the writer.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn outbox_waits(&mut self, now: Micros) -> Result<bool, StoreError> {
        let first = on!(&mut *self.connection, c => outbox::table
            .filter(outbox::due.le(now))
            .select(outbox::id)
            .first::<i64>(c)
            .optional())?;
        Ok(first.is_some())
    }

    /// Lends out up to `limit` events that are due, oldest first; nobody else gets them before `until`. Only inside
    /// [`crate::Store::write`].
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn outbox_lease(&mut self, now: Micros, until: Micros, limit: i64) -> Result<Vec<Leased>, StoreError> {
        type Row = (i64, i64, i64, String, String, String);
        let rows: Vec<Row> = on!(&mut *self.connection, c => outbox::table
            .filter(outbox::due.le(now))
            .order((outbox::due, outbox::id))
            .limit(limit)
            .select((outbox::id, outbox::attempts, outbox::at, outbox::kind, outbox::organisation, outbox::focus))
            .load::<Row>(c))?;
        let ids: Vec<i64> = rows.iter().map(|row| row.0).collect();
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        on!(&mut *self.connection, c => diesel::update(outbox::table)
            .filter(outbox::id.eq_any(&ids))
            .set((outbox::due.eq(until), outbox::attempts.eq(outbox::attempts + 1)))
            .execute(c))?;
        let lend = |(id, attempts, at, kind, organisation, focus)| Leased {
            id,
            attempts: attempts + 1,
            event: OutboxEvent { at, kind, organisation, focus },
        };
        Ok(rows.into_iter().map(lend).collect())
    }

    /// Removes an event that was delivered.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn outbox_done(&mut self, id: i64) -> Result<(), StoreError> {
        on!(&mut *self.connection, c => diesel::delete(outbox::table.find(id)).execute(c))?;
        Ok(())
    }

    /// Makes an event that was not delivered due again at `at`; nothing when it has been lent to somebody else since, whose time
    /// it then is.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn outbox_retry(&mut self, leased: &Leased, at: Micros) -> Result<(), StoreError> {
        on!(&mut *self.connection, c => diesel::update(outbox::table.find(leased.id))
            .filter(outbox::attempts.eq(leased.attempts))
            .set(outbox::due.eq(at))
            .execute(c))?;
        Ok(())
    }
}
