//! What is wrong with a search, in words. No text echoes a value: it may be a name or a number of a person. A
//! parameter's name is echoed only when it looks like one.

use super::national::printable;
use crate::registry::{SearchParam, search_params};
use crate::validate::suggest::{meant, nearest};
use crate::{Issue, IssueCode, ResourceType};

/// The parameters that steer the answer and are no criteria.
pub(super) const CONTROLS: [&str; 8] =
    ["_count", "_cursor", "_elements", "_include", "_revinclude", "_sort", "_summary", "_total"];

/// `http.<parameter>`: how FHIR points at a parameter of a request
/// <https://hl7.org/fhir/R4/operationoutcome-definitions.html#OperationOutcome.issue.expression>.
fn at(issue: Issue, name: &str) -> Issue {
    // A name that may be anything is not repeated.
    issue.at(printable(name).map_or_else(|| "http.url".to_owned(), |name| format!("http.{name}")))
}

fn shown(name: &str) -> &str {
    printable(name).unwrap_or("?")
}

/// `name` is unknown to the type; `whole` is the parameter it stands in, the same unless it is chained.
pub(super) fn unknown_parameter(rtype: ResourceType, name: &str, whole: &str, base: &str) -> Issue {
    let (near_nb, near_en) = suggestion(rtype, name);
    let name_shown = shown(name);
    let issue = Issue::error(
        IssueCode::Invalid,
        "unknown-parameter",
        format!(
            "{rtype} har ingen søkeparameter {name_shown}.{near_nb} Listen står i {base}/metadata; med Prefer: handling=lenient utelates ukjente parametre."
        ),
        format!(
            "{rtype} has no search parameter {name_shown}.{near_en} The list is in {base}/metadata; with Prefer: handling=lenient unknown parameters are left out."
        ),
    );
    at(issue, whole)
}

pub(super) fn ignored_parameter(rtype: ResourceType, name: &str, whole: &str) -> Issue {
    let (near_nb, near_en) = suggestion(rtype, name);
    let name_shown = shown(name);
    let issue = Issue::warning(
        IssueCode::NotSupported,
        "unknown-parameter",
        format!("{rtype} har ingen søkeparameter {name_shown}; den er utelatt fra søket.{near_nb}"),
        format!("{rtype} has no search parameter {name_shown}; it was left out of the search.{near_en}"),
    );
    at(issue, whole)
}

fn suggestion(rtype: ResourceType, name: &str) -> (String, String) {
    let head = name.split([':', '.']).next().unwrap_or(name);
    let names = search_params(rtype).iter().map(|param| param.name).chain(CONTROLS);
    meant(nearest(head, names))
}

/// A parameter, modifier or shape of FHIR search that is known and not offered.
pub(super) fn not_supported(name: &str, nb: &str, en: &str) -> Issue {
    let name_shown = shown(name);
    let issue = Issue::error(
        IssueCode::NotSupported,
        "not-supported",
        format!("{name_shown} støttes ikke. {nb}"),
        format!("{name_shown} is not supported. {en}"),
    );
    at(issue, name)
}

pub(super) fn unknown_modifier(name: &str, kind: &str, allowed: &str) -> Issue {
    let name_shown = shown(name);
    let issue = Issue::error(
        IssueCode::Invalid,
        "unknown-modifier",
        format!("{name_shown}: modifikatoren gjelder ikke for denne parameteren (type {kind}). Gyldige: {allowed}."),
        format!("{name_shown}: the modifier does not apply to this parameter (type {kind}). Valid: {allowed}."),
    );
    at(issue, name)
}

pub(crate) fn invalid_value(name: &str, nb: &str, en: &str) -> Issue {
    let name_shown = shown(name);
    let issue = Issue::error(
        IssueCode::Value,
        "invalid-value",
        format!("Verdien av {name_shown} er ugyldig: {nb}"),
        format!("The value of {name_shown} is invalid: {en}"),
    );
    at(issue, name)
}

pub(super) fn empty_value(name: &str) -> Issue {
    invalid_value(
        name,
        "den (eller et alternativ mellom kommaene) er tom. Utelat parameteren eller oppgi en verdi.",
        "it (or an alternative between commas) is empty. Leave the parameter out or give a value.",
    )
}

/// `_summary=text` of what is included says nothing <https://hl7.org/fhir/R4/search.html#summary>.
pub(super) fn text_and_includes() -> Issue {
    let issue = Issue::error(
        IssueCode::Invalid,
        "text-and-includes",
        "_summary=text kan ikke stå sammen med _include eller _revinclude. Bruk _summary=true eller utelat den ene.",
        "_summary=text cannot stand with _include or _revinclude. Use _summary=true, or leave one of them out.",
    );
    at(issue, "_summary")
}

