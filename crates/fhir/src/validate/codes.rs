//! Codes of systems too large to list, checked by how they are written: languages (BCP 47), media types (BCP 13), currencies
//! (ISO 4217, which is listed) and units (UCUM).

/// A language tag <https://www.rfc-editor.org/rfc/rfc5646#section-2.1>: `nb`, `nb-NO`, `zh-Hant-TW`, `x-private`.
pub(super) fn language(text: &str) -> bool {
    let mut parts = text.split('-');
    let first = parts.next().unwrap_or_default();
    let alpha = |part: &str| part.bytes().all(|byte| byte.is_ascii_alphabetic());
    let fits = |part: &str| (1..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric());
    let named = (2..=8).contains(&first.len()) && alpha(first);
    let private = matches!(first, "x" | "i") && parts.clone().next().is_some();
    (named || private) && parts.all(fits) && !text.ends_with("-x")
}

/// `type/subtype`, perhaps with parameters <https://www.rfc-editor.org/rfc/rfc6838#section-4.2>.
pub(super) fn media_type(text: &str) -> bool {
    let token = |part: &str| {
        !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"!#$&-^_.+*".contains(&byte))
    };
    let mut parts = text.split(';').map(str::trim_ascii);
    let named = parts.next().and_then(|name| name.split_once('/'));
    let quoted = |value: &str| value.len() >= 2 && value.starts_with('"') && value.ends_with('"');
    let parameter =
        |part: &str| part.split_once('=').is_some_and(|(name, value)| token(name) && (token(value) || quoted(value)));
    named.is_some_and(|(kind, subtype)| token(kind) && token(subtype)) && parts.all(parameter)
}

/// The currencies and funds of ISO 4217 in use, sorted.
const CURRENCIES: &str = "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD \
    CDF CHE CHF CHW CLF CLP CNY COP COU CRC CUC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ \
    GYD HKD HNL HRK HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD \
    MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD \
    RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SLL SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD USN \
    UYI UYU UYW UZS VED VES VND VUV WST XAF XAG XAU XBA XBB XBC XBD XCD XDR XOF XPD XPF XPT XSU XTS XUA XXX YER ZAR ZMW ZWL";

/// A currency in use.
pub(super) fn currency(text: &str) -> bool {
    text.len() == 3 && CURRENCIES.split_ascii_whitespace().any(|code| code == text)
}

/// A unit as UCUM writes it <https://ucum.org/ucum#section-Syntax-Rules>: terms of units, numbers and annotations joined by `.` and
/// `/`, with exponents and parentheses. Whether each unit exists is not asked.
pub(super) fn ucum(text: &str) -> bool {
    let mut rest = text.as_bytes();
    let mut depth = 0_u32;
    let mut wanted = true;
    if let [b'/', after @ ..] = rest {
        rest = after;
    }
    while let [byte, after @ ..] = rest {
        rest = match (byte, wanted) {
            (b'(', true) => {
                depth += 1;
                after.strip_prefix(b"/").unwrap_or(after)
            }
            (b')', false) if depth > 0 => {
                depth -= 1;
                after
            }
            (b'.' | b'/', false) => {
                wanted = true;
                after
            }
            (b'{', _) => match annotation(rest) {
                Some(after) => {
                    wanted = false;
                    after
                }
                None => return false,
            },
            (_, true) => match component(rest) {
                Some(after) => {
                    wanted = false;
                    after
                }
                None => return false,
            },
            _ => return false,
        };
    }
    !wanted && depth == 0
}

/// `{…}`: printable ASCII without braces.
fn annotation(text: &[u8]) -> Option<&[u8]> {
    let end = text.iter().position(|byte| *byte == b'}')?;
    let inside = text.get(1..end)?;
    inside.iter().all(|byte| (b' '..=b'~').contains(byte) && *byte != b'{').then_some(text.get(end + 1..)?)
}

/// A number, or a unit with its exponent: `10`, `10*3`, `mg`, `[in_i]`, `m2`, `s-1`, `%`.
fn component(text: &[u8]) -> Option<&[u8]> {
    let mut rest = text;
    let mut some = false;
    while let [byte, after @ ..] = rest {
        match byte {
            b'[' => {
                let end = rest.iter().position(|byte| *byte == b']')?;
                let inside = rest.get(1..end)?;
                let good = !inside.is_empty() && inside.iter().all(|byte| byte.is_ascii_graphic() && *byte != b'[');
                rest = good.then_some(rest.get(end + 1..)?)?;
            }
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'%' | b'*' | b'^' | b'\'' | b'"' | b'_' => rest = after,
            // A sign before an exponent.
            b'+' | b'-' if some && after.first().is_some_and(u8::is_ascii_digit) => rest = after,
            _ => break,
        }
        some = true;
    }
    some.then_some(rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(check: fn(&str) -> bool, good: &[&str], bad: &[&str]) {
        for text in good {
            assert!(check(text), "{text}");
        }
        for text in bad {
            assert!(!check(text), "{text}");
        }
    }

    #[test]
    fn codes_are_checked_by_how_they_are_written() {
        all(
            language,
            &["nb", "nn-NO", "en", "se", "zh-Hant-TW", "x-own", "i-klingon", "no-bok"],
            &["", "n", "norsk bokmål", "nb_NO", "nb-", "-nb", "123", "nb-verylongpart", "x"],
        );
        all(
            media_type,
            &["text/plain", "text/plain; charset=utf-8", "application/fhir+json;fhirVersion=4.0", "a/b;c=\"d e\""],
            &["", "text", "text/", "/plain", "text/plain;", "text/plain; charset", "text plain/x"],
        );
        all(currency, &["NOK", "SEK", "EUR", "XXX"], &["", "nok", "NO", "AAA", "NOKK", "NOK EUR"]);
        all(
            ucum,
            &[
                "mg",
                "mm[Hg]",
                "10*3/uL",
                "kg/m2",
                "/min",
                "{score}",
                "mL{total}",
                "g.m/s2",
                "(g.m)/s2",
                "1",
                "%",
                "s-1",
                "[in_i]",
                "mg/(24.h)",
                "10^3",
                "d",
            ],
            &["", "mg/", "/", "mg//l", "mg l", "(mg", "mg)", "m[", "{x", "mg.", "()", "µg", "kg m"],
        );
    }
}
