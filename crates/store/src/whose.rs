//! Whose the Patients and the national numbers are that a session has asked for: several resources of one unit of work name the
//! same patient, and nobody else writes meanwhile.

use std::collections::BTreeMap;

/// What has been found. What is unknown may become known, and is asked for again.
#[derive(Default)]
pub(crate) struct Whose {
    /// Person keys by a Patient's id.
    pub(crate) patients: BTreeMap<String, String>,
    /// Person keys by national number (system, value).
    pub(crate) numbers: BTreeMap<(String, String), String>,
}

impl Whose {
    /// Forgets whose a Patient is, which is being put.
    pub(crate) fn forget(&mut self, patient: &str) {
        self.patients.remove(patient);
    }

    /// Forgets everything: what was written was undone.
    pub(crate) fn clear(&mut self) {
        self.patients.clear();
        self.numbers.clear();
    }
}
