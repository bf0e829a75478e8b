//! Proves that `data/r4.json.gz` is what the generator makes of the published definitions, when they are at hand.

#[path = "../examples/r4_table.rs"]
#[expect(dead_code, reason = "the generator's own main")]
mod generator;

use std::io::Read;
use std::path::Path;
use varde_fhir::json::{Limits, parse};
use varde_fhir::validate::validate;

#[test]
fn the_table_is_current() {
    let Ok(definitions) = std::env::var("VARDE_R4_DEFINITIONS") else {
        println!("skipped: VARDE_R4_DEFINITIONS does not name the unpacked definitions (data/README.md)");
        return;
    };
    let mut committed = String::new();
    let packed: &[u8] = include_bytes!("../data/r4.json.gz");
    flate2::read::GzDecoder::new(packed).read_to_string(&mut committed).unwrap();
    let made = String::from_utf8(generator::table(Path::new(&definitions)).unwrap()).unwrap();
    assert!(committed == made, "run the generator again: data/README.md says how");
}

#[test]
fn the_published_definitions_are_valid() {
    let Ok(definitions) = std::env::var("VARDE_R4_DEFINITIONS") else {
        println!("skipped: VARDE_R4_DEFINITIONS does not name the unpacked definitions (data/README.md)");
        return;
    };
    let files =
        ["profiles-types", "profiles-resources", "profiles-others", "valuesets", "v3-codesystems", "search-parameters"];
    let (mut valid, mut broken) = (0, Vec::new());
    for file in files {
        let path = Path::new(&definitions).join(format!("dist/fhir/r4/{file}.json"));
        let bundle = parse(&std::fs::read(path).unwrap(), Limits { bytes: 1 << 30, depth: 64 }).unwrap();
        for resource in bundle["entry"].as_array().unwrap().iter().map(|entry| &entry["resource"]) {
            let Ok(rtype) = resource["resourceType"].as_str().unwrap().parse() else { continue };
            let issues = validate(rtype, resource);
            valid += usize::from(issues.is_empty());
            broken.extend(issues.into_iter().map(|issue| (resource["id"].to_string(), issue.key)));
        }
    }
    // A definition of R4B, and a value set that contains a type Varde does not know.
    let expected = [("SubscriptionStatus", "code-invalid"), ("nhin-purposeofuse", "unsupported-type")];
    assert_eq!(broken, expected.map(|(id, key)| (format!("\"{id}\""), key)));
    assert!(valid > 3000, "{valid}");
}
