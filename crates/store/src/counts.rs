//! `counts`: how many rows each table has. Tests prove "nothing was stored" with it.

use crate::error::StoreError;
use crate::schema::TABLES;
use crate::session::Session;
use crate::sql::Sql;

impl Session<'_> {
    /// Every table and the number of its rows, by name.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn counts(&mut self) -> Result<Vec<(String, i64)>, StoreError> {
        let mut counts = Vec::with_capacity(TABLES.len());
        for table in TABLES {
            let mut sql = Sql::new();
            sql.push("SELECT count(*) AS number FROM ").push(table);
            counts.push((table.to_owned(), sql.load_number(self.connection)?));
        }
        Ok(counts)
    }
}
