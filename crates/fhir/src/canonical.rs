//! The canonical URLs of what Varde defines itself <https://hl7.org/fhir/R4/references.html#canonical>: they name a definition
//! for ever and everywhere, whatever address a server answers at.

/// What every canonical URL of ours begins with.
pub const BASE: &str = "https://varde.no/fhir";

/// The version of every definition of ours: the software's.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");

/// The canonical URL of a definition of ours: `…/CodeSystem/varde-role`.
#[must_use]
pub fn of(rtype: &str, id: &str) -> String {
    format!("{BASE}/{rtype}/{id}")
}

/// The id of a definition of ours of this type, from its canonical URL without version.
#[must_use]
pub fn id_of<'a>(url: &'a str, rtype: &str) -> Option<&'a str> {
    url.strip_prefix(BASE)?.strip_prefix('/')?.strip_prefix(rtype)?.strip_prefix('/')
}

/// A canonical reference parted into URL and version: `…/varde-samtykke|0.1.0`.
#[must_use]
pub fn parted(canonical: &str) -> (&str, Option<&str>) {
    canonical.split_once('|').map_or((canonical, None), |(url, version)| (url, Some(version)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_versions() {
        assert_eq!(of("ValueSet", "x"), "https://varde.no/fhir/ValueSet/x");
        assert_eq!(id_of("https://varde.no/fhir/ValueSet/x", "ValueSet"), Some("x"));
        assert_eq!(id_of("https://varde.no/fhir/ValueSets/x", "ValueSet"), None);
        assert_eq!(id_of("https://varde.no/other/ValueSet/x", "ValueSet"), None);
        assert_eq!(parted("http://x/y|1"), ("http://x/y", Some("1")));
        assert_eq!(parted("http://x/y"), ("http://x/y", None));
    }
}
