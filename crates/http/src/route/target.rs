//! The addresses there are.

use varde_fhir::ResourceKey;
use varde_fhir::registry::{Operation, Served};

/// What a path under `/fhir` names.
#[derive(Clone, Debug)]
pub(crate) enum Target {
    /// `/fhir`
    Base,
    /// `/fhir/metadata`
    Metadata,
    /// `/fhir/_search`
    SystemSearch,
    /// `/fhir/Patient/{id}/{type}`, `/fhir/Patient/{id}/*`
    Compartment(ResourceKey, Option<&'static Served>),
    /// `/fhir/{type}`
    Type(&'static Served),
    /// `/fhir/{type}/_search`
    Search(&'static Served),
    /// `/fhir/{type}/{id}`
    Instance(&'static Served, ResourceKey),
    /// `/fhir/_history`
    SystemHistory,
    /// `/fhir/{type}/_history`
    TypeHistory(&'static Served),
    /// `/fhir/{type}/{id}/_history`
    History(&'static Served, ResourceKey),
    /// `/fhir/{type}/{id}/_history/{version}`
    Version(&'static Served, ResourceKey, String),
    /// `/fhir/{type}/$name`, `/fhir/{type}/{id}/$name`
    Operation(&'static Operation, Option<ResourceKey>),
}

impl Target {
    /// The route for logs: never the path itself, which may carry an identifier.
    pub(crate) const fn template(&self) -> &'static str {
        match self {
            Self::Base => "/fhir",
            Self::Metadata => "/fhir/metadata",
            Self::SystemSearch => "/fhir/_search",
            Self::Compartment(..) => "/fhir/Patient/{id}/{type}",
            Self::Type(_) => "/fhir/{type}",
            Self::Search(_) => "/fhir/{type}/_search",
            Self::Instance(..) => "/fhir/{type}/{id}",
            Self::SystemHistory => "/fhir/_history",
            Self::TypeHistory(_) => "/fhir/{type}/_history",
            Self::History(..) => "/fhir/{type}/{id}/_history",
            Self::Version(..) => "/fhir/{type}/{id}/_history/{version}",
            Self::Operation(_, None) => "/fhir/{type}/${operation}",
            Self::Operation(_, Some(_)) => "/fhir/{type}/{id}/${operation}",
        }
    }
}
