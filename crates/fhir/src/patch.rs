//! patch <https://hl7.org/fhir/R4/http.html#patch>: a JSON Patch (RFC 6902) or a FHIRPath Patch
//! <https://hl7.org/fhir/R4/fhirpatch.html>, read strictly and applied to one resource, all of it or nothing.
//!
//! What a patch leaves is judged by whoever asks, as the body of an update is; here is only whether it can be carried out.

mod bounds;
mod fault;
mod fhirpath;
mod json;
mod path;
mod place;
mod value;

pub use fault::PatchFault;

use crate::Issue;
use serde_json::Value;

/// A patch that was read and can be tried.
#[derive(Clone, Debug)]
pub struct Patch(Kind);

#[derive(Clone, Debug)]
enum Kind {
    Json(Vec<json::Operation>),
    Fhir(Vec<fhirpath::Operation>),
}

impl Patch {
    /// Reads a JSON Patch: an array of operations.
    ///
    /// # Errors
    /// What is malformed, with the operation's place.
    pub fn json(document: &Value) -> Result<Self, Issue> {
        json::read(document).map(|operations| Self(Kind::Json(operations)))
    }

    /// Reads a FHIRPath Patch: a valid `Parameters` of operations.
    ///
    /// # Errors
    /// What is malformed, with the operation's place.
    pub fn fhirpath(parameters: &Value) -> Result<Self, Issue> {
        fhirpath::read(parameters).map(|operations| Self(Kind::Fhir(operations)))
    }

    /// What the resource becomes.
    ///
    /// # Errors
    /// The first operation that does not fit the resource as it stands.
    pub fn apply(&self, resource: &Value) -> Result<Value, PatchFault> {
        let mut patched = resource.clone();
        match &self.0 {
            Kind::Json(operations) => json::apply(operations, &mut patched)?,
            Kind::Fhir(operations) => fhirpath::apply(operations, &mut patched)?,
        }
        Ok(patched)
    }
}

#[cfg(test)]
mod tests;
