//! A national number that never shows itself, and the birth date it carries
//! <https://www.skatteetaten.no/person/folkeregister/identitet/> (individnummer tells the century).

use super::check::{Fault, check};
use super::digits::{digits, real_month};
use super::systems::{DNR, FNR, Scheme, is_national_system, scheme};
use jiff::civil::Date;
use std::fmt;

/// A well-formed fødselsnummer, D-nummer, felles hjelpenummer or DUF-nummer. `Debug` and `Display` name its kind only.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct NationalId {
    system: &'static str,
    value: String,
}

impl NationalId {
    /// Reads an identifier of a national system; `None` for any other system. `test_environment` excuses a wrong check digit.
    ///
    /// # Errors
    /// When the value is malformed or (outside test environments) its check digits are wrong.
    pub fn parse(system: &str, value: &str, test_environment: bool) -> Result<Option<Self>, Fault> {
        let Some(scheme) = national_scheme(system) else { return Ok(None) };
        check(system, value, test_environment)?;
        Ok(Some(Self { system: scheme.system, value: value.to_owned() }))
    }

    /// The identifier system.
    #[must_use]
    pub fn system(&self) -> &'static str {
        self.system
    }

    /// The number itself: for storing and matching, never for a log, a URL or a text.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.value
    }

    /// The birth date, when the kind of number carries one.
    #[must_use]
    pub fn birth_date(&self) -> Option<Date> {
        birth_date(self.system, &self.value)
    }
}

impl fmt::Debug for NationalId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "NationalId({})", self.system)
    }
}

impl fmt::Display for NationalId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(national_scheme(self.system).map_or("", |scheme| scheme.nb))
    }
}

/// Whether a run of exactly eleven digits stands in the text: the shape of fødselsnummer, D-number and felles hjelpenummer, so
/// that the text may stand in no URL, log or id. A UUID holds such a run by chance, and is none.
#[must_use]
pub fn may_stand_in(text: &str) -> bool {
    let eleven = text.split(|c: char| !c.is_ascii_digit()).any(|run| run.len() == 11);
    eleven && uuid::Uuid::try_parse(text).is_err()
}

/// The birth date in a fødselsnummer or D-nummer, synthetic ones included. `None` for other systems, for malformed
/// values, and when day and individnummer fit no century. Check digits are not looked at.
#[must_use]
pub fn birth_date(system: &str, value: &str) -> Option<Date> {
    let digits = digits(value).filter(|digits| digits.len() == 11)?;
    let number =
        |from: usize, to: usize| digits.get(from..to).map(|part| part.iter().fold(0, |n, digit| n * 10 + digit));
    let day = match system {
        FNR => number(0, 2)?,
        DNR => number(0, 2)?.checked_sub(40)?,
        _ => return None,
    };
    let month = real_month(number(2, 4)?)?;
    let year = full_year(number(4, 6)?, number(6, 9)?)?;
    Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
}

/// The year that two digits and the individnummer stand for.
fn full_year(year: u32, individual: u32) -> Option<i16> {
    let century = match (individual, year) {
        (0..=499, _) | (900..=999, 40..) => 1900,
        (500..=749, 54..) => 1800,
        (500..=999, 0..=39) => 2000,
        _ => return None,
    };
    i16::try_from(century + year).ok()
}

fn national_scheme(system: &str) -> Option<&'static Scheme> {
    scheme(system).filter(|scheme| is_national_system(scheme.system))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::identifier::systems::{DUF, FHN, HPR};

    #[test]
    fn birth_dates() {
        let table = [
            (FNR, "01819019939", Some("1990-01-01")),
            (FNR, "15825512869", Some("1955-02-15")),
            (FNR, "07854802202", Some("1948-05-07")),
            (FNR, "30871255918", Some("2012-07-30")),
            (FNR, "22891153620", Some("2011-09-22")),
            (FNR, "10870855791", Some("2008-07-10")),
            (DNR, "41819026090", Some("1990-01-01")),
            (FNR, "01010190000", Some("2001-01-01")), // individnummer 900–999, year < 40
            (FNR, "01015090000", Some("1950-01-01")), // individnummer 900–999, year ≥ 40
            (FNR, "01015450000", Some("1854-01-01")), // individnummer 500–749, year ≥ 54
            (FNR, "01015350000", None),               // no century fits
            (FNR, "01015480000", None),
            (FNR, "01660150000", Some("2001-01-01")), // month + 65
            (FNR, "01410150000", Some("2001-01-01")), // month + 40
            (FNR, "29020150000", None),               // 2001 was no leap year
            (FNR, "29020450000", Some("2004-02-29")),
            (FNR, "41819026090", None), // a D-number is no fødselsnummer
            (DNR, "01819019939", None),
            (FHN, "80000000000", None),
            (DUF, "201012345678", None),
            (FNR, "0181901993", None),
            (FNR, "0181901993x", None),
            (FNR, "٠١٨١٩٠١٩٩٣٩", None),
        ];
        for (system, value, expected) in table {
            assert_eq!(birth_date(system, value).map(|date| date.to_string()).as_deref(), expected, "{value}");
        }
    }

    #[test]
    fn never_shown() {
        let id = NationalId::parse(FNR, "01819019939", false).unwrap().unwrap();
        assert_eq!(id.reveal(), "01819019939");
        assert_eq!(id.birth_date().unwrap().to_string(), "1990-01-01");
        let shown = format!("{id:?} {id} {:#?}", Some(&id));
        assert!(!shown.contains("01819019939"), "{shown}");
        assert_eq!(id.to_string(), "fødselsnummer");
        assert_eq!(NationalId::parse(HPR, "1234567", false).unwrap(), None);
        assert!(NationalId::parse(FNR, "01819019938", false).is_err());
        assert!(NationalId::parse(FNR, "01819019938", true).is_ok());
    }
}
