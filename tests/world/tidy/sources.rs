//! The source files of the workspace and what their manifests depend on.

use std::fs;
use std::path::{Path, PathBuf};

/// One source file.
#[derive(Debug)]
pub(crate) struct Source {
    /// Where it is.
    pub(crate) path: PathBuf,
    /// Its module path inside the crate: `""` for the root, `interactions::read` for `interactions/read.rs`.
    pub(crate) module: String,
    /// Its text.
    pub(crate) text: String,
}

impl Source {
    /// The files of `crates/{name}/src`.
    pub(crate) fn of_crate(name: &str) -> Vec<Self> {
        Self::below(&root().join("crates").join(name).join("src"))
    }

    /// The files below a source folder.
    pub(crate) fn below(folder: &Path) -> Vec<Self> {
        let mut found = Vec::new();
        let mut folders = vec![folder.to_owned()];
        while let Some(next) = folders.pop() {
            for entry in fs::read_dir(&next).expect("a folder") {
                let path = entry.expect("an entry").path();
                if path.is_dir() {
                    folders.push(path);
                } else if path.extension().is_some_and(|extension| extension == "rs") {
                    let module = module(path.strip_prefix(folder).expect("below the folder"));
                    let text = fs::read_to_string(&path).expect("a text file");
                    found.push(Self { path, module, text });
                }
            }
        }
        found.sort_by(|a, b| a.module.cmp(&b.module));
        found
    }
}

fn module(relative: &Path) -> String {
    let name = relative
        .with_extension("")
        .components()
        .map(|c| c.as_os_str().to_string_lossy().into_owned())
        .collect::<Vec<_>>();
    match name.join("::").as_str() {
        "lib" | "main" => String::new(),
        other => other.to_owned(),
    }
}

/// The workspace's root.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("a workspace").to_owned()
}

/// The names of the crates' folders.
pub(crate) fn crates() -> Vec<String> {
    let entries = fs::read_dir(root().join("crates")).expect("crates/");
    let mut names: Vec<String> =
        entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

/// The names under `[dependencies]` of a crate.
pub(crate) fn manifest(name: &str) -> Vec<String> {
    let path = root().join("crates").join(name).join("Cargo.toml");
    let text = fs::read_to_string(path).expect("a manifest");
    let section = text.split("\n[dependencies]").nth(1).unwrap_or_default();
    let section = section.split("\n[").next().unwrap_or_default();
    let names = section.lines().filter_map(|line| line.split(['.', ' ', '=']).next());
    names.map(|name| name.trim().to_owned()).filter(|name| !name.is_empty() && !name.starts_with('#')).collect()
}
