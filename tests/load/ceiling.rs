//! Ceilings: the least that could possibly answer, as a server in a process of its own like Varde, with the same framework, the
//! same number of workers and the same database. No token, no law, no index, no audit, no log.

mod group;
mod postgres;
mod sqlite;

use crate::trouble::{Doing, Outcome, Trouble};
use crate::wire::FHIR;
use actix_web::{App, HttpResponse, HttpServer, web};
use std::net::SocketAddr;

/// What is served.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ceiling {
    /// `GET /flat`: a body of so many bytes that is always the same.
    Flat(usize),
    /// `GET /select/{id}`: the body of a CareTeam by its id. SQLite: in the worker itself, on its own connection. PostgreSQL: each
    /// worker has one connection, on which statements follow each other without waiting (pipelining).
    SelectInline,
    /// The same. SQLite: on a blocking thread with a connection from a pool. PostgreSQL: each worker has several connections.
    SelectPooled,
    /// `POST /insert`: the body goes into a table of its own, committed together with others that wait, and is answered after
    /// that.
    Insert,
}

impl Ceiling {
    /// The arguments that make this tool serve it.
    pub(crate) fn arguments(self) -> Vec<String> {
        let (name, bytes) = match self {
            Self::Flat(bytes) => ("flat", bytes),
            Self::SelectInline => ("select-inline", 0),
            Self::SelectPooled => ("select-pooled", 0),
            Self::Insert => ("insert", 0),
        };
        vec!["ceiling".to_owned(), name.to_owned(), "--bytes".to_owned(), bytes.to_string()]
    }

    /// What a name and a number of bytes mean.
    pub(crate) fn named(name: &str, bytes: usize) -> Outcome<Self> {
        match name {
            "flat" => Ok(Self::Flat(bytes)),
            "select-inline" => Ok(Self::SelectInline),
            "select-pooled" => Ok(Self::SelectPooled),
            "insert" => Ok(Self::Insert),
            _ => Err(Trouble::new(format!("there is no ceiling {name}"))),
        }
    }
}

/// Serves a ceiling until the process is ended.
pub(crate) fn serve(ceiling: Ceiling, bind: SocketAddr, database: &str) -> Outcome<()> {
    let sqlite = database.strip_prefix("sqlite:").map(str::to_owned);
    let (url, path) = (database.to_owned(), sqlite.clone().unwrap_or_default());
    // The grouped insert has one writer for the whole process.
    let insert = match (ceiling, &sqlite) {
        (Ceiling::Insert, Some(path)) => Some(sqlite::writer(path)?),
        (Ceiling::Insert, None) => Some(postgres::writer(&url)?),
        _ => None,
    };
    let pool = web::Data::new(sqlite::Pool::new(&path));
    let app = move || {
        let app = App::new().route("/health/ready", web::get().to(HttpResponse::Ok));
        let (url, path) = (url.clone(), path.clone());
        let insert = insert.clone();
        let pool = pool.clone();
        let in_a_file = sqlite.is_some();
        app.configure(move |config| match (ceiling, in_a_file) {
            (Ceiling::Flat(bytes), _) => {
                let body = web::Bytes::from(vec![b'x'; bytes]);
                let answer = move || {
                    let body = body.clone();
                    async move { HttpResponse::Ok().content_type(FHIR).body(body) }
                };
                config.route("/flat", web::get().to(answer));
            }
            (Ceiling::SelectInline, true) => {
                config.app_data(web::Data::new(sqlite::Own::new(&path)));
                config.route("/select/{id}", web::get().to(sqlite::inline));
            }
            (Ceiling::SelectPooled, true) => {
                config.app_data(pool);
                config.route("/select/{id}", web::get().to(sqlite::pooled));
            }
            (Ceiling::SelectInline, false) => postgres::select(config, &url, 1),
            (Ceiling::SelectPooled, false) => postgres::select(config, &url, 4),
            (Ceiling::Insert, _) => {
                config.app_data(web::Data::new(insert));
                config.route("/insert", web::post().to(group::insert));
            }
        })
    };
    let server = HttpServer::new(app).bind(bind).doing("listening")?;
    actix_web::rt::System::new().block_on(server.run()).doing("serving a ceiling")
}
