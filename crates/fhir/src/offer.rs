//! What is offered, as a document: `docs/fhir.md`, computed from the registry and from what parsing accepts, committed, and
//! proven current by a test.

use crate::conformance::search_names;
use crate::profile::{extensions, profiles};
use crate::query::{
    DEFAULT_COUNT, MAX_COUNT, MAX_LINKS, MAX_PARAMETERS, MAX_VALUES, NOT_OFFERED, is_sort_key, modifiers,
};
use crate::registry::if_match_required;
use crate::registry::parameters::LEFT_OUT;
use crate::registry::{
    Interaction, Operation, OperationKind, ParamKind, SearchParam, Served, conformance_types, operations,
    search_params, served_types,
};
use std::fmt::Write as _;

/// The text of `docs/fhir.md`.
#[must_use]
pub fn fhir_markdown() -> String {
    let mut text = String::from(
        "# FHIR: what is offered\n\n\
         Computed from the registry (`crates/fhir/src/registry`) and from what the parser of searches accepts; do not edit. To write it\n\
         again: `VARDE_BLESS=1 cargo test -p varde-fhir`. `GET [base]/metadata` says the same to programs.\n\n\
         FHIR R4 (4.0.1), JSON. What does not stand here is refused, and the refusal names what is nearest.\n",
    );
    interactions(&mut text);
    whole_system(&mut text);
    headers(&mut text);
    text.push_str("\n## Searching\n\n");
    search(&mut text);
    for served in served_types() {
        parameters(&mut text, served);
    }
    published(&mut text);
    left_out(&mut text);
    text
}

fn interactions(text: &mut String) {
    text.push_str("\n## Types and interactions\n\n| type |");
    for column in Interaction::ALL {
        write(text, format_args!(" {} |", column.code()));
    }
    text.push_str(" If-Match |\n|---|");
    text.push_str(&":-:|".repeat(Interaction::ALL.len() + 1));
    text.push('\n');
    for served in served_types() {
        write(text, format_args!("| {} |", served.rtype));
        for column in Interaction::ALL {
            text.push_str(if served.allows(column) { " ✓ |" } else { " |" });
        }
        text.push_str(match (served.allows(Interaction::Update), if_match_required(served.rtype)) {
            (false, _) => " |\n",
            (true, true) => " required |\n",
            (true, false) => " honoured |\n",
        });
    }
    text.push_str(
        "\n`create` takes `If-None-Exist`, `update` creates under an id that is free and takes `If-None-Match: *`, `patch` is a JSON\n\
         Patch or a FHIRPath Patch (`Parameters`; paths of names, `[n]`, `.where(…)`, `.first()`, `.last()`, `.extension('url')`), `read` honours `If-None-Match` and `If-Modified-Since`, `search-type` is\n\
         `GET [type]?…` and `POST [type]/_search`. `update`, `patch` and `delete` also take a search in the place of the id\n\
         (`PUT [type]?identifier=…`): it must find at most one. Histories take `_since`, `_at` and `_count`.\n",
    );
}

fn whole_system(text: &mut String) {
    text.push_str(
        "\n## System and operations\n\n- `GET metadata`\n- `POST [base]`: a Bundle of type transaction or batch, whose entries may be any of these, HEAD, and the operations that need a token (`$validate` in a batch alone)\n- `GET _history`: what was \
         written of all types, as far as it may be seen\n\
         - `GET [base]?_type=CareTeam,CarePlan&…`, `POST [base]/_search`: several types at once (all without `_type`), by the parameters they share\n\
         - `GET Patient/{id}/[type]?…`, `GET Patient/{id}/*?_type=…`: what is in the Patient compartment of R4; a Task belongs to whom it is for\n",
    );
    for operation in operations() {
        let Operation { title, title_nb, scope, .. } = operation;
        let (method, address) = (if operation.by_get { "GET or POST" } else { "POST" }, operation.address());
        match operation.kind {
            OperationKind::Job => {
                write(text, format_args!("- `{method} {address}`: {title} ({title_nb}); scope `{scope}`\n"));
            }
            OperationKind::Terminology => {
                write(text, format_args!("- `{method} {address}`: {title}; without a token\n"));
            }
            OperationKind::Validate => {}
        }
    }
    text.push_str(VALIDATE);
}

const VALIDATE: &str = "- `POST [type]/$validate`, `POST [type]/{id}/$validate` for every type that can be written, by whoever has any right on \
    the type: the\n  resource, or Parameters with `resource`, `mode` (`create`, `update`, `delete`) and `profile`; beside a resource these two stand in the URL. The answer is 200 with an \
    OperationOutcome; without a mode\n  structure, identifiers and profiles are asked, with one also the law and everything else that \
    act would meet. Nothing is stored.\n";

