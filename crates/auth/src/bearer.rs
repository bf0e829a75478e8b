//! The `Authorization` header: exactly one, `Bearer`, one token (RFC 6750 §2.1, RFC 9110 §11.6.2).

use crate::AuthError;

/// The longest token taken, in bytes: the limit of a header.
const LONGEST: usize = 16 * 1024;

/// The token in the one `Authorization` header.
pub(crate) fn token(authorization: &[String]) -> Result<&str, AuthError> {
    let token = text(authorization)?;
    let jwt = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.');
    if token.is_empty() || !token.bytes().all(jwt) {
        return Err(AuthError::Malformed("segments"));
    }
    Ok(token)
}

/// What stands in the place of the token, whatever its characters: enough to know it again.
pub(crate) fn text(authorization: &[String]) -> Result<&str, AuthError> {
    let header = match authorization {
        [] => return Err(AuthError::Missing),
        [one] => one.trim_ascii(),
        _ => return Err(AuthError::Repeated),
    };
    let (scheme, token) = header.split_once(' ').ok_or(AuthError::Scheme)?;
    if !scheme.eq_ignore_ascii_case("bearer") {
        return Err(AuthError::Scheme);
    }
    let token = token.trim_ascii_start();
    if token.len() > LONGEST {
        return Err(AuthError::TooLong);
    }
    Ok(token)
}

#[cfg(test)]
mod tests {
    use super::{LONGEST, token};
    use crate::AuthError;

    #[test]
    fn exactly_one_header_with_the_scheme_bearer() {
        let long = format!("Bearer {}", "a".repeat(LONGEST + 1));
        for (headers, expected) in [
            (&[][..], Err(AuthError::Missing)),
            (&["Bearer a.b.c"], Ok("a.b.c")),
            (&["bearer   a.b.c "], Ok("a.b.c")),
            (&["BEARER a.b.c"], Ok("a.b.c")),
            (&["Bearer a.b.c", "Bearer a.b.c"], Err(AuthError::Repeated)),
            (&[""], Err(AuthError::Scheme)),
            (&["Bearer"], Err(AuthError::Scheme)),
            (&["Bearer "], Err(AuthError::Scheme)),
            (&["DPoP a.b.c"], Err(AuthError::Scheme)),
            (&["Basic dTpw"], Err(AuthError::Scheme)),
            (&["a.b.c"], Err(AuthError::Scheme)),
            (&["Bearer a.b.c, Bearer d.e.f"], Err(AuthError::Malformed("segments"))),
            (&["Bearer a.b.c d"], Err(AuthError::Malformed("segments"))),
            (&["Bearer a.b=.c"], Err(AuthError::Malformed("segments"))),
            (&["Bearer å.b.c"], Err(AuthError::Malformed("segments"))),
            (&[long.as_str()], Err(AuthError::TooLong)),
        ] {
            let headers: Vec<String> = headers.iter().map(|h| (*h).to_owned()).collect();
            assert_eq!(token(&headers), expected, "{headers:?}");
        }
    }
}
