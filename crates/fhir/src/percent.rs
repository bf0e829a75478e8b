//! Percent-decoding, strict (RFC 3986 §2.1; WHATWG form encoding with `plus`).

/// Decodes; `plus` reads `+` as a space, as forms and queries do. `None` for a broken escape, bytes that are not UTF-8, or
/// the NUL character, which no FHIR string may hold and PostgreSQL cannot store.
#[must_use]
pub fn decode(text: &str, plus: bool) -> Option<String> {
    decode_bytes(text.as_bytes(), plus)
}

/// [`decode`] for a body, whose unescaped bytes are not known to be UTF-8 yet.
#[must_use]
pub fn decode_bytes(encoded: &[u8], plus: bool) -> Option<String> {
    let mut decoded = Vec::with_capacity(encoded.len());
    let mut rest = encoded.iter().copied();
    while let Some(byte) = rest.next() {
        decoded.push(match byte {
            b'%' => hex(rest.next()?)? * 16 + hex(rest.next()?)?,
            b'+' if plus => b' ',
            other => other,
        });
    }
    String::from_utf8(decoded).ok().filter(|text| !text.contains('\0'))
}

fn hex(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).and_then(|value| u8::try_from(value).ok())
}

#[cfg(test)]
mod tests {
    use super::{decode, decode_bytes};

    #[test]
    fn decodes_strictly() {
        for (encoded, plus, expected) in [
            ("", true, Some("")),
            ("a+b", true, Some("a b")),
            ("a+b", false, Some("a+b")),
            ("%C3%98rsta", true, Some("Ørsta")),
            ("Ørsta", true, Some("Ørsta")),
            ("urn%3aoid%3A2.16|1", true, Some("urn:oid:2.16|1")),
            ("%", true, None),
            ("%4", true, None),
            ("%G1", true, None),
            ("%+1", true, None),
            ("%C3", true, None),
            ("%ff", true, None),
            ("a%00", true, None),
        ] {
            assert_eq!(decode(encoded, plus).as_deref(), expected, "{encoded}");
        }
        assert_eq!(decode_bytes(b"\xff", true), None);
    }
}
