//! No statement of a request looks through a whole table: SQLite's plans of all of them, which do not depend on how much is stored
//! <https://www.sqlite.org/eqp.html>.

use crate::connection::{Connection, Role, Target};
use crate::error::StoreError;
use crate::history::{Past, Reach};
use crate::migrate::migrate;
use crate::outbox::OutboxEvent;
use crate::put::{Grant, Put};
use crate::session::Session;
use crate::visible::View;
use diesel::RunQueryDsl;
use diesel::deserialize::QueryableByName;
use diesel::sql_types::Text;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use varde_fhir::identifier::FNR;
use varde_fhir::query;
use varde_fhir::registry::served_types;
use varde_fhir::{Clock, ResourceKey, ResourceType};

const BASE: &str = "https://varde.example/fhir";
const OWN: &str = "983974724";
const OTHER: &str = "964338531";

#[derive(QueryableByName)]
struct Step {
    #[diesel(sql_type = Text)]
    detail: String,
}

#[test]
fn no_statement_of_a_request_scans_a_table() {
    let folder = tempfile::TempDir::new().unwrap();
    let target = Target::parse(&format!("sqlite:{}/varde.db", folder.path().display())).unwrap();
    migrate(&target).unwrap();
    let clock = Clock::fixed("2026-11-22T12:00:00Z").unwrap();
    let mut connection = target.connect(Role::Writer).unwrap();
    let sent = target.statements();
    sent.texts.lock().unwrap().clear();
    let mut session = Session::new(&mut connection, &clock, BASE, None);
    writes(&mut session).unwrap();
    for organisation in [Some(OWN), Some(OTHER), None] {
        reads(&mut session, &View { organisation: organisation.map(str::to_owned), now: clock.now() }).unwrap();
    }
    let texts: BTreeSet<String> = sent.texts.lock().unwrap().iter().map(|text| text_of(text)).collect();
    assert!(texts.len() > 60, "{}", texts.len());
    let slow: Vec<(String, String)> = texts
        .iter()
        .filter(|text| !text.starts_with("SELECT max(`change`"))
        .flat_map(|text| plan(&mut connection, text).into_iter().map(move |step| (step, text.clone())))
        .filter(|(step, _)| scans(step))
        .collect();
    assert!(slow.is_empty(), "{slow:#?}");
    let anew: Vec<&String> = texts.iter().filter(|text| prepared_anew(text)).collect();
    assert!(anew.is_empty(), "{anew:#?}");
}

/// Whether SQLite looks at a parameter's value to choose a plan, and so prepares the statement anew each time a value is bound:
/// at a limit, and at what a partial index might be chosen by. The outbox and the feed are asked once for many rows.
fn prepared_anew(text: &str) -> bool {
    let limit = text.contains("LIMIT ?") && !text.contains("LIMIT ? + 0");
    let seldom = ["`outbox`", "`change`", "`history`"].iter().any(|table| text.contains(table));
    (limit && !seldom) || (text.starts_with("SELECT") && text.contains("target_type = ?"))
}

/// The statement without diesel's account of its values.
fn text_of(query: &str) -> String {
    query.split(" -- binds:").next().unwrap_or_default().to_owned()
}

fn plan(connection: &mut Connection, text: &str) -> Vec<String> {
    let Connection::Sqlite(c) = connection else { panic!("SQLite") };
    let steps: Vec<Step> = diesel::sql_query(format!("EXPLAIN QUERY PLAN {text}")).load(&mut ***c).unwrap();
    steps.into_iter().map(|step| step.detail).collect()
}

/// Whether a step looks at as many rows as there are resources, or as there are of a type.
fn scans(step: &str) -> bool {
    // The lists that were given, the page that was found or its parts, and the far ends of links.
    let few = ["SCAN json_each", "SCAN o", "SCAN p", "SCAN f1", "SCAN f2", "SCAN CONSTANT ROW"]
        .iter()
        .any(|few| step == *few || step.starts_with("SCAN json_each "));
    let given = step.starts_with("SCAN ") && step.ends_with("-ROW VALUES CLAUSE");
    let all = step.starts_with("SCAN ") && !few && !given;
    let of_a_type = ["(rtype=?)", "(rtype=? AND param=?)", "(rtype=? AND param=? AND target_id=?)"]
        .iter()
        .any(|narrowed| step.ends_with(narrowed));
    // Back along the sequence of what everybody sees, until the page is full.
    let page = step.ends_with("INDEX change_directory (rtype=?)");
    all || (of_a_type && !page)
}

fn writes(session: &mut Session<'_>) -> Result<(), StoreError> {
    let number = [(FNR.to_owned(), "1".to_owned())];
    put(
        session,
        "Task/t",
        1,
        None,
        &json!({"resourceType": "Task", "for": {"identifier": {"system": FNR, "value": "1"}}}),
    )?;
    let person = session.ensure_person(&number)?;
    session.name_person("Patient/n", &[(FNR.to_owned(), "2".to_owned())])?;
    let patient = json!({
        "resourceType": "Patient",
        "identifier": [{"system": FNR, "value": "1"}],
        "name": [{"family": "Berg"}],
        "birthDate": "1970-01-01",
        "meta": {"profile": ["https://example.org/p"]},
    });
    for version in 1..=3 {
        put(session, "Patient/p", version, Some(&person), &patient)?;
        put(session, "CareTeam/t", version, Some(&person), &team(&format!("Team {version}")))?;
    }
    let event = |focus: &str| OutboxEvent {
        at: 1,
        kind: "team-changed".to_owned(),
        organisation: OTHER.to_owned(),
        focus: focus.to_owned(),
    };
    session.outbox_tell(&[event("CareTeam/t"), event("Task/t")])?;
    for leased in session.outbox_lease(2, 3, 10)? {
        session.outbox_retry(&leased, 4)?;
        session.outbox_done(leased.id)?;
    }
    Ok(())
}

