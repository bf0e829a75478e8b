//! The visibility matrix: actor × relation × type × path. For every organisation, every way in which it may (or may no longer)
//! have to do with a patient, every type of resource about that patient and every path on which a resource could come out, one
//! cell says whether it does; and it must be what the policy says, written down once in `relation`. A path that forgets the
//! one base relation shows here as a whole column.

mod cast;
mod paths;
mod relation;

use crate::people::{BERGEN, HARALDSPLASS, KOMMUNE, RKE};
use crate::world::{World, each};
use cast::Probes;
use paths::{PATHS, Path};
use relation::{RELATIONS, Relation};

/// The organisations that look, each with the relations that are set up for it.
const VIEWERS: [&str; 3] = [KOMMUNE, HARALDSPLASS, RKE];

#[test]
fn every_path_shows_what_the_policy_opens_and_nothing_else() {
    each(|world| {
        let mut cells = 0;
        let mut wrong = Vec::new();
        for viewer in VIEWERS {
            let staged: Vec<(&Relation, Probes)> =
                RELATIONS.iter().map(|relation| (relation, cast::stage(world, relation, viewer))).collect();
            for (relation, probes) in &staged {
                for path in PATHS.iter().filter(|path| viewer == HARALDSPLASS || !path.writes) {
                    cells += look(world, (viewer, relation, probes), path, &mut wrong);
                }
            }
        }
        assert!(
            wrong.is_empty(),
            "{}: {} of {cells} cells are wrong:\n{}",
            world.database(),
            wrong.len(),
            wrong.join("\n")
        );
        assert!(cells >= 600, "{cells} cells");
    });
}

#[test]
fn the_owner_sees_all_of_it_on_every_path() {
    each(|world| {
        let mut wrong = Vec::new();
        let stranger = RELATIONS.iter().find(|relation| relation.name == "stranger").expect("a relation");
        let probes = cast::stage(world, stranger, KOMMUNE);
        let owner = Relation { name: "owner", opens: relation::Opens::All, ..*stranger };
        for viewer in [BERGEN, "ke-helse-bergen"] {
            for path in PATHS.iter().filter(|path| !path.writes) {
                look(world, (viewer, &owner, &probes), path, &mut wrong);
            }
        }
        assert!(wrong.is_empty(), "{}:\n{}", world.database(), wrong.join("\n"));
    });
}

/// The cells of one path for one viewer, relation and all types; the wrong ones are told.
fn look(world: &World, who: (&str, &Relation, &Probes), path: &Path, wrong: &mut Vec<String>) -> usize {
    let (viewer, relation, probes) = who;
    let mut cells = 0;
    for (rtype, id) in &probes.ids {
        let through_patient = path.needs_patient && *rtype != "Patient";
        // Nobody changes a Provenance, whoever's it is.
        if (path.needs_patient && *rtype == "Patient") || (path.writes && *rtype == "Provenance") {
            continue;
        }
        let patient = relation.opens.shows("Patient") || !through_patient;
        let expected = relation.opens.shows(rtype) && patient;
        let seen = (path.look)(world, viewer, rtype, id, probes);
        cells += 1;
        if seen != expected {
            wrong.push(format!(
                "{viewer} as {}: {rtype} by {}: seen {seen}, should be {expected}",
                relation.name, path.name
            ));
        }
    }
    cells
}
