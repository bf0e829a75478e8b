//! The world suite: real servers on port 0, real tokens, a fixed clock, SQLite always and PostgreSQL when
//! `VARDE_TEST_POSTGRES` says where, with `VARDE_TEST_REPLICAS=2` on two replicas. What a stranger's client would see.

#[cfg(test)]
mod again;
#[cfg(test)]
mod answer;
#[cfg(test)]
mod audit;
#[cfg(test)]
mod bad_input;
#[cfg(test)]
mod binary;
#[cfg(test)]
mod browser;
#[cfg(test)]
mod bundles;
#[cfg(test)]
mod conditional;
#[cfg(test)]
mod conformance;
#[cfg(test)]
mod contract;
#[cfg(test)]
mod crash;
#[cfg(test)]
mod delivering;
#[cfg(test)]
mod dice;
#[cfg(test)]
mod disk;
#[cfg(test)]
mod edges;
#[cfg(test)]
mod errors;
#[cfg(test)]
mod fuzzing;
#[cfg(test)]
mod giving_way;
#[cfg(test)]
mod integrity;
#[cfg(test)]
mod issuer;
#[cfg(test)]
mod law_everywhere;
#[cfg(test)]
mod main_job;
#[cfg(test)]
mod manners;
#[cfg(test)]
mod matrix;
#[cfg(test)]
mod newborn;
#[cfg(test)]
mod past;
#[cfg(test)]
mod patching;
#[cfg(test)]
mod people;
#[cfg(test)]
mod possible;
#[cfg(test)]
mod postgres;
#[cfg(test)]
mod races;
#[cfg(test)]
mod refusal;
#[cfg(test)]
mod registry_walk;
#[cfg(test)]
mod replica;
#[cfg(test)]
mod replicas;
#[cfg(test)]
mod rolling;
#[cfg(test)]
mod roundtrip;
#[cfg(test)]
mod searching;
#[cfg(test)]
mod secured;
#[cfg(test)]
mod siege;
#[cfg(test)]
mod sight;
#[cfg(test)]
mod statements;
#[cfg(test)]
mod story;
#[cfg(test)]
mod tidy;
#[cfg(test)]
mod tokens;
#[cfg(test)]
mod validating;
#[cfg(test)]
mod walk;
#[cfg(test)]
mod wire;
#[cfg(test)]
mod withdrawal;
#[cfg(test)]
mod world;
