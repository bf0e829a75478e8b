//! The world suite: real servers on port 0, real tokens, a fixed clock, SQLite always and PostgreSQL when
//! `VARDE_TEST_POSTGRES` says where. What a stranger's client would see.

mod answer;
mod people;
mod postgres;
mod tidy;
mod world;
