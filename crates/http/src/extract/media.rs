//! Media types and quoted lists as headers write them (RFC 9110 §5.6, §8.3).

/// The type of every answer, and of every FHIR body <https://hl7.org/fhir/R4/http.html#mime-type>.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Media {
    /// `application/fhir+json`
    #[default]
    FhirJson,
    /// `application/json`, for clients that know no better.
    Json,
}

impl Media {
    /// The `Content-Type` of an answer.
    pub(crate) const fn content_type(self) -> &'static str {
        match self {
            Self::FhirJson => "application/fhir+json; charset=utf-8",
            Self::Json => "application/json; charset=utf-8",
        }
    }

    /// Reads a media type without parameters, lower case. `application/json+fhir` is DSTU2's name, still sent by old clients.
    pub(super) fn of(essence: &str) -> Option<Self> {
        match essence {
            "application/fhir+json" | "application/json+fhir" => Some(Self::FhirJson),
            "application/json" | "text/json" => Some(Self::Json),
            _ => None,
        }
    }
}

/// `type/subtype; name=value`, names and type in lower case, quotes taken off.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct MediaType {
    /// `type/subtype`
    pub(super) essence: String,
    params: Vec<(String, String)>,
}

impl MediaType {
    /// Reads one media type or range; never fails, nonsense becomes an essence nobody knows.
    pub(super) fn parse(text: &str) -> Self {
        let mut parts = split(text, ';');
        let essence = parts.next().unwrap_or_default().to_ascii_lowercase();
        let params = parts
            .filter_map(|part| part.split_once('='))
            .map(|(name, value)| (name.trim().to_ascii_lowercase(), unquote(value.trim())))
            .collect();
        Self { essence, params }
    }

    /// A parameter's value.
    pub(super) fn param(&self, name: &str) -> Option<&str> {
        self.params.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// Whether `charset`, when named, is UTF-8: FHIR JSON has no other <https://hl7.org/fhir/R4/json.html>.
    pub(super) fn is_utf8(&self) -> bool {
        self.param("charset")
            .is_none_or(|charset| ["utf-8", "utf8"].iter().any(|utf8| charset.eq_ignore_ascii_case(utf8)))
    }

    /// Whether `fhirVersion`, when named, is R4's <https://hl7.org/fhir/R4/versioning.html#mt-version>.
    pub(super) fn is_r4(&self) -> bool {
        self.param("fhirversion").is_none_or(|version| version == "4.0")
    }
}

/// The trimmed, non-empty parts of a header value, separators inside quotes left alone.
pub(super) fn split(text: &str, separator: char) -> impl Iterator<Item = &str> {
    let mut quoted = false;
    let mut escaped = false;
    let parts = text.split(move |c| {
        let splits = c == separator && !quoted;
        match c {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            _ => {}
        }
        splits
    });
    parts.map(str::trim).filter(|part| !part.is_empty())
}

/// A `quality` parameter in thousandths (RFC 9110 §12.4.2); 1000 when absent, `None` when malformed. `.2` is read as `0.2`: so writes
/// Java's own client, which nobody told otherwise.
pub(super) fn quality(text: Option<&str>) -> Option<u16> {
    let Some(text) = text else { return Some(1000) };
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let digits = fraction.len() <= 3 && fraction.bytes().all(|b| b.is_ascii_digit());
    let thousandths: u16 = if digits { format!("{fraction:0<3}").parse().ok()? } else { return None };
    match whole {
        "0" => Some(thousandths),
        "" if !fraction.is_empty() => Some(thousandths),
        "1" if thousandths == 0 => Some(1000),
        _ => None,
    }
}

/// Takes the quotes of a quoted-string off.
pub(super) fn unquote(text: &str) -> String {
    match text.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) {
        Some(inner) => {
            let mut escaped = false;
            inner
                .chars()
                .filter(|c| {
                    escaped = *c == '\\' && !escaped;
                    !escaped
                })
                .collect()
        }
        None => text.to_owned(),
    }
}
