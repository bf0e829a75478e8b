//! What the run prints: for each round what the clients saw, then what is stored in the end.

use crate::check::Findings;
use crate::ledger::Ledger;
use crate::round::Played;
use std::fmt::Write as _;
use std::time::Duration;

/// The rounds, and the state at the end.
pub(crate) struct Report {
    head: String,
    rows: Vec<String>,
    total: Ledger,
    findings: Findings,
    wrong: Vec<String>,
    /// Served when nothing could be acknowledged.
    between: usize,
}

impl Report {
    /// An empty report.
    pub(crate) fn new(postgres: &str, release: bool, clients: usize) -> Self {
        let profile = if release { "release" } else { "debug" };
        let head = format!(
            "PostgreSQL {postgres}: a primary and a standby, synchronous_standby_names = 'FIRST 1 (standby)'\n\
             Varde ({profile}): 2 replicas, {clients} clients that create, update, appoint, post transactions, read and search\n\n\
             {:<16} {:>7} {:>8} {:>6} {:>9} {:>9} {:>9} {:>5}\n",
            "round", "served", "written", "503", "longest", "silence", "recovery", "lost"
        );
        Self {
            head,
            rows: Vec::new(),
            total: Ledger::default(),
            findings: Findings::default(),
            wrong: Vec::new(),
            between: 0,
        }
    }

    /// Adds a round.
    pub(crate) fn round(&mut self, played: Played) {
        let Played { strike, marks, ledger, findings } = played;
        let name = strike.name();
        let silence = ledger.silence(0).max(ledger.silence(1));
        let recovery = ledger.recovery(marks.mended).map_or("never".to_owned(), seconds);
        self.rows.push(format!(
            "{name:<16} {:>7} {:>8} {:>6} {:>9} {:>9} {recovery:>9} {:>5}",
            ledger.requests.len(),
            ledger.written.len(),
            ledger.refused(),
            seconds(ledger.longest()),
            seconds(silence),
            findings.lost.len(),
        ));
        let between = ledger.served_between(marks.struck, marks.mended);
        self.between += between;
        if between > 0 {
            self.wrong.push(format!("{name}: {between} requests were served when nothing could be acknowledged"));
        }
        if marks.cancelled == 0 && strike == crate::round::Strike::Cancel {
            self.wrong.push(format!("{name}: no commit was waiting"));
        }
        self.wrong.extend(ledger.faults.iter().take(5).map(|fault| format!("{name}: {fault}")));
        self.wrong.extend(failures(&findings).map(|failure| format!("{name}: {failure}")));
        self.total.add(ledger);
    }

    /// Everything that was told in all rounds.
    pub(crate) fn total(&self) -> &Ledger {
        &self.total
    }

    /// Adds what is stored in the end.
    pub(crate) fn end(&mut self, findings: Findings) {
        self.wrong.extend(failures(&findings));
        self.findings = findings;
    }

    /// Whether nothing went wrong.
    pub(crate) fn sound(&self) -> bool {
        self.wrong.is_empty()
    }

    /// The whole.
    pub(crate) fn text(&self) -> String {
        let mut text = self.head.clone();
        for row in &self.rows {
            let _ = writeln!(text, "{row}");
        }
        let Findings { written, lost, once, not_once, doubtful, requests, unlogged, sequence, verified } =
            &self.findings;
        let ((unanswered, stored), between) = (doubtful, self.between);
        let _ = write!(
            text,
            "\nlongest: for any answer; silence: without any success at one replica; recovery: from the order to promote\n\n\
             acknowledged writes, read back at the end: {written}; acknowledged writes lost: {}\n\
             conditional creates and appointments, asked until answered: {once}; not exactly once: {}\n\
             requests served: {requests}; without their line in the access log: {unlogged}\n\
             plain creates answered 503: {unanswered}; of these stored nevertheless: {stored}\n\
             begun and served while no commit could be acknowledged: {between}\n\
             other errors, unanswered requests, wrong reads: {}\n\
             commit sequence: {sequence}\n\
             varde verify: {verified}\n",
            lost.len(),
            not_once.len(),
            self.total.faults.len(),
        );
        for wrong in &self.wrong {
            let _ = writeln!(text, "WRONG: {wrong}");
        }
        text
    }
}

fn failures(findings: &Findings) -> impl Iterator<Item = String> {
    let lost = findings.lost.iter().take(5).map(|lost| format!("lost: {lost}"));
    let not_once = findings.not_once.iter().take(5).map(|number| format!("not once: {number}"));
    let unlogged = (findings.unlogged > 0).then(|| format!("{} requests are not in the access log", findings.unlogged));
    let broken = (!findings.sequence.ends_with("without a gap")).then(|| findings.sequence.clone());
    lost.chain(not_once).chain(unlogged).chain(broken)
}

fn seconds(duration: Duration) -> String {
    format!("{:.1} s", duration.as_secs_f64())
}
