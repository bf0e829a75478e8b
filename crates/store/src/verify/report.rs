//! What a verification found.

/// What a verification looked at and what it found wrong.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct VerifyReport {
    /// Resources looked at, deleted ones included.
    pub resources: u64,
    /// Links of audit chains looked at.
    pub audits: u64,
    /// What is wrong; empty when all is well.
    pub findings: Vec<Finding>,
}

/// One thing that is wrong. Names places, never values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Where: `CareTeam/123`, `audit 983974724 link 7`, `change`.
    pub place: String,
    /// What.
    pub problem: String,
}

impl VerifyReport {
    /// Whether nothing is wrong.
    #[must_use]
    pub fn sound(&self) -> bool {
        self.findings.is_empty()
    }

    /// Adds a finding.
    pub(crate) fn find(&mut self, place: impl Into<String>, problem: impl Into<String>) {
        self.findings.push(Finding { place: place.into(), problem: problem.into() });
    }
}
