//! National numbers of people who do not exist: fødselsnummer of the kind Tenor makes (80 added to the month), adults, always the
//! same ones in the same order.

/// Days 1 to 28 of every month of forty years.
const DATES: u32 = 28 * 12 * 40;
/// Individual numbers 000 to 499 stand for births from 1900 to 1999.
const INDIVIDUALS: u32 = 500;
const FIRST_YEAR: u32 = 50;
const K1: [u32; 9] = [3, 7, 6, 1, 8, 9, 4, 5, 2];
const K2: [u32; 10] = [5, 4, 3, 2, 7, 6, 5, 4, 3, 2];

/// The numbers, from the first; about five and a half million.
#[derive(Debug, Default)]
pub(crate) struct Numbers {
    candidate: u32,
}

impl Iterator for Numbers {
    type Item = String;

    fn next(&mut self) -> Option<String> {
        while self.candidate < DATES * INDIVIDUALS {
            let found = number(self.candidate);
            self.candidate += 1;
            if found.is_some() {
                return found;
            }
        }
        None
    }
}

/// The number of one candidate, unless its check digits cannot be written.
fn number(candidate: u32) -> Option<String> {
    let (date, individual) = (candidate % DATES, candidate / DATES);
    let (day, month, year) = (1 + date % 28, 81 + date / 28 % 12, FIRST_YEAR + date / 336);
    let text = format!("{day:02}{month:02}{year:02}{individual:03}");
    let mut digits: Vec<u32> = text.chars().filter_map(|digit| digit.to_digit(10)).collect();
    for weights in [K1.as_slice(), K2.as_slice()] {
        let sum: u32 = digits.iter().zip(weights).map(|(digit, weight)| digit * weight).sum();
        let check = (11 - sum % 11) % 11;
        if check == 10 {
            return None;
        }
        digits.push(check);
    }
    digits.into_iter().map(|digit| char::from_digit(digit, 10)).collect()
}

#[cfg(test)]
mod tests {
    use super::Numbers;
    use std::collections::BTreeSet;
    use varde_fhir::identifier::{FNR, birth_date, check};

    #[test]
    fn numbers_are_valid_adult_and_all_different() {
        let numbers: Vec<String> = Numbers::default().take(20_000).collect();
        let different: BTreeSet<&String> = numbers.iter().collect();
        assert_eq!(different.len(), 20_000);
        for number in &numbers {
            assert!(check(FNR, number, false).is_ok());
            assert!(birth_date(FNR, number).is_some_and(|born| (1950..1990).contains(&born.year())));
        }
    }
}
