//! The house stays tidy: rooms import downwards only, as the table in `docs/architecture.md` says, and every
//! file says what it is for and is short enough to be read. Style beyond that is clippy's and rustfmt's.

mod layers;
mod lexer;
mod limits;
mod paths;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use layers::Layers;
use lexer::Token;

const ARCHITECTURE: &str = "docs/architecture.md";

#[test]
fn rooms_import_downwards_only() {
    let layers = layers();
    let mut objections = Vec::new();
    for file in source_files(&["src"]) {
        // The library's root and the program name rooms only to open them.
        let Some(room) = file.module().into_iter().next() else { continue };
        for path in paths::named_paths(&file.tokens, &file.module()) {
            if let Some(objection) = layers.objection(&room, &path, file.is_test()) {
                objections.push(format!("{}:{}: {objection}", file.path, path.line));
            }
        }
    }
    assert_none(&objections, &format!("see the table in {ARCHITECTURE}"));
}

#[test]
fn the_table_names_the_rooms_that_there_are() {
    let rooms = public_modules(&read("src/lib.rs"));
    let mut objections = Vec::new();
    for row in layers().rooms {
        match (row.to_come, rooms.contains(&row.name)) {
            (true, true) => objections.push(format!("{}: has come, but is marked as to come", row.name)),
            (false, false) => objections.push(format!("{}: has a row, but is not in src/lib.rs", row.name)),
            _ => {}
        }
    }
    let rows: BTreeSet<String> = layers().rooms.into_iter().map(|row| row.name).collect();
    objections.extend(rooms.difference(&rows).map(|room| format!("{room}: has no row")));
    assert_none(&objections, &format!("mend the table in {ARCHITECTURE}"));
}

#[test]
fn files_say_what_they_are_for_and_stay_short() {
    let mut objections = Vec::new();
    for file in source_files(&["src", "tests", "benches"]) {
        let found = limits::objections(&file.path, &file.source, &file.tokens);
        objections.extend(found.into_iter().map(|(line, text)| format!("{}:{line}: {text}", file.path)));
    }
    assert_none(&objections, "give each subject a file, and each step a function");
}

#[test]
fn public_modules_are_found() {
    let found = public_modules("//! Doc: pub mod a;\npub mod b; mod c; pub(crate) mod d;");
    assert_eq!(found, BTreeSet::from(["b".to_owned()]));
}

#[test]
fn a_file_knows_its_module() {
    let table: &[(&str, &[&str])] = &[
        ("src/lib.rs", &[]),
        ("src/main.rs", &[]),
        ("src/clock.rs", &["clock"]),
        ("src/clock/time.rs", &["clock", "time"]),
        ("src/model/group/mod.rs", &["model", "group"]),
    ];
    for (path, expected) in table {
        assert_eq!(&module_of(path), expected, "{path}");
    }
}

/// A file below the package's root.
struct SourceFile {
    /// From the package's root, with `/`.
    path: String,
    source: String,
    tokens: Vec<Token>,
}

impl SourceFile {
    fn module(&self) -> Vec<String> {
        module_of(&self.path)
    }

    fn is_test(&self) -> bool {
        self.path.ends_with("/tests.rs") || self.path.contains("/tests/")
    }
}

fn module_of(path: &str) -> Vec<String> {
    let inner = path.trim_start_matches("src/").trim_end_matches(".rs");
    let is_named = |part: &&str| !matches!(*part, "mod" | "lib" | "main");
    inner.split('/').filter(is_named).map(str::to_owned).collect()
}

fn public_modules(source: &str) -> BTreeSet<String> {
    let tokens = lexer::tokens(source);
    let is_public = |three: &&[Token]| three[0].is_word("pub") && three[1].is_word("mod");
    tokens.windows(3).filter(is_public).filter_map(|three| three[2].word()).map(str::to_owned).collect()
}

fn layers() -> Layers {
    Layers::parse(&read(ARCHITECTURE)).unwrap_or_else(|wrong| panic!("{ARCHITECTURE}: {wrong}"))
}

fn source_files(folders: &[&str]) -> Vec<SourceFile> {
    let mut paths = Vec::new();
    for folder in folders {
        collect(&root().join(folder), &mut paths);
    }
    assert!(!paths.is_empty(), "no source was found below {}", root().display());
    paths.sort();
    paths.iter().map(|path| source_file(path)).collect()
}

fn source_file(path: &Path) -> SourceFile {
    let source = fs::read_to_string(path).unwrap_or_else(|error| panic!("reading {}: {error}", path.display()));
    let inside = path.strip_prefix(root()).expect("files are found below the root");
    let tokens = lexer::tokens(&source);
    SourceFile { path: inside.to_string_lossy().replace('\\', "/"), source, tokens }
}

// A folder that doesn't exist yet has no files.
fn collect(folder: &Path, paths: &mut Vec<PathBuf>) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries {
        let path = entry.unwrap_or_else(|error| panic!("listing {}: {error}", folder.display())).path();
        if path.is_dir() {
            collect(&path, paths);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            paths.push(path);
        }
    }
}

fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("reading {path}: {error}"))
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn assert_none(objections: &[String], advice: &str) {
    assert!(objections.is_empty(), "{advice}:\n{}", objections.join("\n"));
}
