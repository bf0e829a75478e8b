//! The patient of a case: birth date, age on a day in Norway, and who counts as the patient themself.

use crate::case::Case;
use jiff::Timestamp;
use jiff::civil::Date;
use serde_json::Value;
use std::collections::BTreeSet;
use varde_fhir::identifier::{FNR, birth_date, is_national_system};
use varde_fhir::registry::served;
use varde_fhir::time::oslo;
use varde_fhir::{Micros, Reference, ResourceType, view};

/// What is known about the patient.
#[derive(Debug)]
pub(crate) struct Patient<'a> {
    birth: Option<Date>,
    identifiers: BTreeSet<(&'a str, &'a str)>,
}

impl<'a> Patient<'a> {
    /// Reads the case: the Patient resources of all organisations, and the national numbers by which resources name them.
    pub(crate) fn of(case: &Case<'a>) -> Self {
        let mut identifiers = BTreeSet::new();
        for loaded in &case.resources {
            if loaded.key.rtype == ResourceType::Patient {
                identifiers.extend(view::identifiers(loaded.resource));
            } else if let Some(identifier) =
                subject(loaded.key.rtype, loaded.resource).and_then(|it| it.get("identifier"))
            {
                identifiers.extend(view::text(identifier, "system").zip(view::text(identifier, "value")));
            }
        }
        identifiers.retain(|(system, _)| is_national_system(system));
        Self { birth: numbered_birth(&identifiers).or_else(|| recorded_birth(case)), identifiers }
    }

    /// Whole years of age at an instant, by the calendar of Europe/Oslo. Somebody born on 29 February is a year older on
    /// 1 March when the year has no such day. `None` when the birth date is unknown.
    pub(crate) fn age(&self, at: Micros) -> Option<i16> {
        let birth = self.birth?;
        let today = Timestamp::from_microsecond(at).ok()?.to_zoned(oslo()).date();
        let before_birthday = (today.month(), today.day()) < (birth.month(), birth.day());
        Some(today.year() - birth.year() - i16::from(before_birthday))
    }

    /// Whether a `Reference` element means this patient.
    pub(crate) fn is(&self, element: &Value, case: &Case<'_>) -> bool {
        let literal = view::text(element, "reference").map(|text| Reference::literal(text, case.base));
        if literal
            .as_ref()
            .and_then(Reference::key)
            .is_some_and(|key| key.rtype == ResourceType::Patient && case.get(key).is_some())
        {
            return true;
        }
        matches!(Reference::logical(element), Some(Reference::Logical { system, value, .. }) if self.has(&system, &value))
    }

    /// Whether a resource (a contained Patient) carries one of the patient's national numbers.
    pub(crate) fn shares_identifier(&self, resource: &Value) -> bool {
        view::identifiers(resource).any(|(system, value)| self.has(system, value))
    }

    fn has(&self, system: &str, value: &str) -> bool {
        self.identifiers.contains(&(system, value))
    }
}

/// The element by which a resource names its patient.
fn subject(rtype: ResourceType, resource: &Value) -> Option<&Value> {
    let element = served(rtype)?.patient_element?;
    resource.get(element)
}

/// The birth date in a national number: a fødselsnummer before a D-nummer, and the latest of several.
fn numbered_birth(identifiers: &BTreeSet<(&str, &str)>) -> Option<Date> {
    let dated = identifiers.iter().filter_map(|(system, value)| Some((*system == FNR, birth_date(system, value)?)));
    dated.max().map(|(_, birth)| birth)
}

/// `Patient.birthDate`; the last day a partial date may mean, so that nobody is taken for older than they are.
fn recorded_birth(case: &Case<'_>) -> Option<Date> {
    let dates = case.of(ResourceType::Patient).filter_map(|patient| view::text(patient.resource, "birthDate"));
    let last_days = dates.filter_map(|text| {
        let (_, after) = view::interval(text)?;
        let last = Timestamp::from_microsecond(after.checked_sub(1)?).ok()?;
        Some(last.to_zoned(oslo()).date())
    });
    last_days.max()
}
