//! URLs with a query, as links of a Bundle have them (RFC 3986 §3.4).

use std::fmt::Write as _;

/// An address with parameters behind it.
pub(crate) fn joined<'p>(address: &str, pairs: impl Iterator<Item = (&'p str, &'p str)>) -> String {
    let mut joined = address.to_owned();
    for (place, (name, value)) in pairs.enumerate() {
        joined.push(if place == 0 { '?' } else { '&' });
        encode(name, &mut joined);
        joined.push('=');
        encode(value, &mut joined);
    }
    joined
}

/// Percent-encodes all but RFC 3986's unreserved characters and those that FHIR values are written with and a query may hold. The bar
/// of `system|code` is none of them: Java and others refuse a URL with a bare one.
fn encode(text: &str, into: &mut String) {
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~:,/$".contains(&byte) {
            into.push(char::from(byte));
        } else {
            // Writing to a text cannot fail.
            let _ = write!(into, "%{byte:02X}");
        }
    }
}
