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

/// Compares the binary with the files that cargo noted it was made of, in `varde.d` beside it.
fn built(binary: &Path) -> Result<(), String> {
    let made = changed(binary).ok_or_else(|| format!("{} is not there", binary.display()))?;
    let noted = std::fs::read_to_string(binary.with_extension("d"))
        .map_err(|_| format!("{} does not say what it is made of", binary.display()))?;
    for source in sources(&noted) {
        if changed(Path::new(&source)).is_none_or(|changed| changed > made) {
            return Err(format!("{} is older than {source}", binary.display()));
        }
    }
    Ok(())
}

/// The files of a rule `target: file file …`, where a space in a name is written `\ `.
fn sources(noted: &str) -> Vec<String> {
    let files = noted.lines().next().and_then(|line| line.split_once(": ")).map(|(_, files)| files).unwrap_or_default();
    let files = files.replace("\\ ", "\0");
    files.split_whitespace().map(|file| file.replace('\0', " ")).collect()
}

fn changed(file: &Path) -> Option<SystemTime> {
    file.metadata().and_then(|metadata| metadata.modified()).ok()
}

#[test]
fn a_rule_of_cargo_is_read() {
    assert_eq!(sources("/t/varde: /a/b.rs /a/with\\ space.rs /a/c.sql\n"), ["/a/b.rs", "/a/with space.rs", "/a/c.sql"]);
    assert!(sources("").is_empty());
}
