//! The files of the two crates import from each other in one direction: no cycles. A
//! crate's root holds few files, and `docs/development.md` lists every file.

#[path = "modules/cycles.rs"]
mod cycles;
#[path = "modules/imports.rs"]
mod imports;

use std::fs;
use std::path::{Path, PathBuf};

use cycles::{cycles, described};
use imports::imports;

/// A grammar that contains itself: a parent module parses what its child parses parts of.
const GRAMMAR: [[&str; 2]; 1] = [["network/syntax/chain/mod.rs", "network/syntax/chain/repeat.rs"]];

/// The maximum number of files next to `lib.rs`.
const LOOSE_FILES: usize = 5;

fn src(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(name).join("src")
}

/// The cycles of a crate that are not part of its grammar, described.
fn cycles_of(src: &Path) -> Vec<String> {
    let imports = imports(src);
    let mut found = cycles(&imports);
    found.retain(|group| {
        let names: Vec<_> = group.iter().map(|file| file.display().to_string()).collect();
        !GRAMMAR.iter().any(|pair| names == pair)
    });
    found
        .iter()
        .map(|group| format!("{} files: {}", group.len(), described(&imports, group)))
        .collect()
}

#[test]
fn no_file_imports_itself_through_others() {
    for name in ["macros", "runtime"] {
        let cycles = cycles_of(&src(name));
        assert!(cycles.is_empty(), "import cycles in {name}/src:\n{}", cycles.join("\n"));
    }
}

#[test]
fn a_cycle_made_on_purpose_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, text: &str| {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    };
    file("lib.rs", "mod a; mod b; mod c; mod d;");
    file("a.rs", "use crate::b::{B, other::Other};");
    file("b/mod.rs", "pub mod other; pub struct B;");
    file("b/other.rs", "fn f() -> u8 { super::super::c::g() } pub struct Other;");
    file("c.rs", "pub fn g() -> u8 { vec![crate::a::A; 2]; 1 }");
    file("d.rs", "use crate::a::A; #[cfg(test)] mod tests { use crate::lib::X; }");
    assert_eq!(cycles_of(folder.path()), ["3 files: a.rs -> b/other.rs -> c.rs -> a.rs"]);
}

#[test]
fn the_root_of_a_crate_has_few_files() {
    for name in ["macros", "runtime"] {
        let entries = fs::read_dir(src(name)).unwrap().map(|entry| entry.unwrap().path());
        let loose: Vec<_> = entries
            .filter(|path| path.extension().is_some_and(|extension| extension == "rs"))
            .filter(|path| !path.ends_with("lib.rs"))
            .collect();
        assert!(loose.len() <= LOOSE_FILES, "{name}/src has {} loose files", loose.len());
    }
}

#[test]
fn the_map_lists_every_file() {
    let map = fs::read_to_string(src("docs").with_file_name("development.md")).unwrap();
    for name in ["macros", "runtime"] {
        for file in imports(&src(name)).keys() {
            let is_folder = file.ends_with("mod.rs");
            let named = if is_folder { file.parent().unwrap() } else { file.as_path() };
            let stem = named.file_stem().unwrap().to_string_lossy();
            let forms = [format!("`{stem}`"), format!("{stem}.rs`"), format!("{stem}/`")];
            let is_listed = forms.iter().any(|form| map.contains(form.as_str()));
            assert!(is_listed, "docs/development.md does not list {name}/src/{}", file.display());
        }
    }
}
