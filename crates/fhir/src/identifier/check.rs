//! Whether an identifier value is well formed: length, digits, date, check digits.
//!
//! Two published examples of the no-basis profiles fail their check digits, so test environments may excuse those; a wrong
//! length or date is never excused. An organisation number is checked here, in resources, but never in a token.

use super::digits::{digits, organisation_number_fits, person_number_fits, real_month};
use super::systems::{DNR, ENH, FHN, FNR, Scheme, scheme};
use crate::{Issue, IssueCode};

/// Checks a value of a known system; values of other systems are not judged.
///
/// # Errors
/// When the value is malformed, its date does not exist, or (outside test environments) its check digits are wrong.
pub fn check(system: &str, value: &str, test_environment: bool) -> Result<(), Fault> {
    let Some(scheme) = scheme(system) else { return Ok(()) };
    let fault = |what| Fault { scheme, what };
    let digits = digits(value).ok_or(fault(What::Digits))?;
    if !(scheme.length.0..=scheme.length.1).contains(&digits.len()) {
        return Err(fault(What::Digits));
    }
    let fits = match scheme.system {
        FNR | DNR => {
            person_date(scheme, &digits)?;
            person_number_fits(&digits)
        }
        FHN if !matches!(digits.first(), Some(8 | 9)) => return Err(fault(What::FirstDigit)),
        FHN => person_number_fits(&digits),
        ENH => organisation_number_fits(&digits),
        _ if scheme.length.0 == 1 && digits.first() == Some(&0) => return Err(fault(What::LeadingZero)),
        _ => true,
    };
    if fits || test_environment { Ok(()) } else { Err(fault(What::CheckDigit)) }
}

/// Day and month of a fødselsnummer or D-nummer. The century is not asked for here: the year is taken as a leap year when
/// its two digits divide by four.
fn person_date(scheme: &'static Scheme, digits: &[u32]) -> Result<(), Fault> {
    let number = |at: usize| digits.get(at..at + 2).map_or(0, |pair| pair.iter().fold(0, |n, digit| n * 10 + digit));
    let (day, month, year) = (number(0), number(2), number(4));
    let day = match (scheme.system == DNR, day) {
        (true, 41..=71) => day - 40,
        (false, 1..=31) => day,
        (true, 1..=31) | (false, 41..=71) => return Err(Fault { scheme, what: What::OtherKind }),
        _ => return Err(Fault { scheme, what: What::Date }),
    };
    let last = match real_month(month) {
        Some(2) if year % 4 == 0 => 29,
        Some(2) => 28,
        Some(4 | 6 | 9 | 11) => 30,
        Some(_) => 31,
        None => 0,
    };
    if (1..=last).contains(&day) { Ok(()) } else { Err(Fault { scheme, what: What::Date }) }
}

/// What is wrong with an identifier value. Carries the kind of identifier, never the value.
#[derive(Clone, Copy)]
pub struct Fault {
    scheme: &'static Scheme,
    what: What,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum What {
    Digits,
    FirstDigit,
    LeadingZero,
    Date,
    OtherKind,
    CheckDigit,
}

impl Fault {
    /// The message code: `identifier-check-digit` for a wrong check digit, `identifier-format` for all else.
    #[must_use]
    pub fn key(self) -> &'static str {
        self.issue().key
    }

