//! The refusals of the HTTP face: what is wrong with a request before it means anything to FHIR. The service audits and
//! renders them like every other failure, see [`varde_service::Call::Refused`]. Texts never echo what the caller sent.

use varde_fhir::{Issue, IssueCode};
use varde_service::Refusal;

/// Boxed: a refusal is rare and larger than what it stands in for.
pub(crate) type Refused = Box<Refusal>;

/// A refusal with a message code and its text in Norwegian and English.
pub(crate) fn refuse(
    status: u16,
    code: IssueCode,
    key: &'static str,
    nb: impl Into<String>,
    en: impl Into<String>,
) -> Refused {
    Box::new(Refusal { status, issue: Issue::error(code, key, nb, en), allow: None })
}

/// 400: a header or parameter that cannot be read; `at` names it as FHIR does (`http.if-match`, `http._format`), see
/// <https://hl7.org/fhir/R4/operationoutcome-definitions.html#OperationOutcome.issue.location>.
pub(crate) fn malformed(at: &str, key: &'static str, nb: impl Into<String>, en: impl Into<String>) -> Refused {
    placed(at, refuse(400, IssueCode::Invalid, key, nb, en))
}

/// 404: this server does not do that.
pub(crate) fn not_supported(key: &'static str, nb: impl Into<String>, en: impl Into<String>) -> Refused {
    placed("http.url", refuse(404, IssueCode::NotSupported, key, nb, en))
}

/// Says where in the request.
pub(crate) fn placed(at: &str, mut refused: Refused) -> Refused {
    refused.issue.expression = Some(at.to_owned());
    refused
}

/// 405 with `Allow`.
pub(crate) fn method_not_allowed(allow: String) -> Refused {
    let mut refused = refuse(
        405,
        IssueCode::NotSupported,
        "method-not-allowed",
        format!("Metoden kan ikke brukes på denne adressen. Tillatt: {allow}."),
        format!("This method cannot be used on this address. Allowed: {allow}."),
    );
    refused.allow = Some(allow);
    placed("http.method", refused)
}

/// 413: the body is over the limit, in bytes.
pub(crate) fn body_too_large(limit: usize) -> Refused {
    placed(
        "http.body",
        refuse(
            413,
            IssueCode::TooLong,
            "body-too-large",
            format!("Innholdet er større enn grensen på {limit} byte. Del det opp i flere forespørsler."),
            format!("The body is larger than the limit of {limit} bytes. Split it into several requests."),
        ),
    )
}

/// 408: the body did not arrive in time.
pub(crate) fn body_too_slow() -> Refused {
    placed(
        "http.body",
        refuse(
            408,
            IssueCode::Timeout,
            "body-timeout",
            "Innholdet kom ikke fram i tide. Send forespørselen på nytt.",
            "The body did not arrive in time. Send the request again.",
        ),
    )
}

/// 400: the body broke off or its transfer coding is wrong.
pub(crate) fn body_broken() -> Refused {
    placed(
        "http.body",
        refuse(
            400,
            IssueCode::Invalid,
            "body-incomplete",
            "Innholdet ble avbrutt eller er feil kodet. Send forespørselen på nytt.",
            "The body broke off or is wrongly encoded. Send the request again.",
        ),
    )
}

/// 414: the URL is over the limit, in bytes.
pub(crate) fn url_too_long(limit: usize) -> Refused {
    placed(
        "http.url",
        refuse(
            414,
            IssueCode::TooLong,
            "url-too-long",
            format!("Adressen er lengre enn {limit} tegn. Bruk POST [type]/_search for lange søk."),
            format!("The URL is longer than {limit} characters. Use POST [type]/_search for long searches."),
        ),
    )
}

/// 431: the header fields are over the limit, in bytes.
pub(crate) fn headers_too_large(limit: usize) -> Refused {
    placed(
        "http.headers",
        refuse(
            431,
            IssueCode::TooLong,
            "headers-too-large",
            format!("HTTP-hodet er til sammen større enn {limit} byte. Send færre eller kortere felt."),
            format!("The header fields are larger than {limit} bytes together. Send fewer or shorter ones."),
        ),
    )
}
