//! Finds import cycles.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use crate::imports::Imports;

/// Groups of files that import each other: the strongly connected components of more
/// than one file.
pub(crate) fn cycles(imports: &Imports) -> Vec<Vec<PathBuf>> {
    let reachable: BTreeMap<&Path, BTreeSet<&Path>> =
        imports.keys().map(|file| (file.as_path(), reachable(imports, file))).collect();
    let mut cycles = BTreeSet::new();
    for (file, others) in &reachable {
        let group: Vec<PathBuf> = others
            .iter()
            .filter(|other| reachable[**other].contains(file))
            .map(|other| other.to_path_buf())
            .collect();
        if group.len() > 1 {
            cycles.insert(group);
        }
    }
    cycles.into_iter().collect()
}

/// All files that `file` imports from, directly or not; itself, if that is among them.
fn reachable<'a>(imports: &'a Imports, file: &Path) -> BTreeSet<&'a Path> {
    let (mut seen, mut open) = (BTreeSet::new(), vec![file]);
    while let Some(next) = open.pop() {
        for other in &imports[next] {
            if seen.insert(other.as_path()) {
                open.push(other);
            }
        }
    }
    seen
}

/// A shortest cycle through the files of a group, as `a.rs -> b.rs -> a.rs`.
pub(crate) fn described(imports: &Imports, group: &[PathBuf]) -> String {
    let shortest = group.iter().map(|file| shortest_cycle(imports, file)).min_by_key(Vec::len);
    let names: Vec<_> =
        shortest.unwrap_or_default().iter().map(|file| file.display().to_string()).collect();
    names.join(" -> ")
}

/// Breadth first from `file` back to it.
fn shortest_cycle(imports: &Imports, file: &Path) -> Vec<PathBuf> {
    let mut paths = vec![vec![file.to_path_buf()]];
    let mut seen = BTreeSet::new();
    while !paths.is_empty() {
        let mut longer = Vec::new();
        for path in paths {
            for other in &imports[&path[path.len() - 1]] {
                let extended = [&path[..], std::slice::from_ref(other)].concat();
                if other == file {
                    return extended;
                }
                if seen.insert(other.clone()) {
                    longer.push(extended);
                }
            }
        }
        paths = longer;
    }
    Vec::new()
}
