//! The index of one resource brought from what is stored to what it is to be: only what differs is written.

use super::insert::insert;
use super::rows::IndexRows;
use crate::connection::{Connection, PgConnection, on};
use crate::error::StoreError;
use crate::schema::{idx_date, idx_reference, idx_text, idx_token, idx_uri};
use crate::session::Session;
use diesel::prelude::*;

impl Session<'_> {
    /// Removes the rows of `stored` that are not in `wanted`, and adds those that are missing. Both are in order.
    pub(crate) fn change_index(&mut self, stored: &IndexRows, wanted: &IndexRows) -> Result<(), StoreError> {
        macro_rules! change {
            ($table:ident, $rows:ident, $($column:ident),+) => {
                for row in stored.$rows.iter().filter(|row| wanted.$rows.binary_search(row).is_err()) {
                    on!(&mut *self.connection, c => diesel::delete($table::table)
                        $(.filter($table::$column.eq(&row.$column)))+
                        .execute(c))?;
                }
                let missing = wanted.$rows.iter().filter(|row| stored.$rows.binary_search(row).is_err());
                match &mut *self.connection {
                    Connection::Sqlite(c) => insert(c, &missing.collect::<Vec<_>>())?,
                    Connection::Postgres(c) => {
                        let c: &mut PgConnection = c;
                        for row in missing {
                            diesel::insert_into($table::table).values(row).execute(c)?;
                        }
                    }
                }
            };
        }
        change!(idx_token, tokens, resource, rtype, param, system, code);
        change!(idx_reference, references, resource, rtype, param, target_type, target_id, system, value, person);
        change!(idx_date, dates, resource, rtype, param, low, high);
        change!(idx_text, texts, resource, rtype, param, head, folded, exact);
        change!(idx_uri, uris, resource, rtype, param, value);
        Ok(())
    }
}
