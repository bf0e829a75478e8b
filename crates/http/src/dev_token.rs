//! `POST /dev/token`, in development only: a token for a demo persona by the client-credentials grant (RFC 6749 §4.4), so that
//! Swagger UI's Authorize button and curl work at once. Errors as RFC 6749 §5.2 has them.

use crate::settings::Settings;
use crate::state::State;
use actix_web::http::StatusCode;
use actix_web::http::header::{AUTHORIZATION, CONTENT_TYPE, HOST, HeaderMap, HeaderValue, PRAGMA, WWW_AUTHENTICATE};
use actix_web::{HttpRequest, HttpResponse, web};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::net::IpAddr;
use varde_fhir::percent;

/// A token request is a few words.
const MOST_BYTES: usize = 16 << 10;

/// An OAuth error: its code and a description.
type Refused = (String, String);

/// What is asked.
#[derive(Debug, PartialEq, Eq)]
struct Asked {
    client_id: String,
    scope: Option<String>,
}

/// The handler.
pub(crate) async fn token(
    request: HttpRequest,
    payload: web::Payload,
    state: web::Data<State>,
    settings: web::Data<Settings>,
) -> HttpResponse {
    if !addressed(request.headers(), &settings.base) {
        return refused(&invalid("The Host header names another machine."));
    }
    let patience = settings.read_timeout;
    let arrived = tokio::time::timeout(patience, payload.to_bytes_limited(MOST_BYTES)).await;
    let Ok(Ok(Ok(body))) = arrived else {
        return refused(&invalid("The body is too large, too slow or broken."));
    };
    let asked = match read(request.headers(), &body) {
        Ok(asked) => asked,
        Err(error) => return refused(&error),
    };
    let service = state.service.clone();
    match state.gate.run(move || service.dev_token(&asked.client_id, asked.scope.as_deref())).await {
        Ok(Some(Ok(token))) => HttpResponse::Ok().insert_header((PRAGMA, "no-cache")).json(token),
        Ok(Some(Err(error))) => refused(&error),
        Ok(None) => HttpResponse::NotFound().finish(),
        Err(_) => HttpResponse::ServiceUnavailable().finish(),
    }
}

/// Whether the caller meant this machine: `Host` is loopback, or what the base URL says. A web page whose name was made to lead
/// to loopback (DNS rebinding) would otherwise get a token here, and with it everything.
fn addressed(headers: &HeaderMap, base: &str) -> bool {
    let Some(host) = headers.get(HOST).and_then(|value| value.to_str().ok()) else { return true };
    let ours = base.split("://").nth(1).and_then(|rest| rest.split('/').next());
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|b| b.is_ascii_digit()) => name,
        _ => host,
    };
    let address = name.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
    ours == Some(host) || name.eq_ignore_ascii_case("localhost") || address.is_ok_and(|ip| ip.is_loopback())
}

fn read(headers: &HeaderMap, body: &[u8]) -> Result<Asked, Refused> {
    let mut fields = fields(headers, body)?;
    // A development convenience: the one grant there is need not be named.
    if fields.get("grant_type").is_some_and(|grant| grant != "client_credentials") {
        return Err(("unsupported_grant_type".to_owned(), "Only client_credentials is supported here.".to_owned()));
    }
    let scope = fields.remove("scope").filter(|scope| !scope.trim().is_empty());
    let client_id = match (basic(headers)?, fields.remove("client_id")) {
        (Some(by_header), Some(by_body)) if by_header != by_body => {
            return Err(invalid("The client_id of the Authorization header and of the body differ."));
        }
        (by_header, by_body) => by_header.or(by_body).filter(|id| !id.is_empty()),
    };
    let client_id = client_id.ok_or_else(|| invalid("client_id is required: the id of a demo persona."))?;
    Ok(Asked { client_id, scope })
}

fn fields(headers: &HeaderMap, body: &[u8]) -> Result<BTreeMap<String, String>, Refused> {
    let content_type = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    match content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase().as_str() {
        "application/json" => json_fields(body),
        "application/x-www-form-urlencoded" | "" => form_fields(body),
        _ => Err(invalid("Send application/x-www-form-urlencoded or application/json.")),
    }
}

fn json_fields(body: &[u8]) -> Result<BTreeMap<String, String>, Refused> {
    let object: BTreeMap<String, Value> =
        serde_json::from_slice(body).map_err(|_| invalid("The body is not a JSON object."))?;
    let text = |(name, value)| match value {
        Value::String(value) => Ok((name, value)),
        _ => Err(invalid("Every member must be a string.")),
    };
    object.into_iter().map(text).collect()
}

