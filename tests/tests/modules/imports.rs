//! Reads a crate's files and finds which file imports from which.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use proc_macro2::{TokenStream, TokenTree};
use syn::visit::{self, Visit};
use syn::{Attribute, Item, UseTree};

/// The files of a crate, relative to its `src`, and the files that each imports from.
pub(crate) type Imports = BTreeMap<PathBuf, BTreeSet<PathBuf>>;

/// A module: the file that contains it, and the modules that it declares.
struct Module {
    file: PathBuf,
    children: BTreeMap<String, Vec<String>>,
}

/// All modules of a crate by their paths; the root's is empty.
type Modules = BTreeMap<Vec<String>, Module>;

/// Reads the crate whose root is `src/lib.rs`. Code that only tests compile is left out.
pub(crate) fn imports(src: &Path) -> Imports {
    let (mut modules, mut files) = (Modules::new(), Vec::new());
    read_file(src, Path::new("lib.rs"), Vec::new(), &mut modules, &mut files);
    let mut imports = Imports::new();
    for (path, file, parsed) in &files {
        let mut reader = Reader { modules: &modules, module: path.clone(), found: BTreeSet::new() };
        reader.visit_file(parsed);
        reader.found.remove(file);
        imports.insert(file.clone(), reader.found);
    }
    imports
}

/// Reads a file and those of the modules that it declares.
fn read_file(
    src: &Path,
    file: &Path,
    path: Vec<String>,
    modules: &mut Modules,
    files: &mut Vec<(Vec<String>, PathBuf, syn::File)>,
) {
    let text = fs::read_to_string(src.join(file))
        .unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    let parsed =
        syn::parse_file(&text).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    let is_root = file.ends_with("mod.rs") || file.ends_with("lib.rs");
    let folder = if is_root { file.with_file_name("") } else { file.with_extension("") };
    add_module(src, file, &folder, path.clone(), &parsed.items, modules, files);
    files.push((path, file.to_owned(), parsed));
}

/// Adds a module with the given items, and those below it.
fn add_module(
    src: &Path,
    file: &Path,
    folder: &Path,
    path: Vec<String>,
    items: &[Item],
    modules: &mut Modules,
    files: &mut Vec<(Vec<String>, PathBuf, syn::File)>,
) {
    let mut children = BTreeMap::new();
    for item in items {
        let Item::Mod(item) = item else { continue };
        if is_for_tests(&item.attrs) {
            continue;
        }
        let name = item.ident.to_string();
        let child: Vec<_> = path.iter().cloned().chain([name.clone()]).collect();
        children.insert(name.clone(), child.clone());
        let below = folder.join(&name);
        match &item.content {
            Some((_, items)) => add_module(src, file, &below, child, items, modules, files),
            None => {
                let flat = below.with_extension("rs");
                let nested = below.join("mod.rs");
                let found = if src.join(&flat).exists() { flat } else { nested };
                read_file(src, &found, child, modules, files);
            }
        }
    }
    modules.insert(path, Module { file: file.to_owned(), children });
}

fn is_for_tests(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        let list = attribute.meta.require_list();
        attribute.path().is_ident("cfg")
            && list.is_ok_and(|list| list.tokens.to_string().starts_with("test"))
    })
}

/// Collects the files that the paths in a module lead to.
struct Reader<'a> {
    modules: &'a Modules,
    module: Vec<String>,
    found: BTreeSet<PathBuf>,
}

impl Reader<'_> {
    /// Adds the file of the module that `segments` begin with, if they lead to one.
    fn add(&mut self, segments: &[String]) {
        let Some(first) = segments.first() else { return };
        let parent = || self.module[..self.module.len().saturating_sub(1)].to_vec();
        let (mut at, mut rest) = match first.as_str() {
            "crate" => (Vec::new(), &segments[1..]),
            "self" => (self.module.clone(), &segments[1..]),
            "super" => (parent(), &segments[1..]),
            name if self.modules[&self.module].children.contains_key(name) => {
                (self.module.clone(), segments)
            }
            _ => return,
        };
        while let Some(("super", others)) = rest.split_first().map(|(s, r)| (s.as_str(), r)) {
            at.pop();
            rest = others;
        }
        while let Some(child) = rest.first().and_then(|name| self.modules[&at].children.get(name)) {
            at.clone_from(child);
            rest = &rest[1..];
        }
        self.found.insert(self.modules[&at].file.clone());
    }

    fn add_use(&mut self, tree: &UseTree, before: &[String]) {
        let with = |name: &syn::Ident| [before, &[name.to_string()]].concat();
        match tree {
            UseTree::Path(path) => self.add_use(&path.tree, &with(&path.ident)),
            UseTree::Name(name) => self.add(&with(&name.ident)),
            UseTree::Rename(name) => self.add(&with(&name.ident)),
            UseTree::Glob(_) => self.add(before),
            UseTree::Group(group) => group.items.iter().for_each(|tree| self.add_use(tree, before)),
        }
    }

    /// Paths among the tokens of a macro: `crate::kernels::matmul`.
    fn add_tokens(&mut self, tokens: TokenStream) {
        let mut path: Vec<String> = Vec::new();
        let mut colons = 0;
        for tree in tokens {
            match tree {
                TokenTree::Ident(ident) if colons == 2 && !path.is_empty() => {
                    path.push(ident.to_string());
                    colons = 0;
                }
                TokenTree::Ident(ident) => {
                    self.add_absolute(&path);
                    (path, colons) = (vec![ident.to_string()], 0);
                }
                TokenTree::Punct(punct) if punct.as_char() == ':' => colons += 1,
                tree => {
                    self.add_absolute(&path);
                    path.clear();
                    colons = 0;
                    if let TokenTree::Group(group) = tree {
                        self.add_tokens(group.stream());
                    }
                }
            }
        }
        self.add_absolute(&path);
    }

    fn add_absolute(&mut self, path: &[String]) {
        if path.len() > 1 && matches!(path[0].as_str(), "crate" | "super") {
            self.add(path);
        }
    }
}

impl<'ast> Visit<'ast> for Reader<'_> {
    fn visit_item(&mut self, item: &'ast Item) {
        let attributes: &[Attribute] = match item {
            Item::Mod(item) => &item.attrs,
            Item::Fn(item) => &item.attrs,
            Item::Use(item) => &item.attrs,
            Item::Impl(item) => &item.attrs,
            _ => &[],
        };
        if !is_for_tests(attributes) {
            visit::visit_item(self, item);
        }
    }

    fn visit_item_mod(&mut self, item: &'ast syn::ItemMod) {
        if let Some((_, items)) = &item.content {
            self.module.push(item.ident.to_string());
            items.iter().for_each(|item| self.visit_item(item));
            self.module.pop();
        }
    }

    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        self.add_use(&item.tree, &[]);
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        let segments: Vec<_> = path.segments.iter().map(|s| s.ident.to_string()).collect();
        if segments.len() > 1 {
            self.add(&segments);
        }
        visit::visit_path(self, path);
    }

    fn visit_macro(&mut self, item: &'ast syn::Macro) {
        self.add_tokens(item.tokens.clone());
        visit::visit_macro(self, item);
    }
}
