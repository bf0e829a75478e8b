//! Searches of several types at once: of the whole system, and of all that belongs to a patient.

use super::options::Options;
use super::parameters::{self, ANSWER, RESULT, shared};
use super::responses;
use super::shapes::text;
use super::{security, tags};
use utoipa::openapi::path::{Operation, OperationBuilder};
use utoipa::openapi::request_body::RequestBodyBuilder;
use utoipa::openapi::{ContentBuilder, Required};
use varde_fhir::registry::parameters::EVERY_TYPE;
use varde_fhir::registry::{SearchParam, search_params, served_types};

const TYPES: &str = "The types to search, by comma; all that you may search when left out.";

pub(super) fn of_system(options: &Options) -> Operation {
    let words = "Several types at once, by the parameters that they share.";
    by_url(start("searchSystem", "Search several types", words), options)
}

pub(super) fn of_patient(options: &Options) -> Operation {
    let words = "All that belongs to a patient, the Patient included. 404 for a patient you may not see.";
    let operation = start("searchOfPatient", "Search all that belongs to a patient", words);
    by_url(operation.parameter_ref(shared("Id")), options)
}

pub(super) fn of_system_by_post(options: &Options) -> Operation {
    let words = "The same search with the parameters in the body, where a national number may stand.";
    let form = ContentBuilder::new().schema(Some(parameters::search_form(common()))).build();
    let body = RequestBodyBuilder::new().content("application/x-www-form-urlencoded", form);
    let operation = start("searchSystemByPost", "Search several types by form", words)
        .parameter_ref(shared("PreferHandling"))
        .request_body(Some(body.required(Some(Required::True)).build()));
    finish(operation, &["413", "415"], options)
}

fn by_url(operation: OperationBuilder, options: &Options) -> Operation {
    let mut operation = operation.parameter(parameters::plain("_type", text(), TYPES));
    for param in common() {
        operation = operation.parameter(parameters::search(param));
    }
    for name in RESULT.iter().chain(&["PreferHandling"]) {
        operation = operation.parameter_ref(shared(name));
    }
    finish(operation, &["404", "410"], options)
}

/// What every type has.
fn common() -> &'static [SearchParam] {
    let params = served_types().first().map_or(&[][..], |row| search_params(row.rtype));
    params.get(..EVERY_TYPE).unwrap_or(params)
}

fn start(id: &str, summary: &str, words: &str) -> OperationBuilder {
    let words = format!("{words} Each type needs its scope for searching.");
    OperationBuilder::new().tag(tags::EXCHANGE).operation_id(Some(id)).summary(Some(summary)).description(Some(words))
}

fn finish(mut operation: OperationBuilder, more: &[&str], options: &Options) -> Operation {
    for name in ANSWER {
        operation = operation.parameter_ref(shared(name));
    }
    let answer = responses::fhir("A Bundle of type searchset.", "Bundle", "searchCareTeam", &["X-Request-Id"]);
    operation = operation.response("200", answer).securities(Some(security::any_token(options)));
    for (status, refusal) in responses::refusals(&["400", "401", "403", "406", "422", "500", "503", "507"]) {
        operation = operation.response(status, refusal);
    }
    for (status, refusal) in responses::refusals(more) {
        operation = operation.response(status, refusal);
    }
    operation.build()
}
