//! `varde verify`: recomputes what can be recomputed and compares: search index, versions, claims, commit sequence, and the
//! audit chain of every tenant, whose first broken link it names (pasientjournalloven §22a).

use crate::config::Config;
use crate::failure::Failure;
use crate::serving::open_store;
use std::io::Write as _;
use varde_store::VerifyReport;

/// Verifies; with `audit`, tells about the audit chains alone.
///
/// # Errors
/// [`Failure::Findings`] when something is wrong; the database's when it cannot be read.
pub(super) fn verify(config: &Config, audit: bool) -> Result<(), Failure> {
    let store = open_store(config)?;
    let report = store.verify();
    store.close();
    let (text, findings) = told(&report?, audit);
    write!(std::io::stdout(), "{text}")?;
    if findings == 0 { Ok(()) } else { Err(Failure::Findings(findings)) }
}

/// What to print, and how many findings it holds.
fn told(report: &VerifyReport, audit: bool) -> (String, usize) {
    let shown: Vec<String> = report
        .findings
        .iter()
        .filter(|finding| !audit || finding.place.starts_with("audit"))
        .map(|finding| format!("{}: {}\n", finding.place, finding.problem))
        .collect();
    let looked = if audit {
        format!("{} audit link(s) looked at", report.audits)
    } else {
        format!("{} resource(s) and {} audit link(s) looked at", report.resources, report.audits)
    };
    let verdict = if shown.is_empty() { "all is well" } else { "something is wrong" };
    (format!("{}{looked}: {verdict}.\n", shown.concat()), shown.len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use varde_store::Finding;

    #[test]
    fn findings_are_told_and_counted() {
        let finding = |place: &str| Finding { place: place.to_owned(), problem: "differs".to_owned() };
        let mut report = VerifyReport { resources: 3, audits: 2, findings: Vec::new() };
        assert_eq!(told(&report, false), ("3 resource(s) and 2 audit link(s) looked at: all is well.\n".to_owned(), 0));
        report.findings = vec![finding("CareTeam/1"), finding("audit 983974724 link 7")];
        let everything = "CareTeam/1: differs\naudit 983974724 link 7: differs\n\
                          3 resource(s) and 2 audit link(s) looked at: something is wrong.\n";
        assert_eq!(told(&report, false), (everything.to_owned(), 2));
        let chains = "audit 983974724 link 7: differs\n2 audit link(s) looked at: something is wrong.\n";
        assert_eq!(told(&report, true), (chains.to_owned(), 1));
    }
}
