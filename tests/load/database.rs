//! The databases that are measured on: SQLite files in the work folder, or databases on a PostgreSQL server. Seeded once, then
//! copied, so that every measurement begins alike.

use crate::trouble::{Doing, Outcome, Trouble};
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use tokio_postgres::NoTls;

/// Where databases are kept.
#[derive(Clone, Debug)]
pub(crate) enum Shelf {
    /// Files in a folder.
    Sqlite(PathBuf),
    /// A server, by the URL of one of its databases.
    Postgres(String),
}

/// One database.
#[derive(Clone, Debug)]
pub(crate) struct Database {
    shelf: Shelf,
    name: String,
}

impl Shelf {
    /// The database of this name, whether it exists or not.
    pub(crate) fn database(&self, name: &str) -> Database {
        Database { shelf: self.clone(), name: format!("varde_load_{name}") }
    }

    /// What it is called in reports.
    pub(crate) const fn title(&self) -> &'static str {
        match self {
            Self::Sqlite(_) => "SQLite",
            Self::Postgres(_) => "PostgreSQL",
        }
    }
}

impl Database {
    /// As `VARDE_DATABASE` has it.
    pub(crate) fn url(&self) -> String {
        match &self.shelf {
            Shelf::Sqlite(folder) => format!("sqlite:{}", self.file(folder, "").display()),
            Shelf::Postgres(server) => {
                let (front, options) =
                    server.split_once('?').map_or((server.as_str(), None), |(front, options)| (front, Some(options)));
                let host = front.rsplit_once('/').map_or(front, |(host, _)| host);
                let options = options.map(|options| format!("?{options}")).unwrap_or_default();
                format!("{host}/{}{options}", self.name)
            }
        }
    }

    /// Whether it is there.
    pub(crate) async fn exists(&self) -> Outcome<bool> {
        match &self.shelf {
            Shelf::Sqlite(folder) => Ok(self.file(folder, "").exists()),
            Shelf::Postgres(server) => {
                let query = format!("SELECT count(*) FROM pg_database WHERE datname = '{}'", self.name);
                Ok(number(server, &query).await? > 0)
            }
        }
    }

    /// Makes it empty: a file is made by whoever opens it, a database on a server must be there.
    pub(crate) async fn create(&self) -> Outcome<()> {
        self.remove().await?;
        match &self.shelf {
            Shelf::Sqlite(folder) => fs::create_dir_all(folder).doing("making the work folder"),
            Shelf::Postgres(server) => execute(server, &format!("CREATE DATABASE {}", self.name)).await,
        }
    }

    /// Copies it; nobody may be connected to it.
    pub(crate) async fn copy(&self, name: &str) -> Outcome<Self> {
        let copy = self.shelf.database(name);
        copy.remove().await?;
        match &self.shelf {
            Shelf::Sqlite(folder) => {
                for suffix in ["", "-wal"] {
                    let from = self.file(folder, suffix);
                    if from.exists() {
                        let to = copy.file(folder, suffix);
                        fs::copy(from, &to).doing("copying a database")?;
                        // What is written back later would disturb what is measured then.
                        File::open(to).and_then(|file| file.sync_all()).doing("copying a database")?;
                    }
                }
            }
            Shelf::Postgres(server) => {
                execute(server, &format!("CREATE DATABASE {} TEMPLATE {}", copy.name, self.name)).await?;
            }
        }
        Ok(copy)
    }

    /// Removes it, whether it is there or not.
    pub(crate) async fn remove(&self) -> Outcome<()> {
        match &self.shelf {
            Shelf::Sqlite(folder) => {
                for file in ["", "-wal", "-shm"].map(|suffix| self.file(folder, suffix)) {
                    if file.exists() {
                        fs::remove_file(file).doing("removing a database")?;
                    }
                }
                Ok(())
            }
            Shelf::Postgres(server) => {
                execute(server, &format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name)).await
            }
        }
    }

    /// Its size in bytes, the write-ahead log of a SQLite file included.
    pub(crate) async fn bytes(&self) -> Outcome<u64> {
        match &self.shelf {
            Shelf::Sqlite(folder) => {
                let sizes = ["", "-wal"].map(|suffix| fs::metadata(self.file(folder, suffix)).map_or(0, |it| it.len()));
                Ok(sizes.iter().sum())
            }
            Shelf::Postgres(server) => {
                let size = number(server, &format!("SELECT pg_database_size('{}')", self.name)).await?;
                Ok(size.try_into().unwrap_or_default())
            }
        }
    }

    fn file(&self, folder: &Path, suffix: &str) -> PathBuf {
        folder.join(format!("{}.db{suffix}", self.name))
    }
}

async fn execute(server: &str, statement: &str) -> Outcome<()> {
    connect(server).await?.batch_execute(statement).await.map_err(|error| told(&error))
}

async fn number(server: &str, query: &str) -> Outcome<i64> {
    let row = connect(server).await?.query_one(query, &[]).await.map_err(|error| told(&error))?;
    row.try_get(0).map_err(|error| told(&error))
}

/// Connects, without TLS: this tool measures what runs on the same machine.
pub(crate) async fn connect(url: &str) -> Outcome<tokio_postgres::Client> {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await.map_err(|error| told(&error))?;
    tokio::spawn(connection);
    Ok(client)
}

/// What PostgreSQL said: `Display` of its error alone says "db error".
pub(crate) fn told(error: &tokio_postgres::Error) -> Trouble {
    let said = error.as_db_error().map_or_else(|| error.to_string(), |said| said.message().to_owned());
    Trouble::new(format!("PostgreSQL: {said}"))
}

#[cfg(test)]
mod tests {
    use super::Shelf;

    #[test]
    fn each_database_has_its_url() {
        let sqlite = Shelf::Sqlite("target/load".into()).database("seed_10");
        assert_eq!(sqlite.url(), "sqlite:target/load/varde_load_seed_10.db");
        let postgres = Shelf::Postgres("postgres://varde@127.0.0.1:5432/postgres?sslmode=disable".into());
        let url = postgres.database("seed_10").url();
        assert_eq!(url, "postgres://varde@127.0.0.1:5432/varde_load_seed_10?sslmode=disable");
    }
}
