//! The access log and its chain.

use super::world::{HOSPITAL, MUNICIPALITY, World, on_both};
use varde_store::{AuditRow, StoreError};

on_both!(
    a_whole_chain_is_sound,
    a_broken_chain_is_named_at_its_first_broken_link,
    a_cut_tail_is_seen,
    who_looked_at_a_patient_is_found_among_many,
);

fn entry(world: &World, tenant: &str, n: i64) -> AuditRow {
    AuditRow {
        id: format!("{tenant}-{n}"),
        at: world.now(),
        request_id: format!("request-{n}"),
        tenant: tenant.to_owned(),
        client: "epj".into(),
        person: (n % 2 == 0).then(|| "9144897".to_owned()),
        action: "R".into(),
        interaction: "read".into(),
        target: Some("CareTeam/1".into()),
        status: 200,
        patient: Some("p".into()),
        basis: r#"{"purpose":"TREAT"}"#.into(),
        shown: vec![("CareTeam/1".into(), n)],
    }
}

fn fill(world: &World) {
    for tenant in [HOSPITAL, MUNICIPALITY, ""] {
        for n in 1..=5 {
            let row = entry(world, tenant, n);
            world.store.record(row).wait().unwrap();
        }
    }
}

fn findings(world: &World) -> Vec<String> {
    let report = world.store.verify().unwrap();
    report.findings.iter().map(|finding| format!("{}: {}", finding.place, finding.problem)).collect()
}

fn a_whole_chain_is_sound(world: &World) {
    fill(world);
    let report = world.store.verify().unwrap();
    assert_eq!((report.sound(), report.audits), (true, 15));
    assert_eq!((world.count("audit"), world.count("audit_head")), (15, 3));
}

fn a_broken_chain_is_named_at_its_first_broken_link(world: &World) {
    fill(world);
    world.tamper(&format!("UPDATE audit SET status = 403 WHERE tenant = '{HOSPITAL}' AND number >= 3"));
    world.tamper(&format!("DELETE FROM audit WHERE tenant = '{MUNICIPALITY}' AND number = 2"));
    world.tamper("UPDATE audit SET shown = '[]', hash = 'forged' WHERE tenant = '' AND number = 4");
    assert_eq!(
        findings(world),
        [
            "audit  link 4: the chain is broken: the link was changed".to_owned(),
            format!("audit {MUNICIPALITY} link 2: the link is missing"),
            format!("audit {HOSPITAL} link 3: the chain is broken: the link was changed"),
        ]
    );
}

fn a_cut_tail_is_seen(world: &World) {
    fill(world);
    world.tamper(&format!("DELETE FROM audit WHERE tenant = '{HOSPITAL}' AND number > 3"));
    world.tamper(&format!("DELETE FROM audit_head WHERE tenant = '{MUNICIPALITY}'"));
    assert_eq!(
        findings(world),
        [
            "audit: a chain has no newest link on record".to_owned(),
            format!("audit {HOSPITAL} link 4: the chain ends before its newest link"),
        ]
    );
}

/// More than are listed together by patient, twice.
fn who_looked_at_a_patient_is_found_among_many(world: &World) {
    let numbers: Vec<i64> = (1..=9000).collect();
    for some in numbers.chunks(500) {
        let waiting: Vec<_> = some
            .iter()
            .map(|n| {
                let patient =
                    (n % 3 != 0).then(|| if n % 1000 == 1 { "seldom".to_owned() } else { format!("p{}", n % 50) });
                world.store.record(AuditRow { at: *n, patient, ..entry(world, HOSPITAL, *n) })
            })
            .collect();
        for waiting in waiting {
            waiting.wait().unwrap();
        }
    }
    world.store.record(AuditRow { at: 4500, patient: Some("seldom".into()), ..entry(world, "", 1) }).wait().unwrap();
    let about = |patient: &str, limit: i64| -> Vec<(String, i64)> {
        let rows: Result<_, StoreError> = world.store.read(|session| session.audit_about(patient, limit));
        rows.unwrap().into_iter().map(|row| (row.tenant, row.at)).collect()
    };
    let hospital = |at: i64| (HOSPITAL.to_owned(), at);
    let all = [
        hospital(7001),
        hospital(6001),
        (String::new(), 4500),
        hospital(4001),
        hospital(3001),
        hospital(1001),
        hospital(1),
    ];
    assert_eq!(about("seldom", 100), all);
    assert_eq!(about("seldom", 2), all[..2]);
    assert_eq!(about("nobody", 100), []);
    assert_eq!(about("p7", 100_000).len(), 120);
    assert_eq!(world.count("audit_run"), 5462);
    assert!(world.store.verify().unwrap().sound());
    world.tamper("DELETE FROM audit_run WHERE patient = 'seldom' AND run = 1");
    assert_eq!(findings(world), ["audit_run: an entry of the access log is not listed with its patient"]);
}
