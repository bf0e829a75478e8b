//! The tags, in the order of a newcomer's tasks: the main job first.

use super::options::Options;
use utoipa::openapi::Tag;
use utoipa::openapi::tag::TagBuilder;
use varde_fhir::registry::Group;

pub(super) const MAIN_JOB: &str = "Main job";
pub(super) const EXCHANGE: &str = "Exchange";
pub(super) const CONFORMANCE: &str = "Conformance";
pub(super) const VALIDATION: &str = "Validation";
pub(super) const SERVICE: &str = "Service";
pub(super) const DEVELOPMENT: &str = "Development";

/// The tag of a registry group.
pub(super) const fn of(group: Group) -> &'static str {
    match group {
        Group::Coordination => "Coordination",
        Group::Context => "Context",
        Group::Directory => "Directory",
        Group::Record => "Record",
        Group::Push => "Push",
        Group::Conformance => CONFORMANCE,
    }
}

/// Every tag with its description.
pub(super) fn all(options: &Options) -> Vec<Tag> {
    let rows = [
        (MAIN_JOB, "Post an appointment (oppnevning), end it, pull plan status. Start here."),
        (of(Group::Coordination), "Teams, plans, goals, tasks, consents and what goes with them."),
        (of(Group::Context), "Patients, next of kin and stays."),
        (of(Group::Directory), "Organisations, services and people: readable with any token."),
        (of(Group::Record), "Who did what, and figures."),
        (of(Group::Push), "Standing requests to be told of changes."),
        (EXCHANGE, "Several changes at once: everything or nothing."),
        (VALIDATION, "What is wrong with a resource, before it is sent."),
        (CONFORMANCE, "What this server can do, its definitions and its terminology. Needs no token."),
        (SERVICE, "Health and metrics. Needs no token."),
    ];
    let development = options.development.then_some((DEVELOPMENT, "Tokens for the demo personas."));
    rows.into_iter()
        .chain(development)
        .map(|(name, description)| TagBuilder::new().name(name).description(Some(description)).build())
        .collect()
}
