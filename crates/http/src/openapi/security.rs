//! Security schemes and what each operation requires: SMART v2 scopes for types, named scopes for operations
//! <https://hl7.org/fhir/smart-app-launch/STU2/scopes-and-launch-context.html>.

use super::options::Options;
use serde_json::Value;
use utoipa::openapi::SecurityRequirement;
use utoipa::openapi::security::{ClientCredentials, Flow, Http, HttpAuthScheme, OAuth2, Scopes, SecurityScheme};
use varde_fhir::ResourceType;
use varde_fhir::registry::{Interaction, Operation, OperationKind, operations, served_types};

const BEARER: &str = "bearer";
/// The issuer's client credentials, with every scope there is; outside development.
const ISSUER: &str = "issuer";
/// The development issuer's, with a few scopes so that Swagger UI's form stays short.
const DEV_TOKEN: &str = "devToken";
/// The prefix of named scopes in the registry.
const OWN_PREFIX: &str = "varde:";

/// The schemes by name.
pub(super) fn schemes(options: &Options) -> Vec<(&'static str, SecurityScheme)> {
    let mut http = Http::new(HttpAuthScheme::Bearer);
    http.bearer_format = Some("JWT".to_owned());
    http.description = Some("An access token that you already have.".to_owned());
    let jobs = operations().iter().filter(|operation| operation.kind == OperationKind::Job);
    let named = jobs.map(|operation| (scope(operation, options), operation.title.to_owned()));
    let (name, endpoint, scopes, text): (_, &str, Scopes, _) = if options.development {
        let all = ("system/*.cruds".to_owned(), "Everything the persona may do with resources".to_owned());
        let text = "Development only. `client_id` is a persona: `epj-helse-bergen`, `epj-haraldsplass`, \
                    `ip-bergen-kommune`, `ke-helse-bergen` or `rke-helse-vest`. Leave the secret and the scopes empty: \
                    the token then carries all that the persona has.";
        (DEV_TOKEN, "/dev/token", named.chain([all]).collect(), text)
    } else {
        let text = "A token of the issuer by client credentials (HelseID profile: `private_key_jwt`).";
        (ISSUER, &options.token_endpoint, named.chain(resource_scopes()).collect(), text)
    };
    let flow = Flow::ClientCredentials(ClientCredentials::new(endpoint, scopes));
    vec![(BEARER, SecurityScheme::Http(http)), (name, SecurityScheme::OAuth2(OAuth2::with_description([flow], text)))]
}

/// Puts the scheme that needs a pasted token last: forms show them in this order.
pub(super) fn bearer_last(document: &mut Value) {
    let schemes = document.pointer_mut("/components/securitySchemes").and_then(Value::as_object_mut);
    if let Some((schemes, bearer)) =
        schemes.and_then(|schemes| schemes.shift_remove(BEARER).map(|bearer| (schemes, bearer)))
    {
        schemes.insert(BEARER.to_owned(), bearer);
    }
}

fn resource_scopes() -> impl Iterator<Item = (String, String)> {
    served_types().iter().flat_map(|row| {
        row.interactions.iter().map(|interaction| {
            let words = match interaction {
                Interaction::Create => "Create",
                Interaction::Read | Interaction::Vread | Interaction::HistoryInstance => "Read",
                Interaction::Update | Interaction::Patch => "Update",
                Interaction::Delete => "Delete",
                Interaction::SearchType | Interaction::HistoryType => "Search for",
            };
            (interaction_scope(*interaction, row.rtype), format!("{words} {}", row.rtype))
        })
    })
}

/// What calling an operation of the registry requires.
pub(super) fn for_operation(operation: &Operation, options: &Options) -> Vec<SecurityRequirement> {
    match operation.kind {
        OperationKind::Terminology => return Vec::new(),
        OperationKind::Validate => return any_token(options),
        OperationKind::Job => {}
    }
    let name = if options.development { DEV_TOKEN } else { ISSUER };
    vec![SecurityRequirement::new(BEARER, NONE), SecurityRequirement::new(name, [scope(operation, options)])]
}

/// What an interaction requires. The development issuer gives what the persona has without being asked.
pub(super) fn for_interaction(
    interaction: Interaction,
    rtype: ResourceType,
    options: &Options,
) -> Vec<SecurityRequirement> {
    if options.development {
        return any_token(options);
    }
    let scopes = [interaction_scope(interaction, rtype)];
    vec![SecurityRequirement::new(BEARER, NONE), SecurityRequirement::new(ISSUER, scopes)]
}

/// A token; which scopes depends on what is sent.
pub(super) fn any_token(options: &Options) -> Vec<SecurityRequirement> {
    let name = if options.development { DEV_TOKEN } else { ISSUER };
    vec![SecurityRequirement::new(BEARER, NONE), SecurityRequirement::new(name, NONE)]
}

const NONE: [&str; 0] = [];

/// The scope of an operation as this deployment spells it.
pub(super) fn scope(operation: &Operation, options: &Options) -> String {
    let name = operation.scope.strip_prefix(OWN_PREFIX).unwrap_or(operation.scope);
    format!("{}{name}", options.scope_prefix)
}

/// `system/CareTeam.r` and so on.
pub(super) fn interaction_scope(interaction: Interaction, rtype: ResourceType) -> String {
    let letter = match interaction {
        Interaction::Create => 'c',
        Interaction::Read | Interaction::Vread | Interaction::HistoryInstance => 'r',
        Interaction::Update | Interaction::Patch => 'u',
        Interaction::Delete => 'd',
        Interaction::SearchType | Interaction::HistoryType => 's',
    };
    format!("system/{rtype}.{letter}")
}
