//! The world suite: real servers on port 0, real tokens, a fixed clock, SQLite always and PostgreSQL when
//! `VARDE_TEST_POSTGRES` says where. What a stranger's client would see.

#[cfg(test)]
mod answer;
#[cfg(test)]
mod audit;
#[cfg(test)]
mod law_everywhere;
#[cfg(test)]
mod main_job;
#[cfg(test)]
mod people;
#[cfg(test)]
mod postgres;
#[cfg(test)]
mod races;
#[cfg(test)]
mod sight;
#[cfg(test)]
mod story;
#[cfg(test)]
mod tidy;
#[cfg(test)]
mod world;