fn team(name: &str) -> Value {
    json!({
        "resourceType": "CareTeam",
        "status": "active",
        "name": name,
        "identifier": [{"system": "urn:s", "value": "1"}],
        "subject": {"reference": "Patient/p"},
        "participant": [{"member": {"reference": "Practitioner/x"}, "period": {"start": "2026"}}],
    })
}

fn put(
    session: &mut Session<'_>,
    address: &str,
    version: i64,
    person: Option<&str>,
    resource: &Value,
) -> Result<(), StoreError> {
    let grant = Grant {
        patient: person.unwrap_or_default().to_owned(),
        organisation: OTHER.to_owned(),
        reach: "*".to_owned(),
        basis: "team-member",
        valid_from: 0,
        valid_to: i64::MAX,
    };
    session.put(Put {
        key: &ResourceKey::parse(address).unwrap(),
        version,
        last_updated: 1,
        patient: person.map(str::to_owned),
        owner: Some(OWN.to_owned()),
        method: "PUT",
        deleted: false,
        resource,
        body: resource.to_string().into_bytes(),
        claims: vec![format!("{address}|{version}")],
        grants: vec![grant],
    })?;
    Ok(())
}

fn reads(session: &mut Session<'_>, view: &View) -> Result<(), StoreError> {
    let key = ResourceKey::parse("Patient/p").unwrap();
    let person = session.person(&[(FNR.to_owned(), "1".to_owned())])?.unwrap();
    let types = [ResourceType::CareTeam, ResourceType::Patient];
    session.get(&key)?;
    session.get_visible(&key, view)?;
    session.version_visible(&key, view)?;
    session.earlier_visible(&key, 1, view)?;
    let past = Past { of: Reach::Resource(&key), since: Some(1), at: Some((1, 2)), after: Some((&key, 9)), limit: 10 };
    session.past(&past, view)?;
    // Every type whose history there is, with and without what chooses among the versions.
    let all: Vec<ResourceType> = served_types().iter().map(|row| row.rtype).collect();
    for past in [past, Past { since: None, at: None, after: None, ..past }] {
        session
            .past(&Past { of: Reach::Types(&all), ..past }, &View { organisation: Some(OTHER.to_owned()), ..*view })?;
    }
    session.versions_visible(std::slice::from_ref(&key), view)?;
    session.referrers(std::slice::from_ref(&key), &[ResourceKey::parse("Task/t").unwrap()], view)?;
    session.history(&key, 10, None)?;
    session.version(&key, 1)?;
    session.coordination(std::slice::from_ref(&person), &types, &types, view)?;
    session.compartment(&person, &types)?;
    session.compartment_visible(&person, &types, view)?;
    session.coordination_by_number(&[(FNR.to_owned(), "1".to_owned())], &types, view)?;
    session.by_identifier(ResourceType::Patient, FNR, "1")?;
    session.look_up(&[key], &[(ResourceType::Patient, FNR.to_owned(), "1".to_owned())])?;
    session.outbox_waits(1)?;
    session.changes_after(0, 10)?;
    searches(session, view)
}

/// What is found by an index, whatever its type.
fn searches(session: &mut Session<'_>, view: &View) -> Result<(), StoreError> {
    let table: &[(ResourceType, &[(&str, &str)])] = &[
        (ResourceType::CareTeam, &[("patient", "Patient/p")]),
        (ResourceType::CareTeam, &[("patient", "Patient/p"), ("status", "active"), ("_sort", "-_lastUpdated")]),
        (ResourceType::CareTeam, &[("patient", "Patient/p"), ("_total", "accurate"), ("_count", "1")]),
        (ResourceType::CareTeam, &[("patient:identifier", "urn:oid:2.16.578.1.12.4.1.4.1|1")]),
        (ResourceType::CareTeam, &[("identifier", "urn:s|1")]),
        (ResourceType::CareTeam, &[("_id", "t")]),
        (ResourceType::CareTeam, &[("participant", "Practitioner/x")]),
        (ResourceType::CareTeam, &[("patient", "Patient/p"), ("_include", "CareTeam:subject")]),
        (ResourceType::Patient, &[("_id", "p"), ("_revinclude", "CareTeam:subject")]),
        (ResourceType::Patient, &[("family", "Berg")]),
        (ResourceType::Patient, &[("identifier", "urn:oid:2.16.578.1.12.4.1.4.1|1")]),
        (ResourceType::Patient, &[("birthdate", "1970-01-01")]),
        (ResourceType::Task, &[("subject", "Patient/p")]),
        (ResourceType::CareTeam, &[("patient.family", "Berg")]),
        (ResourceType::CareTeam, &[("patient.organization.identifier", "urn:s|1"), ("_sort", "date")]),
        (ResourceType::Patient, &[("_has:CareTeam:patient:identifier", "urn:s|1")]),
        (ResourceType::Patient, &[("_has:CareTeam:patient:participant:Practitioner.identifier", "urn:s|1")]),
        (ResourceType::CareTeam, &[("patient", "Patient/p"), ("_include:iterate", "Patient:organization")]),
    ];
    for (rtype, params) in table {
        let params: Vec<(String, String)> =
            params.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let query = query::parse(*rtype, &params, BASE, false, true).unwrap();
        let page = session.search(&query, view, None)?;
        if let Some(next) = page.next {
            session.search(&query, view, Some(&next))?;
        }
    }
    Ok(())
}
