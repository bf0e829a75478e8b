//! The ceilings on SQLite, through diesel, with the settings of Varde's own connections.

use super::group::{self, Door};
use crate::trouble::{Doing, Outcome};
use crate::wire::FHIR;
use actix_web::{HttpResponse, web};
use diesel::connection::SimpleConnection as _;
use diesel::prelude::*;
use diesel::result::QueryResult;
use std::cell::RefCell;
use std::sync::{Mutex, PoisonError};

diesel::table! {
    resource (pk) {
        pk -> BigInt,
        rtype -> Text,
        id -> Text,
        body -> Binary,
    }
}

diesel::table! {
    load_insert (id) {
        id -> Text,
        body -> Binary,
    }
}

fn connect(path: &str) -> ConnectionResult<SqliteConnection> {
    let mut connection = SqliteConnection::establish(path)?;
    let settings = "PRAGMA busy_timeout = 10000; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; \
                    PRAGMA foreign_keys = ON; PRAGMA temp_store = MEMORY;";
    connection.batch_execute(settings).map_err(ConnectionError::CouldntSetupConfiguration)?;
    Ok(connection)
}

/// The query, which diesel prepares once for each connection. Without `first`: SQLite prepares a statement with a bound LIMIT anew for
/// each value.
fn select(connection: &mut SqliteConnection, id: &str) -> QueryResult<Vec<u8>> {
    resource::table
        .filter(resource::rtype.eq("CareTeam"))
        .filter(resource::id.eq(id))
        .select(resource::body)
        .get_result(connection)
}

fn answer(found: QueryResult<Vec<u8>>) -> HttpResponse {
    match found {
        Ok(body) => HttpResponse::Ok().content_type(FHIR).body(body),
        Err(_) => HttpResponse::InternalServerError().finish(),
    }
}

/// A worker's own connection.
pub(super) struct Own(RefCell<Option<SqliteConnection>>);

impl Own {
    /// Connects; a worker that cannot answers 500.
    pub(super) fn new(path: &str) -> Self {
        Self(RefCell::new(connect(path).ok()))
    }
}

/// `GET /select/{id}` in the worker itself.
pub(super) async fn inline(id: web::Path<String>, own: web::Data<Own>) -> HttpResponse {
    let mut own = own.0.borrow_mut();
    answer(own.as_mut().map_or(Err(diesel::NotFound), |connection| select(connection, &id)))
}

/// Connections that nobody uses just now.
pub(super) struct Pool {
    path: String,
    idle: Mutex<Vec<SqliteConnection>>,
}

impl Pool {
    /// A pool of connections, made when they are needed.
    pub(super) fn new(path: &str) -> Self {
        Self { path: path.to_owned(), idle: Mutex::new(Vec::new()) }
    }

    fn select(&self, id: &str) -> QueryResult<Vec<u8>> {
        let idle = || self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        let free = idle().pop();
        let connection = free.map_or_else(|| connect(&self.path), Ok);
        let mut connection = connection.map_err(|_| diesel::NotFound)?;
        let found = select(&mut connection, id);
        idle().push(connection);
        found
    }
}

/// `GET /select/{id}` on a blocking thread.
pub(super) async fn pooled(id: web::Path<String>, pool: web::Data<Pool>) -> HttpResponse {
    answer(web::block(move || pool.select(&id)).await.unwrap_or(Err(diesel::NotFound)))
}

/// The writer of the grouped insert.
pub(super) fn writer(path: &str) -> Outcome<Door> {
    let mut connection = connect(path).doing("connecting")?;
    let table = "CREATE TABLE IF NOT EXISTS load_insert (id TEXT PRIMARY KEY NOT NULL, body BLOB NOT NULL)";
    connection.batch_execute(table).doing("making a table")?;
    group::start(move |rows| {
        let stored = connection.immediate_transaction(|connection| {
            for (id, body) in rows {
                let row = (load_insert::id.eq(id), load_insert::body.eq(body.as_ref()));
                diesel::insert_into(load_insert::table).values(row).execute(connection)?;
            }
            QueryResult::Ok(())
        });
        stored.is_ok()
    })
}
