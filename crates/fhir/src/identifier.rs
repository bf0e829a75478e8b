//! Norwegian identifiers: which systems there are, what a well-formed value is, and the check digits
//! <https://www.skatteetaten.no/person/folkeregister/identitet/>, <https://git.sarepta.ehelse.no/publisert/standarder>.
//!
//! A national number is personal data: [`NationalId`] never prints one, and no text made here echoes a value.

mod check;
mod digits;
mod issues;
mod national;
mod systems;

pub use check::{Fault, check};
pub use issues::identifier_issues;
pub use national::{NationalId, birth_date, may_stand_in};
pub use systems::{DNR, DUF, ENH, FHN, FNR, HER, HPR, RESH, is_national_system, known_systems};
