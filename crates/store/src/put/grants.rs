//! Grants: which organisation may see which patient's coordination, from when to when, because of which resource.

use crate::connection::on;
use crate::error::StoreError;
use crate::schema::access_grant;
use crate::session::Session;
use diesel::prelude::*;
use varde_fhir::Micros;

/// One reason to see something of a patient's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grant {
    /// The patient's person key.
    pub patient: String,
    /// The organisation (orgnr) that may see.
    pub organisation: String,
    /// `*` (the whole compartment), a type (`CarePlan`) or one resource (`Task/id`).
    pub reach: String,
    /// Why, e.g. `team-member`, `task`, `consent`.
    pub basis: &'static str,
    /// From this instant on, UTC microseconds.
    pub valid_from: Micros,
    /// Until before this instant, UTC microseconds.
    pub valid_to: Micros,
}

impl Session<'_> {
    /// Adds the grants that a resource gives.
    pub(crate) fn add_grants(&mut self, pk: i64, grants: &[Grant]) -> Result<(), StoreError> {
        for (number, grant) in (1_i64..).zip(grants) {
            let row = (
                access_grant::source.eq(pk),
                access_grant::number.eq(number),
                access_grant::patient.eq(&grant.patient),
                access_grant::organisation.eq(&grant.organisation),
                access_grant::reach.eq(&grant.reach),
                access_grant::basis.eq(grant.basis),
                access_grant::valid_from.eq(grant.valid_from),
                access_grant::valid_to.eq(grant.valid_to),
            );
            on!(&mut *self.connection, c => diesel::insert_into(access_grant::table).values(row).execute(c))?;
        }
        Ok(())
    }

    /// Removes the grants that a resource gave.
    pub(crate) fn clear_grants(&mut self, pk: i64) -> Result<(), StoreError> {
        on!(&mut *self.connection, c => diesel::delete(access_grant::table)
            .filter(access_grant::source.eq(pk))
            .execute(c))?;
        Ok(())
    }
}
