//! `NamingSystem` <https://hl7.org/fhir/R4/namingsystem.html>: the Norwegian identifiers whose values are checked here.

use super::head::{DATE, computable, translation};
use crate::identifier::known_systems;
use crate::index::fold;
use serde_json::{Value, json};

/// All of them.
pub(super) fn all() -> Vec<Value> {
    known_systems()
        .map(|(system, nb, en)| {
            let oid = system.trim_start_matches("urn:oid:");
            json!({
                "resourceType": "NamingSystem",
                "id": format!("oid-{oid}"),
                "name": computable(&fold(nb)),
                "_name": { "extension": [translation(nb)] },
                "status": "active",
                "kind": "identifier",
                "date": DATE,
                "publisher": "Varde",
                "description": format!("{en} ({nb}): the value is checked where it is written."),
                "uniqueId": [
                    { "type": "oid", "value": oid },
                    { "type": "uri", "value": system, "preferred": true },
                ],
            })
        })
        .collect()
}