fn form_fields(body: &[u8]) -> Result<BTreeMap<String, String>, Refused> {
    let mut fields = BTreeMap::new();
    for field in body.split(|byte| *byte == b'&').filter(|field| !field.is_empty()) {
        let mut halves = field.splitn(2, |byte| *byte == b'=');
        let mut half = || percent::decode_bytes(halves.next().unwrap_or_default(), true);
        let pair = half().zip(half());
        let (name, value) = pair.ok_or_else(|| invalid("The form is not valid percent-encoded UTF-8."))?;
        if fields.insert(name, value).is_some() {
            return Err(invalid("A parameter stands twice."));
        }
    }
    Ok(fields)
}

/// The user name of HTTP Basic, form-encoded as RFC 6749 §2.3.1 says; personas have no secret.
fn basic(headers: &HeaderMap) -> Result<Option<String>, Refused> {
    let Some(value) = headers.get(AUTHORIZATION) else { return Ok(None) };
    let bad = || invalid("The Authorization header is not HTTP Basic.");
    let (scheme, encoded) = value.to_str().ok().and_then(|text| text.split_once(' ')).ok_or_else(bad)?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return Err(bad());
    }
    let decoded =
        STANDARD.decode(encoded.trim()).ok().and_then(|bytes| String::from_utf8(bytes).ok()).ok_or_else(bad)?;
    let name = decoded.split(':').next().unwrap_or_default();
    percent::decode(name, true).map(Some).ok_or_else(bad)
}

fn invalid(description: &str) -> Refused {
    ("invalid_request".to_owned(), description.to_owned())
}

fn refused((error, description): &Refused) -> HttpResponse {
    let status = if error == "invalid_client" { StatusCode::UNAUTHORIZED } else { StatusCode::BAD_REQUEST };
    let mut response = HttpResponse::build(status).json(json!({ "error": error, "error_description": description }));
    if status == StatusCode::UNAUTHORIZED {
        response.headers_mut().insert(WWW_AUTHENTICATE, HeaderValue::from_static("Basic realm=\"varde\""));
    }
    response
}

#[cfg(test)]
mod tests {
    use super::{Asked, read};
    use actix_web::http::header::{AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderValue};
    use base64::Engine as _;

    const FORM: &str = "application/x-www-form-urlencoded";

    fn asked(content_type: &str, basic: Option<&str>, body: &str) -> Result<Asked, String> {
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, HeaderValue::from_str(content_type).unwrap());
        if let Some(basic) = basic {
            let encoded = base64::engine::general_purpose::STANDARD.encode(basic);
            headers.insert(AUTHORIZATION, HeaderValue::from_str(&format!("Basic {encoded}")).unwrap());
        }
        read(&headers, body.as_bytes()).map_err(|(error, _)| error)
    }

    #[test]
    fn a_persona_asks_in_the_usual_ways() {
        for (content_type, basic, body, scope) in [
            (FORM, None, "grant_type=client_credentials&client_id=epj", None),
            (FORM, None, "client_id=epj&scope=system%2F*.rs+varde%3Aappoint", Some("system/*.rs varde:appoint")),
            (FORM, Some("epj:"), "grant_type=client_credentials", None),
            (FORM, Some("epj:any-secret"), "grant_type=client_credentials&client_id=epj&scope=", None),
            ("application/json; charset=utf-8", None, r#"{"client_id":"epj","scope":"a b"}"#, Some("a b")),
        ] {
            let expected = Asked { client_id: "epj".to_owned(), scope: scope.map(str::to_owned) };
            assert_eq!(asked(content_type, basic, body), Ok(expected), "{body}");
        }
    }

    #[test]
    fn errors_are_oauth_errors() {
        for (content_type, basic, body, error) in [
            (FORM, None, "grant_type=password&client_id=epj", "unsupported_grant_type"),
            (FORM, None, "grant_type=client_credentials", "invalid_request"),
            (FORM, None, "", "invalid_request"),
            (FORM, None, "client_id=", "invalid_request"),
            (FORM, None, "client_id=epj&client_id=epj", "invalid_request"),
            (FORM, None, "client_id=%zz", "invalid_request"),
            (FORM, Some("a:"), "client_id=b", "invalid_request"),
            ("application/json", None, "[]", "invalid_request"),
            ("application/json", None, r#"{"client_id":1}"#, "invalid_request"),
            ("text/plain", None, "client_id=epj", "invalid_request"),
        ] {
            assert_eq!(asked(content_type, basic, body), Err(error.to_owned()), "{body}");
        }
    }
}
