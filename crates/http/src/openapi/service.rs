//! Schemas of what the service says of itself and of what went wrong, as exactly as it says it.

use serde_json::{Value, json};

/// The schemas by name.
pub(super) fn schemas() -> Vec<(&'static str, Value)> {
    let [request, token, error] = tokens();
    vec![
        ("OperationOutcome", outcome()),
        ("OperationOutcomeIssue", issue()),
        ("Resource", resource()),
        ("JsonPatchOperation", patch_operation()),
        ("CapabilityStatement", capabilities()),
        ("SmartConfiguration", smart_configuration()),
        ("Health", health()),
        ("TokenRequest", request),
        ("Token", token),
        ("TokenError", error),
    ]
}

fn outcome() -> Value {
    json!({
        "type": "object",
        "description": "What went wrong, or what to look at.",
        "required": ["resourceType", "issue"],
        "properties": {
            "resourceType": { "type": "string", "enum": ["OperationOutcome"] },
            "issue": { "type": "array", "minItems": 1, "items": { "$ref": "#/components/schemas/OperationOutcomeIssue" } },
        },
    })
}

fn issue() -> Value {
    let coding = json!({
        "type": "object",
        "required": ["system", "code"],
        "properties": {
            "system": { "type": "string", "description": "`https://varde.no/fhir/CodeSystem/varde-rule` or `…/varde-message`." },
            "code": { "type": "string", "description": "Stable, in kebab-case: program against it." },
        },
    });
    json!({
        "type": "object",
        "description": "One thing to tell.",
        "required": ["severity", "code"],
        "properties": {
            "severity": { "type": "string", "enum": ["fatal", "error", "warning", "information"], "description": "How bad it is." },
            "code": { "type": "string", "description": "FHIR issue type, e.g. `business-rule`, `required`, `not-found`." },
            "details": {
                "type": "object",
                "description": "Which rule or message.",
                "properties": {
                    "coding": { "type": "array", "items": coding },
                    "text": { "type": "string", "description": "In Norwegian or English (`Accept-Language`)." },
                },
            },
            "diagnostics": { "type": "string", "description": "The request id." },
            "expression": { "type": "array", "items": { "type": "string" }, "description": "Where: FHIRPath." },
        },
    })
}

fn resource() -> Value {
    json!({
        "type": "object",
        "description": "A FHIR resource of any type; its elements stand beside `resourceType`.",
        "required": ["resourceType"],
        "properties": {
            "resourceType": { "type": "string", "description": "The type." },
            "id": { "type": "string", "description": "Logical id." },
        },
        "additionalProperties": true,
    })
}

fn patch_operation() -> Value {
    json!({
        "type": "object",
        "description": "One operation of a JSON Patch (RFC 6902).",
        "required": ["op", "path"],
        "properties": {
            "op": { "type": "string", "enum": ["add", "remove", "replace", "move", "copy", "test"] },
            "path": { "type": "string", "description": "JSON Pointer (RFC 6901), e.g. `/participant/0/period/end`." },
            "from": { "type": "string", "description": "Of `move` and `copy`: JSON Pointer." },
            "value": { "description": "Of `add`, `replace` and `test`: any JSON." },
        },
    })
}

fn capabilities() -> Value {
    json!({
        "type": "object",
        "description": "What this server can do: every type, interaction, search parameter and operation.",
        "required": ["resourceType", "status", "date", "kind", "fhirVersion", "format"],
        "properties": {
            "resourceType": { "type": "string", "enum": ["CapabilityStatement"] },
            "status": { "type": "string", "description": "Status." },
            "date": { "type": "string", "description": "When it was made." },
            "kind": { "type": "string", "description": "Kind." },
            "fhirVersion": { "type": "string", "enum": ["4.0.1"] },
            "format": { "type": "array", "items": { "type": "string" } },
            "rest": { "type": "array", "items": { "type": "object", "additionalProperties": true } },
        },
        "additionalProperties": true,
    })
}

fn smart_configuration() -> Value {
    json!({
        "type": "object",
        "description": "Where tokens come from and what the service can do (SMART App Launch 2).",
        "required": ["capabilities"],
        "properties": {
            "issuer": { "type": "string", "description": "The issuer of tokens." },
            "jwks_uri": { "type": "string", "description": "The issuer's keys." },
            "token_endpoint": { "type": "string", "description": "Where tokens are had." },
            "grant_types_supported": { "type": "array", "items": { "type": "string" } },
            "scopes_supported": { "type": "array", "items": { "type": "string" } },
            "capabilities": { "type": "array", "items": { "type": "string" } },
        },
        "additionalProperties": true,
    })
}

fn health() -> Value {
    json!({
        "type": "object",
        "description": "The state of the service.",
        "required": ["status"],
        "properties": { "status": { "type": "string" } },
        "additionalProperties": true,
    })
}

fn tokens() -> [Value; 3] {
    let request = json!({
        "type": "object",
        "description": "Client credentials. The client may stand here or in HTTP Basic; no secret is needed.",
        "required": ["grant_type"],
        "properties": {
            "grant_type": { "type": "string", "enum": ["client_credentials"] },
            "client_id": { "type": "string", "description": "A persona, e.g. `epj-helse-bergen`." },
            "client_secret": { "type": "string", "description": "Anything or nothing." },
            "scope": { "type": "string", "description": "Scopes separated by spaces; all that the persona has when left out." },
        },
    });
    let token = json!({
        "type": "object",
        "description": "An access token.",
        "required": ["access_token", "token_type", "expires_in", "scope"],
        "properties": {
            "access_token": { "type": "string", "description": "Send it as `Authorization: Bearer …`." },
            "token_type": { "type": "string", "enum": ["Bearer"] },
            "expires_in": { "type": "integer", "minimum": 1, "description": "Seconds it is valid." },
            "scope": { "type": "string", "description": "The scopes it carries." },
        },
    });
    let error = json!({
        "type": "object",
        "description": "An OAuth error (RFC 6749 § 5.2).",
        "required": ["error"],
        "properties": { "error": { "type": "string" }, "error_description": { "type": "string" } },
    });
    [request, token, error]
}
