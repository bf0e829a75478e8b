//! The paths of the FHIR interactions: every row of the registry times what it allows
//! <https://hl7.org/fhir/R4/http.html#summary>.

use super::begun::{CHANGED, CREATED, GONE, VERSIONED, answered, body, refused, start, stored, with_article};
use super::conditional;
use super::options::{Options, Route};
use super::parameters::{self, ANSWER, PART, RESULT};
use super::responses;
use super::{security, tags};
use utoipa::openapi::path::{Operation, OperationBuilder};
use utoipa::openapi::request_body::RequestBodyBuilder;
use utoipa::openapi::{ContentBuilder, HttpMethod, Required};
use varde_fhir::registry::{Interaction, Served, patient_compartment, search_params, served_types};

const FORM: &str = "application/x-www-form-urlencoded";
const SEARCHED: &[&str] = &["Preference-Applied", "X-Request-Id"];

/// Every interaction of every served type.
pub(super) fn all(options: &Options) -> Vec<Route> {
    let of_row =
        |row: &'static Served| row.interactions.iter().flat_map(move |interaction| routes(row, *interaction, options));
    served_types().iter().flat_map(of_row).collect()
}

/// The addresses of one interaction of one type; what can be searched for has two.
fn routes(row: &'static Served, interaction: Interaction, options: &Options) -> Vec<Route> {
    let rtype = row.rtype;
    let one = |suffix: &str, method, operation: OperationBuilder| Route {
        path: format!("/fhir/{rtype}{suffix}"),
        method,
        operation: finish(operation, row, interaction, options),
    };
    match interaction {
        Interaction::Read => vec![one("/{id}", HttpMethod::Get, read(row))],
        Interaction::Vread => vec![one("/{id}/_history/{vid}", HttpMethod::Get, vread(row))],
        Interaction::Create => vec![one("", HttpMethod::Post, create(row))],
        Interaction::Update => {
            vec![one("/{id}", HttpMethod::Put, update(row)), one("", HttpMethod::Put, conditional::update_found(row))]
        }
        Interaction::Patch => vec![
            one("/{id}", HttpMethod::Patch, conditional::patch(row)),
            one("", HttpMethod::Patch, conditional::patch_found(row)),
        ],
        Interaction::Delete => vec![
            one("/{id}", HttpMethod::Delete, delete(row)),
            one("", HttpMethod::Delete, conditional::delete_found(row)),
        ],
        Interaction::HistoryInstance => vec![one("/{id}/_history", HttpMethod::Get, history(row))],
        Interaction::HistoryType => vec![one("/_history", HttpMethod::Get, history_of_type(row))],
        Interaction::SearchType => {
            let mut all =
                vec![one("", HttpMethod::Get, search(row)), one("/_search", HttpMethod::Post, search_by_post(row))];
            if !patient_compartment(rtype).is_empty() {
                let operation = finish(of_patient(row), row, interaction, options);
                all.push(Route { path: format!("/fhir/Patient/{{id}}/{rtype}"), method: HttpMethod::Get, operation });
            }
            all
        }
    }
}

/// What every interaction has: the tag, the scope, the refusals that can meet anybody.
fn finish(operation: OperationBuilder, row: &Served, interaction: Interaction, options: &Options) -> Operation {
    let common = responses::refusals(&["400", "401", "403", "406", "500", "503", "507"]);
    let operation = common.fold(operation, |operation, (status, answer)| operation.response(status, answer));
    let mut operation = operation
        .tag(tags::of(row.group))
        .securities(Some(security::for_interaction(interaction, row.rtype, options)))
        .build();
    let scope = security::interaction_scope(interaction, row.rtype);
    operation.description = operation.description.map(|words| format!("{words}\n\nScope: `{scope}`."));
    operation
}

fn read(row: &Served) -> OperationBuilder {
    let name = row.rtype.as_str();
    let text = "The current version.";
    let operation = start(
        format!("read{name}"),
        format!("Read {}", with_article(name)),
        text,
        &["Id", "IfNoneMatch", "IfModifiedSince"],
    )
    .response("200", responses::fhir("The resource.", name, &stored(name), VERSIONED))
    .response("304", utoipa::openapi::Ref::from_response_name("NotModified"));
    refused(answered(answered(operation, &ANSWER), &PART), &["404", "410"])
}

fn vread(row: &Served) -> OperationBuilder {
    let name = row.rtype.as_str();
    let operation = start(
        format!("vread{name}"),
        format!("Read a version of {}", with_article(name)),
        "One version of it.",
        &["Id", "VersionId"],
    )
    .response("200", responses::fhir("That version.", name, &stored(name), VERSIONED));
    refused(answered(answered(operation, &ANSWER), &PART), &["404", "410"])
}

