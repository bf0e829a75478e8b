//! The digits of identifiers: check digits by modulus 11, and the month of synthetic people.

const K1: [u32; 9] = [3, 7, 6, 1, 8, 9, 4, 5, 2];
const K2: [u32; 10] = [5, 4, 3, 2, 7, 6, 5, 4, 3, 2];
const ORGANISATION: [u32; 8] = [3, 2, 7, 6, 5, 4, 3, 2];

/// Whether the two last digits of an eleven-digit person number are right.
pub(super) fn person_number_fits(digits: &[u32]) -> bool {
    digits.len() == 11 && ends_with(digits, &K1) && ends_with(digits, &K2)
}

/// Whether the last digit of a nine-digit organisation number is right.
pub(super) fn organisation_number_fits(digits: &[u32]) -> bool {
    digits.len() == 9 && ends_with(digits, &ORGANISATION)
}

/// The decimal digits of a text of ASCII digits alone.
pub(super) fn digits(value: &str) -> Option<Vec<u32>> {
    value.bytes().map(|byte| byte.is_ascii_digit().then(|| u32::from(byte - b'0'))).collect()
}

/// The calendar month behind the month digits: synthetic people have 80 (Tenor), 65 or 40 added.
pub(super) fn real_month(month: u32) -> Option<u32> {
    [0, 40, 65, 80].into_iter().find_map(|added| month.checked_sub(added).filter(|month| (1..=12).contains(month)))
}

/// Whether the digit after the weighted ones is their check digit: 11 − (sum mod 11), where 11 means 0 and 10 is invalid.
fn ends_with(digits: &[u32], weights: &[u32]) -> bool {
    let sum: u32 = digits.iter().zip(weights).map(|(digit, weight)| digit * weight).sum();
    let expected = (11 - sum % 11) % 11;
    digits.get(weights.len()) == Some(&expected)
}
