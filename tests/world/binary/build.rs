//! Where the binary is, and whether it is built from the sources as they are now. `cargo test --workspace` builds it before any
//! test runs, since a test of `varde-server` needs it; `cargo test -p varde-tests` alone does not. `VARDE_TEST_BINARY` names
//! another binary to test, whatever it is made of.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::time::SystemTime;

/// `varde` of the profile under test.
pub(crate) fn varde() -> &'static Path {
    static VARDE: OnceLock<PathBuf> = OnceLock::new();
    VARDE.get_or_init(|| {
        if let Some(given) = std::env::var_os("VARDE_TEST_BINARY") {
            return given.into();
        }
        let binary = beside_the_tests();
        if let Err(problem) = built(&binary) {
            let release = if cfg!(debug_assertions) { "" } else { " --release" };
            panic!("{problem}: run `cargo build{release}` first, or the tests as `cargo test --workspace{release}`");
        }
        binary
    })
}

/// Test executables stand in `target/{profile}/deps`.
fn beside_the_tests() -> PathBuf {
    let tests = std::env::current_exe().expect("an executable");
    let profile = tests.parent().and_then(Path::parent).expect("target/{profile}");
    profile.join("varde")
}

/// Compares the binary with the sources of the libraries it is linked of. Cargo notes beside the binary what it is made of only
/// when it was asked for the binary itself; what a library is made of stands in `deps` after any build, an earlier build's note
/// perhaps with files that are no more.
fn built(binary: &Path) -> Result<(), String> {
    let made = changed(binary).ok_or_else(|| format!("{} is not there", binary.display()))?;
    let notes = notes(&binary.with_file_name("deps")).map_err(|e| format!("{}: {e}", binary.display()))?;
    let newer = notes
        .iter()
        .flat_map(|noted| sources(noted))
        .find(|source| changed(source).is_some_and(|changed| changed > made));
    match newer {
        Some(source) => Err(format!("{} is older than {}", binary.display(), source.display())),
        None => Ok(()),
    }
}

/// The notes on Varde's own crates, which are there if anything was built.
fn notes(folder: &Path) -> std::io::Result<Vec<String>> {
    let mut notes = Vec::new();
    for file in std::fs::read_dir(folder)? {
        let file = file?.file_name().into_string().unwrap_or_default();
        if file.starts_with("varde_") && is(&file, "d") {
            notes.push(std::fs::read_to_string(folder.join(file))?);
        }
    }
    if notes.is_empty() { Err(std::io::ErrorKind::NotFound.into()) } else { Ok(notes) }
}

/// The files of the rule for a library, `lib….rlib: file file …`, where a space in a name is written `\ `, from the root of the
/// workspace. What tests or lints alone are made of has no such rule.
fn sources(noted: &str) -> Vec<PathBuf> {
    let rules = noted.lines().filter_map(|line| line.split_once(": "));
    let files = rules.filter(|(target, _)| is(target, "rlib")).map(|(_, files)| files).next().unwrap_or_default();
    let files = files.replace("\\ ", "\0");
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    files.split_whitespace().map(|file| root.join(file.replace('\0', " "))).collect()
}

fn is(file: &str, kind: &str) -> bool {
    Path::new(file).extension().is_some_and(|extension| extension == kind)
}

fn changed(file: &Path) -> Option<SystemTime> {
    file.metadata().and_then(|metadata| metadata.modified()).ok()
}

#[test]
fn a_rule_of_cargo_is_read() {
    let noted =
        "/t/a.d: /x.rs\n\n/t/liba.rmeta: /x.rs\n\n/t/liba.rlib: /a/b.rs /a/with\\ space.rs /a/c.sql\n\n/a/b.rs:\n";
    assert_eq!(sources(noted), ["/a/b.rs", "/a/with space.rs", "/a/c.sql"].map(PathBuf::from));
    assert!(sources("").is_empty());
    assert!(sources("/t/test-of-a: /a/b.rs\n").is_empty());
}

#[test]
fn the_sources_of_the_crates_are_found() {
    let tests = std::env::current_exe().expect("an executable");
    let notes = notes(tests.parent().expect("target/{profile}/deps")).expect("what this test itself is linked of");
    let store = Path::new(env!("CARGO_MANIFEST_DIR")).join("../crates/store/src/lib.rs");
    assert!(notes.iter().flat_map(|noted| sources(noted)).any(|source| source == store));
}
