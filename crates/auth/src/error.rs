//! Why there is no [`crate::Actor`]: every reason, with what the caller is told (RFC 6750 §3, RFC 6749 §5.2). Texts never
//! echo a token or anything in it.

mod texts;

use std::fmt;

/// Why a token, a token request or the settings were refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AuthError {
    /// No `Authorization` header.
    Missing,
    /// More than one `Authorization` header.
    Repeated,
    /// Another scheme than the one this deployment takes.
    Scheme,
    /// The token is longer than any header may be.
    TooLong,
    /// Not three segments of base64url with JSON objects in them; the word says which part.
    Malformed(&'static str),
    /// `typ` is neither `at+jwt` nor `JWT`.
    Type,
    /// `alg` is not in the allow-list.
    Algorithm,
    /// `crit` names an extension that must be understood.
    Critical,
    /// The header brings or points at a key of its own (`jwk`, `jku`, `x5u`, `x5c`).
    KeyInToken,
    /// No key of the issuer has this `kid` and fits this `alg`.
    UnknownKey,
    /// The signature is wrong.
    Signature,
    /// `iss` is not a trusted issuer.
    Issuer,
    /// `aud` is not this service alone.
    Audience,
    /// `exp` has passed.
    Expired,
    /// `nbf` or `iat` lies ahead.
    NotYet,
    /// A claim is missing or has the wrong form.
    Claim(&'static str),
    /// No legal entity (`orgnr_parent`).
    NoTenant,
    /// The issuer's keys have never been fetched: nobody's fault who calls.
    NoKeys,
    /// A setting cannot work; found at start.
    Configuration(&'static str),
    /// `DPoP` was asked for in the settings.
    DpopUnavailable,
    /// A development token was asked for where there is no development issuer.
    NotDevelopment,
    /// A development token was asked for a persona that does not exist.
    UnknownPersona,
    /// A development token was asked for more scopes than the persona has.
    ScopeNotGranted,
}

impl AuthError {
    /// The HTTP status: 401 for a token, 503 when it is not the caller's fault; for `/dev/token` as RFC 6749 §5.2 says.
    #[must_use]
    pub const fn status(&self) -> u16 {
        match self {
            Self::NoKeys | Self::Configuration(_) | Self::DpopUnavailable => 503,
            Self::ScopeNotGranted => 400,
            Self::NotDevelopment => 404,
            _ => 401,
        }
    }

    /// Seconds after which it may work, for `Retry-After` of a 503.
    #[must_use]
    pub const fn retry_after(&self) -> Option<u32> {
        if self.status() == 503 { Some(5) } else { None }
    }

    /// The value of `WWW-Authenticate`: on every 401. Without `error` when the caller brought no token (RFC 6750 §3.1).
    #[must_use]
    pub fn www_authenticate(&self) -> Option<String> {
        let error = match self {
            Self::Missing | Self::Scheme => return Some("Bearer realm=\"varde\"".to_owned()),
            Self::Repeated => "invalid_request",
            _ if self.status() == 401 => "invalid_token",
            _ => return None,
        };
        let description = self.en().replace(['"', '\\'], "'");
        Some(format!("Bearer realm=\"varde\", error=\"{error}\", error_description=\"{description}\""))
    }

    /// The OAuth error code of a refused token request (RFC 6749 §5.2).
    #[must_use]
    pub const fn oauth_error(&self) -> &'static str {
        match self {
            Self::UnknownPersona => "invalid_client",
            Self::ScopeNotGranted => "invalid_scope",
            _ => "invalid_request",
        }
    }

    /// The message code in `OperationOutcome.issue.details.coding`: stable, clients may program against it.
    #[must_use]
    pub const fn key(&self) -> &'static str {
        match self {
            Self::Missing => "token-missing",
            Self::Repeated => "token-repeated",
            Self::Scheme => "token-scheme",
            Self::TooLong => "token-too-long",
            Self::Malformed(_) => "token-malformed",
            Self::Type => "token-type",
            Self::Algorithm => "token-algorithm",
            Self::Critical => "token-critical",
            Self::KeyInToken => "token-key-embedded",
            Self::UnknownKey => "token-key-unknown",
            Self::Signature => "token-signature",
            Self::Issuer => "token-issuer",
            Self::Audience => "token-audience",
            Self::Expired => "token-expired",
            Self::NotYet => "token-not-yet-valid",
            Self::Claim(_) => "token-claim",
            Self::NoTenant => "token-organisation",
            Self::NoKeys => "issuer-unavailable",
            Self::Configuration(_) => "configuration",
            Self::DpopUnavailable => "dpop-unavailable",
            Self::NotDevelopment => "not-development",
            Self::UnknownPersona => "persona-unknown",
            Self::ScopeNotGranted => "scope-not-granted",
        }
    }

    /// The text in Norwegian bokmål.
    #[must_use]
    pub fn nb(&self) -> String {
        self.filled(texts::of(self.key()).0)
    }

    /// The text in English; plain ASCII, because it also stands in a header.
    #[must_use]
    pub fn en(&self) -> String {
        self.filled(texts::of(self.key()).1)
    }

    fn filled(&self, text: &str) -> String {
        match self {
            Self::Malformed(word) | Self::Claim(word) | Self::Configuration(word) => text.replace("{}", word),
            Self::UnknownPersona => {
                let ids: Vec<&str> = crate::personas().iter().map(|persona| persona.id).collect();
                text.replace("{}", &ids.join(", "))
            }
            _ => text.to_owned(),
        }
    }
}

impl fmt::Display for AuthError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.en())
    }
}

impl std::error::Error for AuthError {}
