//! Folding: how strings are compared in a search <https://hl7.org/fhir/R4/search.html#string>. One function for the
//! index and the query.

/// Folds per Norwegian practice: lower case, accents and marks removed but `æ`, `ø` and `å` kept (they are letters),
/// white space collapsed to single spaces and trimmed.
#[must_use]
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    let mut gap = false;
    for c in text.chars().flat_map(char::to_lowercase) {
        if c.is_whitespace() || c == '\u{200b}' {
            gap = !folded.is_empty();
        } else if is_mark(c) {
            if !gap {
                ring(&mut folded, c);
            }
        } else {
            if std::mem::take(&mut gap) {
                folded.push(' ');
            }
            push_plain(&mut folded, c);
        }
    }
    folded
}

/// Combining diacritical marks: what is left of an accented letter written in two characters.
fn is_mark(c: char) -> bool {
    ('\u{300}'..='\u{36f}').contains(&c)
}

/// `a` and a combining ring are `å`, written in two characters.
fn ring(folded: &mut String, mark: char) {
    if mark == '\u{30a}' && folded.ends_with('a') {
        folded.pop();
        folded.push('å');
    }
}

fn push_plain(folded: &mut String, c: char) {
    if c.is_ascii() || matches!(c, 'æ' | 'ø' | 'å') {
        return folded.push(c);
    }
    match PLAIN.iter().find(|(_, accented)| accented.contains(c)) {
        Some((plain, _)) => folded.push_str(plain),
        None => folded.push(c),
    }
}

/// (plain, lower-case letters of the Latin blocks that fold to it).
static PLAIN: &[(&str, &str)] = &[
    ("a", "àáâãäāăąǎǟǡȁȃȧḁạảấầẩẫậắằẳẵặ"),
    ("b", "ƀḃḅḇ"),
    ("c", "çćĉċčȼḉ"),
    ("d", "ðďđḋḍḏḑḓ"),
    ("e", "èéêëēĕėęěȅȇȩɇḕḗḙḛḝẹẻẽếềểễệ"),
    ("f", "ḟ"),
    ("g", "ĝğġģǥǧǵḡ"),
    ("h", "ĥħȟḣḥḧḩḫẖ"),
    ("i", "ìíîïĩīĭįıǐȉȋḭḯỉị"),
    ("ij", "ĳ"),
    ("j", "ĵǰɉ"),
    ("k", "ķĸǩḱḳḵ"),
    ("l", "ĺļľłḷḹḻḽ"),
    ("m", "ḿṁṃ"),
    ("n", "ñńņňŉŋǹṅṇṉṋ"),
    ("o", "òóôõöōŏőơǒǫǭȍȏȫȭȯȱṍṏṑṓọỏốồổỗộớờởỡợ"),
    ("oe", "œ"),
    ("p", "ṕṗ"),
    ("r", "ŕŗřȑȓɍṙṛṝṟ"),
    ("s", "śŝşšſșṡṣṥṧṩẛ"),
    ("ss", "ßẞ"),
    ("t", "ţťŧțṫṭṯṱẗ"),
    ("th", "þ"),
    ("u", "ùúûüũūŭůűųưǔǖǘǚǜȕȗṳṵṷṹṻụủứừửữự"),
    ("v", "ṽṿ"),
    ("w", "ŵẁẃẅẇẉẘ"),
    ("x", "ẋẍ"),
    ("y", "ýÿŷȳɏẏẙỳỵỷỹ"),
    ("z", "źżžƶǯẑẓẕ"),
    ("å", "ǻ"),
    ("æ", "ǣǽ"),
    ("ø", "ǿ"),
    ("σ", "ς"),
];

#[cfg(test)]
mod tests {
    use super::fold;

    #[test]
    fn folds_per_norwegian_practice() {
        for (text, folded) in [
            ("Kari", "kari"),
            ("ÅSE ØDEGÅRD Æge", "åse ødegård æge"),
            ("Åse in two characters: A\u{30a}se", "åse in two characters: åse"),
            ("André  Gjærum\t\n", "andre gjærum"),
            ("Andre\u{301}", "andre"),
            ("  Renée\u{a0}Nuñez ", "renee nunez"),
            ("Áillohaš Biret-Áŋŋá Đavvi Guđrun Ŧ Ž", "aillohas biret-anna davvi gudrun t z"),
            ("Müller Björk Häggström", "muller bjork haggstrom"),
            ("Strauß Łódź Œuvre Þór", "strauss lodz oeuvre thor"),
            ("İstanbul", "istanbul"),
            ("Nguyễn", "nguyen"),
            ("Ǿ Ǽ Ǻ", "ø æ å"),
            ("ΣΑΣ 東京 Жук", "σασ 東京 жук"),
            ("", ""),
            (" \u{301} ", ""),
        ] {
            assert_eq!(fold(text), folded, "{text:?}");
        }
    }

    #[test]
    fn folding_twice_changes_nothing() {
        for text in ["Ås\u{30a}e Ørn", "I\u{307}x", "ŉ ĳ ß", "a \u{30a}"] {
            assert_eq!(fold(&fold(text)), fold(text), "{text:?}");
        }
    }
}
