//! A token from a replica's own development issuer, whose key lives as long as that process.

use crate::trouble::{Doing, Outcome};
use reqwest::blocking::Client;
use serde_json::Value;

/// The EPJ that writes and reads.
const PERSONA: &str = "epj-helse-bergen";

/// A token for the replica at this address.
pub(crate) fn token(http: &Client, address: &str) -> Outcome<String> {
    let form = [("grant_type", "client_credentials"), ("client_id", PERSONA)];
    let answer = http.post(format!("{address}/dev/token")).form(&form).send().doing("/dev/token")?;
    let answer: Value = answer.json().doing("/dev/token")?;
    answer.get("access_token").and_then(Value::as_str).map(str::to_owned).doing("/dev/token gave no token")
}