fn published(text: &mut String) {
    text.push_str(
        "\n## Definitions\n\nComputed, read-only, for anybody without a token: `GET [type]/{id}` (with `If-None-Match`), \
         `GET [type]?…` and `POST [type]/_search`.\n\n| type | parameters |\n|---|---|\n",
    );
    for row in conformance_types() {
        let names: Vec<String> =
            search_names(row.rtype).iter().map(|(name, kind)| format!("`{name}` ({kind})")).collect();
        write(text, format_args!("| {} | {} |\n", row.rtype, names.join(", ")));
    }
    text.push_str("\n### Profiles\n\nHeld to when `meta.profile` claims them.\n");
    for profile in profiles() {
        write(text, format_args!("\n`{}` on {} ({}):\n\n", profile.url(), profile.rtype, profile.title.nb));
        for rule in profile.rules {
            write(text, format_args!("- `{}`: {}\n", rule.path, rule.why.en));
        }
    }
    text.push_str(
        "\n### Extensions\n\nThey stand there and nowhere else, once in each unless it says `0..*`.\n\n\
         | extension | on | value | |\n|---|---|---|---|\n",
    );
    for known in extensions() {
        let (kind, words) = (known.value.type_name(), known.title.en);
        let often = if known.repeats { " `0..*`" } else { "" };
        write(text, format_args!("| `{}` | {}{often} | {kind} | {words} |\n", known.url(), known.context));
    }
}

fn headers(text: &mut String) {
    text.push_str(
        "\n## Header fields\n\n\
         - `Idempotency-Key` on everything that writes (POST, PUT, PATCH, DELETE): 1–255 visible ASCII characters, a new one for each request.\n  \
         The same request sent again within 24 hours is done once and answered again, with `Idempotency-Replayed: true`; another request\n  \
         with the key is 422 (`idempotency-key-reused`). A refused request leaves its key free. What only reads ignores it.\n\
         - `Prefer: return=minimal|representation|OperationOutcome` on everything that writes (a deleted resource cannot be returned, how it\n  \
         went can), `handling=strict|lenient` everywhere; `Preference-Applied` says what was done. Others are ignored.\n\
         - `HEAD` wherever `GET` is; `OPTIONS` everywhere, with `Allow`.\n\
         - `X-Request-Id` and `X-Correlation-Id` are echoed when they are 1–64 of `A–Z a–z 0–9 . _ -` and no national number; else the\n  \
         request gets an id of ours, and no correlation id.\n",
    );
}

fn search(text: &mut String) {
    write(
        text,
        format_args!(
            "Criteria are joined by AND, the values of one (`,`) by OR; at most {MAX_PARAMETERS} parameters and {MAX_VALUES} values. \
             `_count` is {DEFAULT_COUNT}\nunless said; a page has {MAX_COUNT} at most, whatever is asked; `_count=0` is `_summary=count`. `_total` is `none`, `estimate` or \
             `accurate`. `_summary` (`true`, `text`, `data`, `count`, `false`) and `_elements` shape what is answered, also by read, vread and \
             histories; a part is tagged\n`SUBSETTED` and not written back, and `_elements` keeps what must be there and what changes its \
             meaning (modifier elements). `_include` and `_revinclude` take\n`Source:parameter[:Target]` for each reference below, with `:iterate` also from what was included (at most 5 references \
             away,\n1000 resources in all, each once). A parameter with ↕ can be a key \
             of `_sort`. Pages are followed by their\n`next` links.\n\n\
             | kind | values |\n|---|---|\n\
             | token | `code`, `system\\|code`, `\\|code`, `system\\|`; with `:in` and `:not-in` the URL of a value set |\n\
             | reference | `id`, `Type/id`, a URL; with `:identifier` as token |\n\
             | date | `eq ne gt lt ge le sa eb ap` before an instant or a part of one; without an offset in Europe/Oslo |\n\
             | string | the beginning of it, without regard to case and accents |\n\
             | uri | the whole of it; `:below` what begins with it, `:above` what it begins with, up to a `/` |\n\n\
             A code that is not in the value set its element is bound to, a truth value that is none and a reference to a type the element \
             cannot refer to\nare refused: nothing can have them.\n\n\
             **Chains** follow the references below that have targets, at most {MAX_LINKS} of them: `subject:Patient.name=…` (the type when \
             there are several\nthat have the parameter), `patient.organization.identifier=…`, `_has:CareTeam:subject:participant-role=…`, and one inside \
             the other. What\nthe caller may not see is no link of a chain.\n\n\
             **Cost.** Of the types that are not the directory's (Organization, HealthcareService, Practitioner, PractitionerRole, Location, \
             Endpoint) a search\nthat has criteria has one that an index answers: `:not`, `:missing`, `:contains` and the prefix `ne` may \
             narrow it and not be all of it,\nalso at the end of a chain. Else it is refused with 422 `too-costly`, whatever is stored.\n",
        ),
    );
}

