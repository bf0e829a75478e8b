//! Looking up: many at a time, each once in a unit of work, so that the number of questions to the database does not grow with
//! what is asked about.

use crate::fault::Fault;
use crate::session::Session;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;
use varde_fhir::{ResourceKey, ResourceType};
use varde_rules::MemberRef;
use varde_store::{Identified, Stored};

/// The types the law reads, whoever wrote them: some rules reach across organisations.
const EVERYBODYS: &[ResourceType] = &[ResourceType::CareTeam, ResourceType::CarePlan, ResourceType::Consent];

/// The types the law reads as far as the actor may see them: what an answer rests on must not tell of what others recorded
/// about the patient and the relatives.
const VISIBLE: &[ResourceType] = &[ResourceType::RelatedPerson, ResourceType::Patient];

/// Whether a person's coordination holds resources of this type.
pub(crate) fn coordinates(rtype: ResourceType) -> bool {
    EVERYBODYS.contains(&rtype) || VISIBLE.contains(&rtype)
}

impl Session<'_, '_> {
    /// Asks for all of these at once, to have them at hand.
    pub(crate) fn foresee(&mut self, wanted: &[MemberRef]) -> Result<(), Fault> {
        let (mut keys, mut identified) = (BTreeSet::new(), BTreeSet::new());
        for wanted in wanted {
            match wanted {
                MemberRef::Key(key) if !self.is_known(key) => {
                    keys.insert(key.clone());
                }
                MemberRef::Identifier { rtype, system, value } => {
                    let asked = (*rtype, system.clone(), value.clone());
                    if !self.known.identified.contains_key(&asked) {
                        identified.insert(asked);
                    }
                }
                MemberRef::Key(_) => {}
            }
        }
        let (keys, identified): (Vec<ResourceKey>, Vec<Identified>) =
            (keys.into_iter().collect(), identified.into_iter().collect());
        let found = self.store.look_up(&keys, &identified)?;
        self.known.resources.extend(keys.into_iter().map(|key| (key, None)));
        self.known.identified.extend(identified.into_iter().map(|asked| (asked, Vec::new())));
        for (asked, stored) in found {
            match asked {
                Some(asked) => self.known.identified.entry(asked).or_default().push(stored),
                None => {
                    self.known.resources.insert(stored.key.clone(), Some(stored));
                }
            }
        }
        Ok(())
    }

    /// The stored resources of the type with this business identifier, oldest first, whoever may see them.
    pub(crate) fn by_identifier(
        &mut self,
        rtype: ResourceType,
        system: &str,
        value: &str,
    ) -> Result<Vec<Stored>, Fault> {
        let asked: Identified = (rtype, system.to_owned(), value.to_owned());
        if let Some(found) = self.known.identified.get(&asked) {
            return Ok(found.clone());
        }
        let found = self.store.by_identifier(rtype, system, value)?;
        self.known.identified.insert(asked, found.clone());
        Ok(found)
    }

    /// The person keys that these national numbers (system, value) have, in their order.
    pub(crate) fn people(&mut self, numbers: &[(String, String)]) -> Result<Vec<Option<String>>, Fault> {
        let mut asked: Vec<(String, String)> =
            numbers.iter().filter(|number| !self.known.people.contains_key(*number)).cloned().collect();
        asked.sort();
        asked.dedup();
        let people = self.store.people(&asked)?;
        self.known.people.extend(asked.into_iter().zip(people));
        Ok(numbers.iter().map(|number| self.known.people.get(number).cloned().flatten()).collect())
    }

    /// The person key of these national numbers, made known if new.
    pub(crate) fn ensure_person(&mut self, numbers: &[(String, String)]) -> Result<String, Fault> {
        let known = self.people(numbers)?;
        let unknown = numbers.iter().zip(&known).filter(|(_, known)| known.is_none());
        let unknown: Vec<(String, String)> = unknown.map(|(number, _)| number.clone()).collect();
        let key = self.store.add_person(known.into_iter().flatten().next(), &unknown)?;
        self.named(&unknown, &key);
        Ok(key)
    }

    /// Gives a person that is known by a key alone their first national numbers; `false` when they have some already.
    pub(crate) fn name_person(&mut self, key: &str, numbers: &[(String, String)]) -> Result<bool, Fault> {
        let named = self.store.name_person(key, numbers)?;
        if named {
            self.named(numbers, key);
        }
        Ok(named)
    }

    /// A number that another person has stays there.
    fn named(&mut self, numbers: &[(String, String)], key: &str) {
        for number in numbers {
            self.known.people.entry(number.clone()).or_default().get_or_insert_with(|| key.to_owned());
        }
    }

    /// What is stored of a person's coordination, oldest first: everybody's teams, plans and consents, and the Patients and
    /// relatives the actor may see.
    pub(crate) fn coordination(&mut self, person: &str) -> Result<Rc<[Stored]>, Fault> {
        self.foresee_coordination([person])?;
        Ok(self.known.coordination.get(person).cloned().unwrap_or_default())
    }

    /// Asks for several people's coordination at once, to have it at hand.
    pub(crate) fn foresee_coordination<'p>(&mut self, people: impl IntoIterator<Item = &'p str>) -> Result<(), Fault> {
        let unknown = people.into_iter().filter(|person| !self.known.coordination.contains_key(*person));
        let unknown: Vec<String> = unknown.map(str::to_owned).collect();
        if unknown.is_empty() {
            return Ok(());
        }
        let found = self.store.coordination(&unknown, EVERYBODYS, VISIBLE, &self.context.view())?;
        let mut theirs: BTreeMap<String, Vec<Stored>> =
            unknown.into_iter().map(|person| (person, Vec::new())).collect();
        for stored in found {
            if let Some(theirs) = stored.patient.as_deref().and_then(|person| theirs.get_mut(person)) {
                theirs.push(stored);
            }
        }
        self.known.coordination.extend(theirs.into_iter().map(|(person, theirs)| (person, Rc::from(theirs))));
        Ok(())
    }
}