fn create(row: &Served) -> OperationBuilder {
    let name = row.rtype.as_str();
    let text = "The server gives the id. With `If-None-Exist` it is created only once, also when many try at the same \
                time: 201 the first time, 200 with the one that is there after that.";
    let operation = start(
        format!("create{name}"),
        format!("Create {}", with_article(name)),
        text,
        &["IfNoneExist", "IdempotencyKey", "Prefer"],
    )
    .request_body(Some(body(name)))
    .response(
        "200",
        responses::fhir("`If-None-Exist` found this one; nothing was created.", name, &stored(name), CREATED),
    )
    .response("201", responses::fhir("Created.", name, &stored(name), CREATED));
    refused(answered(operation, &ANSWER), &["409", "412", "413", "415", "422"])
}

const UPDATING: &[&str] = &["Id", "IfMatch", "IfNoneMatchAny", "IdempotencyKey", "Prefer"];

fn update(row: &Served) -> OperationBuilder {
    let name = row.rtype.as_str();
    let text = "Replaces it whole; an id that is not in use creates it. A CareTeam, CarePlan or Task is changed only \
                with `If-Match`: 428 without.";
    let operation = start(format!("update{name}"), format!("Update {}", with_article(name)), text, UPDATING)
        .request_body(Some(body(name)))
        .response("200", responses::fhir("The new version.", name, &stored(name), CHANGED))
        .response("201", responses::fhir("Created under this id.", name, &stored(name), CREATED));
    refused(answered(operation, &ANSWER), &["404", "409", "412", "413", "415", "422", "428"])
}

fn delete(row: &Served) -> OperationBuilder {
    let name = row.rtype.as_str();
    let text = "It is gone for readers (410); its history stays. Deleting it again is fine.";
    let operation = start(
        format!("delete{name}"),
        format!("Delete {}", with_article(name)),
        text,
        &["Id", "IfMatch", "IdempotencyKey", "Prefer"],
    )
    .response(
        "200",
        responses::fhir("Deleted, and `return=OperationOutcome` was asked for.", "OperationOutcome", "done", GONE),
    )
    .response("204", responses::empty("Deleted.", GONE));
    refused(
        answered(operation, &["AcceptLanguage", "RequestId", "CorrelationId"]),
        &["404", "409", "412", "422", "428"],
    )
}

fn history(row: &Served) -> OperationBuilder {
    let name = row.rtype.as_str();
    let operation = start(
        format!("history{name}"),
        format!("History of {}", with_article(name)),
        "Every version, newest first.",
        &["Id", "Since", "At", "HistoryCount", "Cursor"],
    )
    .response("200", responses::fhir("A Bundle of type history.", "Bundle", &format!("history{name}"), SEARCHED));
    refused(answered(answered(operation, &ANSWER), &PART), &["404"])
}

fn history_of_type(row: &Served) -> OperationBuilder {
    let name = row.rtype.as_str();
    let operation = start(
        format!("historyOf{name}Type"),
        format!("History of every {name}"),
        "Every version of every one that you may see, newest first in the order they were committed; also deletions.",
        &["Since", "At", "HistoryCount", "Cursor"],
    )
    .response("200", responses::fhir("A Bundle of type history.", "Bundle", &format!("history{name}"), SEARCHED));
    refused(answered(operation, &ANSWER), &[])
}

fn search(row: &Served) -> OperationBuilder {
    let name = row.rtype.as_str();
    let text = "Parameters are joined by AND. An unknown parameter is refused with the nearest name, or ignored with \
                `Prefer: handling=lenient`. A national number in the URL is refused: use `POST _search`.";
    let mut operation = start(format!("search{name}"), format!("Search for {name}"), text, &[]);
    for param in search_params(row.rtype) {
        operation = operation.parameter(parameters::search(param));
    }
    found(answered(answered(operation, &RESULT), &["PreferHandling"]), name)
}

fn of_patient(row: &Served) -> OperationBuilder {
    let name = row.rtype.as_str();
    let text = "The same search, of what belongs to this patient. 404 for a patient you may not see.";
    let mut operation =
        start(format!("search{name}OfPatient"), format!("Search for {name} of a patient"), text, &["Id"]);
    for param in search_params(row.rtype) {
        operation = operation.parameter(parameters::search(param));
    }
    refused(found(answered(answered(operation, &RESULT), &["PreferHandling"]), name), &["404", "410"])
}

fn search_by_post(row: &Served) -> OperationBuilder {
    let name = row.rtype.as_str();
    let form = ContentBuilder::new().schema(Some(parameters::search_form(search_params(row.rtype)))).build();
    let text = "The same search with the parameters in the body, where a national number may stand.";
    let operation =
        start(format!("search{name}ByPost"), format!("Search for {name} by form"), text, &["PreferHandling"])
            .request_body(Some(RequestBodyBuilder::new().content(FORM, form).required(Some(Required::True)).build()));
    refused(found(operation, name), &["413", "415"])
}

fn found(operation: OperationBuilder, name: &str) -> OperationBuilder {
    let answer = responses::fhir("A Bundle of type searchset.", "Bundle", &format!("search{name}"), SEARCHED);
    refused(answered(operation, &ANSWER).response("200", answer), &["422"])
}
