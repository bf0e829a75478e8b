//! The ceilings on PostgreSQL, through tokio-postgres: prepared statements, requests on one connection sent without waiting for each
//! other's answers.

use super::group::{self, Door};
use crate::database::{connect, told};
use crate::trouble::{Doing, Outcome};
use crate::wire::FHIR;
use actix_web::{HttpResponse, web};
use std::cell::Cell;
use tokio::sync::OnceCell;
use tokio_postgres::{Client, Statement};

/// A worker's connections, made when the first request comes.
struct Readers {
    url: String,
    count: usize,
    open: OnceCell<Vec<(Client, Statement)>>,
    next: Cell<usize>,
}

/// Adds `GET /select/{id}` on so many connections a worker.
pub(super) fn select(config: &mut web::ServiceConfig, url: &str, count: usize) {
    let readers = Readers { url: url.to_owned(), count, open: OnceCell::new(), next: Cell::new(0) };
    config.app_data(web::Data::new(readers));
    config.route("/select/{id}", web::get().to(answer));
}

impl Readers {
    async fn select(&self, id: &str) -> Outcome<Vec<u8>> {
        let open = self.open.get_or_try_init(|| self.open()).await?;
        let next = self.next.replace(self.next.get().wrapping_add(1));
        let (client, statement) = open.get(next % self.count.max(1)).doing("no connection")?;
        let row = client.query_one(statement, &[&id]).await.map_err(|error| told(&error))?;
        row.try_get(0).map_err(|error| told(&error))
    }

    async fn open(&self) -> Outcome<Vec<(Client, Statement)>> {
        let mut open = Vec::new();
        for _ in 0..self.count {
            let client = connect(&self.url).await?;
            let query = "SELECT body FROM resource WHERE rtype = 'CareTeam' AND id = $1";
            let statement = client.prepare(query).await.map_err(|error| told(&error))?;
            open.push((client, statement));
        }
        Ok(open)
    }
}

async fn answer(id: web::Path<String>, readers: web::Data<Readers>) -> HttpResponse {
    match readers.select(&id).await {
        Ok(body) => HttpResponse::Ok().content_type(FHIR).body(body),
        Err(_) => HttpResponse::InternalServerError().finish(),
    }
}

/// The writer of the grouped insert: one statement for each group, which commits by itself.
pub(super) fn writer(url: &str) -> Outcome<Door> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().doing("a runtime")?;
    let (client, statement) = runtime.block_on(async {
        let client = connect(url).await?;
        let table = "CREATE TABLE IF NOT EXISTS load_insert (id TEXT PRIMARY KEY, body BYTEA NOT NULL)";
        client.batch_execute(table).await.map_err(|error| told(&error))?;
        let insert = "INSERT INTO load_insert (id, body) SELECT * FROM unnest($1::text[], $2::bytea[])";
        let statement = client.prepare(insert).await.map_err(|error| told(&error))?;
        Outcome::Ok((client, statement))
    })?;
    group::start(move |rows| {
        let ids: Vec<&str> = rows.iter().map(|(id, _)| id.as_str()).collect();
        let bodies: Vec<&[u8]> = rows.iter().map(|(_, body)| body.as_ref()).collect();
        runtime.block_on(client.execute(&statement, &[&ids, &bodies])).is_ok()
    })
}
