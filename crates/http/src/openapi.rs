//! The OpenAPI document, computed from the registry (`varde_fhir::registry`) and the R4 facts (`varde_fhir::table`):
//! 3.1 <https://spec.openapis.org/oas/v3.1.0.html> and its 3.0.3 twin <https://spec.openapis.org/oas/v3.0.3.html>.
//! Nothing is described here a second time: a new type, parameter or operation is a row of the registry.

mod begun;
mod components;
mod conditional;
mod definitions;
mod endpoints;
mod interactions;
mod job;
mod operations;
mod options;
mod parameters;
mod primitive;
mod prune;
mod responses;
mod schemas;
mod search_wide;
mod security;
mod service;
mod shapes;
mod tags;
mod v30;

#[cfg(test)]
mod tests;

pub use options::Options;

use serde_json::Value;
use utoipa::openapi::{
    ContactBuilder, InfoBuilder, LicenseBuilder, OpenApiBuilder, PathItem, PathsBuilder, ServerBuilder,
};

const DESCRIPTION: &str = "Statutory care coordination in Norway over FHIR R4: who is koordinator, kontaktlege or \
kontaktpsykolog for a patient, on what consent, since when; is there an individual plan, and who leads it.\n\n\
**Start with the main job**: post an appointment (oppnevning), pull plan status. The examples run as they stand.\n\n\
* Bodies are FHIR R4 JSON, `application/fhir+json` (`application/json` is taken and given too). Unknown elements are \
refused with their place; extensions, also of primitives (`_birthDate`), are kept.\n\
* Every error is an OperationOutcome with a stable code in `details.coding` and a text in Norwegian or English \
(`Accept-Language`).\n\
* A national number never stands in a URL: search for it with `POST …/_search`.\n\
* What you may not see does not exist: 404.\n\
* This document is at `/openapi.json` (3.1) and `/openapi-3.0.json` (3.0.3).\n\
* People in the examples are made up, their numbers synthetic.";

/// The OpenAPI 3.1 document.
#[must_use]
pub fn document(options: &Options) -> Value {
    let mut paths = PathsBuilder::new();
    let all = operations::all(options).into_iter();
    for route in all.chain(interactions::all(options)).chain(definitions::all()).chain(endpoints::all(options)) {
        paths = paths.path(route.path, PathItem::new(route.method, route.operation));
    }
    let info = InfoBuilder::new()
        .title("Varde: care coordination over FHIR R4")
        .version(env!("CARGO_PKG_VERSION"))
        .description(Some(DESCRIPTION))
        .contact(Some(ContactBuilder::new().name(Some("The maintainers of Varde")).build()))
        .license(Some(
            LicenseBuilder::new()
                .name("Apache-2.0 OR MIT")
                .url(Some("https://www.apache.org/licenses/LICENSE-2.0"))
                .build(),
        ))
        .build();
    let api = OpenApiBuilder::new()
        .info(info)
        .servers(Some([ServerBuilder::new().url(&options.server).description(Some("This server")).build()]))
        .paths(paths)
        .components(Some(components::all(options)))
        .tags(Some(tags::all(options)))
        .build();
    // A document of strings and numbers cannot fail to serialise; the tests read it.
    let mut document = serde_json::to_value(api).unwrap_or_default();
    security::bearer_last(&mut document);
    prune::unused(&mut document);
    schemas::complete(&mut document);
    document
}

/// The OpenAPI 3.0.3 twin, for generators that need it.
#[must_use]
pub fn document_30(options: &Options) -> Value {
    v30::convert(document(options))
}
