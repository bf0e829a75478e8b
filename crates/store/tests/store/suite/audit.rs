//! The access log and its chain.

use super::world::{HOSPITAL, MUNICIPALITY, World, on_both};
use varde_store::AuditRow;

on_both!(a_whole_chain_is_sound, a_broken_chain_is_named_at_its_first_broken_link, a_cut_tail_is_seen);

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
