//! Why a patch was refused, in words: which operation, and what to do about it.

use crate::{Issue, IssueCode};

/// A patch does not fit the resource: nothing was changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PatchFault(pub Issue);

/// Which kind of patch an operation stands in, and its place there.
#[derive(Clone, Copy, Debug)]
pub(super) enum At {
    /// A JSON Patch: `patch[2]`.
    Json(usize),
    /// A FHIRPath Patch: `Parameters.parameter[2]`.
    Fhir(usize),
}

impl At {
    fn expression(self, part: &str) -> String {
        match (self, part) {
            (Self::Json(index), "") => format!("patch[{index}]"),
            (Self::Json(index), part) => format!("patch[{index}].{part}"),
            (Self::Fhir(index), "") => format!("Parameters.parameter[{index}]"),
            (Self::Fhir(index), part) => format!("Parameters.parameter[{index}].part.where(name='{part}')"),
        }
    }

    const fn number(self) -> usize {
        match self {
            Self::Json(index) | Self::Fhir(index) => index,
        }
    }

    /// The operation itself is malformed.
    pub(super) fn malformed(self, part: &str, nb: &str, en: &str) -> Issue {
        let number = self.number();
        Issue::error(
            IssueCode::Invalid,
            "bad-patch",
            format!("Operasjon {number} (talt fra 0) i patchen er feil: {nb}"),
            format!("Operation {number} (counted from 0) of the patch is wrong: {en}"),
        )
        .at(self.expression(part))
    }

    /// The resource has nothing there.
    pub(super) fn nothing_there(self, part: &str) -> PatchFault {
        self.unfit(
            part,
            IssueCode::NotFound,
            "patch-path-not-found",
            "banen finnes ikke i ressursen slik den står nå. Les ressursen på nytt og rett banen.",
            "the path is not in the resource as it stands now. Read the resource again and mend the path.",
        )
    }

    /// A `test` found something else.
    pub(super) fn test_failed(self) -> PatchFault {
        self.unfit(
            "value",
            IssueCode::Conflict,
            "patch-test-failed",
            "test fant en annen verdi. Ingenting er endret; les ressursen på nytt og gjør patchen om.",
            "test found another value. Nothing was changed; read the resource again and redo the patch.",
        )
    }

    /// What no patch may change.
    pub(super) fn fixed(self) -> PatchFault {
        self.unfit(
            "path",
            IssueCode::BusinessRule,
            "patch-fixed-element",
            "resourceType, id, meta.versionId og meta.lastUpdated kan ikke endres. Ta operasjonen bort.",
            "resourceType, id, meta.versionId and meta.lastUpdated cannot be changed. Leave the operation out.",
        )
    }

    /// The resource would become larger or deeper than any body may be.
    pub(super) fn too_large(self) -> PatchFault {
        self.unfit(
            "value",
            IssueCode::TooCostly,
            "patch-too-large",
            "ressursen ville blitt for stor eller for dypt nøstet. Del innholdet opp.",
            "the resource would become too large or too deeply nested. Split its content.",
        )
    }

    /// It does not fit the resource as it stands.
    pub(super) fn unfit(self, part: &str, code: IssueCode, key: &'static str, nb: &str, en: &str) -> PatchFault {
        let number = self.number();
        PatchFault(
            Issue::error(
                code,
                key,
                format!("Operasjon {number} (talt fra 0) i patchen kan ikke utføres: {nb}"),
                format!("Operation {number} (counted from 0) of the patch cannot be done: {en}"),
            )
            .at(self.expression(part)),
        )
    }
}

/// The whole is no patch.
pub(super) fn no_patch(at: &str, nb: &str, en: &str) -> Issue {
    Issue::error(IssueCode::Invalid, "bad-patch", nb, en).at(at)
}