fn parameters(text: &mut String, served: &Served) {
    write(text, format_args!("\n### {}\n\n", served.rtype));
    text.push_str("| parameter | kind | modifiers | targets | where |\n|---|---|---|---|---|\n");
    for param in search_params(served.rtype) {
        let SearchParam { name, kind, expression, targets, .. } = param;
        let sorted = if is_sort_key(param) { " ↕" } else { "" };
        let own = if param.own { " (ours)" } else { "" };
        // A reference's types stand under targets.
        let modifiers: Vec<String> = modifiers(param).into_iter().map(|name| format!("`{name}`")).collect();
        let types = if *kind == ParamKind::Reference && !targets.is_empty() { ", `:[type]`" } else { "" };
        let targets: Vec<&str> = targets.iter().map(|target| target.as_str()).collect();
        write(
            text,
            format_args!(
                "| `{name}`{sorted}{own} | {} | {}{types} | {} | `{}` |\n",
                kind.code(),
                modifiers.join(", "),
                targets.join(", "),
                expression.replace('|', "\\|"),
            ),
        );
    }
}

fn left_out(text: &mut String) {
    text.push_str("\n## Left out\n\nRefused, and never ignored in silence:\n\n");
    let all = |names: &[&str], before: &str| {
        names.iter().map(|name| format!("`{before}{name}`")).collect::<Vec<_>>().join(", ")
    };
    write(text, format_args!("- of every type: {}\n", all(&NOT_OFFERED.parameters, "")));
    write(
        text,
        format_args!(
            "- modifiers: {}; `_include:recurse` (use `:iterate`) and `*`\n",
            all(&NOT_OFFERED.modifiers, ":")
        ),
    );
    for (rtype, name, kind) in LEFT_OUT {
        write(text, format_args!("- {rtype} `{name}` ({kind})\n"));
    }
    text.push_str(
        "- deleting several at once by a search, XML\n\
         - contained resources of types that do not stand here (Condition, Medication …): `unsupported-type`\n",
    );
}

/// Writing to a String cannot fail.
fn write(text: &mut String, arguments: std::fmt::Arguments<'_>) {
    let _ = text.write_fmt(arguments);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_committed_document_is_current() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/fhir.md");
        if std::env::var_os("VARDE_BLESS").is_some() {
            std::fs::write(path, fhir_markdown()).unwrap();
        }
        assert!(
            std::fs::read_to_string(path).unwrap_or_default() == fhir_markdown(),
            "docs/fhir.md is not current: VARDE_BLESS=1 cargo test -p varde-fhir"
        );
    }

    #[test]
    fn what_is_said_to_be_accepted_is_accepted_and_nothing_else() {
        let base = "https://varde.example/fhir";
        let parse = |served: &Served, name: &str, value: &str| {
            // Beside a criterion that an index answers: some modifiers may not stand alone.
            let beside = ("_lastUpdated".to_owned(), "ge2020".to_owned());
            crate::query::parse(served.rtype, &[(name.to_owned(), value.to_owned()), beside], base, false, true)
        };
        let every =
            ["not", "exact", "contains", "identifier", "missing", "in", "not-in", "below", "above", "text", "of-type"];
        let mut tried = 0;
        for served in served_types() {
            for param in search_params(served.rtype) {
                let value = match param.kind {
                    ParamKind::Date => "2026-01-01",
                    ParamKind::Uri => "urn:x",
                    ParamKind::Token => crate::query::a_code(param),
                    _ if param.is_canonical() => "https://x.example/y",
                    _ => "x",
                };
                for modifier in every {
                    let value = match modifier {
                        "missing" => "true",
                        "in" | "not-in" => "https://varde.no/fhir/ValueSet/varde-team-role",
                        _ => value,
                    };
                    let name = format!("{}:{modifier}", param.name);
                    let said = modifiers(param).contains(&format!(":{modifier}"));
                    assert_eq!(parse(served, &name, value).is_ok(), said, "{} {name}", served.rtype);
                    tried += 1;
                }
                let sorted = parse(served, "_sort", param.name).is_ok();
                assert_eq!(sorted, is_sort_key(param), "{} {}", served.rtype, param.name);
                assert!(parse(served, param.name, value).is_ok(), "{} {}", served.rtype, param.name);
            }
            for name in NOT_OFFERED.parameters {
                assert!(parse(served, name, "x").is_err(), "{} {name}", served.rtype);
            }
        }
        assert!(tried > 2000, "{tried}");
    }
}
