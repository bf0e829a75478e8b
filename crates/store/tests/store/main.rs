//! The store as its callers see it: the same test bodies on SQLite and, when `VARDE_TEST_POSTGRES` names a server on which
//! databases may be created, on PostgreSQL.

#[cfg(test)]
mod oracle;
#[cfg(test)]
mod suite;
