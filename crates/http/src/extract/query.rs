//! The URL query and the form of a `POST _search`: decoded pairs in order, with the parameters of the answer's form
//! (`_format`, `_pretty`) taken out <https://hl7.org/fhir/R4/http.html#parameters>.

use crate::refuse::{Refused, malformed};
use varde_fhir::percent;
use varde_fhir::summary::PARAMETERS;

/// Decoded parameters, in order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Query {
    /// What is for the interaction.
    pub(super) params: Vec<(String, String)>,
    /// `_format`
    pub(super) format: Option<String>,
    /// `_pretty`
    pub(super) pretty: bool,
}

impl Query {
    /// Reads the query of a URL, without `?`.
    ///
    /// # Errors
    /// 400 for broken percent-encoding or UTF-8, a second `_format` or `_pretty`, or a `_pretty` that is not a boolean.
    pub(super) fn parse(query: &str) -> Result<Self, Refused> {
        Self::of(pairs(query.as_bytes()).ok_or_else(|| bad_encoding("http.url"))?)
    }

    /// Adds the form of a `POST _search` behind the parameters of its URL.
    ///
    /// # Errors
    /// As [`Query::parse`].
    pub(super) fn merge_form(mut self, form: &[u8]) -> Result<Self, Refused> {
        let form = Self::of(pairs(form).ok_or_else(|| bad_encoding("http.body"))?)?;
        self.params.extend(form.params);
        self.format = self.format.or(form.format);
        self.pretty |= form.pretty;
        Ok(self)
    }

    /// Takes out the parameters of a part of a resource.
    pub(super) fn take_part(&mut self) -> Vec<(String, String)> {
        let (part, rest) = self.params.drain(..).partition(|(name, _)| PARAMETERS.contains(&name.as_str()));
        self.params = rest;
        part
    }

    fn of(pairs: Vec<(String, String)>) -> Result<Self, Refused> {
        let mut query = Self::default();
        let mut pretty = None;
        for (name, value) in pairs {
            match name.as_str() {
                "_format" if query.format.is_some() => return Err(twice("_format")),
                "_format" => query.format = Some(value),
                "_pretty" if pretty.is_some() => return Err(twice("_pretty")),
                "_pretty" => pretty = Some(boolean(&value)?),
                _ => query.params.push((name, value)),
            }
        }
        query.pretty = pretty.unwrap_or_default();
        Ok(query)
    }
}

fn pairs(encoded: &[u8]) -> Option<Vec<(String, String)>> {
    let fields = encoded.split(|byte| *byte == b'&').filter(|field| !field.is_empty());
    fields
        .map(|field| {
            let mut halves = field.splitn(2, |byte| *byte == b'=');
            let name = percent::decode_bytes(halves.next().unwrap_or_default(), true)?;
            let value = percent::decode_bytes(halves.next().unwrap_or_default(), true)?;
            Some((name, value))
        })
        .collect()
}

fn boolean(value: &str) -> Result<bool, Refused> {
    match value {
        "true" => Ok(true),
        "false" => Ok(false),
        _ => Err(malformed(
            "http._pretty",
            "bad-parameter-value",
            "_pretty må være true eller false.",
            "_pretty must be true or false.",
        )),
    }
}

fn twice(name: &str) -> Refused {
    malformed(
        &format!("http.{name}"),
        "duplicate-parameter",
        format!("{name} kan bare stå én gang."),
        format!("{name} may stand only once."),
    )
}

fn bad_encoding(at: &str) -> Refused {
    malformed(
        at,
        "bad-url-encoding",
        "Parametrene er ikke gyldig prosentkodet UTF-8.",
        "The parameters are not valid percent-encoded UTF-8.",
    )
}

#[cfg(test)]
mod tests {
    use super::Query;

    fn params(query: &Query) -> Vec<(&str, &str)> {
        query.params.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect()
    }

    #[test]
    fn queries_are_decoded_in_order() {
        for (query, expected) in [
            ("", vec![]),
            ("&&", vec![]),
            ("status=active", vec![("status", "active")]),
            ("a=1&a=2&b", vec![("a", "1"), ("a", "2"), ("b", "")]),
            ("name=%C3%98ye+Berg&x=a%26b", vec![("name", "Øye Berg"), ("x", "a&b")]),
            ("date=ge2026-01-01T00%3A00%2B01%3A00", vec![("date", "ge2026-01-01T00:00+01:00")]),
            ("a=b=c", vec![("a", "b=c")]),
            ("_format=json&status=active&_pretty=true", vec![("status", "active")]),
        ] {
            assert_eq!(params(&Query::parse(query).unwrap()), expected, "{query}");
        }
        let query = Query::parse("_format=application/fhir%2Bjson&_pretty=true").unwrap();
        assert_eq!((query.format.as_deref(), query.pretty), (Some("application/fhir+json"), true));
    }

    #[test]
    fn broken_queries_are_refused() {
        for (query, key) in [
            ("a=%", "bad-url-encoding"),
            ("a=%zz", "bad-url-encoding"),
            ("%ff=1", "bad-url-encoding"),
            ("a=%00", "bad-url-encoding"),
            ("_pretty=yes", "bad-parameter-value"),
            ("_pretty=true&_pretty=true", "duplicate-parameter"),
            ("_format=json&_format=xml", "duplicate-parameter"),
        ] {
            let refused = Query::parse(query).unwrap_err();
            assert_eq!((refused.status, refused.issue.key), (400, key), "{query}");
        }
    }

    #[test]
    fn a_form_joins_the_url() {
        let query = Query::parse("status=active").unwrap().merge_form(b"patient=Patient%2F1&_pretty=true").unwrap();
        assert_eq!(params(&query), [("status", "active"), ("patient", "Patient/1")]);
        assert!(query.pretty);
        assert_eq!(Query::default().merge_form(b"a=\xff").unwrap_err().issue.key, "bad-url-encoding");
    }
}
