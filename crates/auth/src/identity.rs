//! Verified claims of the `HelseID` profile → [`Actor`]. The national number of the person (`helseid://claims/identity/pid`)
//! and the practitioner part of the trust framework are never read.

use crate::{Actor, ActorKind, AuthError, Scopes, Settings};
use serde_json::{Map, Value};

const PARENT: &str = "helseid://claims/client/claims/orgnr_parent";
const CHILD: &str = "helseid://claims/client/claims/orgnr_child";
const SUPPLIER: &str = "helseid://claims/client/claims/orgnr_supplier";
const HPR: &str = "helseid://claims/hpr/hpr_number";
const TRUST: &str = "nhn:tillitsrammeverk:parameters";

/// Who the claims speak of.
pub(crate) fn actor(claims: &Map<String, Value>, settings: &Settings) -> Result<Actor, AuthError> {
    let client = text(claims, "client_id")?.filter(|c| printable(c)).ok_or(AuthError::Claim("client_id"))?;
    // The check digit is not looked at: official test organisations fail it.
    let tenant = organisation(claims, PARENT).map_err(|_| AuthError::NoTenant)?.ok_or(AuthError::NoTenant)?;
    let unit = organisation(claims, CHILD)?;
    let hpr = text(claims, HPR)?.filter(|number| !number.is_empty());
    if hpr.is_some_and(|number| number.len() > 9 || !digits(number)) {
        return Err(AuthError::Claim(HPR));
    }
    let (purpose, decision) = basis(claims)?;
    Ok(Actor {
        client: client.to_owned(),
        kind: kind(&tenant, unit.as_deref(), settings),
        tenant,
        unit,
        supplier: organisation(claims, SUPPLIER)?,
        hpr: hpr.map(str::to_owned),
        scopes: Scopes::parse(&scope(claims)?, &settings.scope_prefix),
        purpose,
        decision,
    })
}

/// The kind of the legal entity; a listed unit refines it, but a unit alone gives nothing.
fn kind(tenant: &str, unit: Option<&str>, settings: &Settings) -> ActorKind {
    match settings.tenants.get(tenant) {
        None => ActorKind::Other,
        Some(whole) => unit.and_then(|unit| settings.tenants.get(unit)).copied().unwrap_or(*whole),
    }
}

/// `scope`: a space-separated string (RFC 9068 §2.2.3) or, as `HelseID` writes it, an array of strings.
fn scope(claims: &Map<String, Value>) -> Result<String, AuthError> {
    match claims.get("scope") {
        None => Ok(String::new()),
        Some(Value::String(scopes)) => Ok(scopes.clone()),
        Some(Value::Array(scopes)) => {
            let scopes: Option<Vec<&str>> = scopes.iter().map(Value::as_str).collect();
            Ok(scopes.ok_or(AuthError::Claim("scope"))?.join(" "))
        }
        Some(_) => Err(AuthError::Claim("scope")),
    }
}

/// Purpose of use and decision reference of the trust framework (*tillitsrammeverket*): an object, or an array of one.
/// The care relation stands under `care_relationship` or, in older tokens, `care_relation`.
fn basis(claims: &Map<String, Value>) -> Result<(Option<String>, Option<String>), AuthError> {
    let wrong = || AuthError::Claim(TRUST);
    let parameters = match claims.get(TRUST) {
        None => return Ok((None, None)),
        Some(Value::Array(one)) if one.len() == 1 => one.first().ok_or_else(wrong)?,
        Some(one) => one,
    };
    let parameters = parameters.as_object().ok_or_else(wrong)?;
    let Some(relation) = parameters.get("care_relationship").or_else(|| parameters.get("care_relation")) else {
        return Ok((None, None));
    };
    let word = |object: &str, member: &str| match relation.get(object).and_then(|o| o.get(member)) {
        None => Ok(None),
        Some(Value::String(word)) => Ok(Some(word.clone())),
        Some(_) => Err(wrong()),
    };
    let purpose = word("purpose_of_use", "code")?;
    if purpose.as_deref().is_some_and(|code| !matches!(code, "TREAT" | "ETREAT" | "COC")) {
        return Err(wrong());
    }
    let decision = word("decision_ref", "id")?;
    if decision.as_deref().is_some_and(|id| !printable(id) || names_a_person(id)) {
        return Err(wrong());
    }
    Ok((purpose, decision))
}

fn organisation(claims: &Map<String, Value>, name: &'static str) -> Result<Option<String>, AuthError> {
    match text(claims, name)? {
        None => Ok(None),
        Some(number) if number.len() == 9 && digits(number) => Ok(Some(number.to_owned())),
        Some(_) => Err(AuthError::Claim(name)),
    }
}

fn text<'a>(claims: &'a Map<String, Value>, name: &'static str) -> Result<Option<&'a str>, AuthError> {
    match claims.get(name) {
        None => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(_) => Err(AuthError::Claim(name)),
    }
}

fn digits(text: &str) -> bool {
    text.bytes().all(|b| b.is_ascii_digit())
}

/// Short and without control characters: fit for the audit and the log.
fn printable(text: &str) -> bool {
    (1..=200).contains(&text.len()) && !text.chars().any(char::is_control)
}

/// Eleven digits in a row are read as a national number, which a reference must not be.
fn names_a_person(text: &str) -> bool {
    text.as_bytes().windows(11).any(|run| run.iter().all(u8::is_ascii_digit))
}

#[cfg(test)]
mod tests;
