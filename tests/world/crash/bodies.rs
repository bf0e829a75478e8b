//! What the clients send: resources that carry a mark, so that it can be asked afterwards what of them is there.

use crate::people::patient;
use crate::story::{need, nowhere};
use serde_json::{Value, json};

/// The system of the marks.
pub(crate) const MARKS: &str = "https://varde.no/test/mark";
/// The types of [`together`], and how many of each.
pub(crate) const TOGETHER: [(&str, usize); 4] = [("Patient", 1), ("Task", 2), ("Flag", 1), ("Communication", 1)];

/// The synthetic fødselsnummer (Tenor: month + 80) of an adult, another one for each index.
pub(crate) fn number(index: usize) -> String {
    let (day, month, year) = (1 + index % 28, 81 + index / 28 % 12, 40 + index / (28 * 12) % 40);
    let first = index / (28 * 12 * 40) * 10;
    (first..first + 10)
        .find_map(|individual| with_check_digits(&format!("{day:02}{month}{year}{individual:03}")))
        .expect("a number")
}

/// With both check digits, modulus 11; `None` where one would be 10.
fn with_check_digits(nine: &str) -> Option<String> {
    const FIRST: [u32; 9] = [3, 7, 6, 1, 8, 9, 4, 5, 2];
    const SECOND: [u32; 10] = [5, 4, 3, 2, 7, 6, 5, 4, 3, 2];
    let mut digits: Vec<u32> = nine.chars().filter_map(|digit| digit.to_digit(10)).collect();
    for weights in [FIRST.as_slice(), &SECOND] {
        let sum: u32 = digits.iter().zip(weights).map(|(digit, weight)| digit * weight).sum();
        digits.push((11 - sum % 11) % 11);
    }
    let digits: Option<String> = digits.into_iter().map(|digit| char::from_digit(digit, 10)).collect();
    digits
}

/// A note about somebody, whose text can be changed.
pub(crate) fn flag(number: &str, mark: &str, text: &str) -> Value {
    marked(
        json!({ "resourceType": "Flag", "status": "active", "code": { "text": text }, "subject": patient(number) }),
        mark,
    )
}

/// A Patient and what belongs to it, all with one mark, as one transaction.
pub(crate) fn together(number: &str, mark: &str) -> Value {
    let letter = json!({ "resourceType": "Communication", "status": "preparation", "subject": patient(number) });
    let mut named = flag(number, mark, "Trenger tolk");
    named["subject"] = json!({ "reference": "urn:uuid:1f0d5a52-6a5e-4d5c-8a55-0d5f6f3f7a01" });
    let resources = [
        marked(nowhere(number), mark),
        marked(need(number), mark),
        marked(need(number), mark),
        named,
        marked(letter, mark),
    ];
    let mut entries: Vec<Value> = resources
        .into_iter()
        .map(|resource| json!({ "request": { "method": "POST", "url": resource["resourceType"] }, "resource": resource }))
        .collect();
    entries[0]["fullUrl"] = json!("urn:uuid:1f0d5a52-6a5e-4d5c-8a55-0d5f6f3f7a01");
    json!({ "resourceType": "Bundle", "type": "transaction", "entry": entries })
}

fn marked(mut resource: Value, mark: &str) -> Value {
    let mark = json!({ "system": MARKS, "value": mark });
    match resource.get_mut("identifier").and_then(Value::as_array_mut) {
        Some(identifiers) => identifiers.push(mark),
        None => resource["identifier"] = json!([mark]),
    }
    resource
}

#[test]
fn numbers_are_well_formed_and_different() {
    let numbers: std::collections::BTreeSet<String> = (0..30_000).map(number).collect();
    assert_eq!(numbers.len(), 30_000);
    for number in &numbers {
        let fault = varde_fhir::identifier::check(crate::people::FNR, number, false).err();
        assert!(fault.is_none(), "{number}");
    }
}
