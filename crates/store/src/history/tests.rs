//! What a history of types costs on PostgreSQL, by its own count of rows looked at: what others write costs nothing. (On SQLite the
//! plans say it: `plans.rs`.)

use super::{Past, Reach};
use crate::connection::{Connection, Role, Target};
use crate::migrate::migrate;
use crate::put::{Grant, Put};
use crate::session::Session;
use crate::sql::{Number, Sql};
use crate::visible::View;
use serde_json::Value;
use varde_fhir::registry::served_types;
use varde_fhir::{Clock, ResourceKey, ResourceType};

const OWN: &str = "983974724";
const OTHER: &str = "964338531";

/// Index entries and rows that this transaction has read so far.
fn looked_at(connection: &mut Connection) -> i64 {
    let mut sql = Sql::new();
    sql.push(
        "SELECT coalesce(sum(pg_stat_get_xact_tuples_returned(c.oid) + pg_stat_get_xact_tuples_fetched(c.oid)), 0)::bigint \
         AS number FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace",
    );
    sql.load::<Number>(connection).unwrap().first().unwrap().number
}

fn run(connection: &mut Connection, statement: &str) {
    let mut sql = Sql::new();
    sql.push(statement);
    sql.run(connection).unwrap();
}

fn put(session: &mut Session<'_>, address: &str, version: i64, owner: &str, grants: Vec<Grant>) {
    // Each of the others writes about a person of its own.
    let person = if owner == OWN || owner == OTHER { "p" } else { owner };
    let put = Put {
        key: &ResourceKey::parse(address).unwrap(),
        version,
        last_updated: version,
        patient: Some(person.to_owned()),
        owner: Some(owner.to_owned()),
        method: "PUT",
        deleted: false,
        resource: &Value::Null,
        body: Vec::new(),
        claims: Vec::new(),
        grants,
    };
    session.put(put).unwrap();
}

/// The versions that are found, and what was looked at for them, in a database where another has written so much.
fn cost(url: &str, others: i64, types: &[ResourceType]) -> (Vec<i64>, i64) {
    let target = Target::parse(url).unwrap();
    let mut server = target.connect(Role::Unhurried).unwrap();
    let database = format!("varde_past_{}_{others}", std::process::id());
    run(&mut server, &format!("CREATE DATABASE {database} TEMPLATE template0"));
    let (host, _) = url.rsplit_once('/').unwrap();
    let target = Target::parse(&format!("{host}/{database}")).unwrap();
    migrate(&target).unwrap();
    let clock = Clock::fixed("2026-11-22T12:00:00Z").unwrap();
    let mut connection = target.connect(Role::Writer).unwrap();
    connection.run("BEGIN").unwrap();
    let mut session = Session::new(&mut connection, &clock, "https://varde.example/fhir", None);
    let grant = |patient: &str, organisation: &str, reach: &str| Grant {
        patient: patient.to_owned(),
        organisation: organisation.to_owned(),
        reach: reach.to_owned(),
        basis: "team-member",
        valid_from: 0,
        valid_to: i64::MAX,
    };
    put(&mut session, "CareTeam/own", 1, OWN, Vec::new());
    put(&mut session, "Practitioner/all", 1, OTHER, Vec::new());
    put(&mut session, "CareTeam/granted", 1, OTHER, vec![grant("p", OWN, "CareTeam/granted")]);
    for n in 0..others {
        let organisation = format!("{n}");
        for version in 1..=2 {
            let grants = vec![grant(&organisation, "nobody", "*")];
            put(&mut session, &format!("CarePlan/{n}"), version, &organisation, grants);
        }
    }
    put(&mut session, "CareTeam/own", 2, OWN, Vec::new());
    connection.run("COMMIT; ANALYZE; BEGIN").unwrap();
    drop(connection);
    let mut connection = target.connect(Role::Writer).unwrap();
    connection.run("BEGIN").unwrap();
    let before = looked_at(&mut connection);
    let mut session = Session::new(&mut connection, &clock, "https://varde.example/fhir", None);
    let past = Past { of: Reach::Types(types), since: None, at: None, after: None, limit: 50 };
    let view = View { organisation: Some(OWN.to_owned()), now: 1 };
    let found = session.past(&past, &view).unwrap();
    let looked = looked_at(&mut connection) - before;
    drop(connection);
    run(&mut server, &format!("DROP DATABASE {database} WITH (FORCE)"));
    (found.iter().map(|made| made.stored.version).collect(), looked)
}

#[test]
fn what_others_write_is_not_looked_at() {
    let Ok(url) = std::env::var("VARDE_TEST_POSTGRES") else {
        println!("VARDE_TEST_POSTGRES is not set: PostgreSQL was not tested");
        return;
    };
    let all: Vec<ResourceType> = served_types().iter().map(|row| row.rtype).collect();
    for types in [all.as_slice(), &[ResourceType::CarePlan]] {
        let ((few, alone), (many, among)) = (cost(&url, 1, types), cost(&url, 1000, types));
        println!("{} types: {alone} looked at alone, {among} among 2,000 of others", types.len());
        assert_eq!(few, many);
        assert_eq!(many.len(), if types.len() == 1 { 0 } else { 4 });
        assert!(alone < 100 && among < 100, "{alone} {among}");
    }
}
