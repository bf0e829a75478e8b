//! `/.well-known/smart-configuration`: where tokens come from <https://hl7.org/fhir/smart-app-launch/conformance.html>. Served
//! both at the root and under the FHIR base, where SMART looks for it.

use crate::settings::Settings;
use actix_web::{HttpResponse, web};
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;
use varde_fhir::registry;

/// `GET /.well-known/smart-configuration`
pub(crate) async fn configuration(settings: web::Data<Settings>) -> HttpResponse {
    HttpResponse::Ok().json(document(&settings))
}

fn document(settings: &Settings) -> Map<String, Value> {
    let mut document = Map::new();
    document.insert("issuer".to_owned(), json!(settings.issuer));
    let endpoint = match &settings.token_endpoint {
        None if settings.development => Some(format!("{}/dev/token", settings.root())),
        known => known.clone(),
    };
    if let Some(endpoint) = endpoint {
        document.insert("token_endpoint".to_owned(), json!(endpoint));
    }
    let methods: &[&str] =
        if settings.development { &["client_secret_basic", "client_secret_post"] } else { &["private_key_jwt"] };
    document.insert("token_endpoint_auth_methods_supported".to_owned(), json!(methods));
    document.insert("grant_types_supported".to_owned(), json!(["client_credentials"]));
    document.insert("scopes_supported".to_owned(), json!(scopes(&settings.scope_prefix)));
    document.insert("capabilities".to_owned(), json!(["permission-v2"]));
    document
}

/// One scope for each type, with the letters of what works for it, and the named scopes of the operations.
fn scopes(prefix: &str) -> Vec<String> {
    use registry::Interaction::{Create, Delete, Read, SearchType, Update};
    let letters = [(Create, 'c'), (Read, 'r'), (Update, 'u'), (Delete, 'd'), (SearchType, 's')];
    let of_type = |row: &registry::Served| {
        let letters: String =
            letters.iter().filter(|(interaction, _)| row.allows(*interaction)).map(|(_, c)| c).collect();
        format!("system/{}.{letters}", row.rtype)
    };
    let named: BTreeSet<&str> =
        registry::operations().iter().map(|operation| operation.scope).filter(|scope| !scope.is_empty()).collect();
    let named = named.into_iter().map(|scope| format!("{prefix}{}", scope.strip_prefix("varde:").unwrap_or(scope)));
    registry::served_types().iter().map(of_type).chain(named).collect()
}

#[cfg(test)]
mod tests {
    use super::document;
    use crate::settings::Settings;
    use serde_json::json;

    #[test]
    fn tells_where_tokens_come_from() {
        let development = document(&Settings::default());
        assert_eq!(development["token_endpoint"], "http://127.0.0.1:8080/dev/token");

        let production = document(&Settings {
            development: false,
            issuer: "https://helseid-sts.nhn.no".to_owned(),
            scope_prefix: "nhn:varde/".to_owned(),
            ..Settings::default()
        });
        assert_eq!(production["issuer"], "https://helseid-sts.nhn.no");
        assert_eq!(production.get("token_endpoint"), None);
        let scopes = production["scopes_supported"].as_array().unwrap();
        for scope in ["system/CareTeam.cruds", "system/MeasureReport.rs", "nhn:varde/appoint", "nhn:varde/plan-status"]
        {
            assert!(scopes.contains(&json!(scope)), "{scope} in {scopes:?}");
        }
    }
}