/// A search that would look through all there is.
pub(super) fn too_costly(name: &str, rtype: ResourceType) -> Issue {
    let index = if search_params(rtype).iter().any(|param| param.name == "patient") {
        "patient, identifier"
    } else {
        "identifier"
    };
    let issue = Issue::error(
        IssueCode::TooCostly,
        "too-costly",
        format!(
            "Søket måtte gå gjennom alt som er lagret: :not, :missing, :contains og prefikset ne kan snevre inn et søk, men ikke være hele. Legg til et kriterium som slås opp, for eksempel {index}, _id, status eller _lastUpdated=ge…."
        ),
        format!(
            "The search would go through all that is stored: :not, :missing, :contains and the prefix ne may narrow a search, and not be all of it. Add a criterion that is looked up, for example {index}, _id, status or _lastUpdated=ge…."
        ),
    );
    at(issue, name)
}

/// A search of several types, none of which may be searched.
pub(super) fn no_type() -> Issue {
    let issue = Issue::error(
        IssueCode::Invalid,
        "no-type",
        "Ingen av typene kan søkes i her. Nevn dem med _type.",
        "None of the types can be searched here. Name them with _type.",
    );
    at(issue, "_type")
}

/// A chain through a reference that may point at several types with such a parameter.
pub(super) fn ambiguous(whole: &str, reference: &str, targets: &[ResourceType], rest: &str) -> Issue {
    let rest = printable(rest).unwrap_or("…");
    let choices: Vec<String> = targets.iter().map(|target| format!("{reference}:{target}.{rest}")).collect();
    let (name_shown, choices) = (shown(whole), choices.join(", "));
    let issue = Issue::error(
        IssueCode::Invalid,
        "ambiguous-chain",
        format!("{name_shown}: referansen kan peke på flere typer. Skriv hvilken: {choices}."),
        format!("{name_shown}: the reference may point at several types. Say which: {choices}."),
    );
    at(issue, whole)
}

/// No reference of this name, or none that points at `target`.
pub(super) fn unknown_reference(
    whole: &str,
    (source, code): (ResourceType, &str),
    target: Option<ResourceType>,
) -> Issue {
    let fits =
        |param: &&SearchParam| target.map_or(!param.targets.is_empty(), |target| param.targets.contains(&target));
    let names: Vec<&str> = search_params(source).iter().filter(fits).map(|param| param.name).collect();
    let (near_nb, near_en) = meant(nearest(code, names.iter().copied()));
    let (to_nb, to_en) =
        target.map_or_else(Default::default, |target| (format!(" til {target}"), format!(" to {target}")));
    let (name_shown, names) = (shown(whole), if names.is_empty() { "-".to_owned() } else { names.join(", ") });
    let issue = Issue::error(
        IssueCode::Invalid,
        "unknown-reference",
        format!("{name_shown}: {source} har ingen slik referanse{to_nb}.{near_nb} Referansene er: {names}."),
        format!("{name_shown}: {source} has no such reference{to_en}.{near_en} The references are: {names}."),
    );
    at(issue, whole)
}

pub(super) fn unknown_value_set(name: &str, base: &str) -> Issue {
    invalid_value(
        name,
        &format!(
            "verdisettet kan ikke listes her. Verdisettene står i {base}/ValueSet; de FHIR binder koder til, kan også brukes."
        ),
        &format!(
            "the value set cannot be listed here. The value sets are in {base}/ValueSet; those that FHIR binds codes to can be used too."
        ),
    )
}

pub(super) fn bad_escape(name: &str) -> Issue {
    invalid_value(
        name,
        r"omvendt skråstrek står bare foran , | $ og \.",
        r"a backslash stands only before , | $ and \.",
    )
}

pub(super) fn repeated(name: &str) -> Issue {
    let issue = Issue::error(
        IssueCode::Invalid,
        "repeated-parameter",
        format!("{name} kan bare stå én gang i et søk."),
        format!("{name} may stand only once in a search."),
    );
    at(issue, name)
}

pub(crate) fn national_number(name: &str, rtype: ResourceType) -> Issue {
    let issue = Issue::error(
        IssueCode::Invalid,
        "national-number-in-url",
        format!(
            "Et fødselsnummer, D-nummer eller annet nasjonalt personnummer skal aldri stå i en URL. Søk med POST {rtype}/_search og parametrene i innholdet (application/x-www-form-urlencoded)."
        ),
        format!(
            "A national identity number never stands in a URL. Search by POST {rtype}/_search with the parameters in the body (application/x-www-form-urlencoded)."
        ),
    );
    at(issue, name)
}

pub(crate) fn too_many_values(limit: usize, place: &str) -> Issue {
    Issue::error(
        IssueCode::TooCostly,
        "too-many-values",
        format!("Søket har flere enn {limit} verdier. Del det opp."),
        format!("The search has more than {limit} values. Divide it."),
    )
    .at(place)
}

pub(crate) fn too_many_parameters(limit: usize, place: &str) -> Issue {
    Issue::error(
        IssueCode::TooCostly,
        "too-many-parameters",
        format!("Søket har flere enn {limit} parametre. Del det opp."),
        format!("The search has more than {limit} parameters. Divide it."),
    )
    .at(place)
}

/// Where the parameters stand.
pub(super) fn sent(by_post: bool) -> &'static str {
    if by_post { "http.body" } else { "http.url" }
}