    /// The fault as an issue; the caller adds the expression.
    #[must_use]
    pub fn issue(self) -> Issue {
        let Scheme { nb, en, length: (least, most), .. } = self.scheme;
        let (nb, en) = match self.what {
            What::Digits if least == most => (
                format!("Et {nb} skal ha {least} sifre, uten mellomrom eller andre tegn."),
                format!("A {en} has {least} digits, without spaces or other characters."),
            ),
            What::Digits => (
                format!("{nb} skal ha {least} til {most} sifre, uten mellomrom eller andre tegn."),
                format!("{en} has {least} to {most} digits, without spaces or other characters."),
            ),
            What::FirstDigit => (format!("Et {nb} begynner med 8 eller 9."), format!("A {en} begins with 8 or 9.")),
            What::LeadingZero => {
                (format!("{nb} skrives uten ledende nuller."), format!("{en} is written without leading zeros."))
            }
            What::Date => (
                format!("De seks første sifrene i et {nb} er en fødselsdato; denne datoen finnes ikke."),
                format!("The first six digits of a {en} are a birth date; this date does not exist."),
            ),
            What::OtherKind => (
                format!(
                    "Verdien er ikke et {nb}: dag 41–71 hører til D-nummer ({DNR}), dag 1–31 til fødselsnummer ({FNR})."
                ),
                format!(
                    "The value is not a {en}: days 41–71 belong to D-numbers ({DNR}), days 1–31 to fødselsnummer ({FNR})."
                ),
            ),
            What::CheckDigit => {
                return Issue::error(
                    IssueCode::Value,
                    "identifier-check-digit",
                    format!("Kontrollsifferet i {nb} stemmer ikke. Kontroller verdien i kilden."),
                    format!("The check digit of the {en} is wrong. Check the value at its source."),
                );
            }
        };
        Issue::error(IssueCode::Value, "identifier-format", nb, en)
    }
}

impl std::fmt::Debug for Fault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Fault({} {})", self.key(), self.scheme.system)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::identifier::systems::{DUF, HER, HPR, RESH};

    #[test]
    fn right_values() {
        let ok = [
            (FNR, "01819019939"),
            (FNR, "15825512869"),
            (FNR, "07854802202"),
            (FNR, "30871255918"),
            (FNR, "22891153620"),
            (FNR, "10870855791"),
            (DNR, "41819026090"),
            (DUF, "201012345678"),
            (ENH, "983974724"),
            (ENH, "974557746"),
            (ENH, "974743272"),
            (ENH, "984027737"),
            (ENH, "883971752"),
            (ENH, "894166762"),
            (ENH, "974631407"),
            (ENH, "974631326"),
            (ENH, "983971636"),
            (ENH, "993467049"),
            (ENH, "991324968"),
            (ENH, "964338531"),
            (HPR, "1234567"),
            (HPR, "1"),
            (RESH, "100082"),
            (HER, "90001"),
            ("https://example.org/own", "anything at all"),
            ("", ""),
        ];
        for (system, value) in ok {
            assert!(check(system, value, false).is_ok(), "{system} {value}");
        }
    }

    #[test]
    fn wrong_values() {
        let (digit, format) = ("identifier-check-digit", "identifier-format");
        let wrong = [
            (FNR, "13057444850", digit),
            (FNR, "05076600324", digit),
            (FNR, "01819019938", digit),
            (FNR, "01819019949", digit),
            (DNR, "41819026091", digit),
            (FHN, "80000000001", digit),
            (ENH, "983974725", digit),
            (FNR, "0181901993", format),
            (FNR, "018190199390", format),
            (FNR, "018190 19939", format),
            (FNR, "", format),
            (FNR, "0181901993９", format),
            (FNR, "00819019939", format),
            (FNR, "32819019939", format),
            (FNR, "01939019939", format),
            (FNR, "30829019939", format),
            (FNR, "41819026090", format),
            (DNR, "01819019939", format),
            (DNR, "72819026090", format),
            (FHN, "70000000000", format),
            (DUF, "20101234567", format),
            (ENH, "98397472", format),
            (ENH, "983 974 724", format),
            (HPR, "0123", format),
            (HPR, "12a", format),
            (HPR, "", format),
            (HPR, "1234567890", format),
            (RESH, "-1", format),
            (HER, "+1", format),
        ];
        for (system, value, key) in wrong {
            let fault = check(system, value, false).expect_err(value);
            assert_eq!(fault.key(), key, "{system} {value}");
            assert_eq!(check(system, value, true).is_ok(), key == digit, "{system} {value}");
            let issue = fault.issue();
            let shown = format!("{fault:?} {issue:?}");
            assert!(value.len() < 9 || !shown.contains(value), "{shown}");
        }
    }
}
