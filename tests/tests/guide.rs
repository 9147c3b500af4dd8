//! The pages of the guide: each is in its table of contents and among the documentation tests. The
//! links, pictures, messages of the compiler and files of the repository in its pages exist.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use chainrule_tests::guide::pages;

fn read(path: impl AsRef<Path>) -> String {
    let path = path.as_ref();
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The names of the files in a folder of the guide that end in `extension`.
fn files(folder: &Path, extension: &str) -> BTreeSet<String> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name());
    entries
        .map(|name| name.into_string().unwrap())
        .filter(|name| name.ends_with(extension))
        .collect()
}

/// All pages except the table of contents, each with its text.
fn texts() -> Vec<(String, String)> {
    let names = files(&pages(), ".md").into_iter().filter(|name| name != "SUMMARY.md");
    names.map(|name| (name.clone(), read(pages().join(name)))).collect()
}

/// The parts of `text` between `start` and `end`.
fn between<'t>(text: &'t str, start: &str, end: &str) -> Vec<&'t str> {
    let parts = text.split(start).skip(1);
    parts.filter_map(|part| part.split_once(end)).map(|(inner, _)| inner).collect()
}

/// The targets of the links in `text` that are not addresses on the web.
fn links(text: &str) -> Vec<&str> {
    between(text, "](", ")").into_iter().filter(|link| !link.contains("://")).collect()
}

/// The anchors of a page: its headings in lower case, with `-` for spaces and without punctuation.
fn anchors(text: &str) -> Vec<String> {
    let headings = text.lines().filter_map(|line| line.strip_prefix("## "));
    let letter = |c: char| match c {
        ' ' => Some('-'),
        _ => (c.is_alphanumeric() || c == '-' || c == '_').then_some(c),
    };
    headings.map(|heading| heading.to_lowercase().chars().filter_map(letter).collect()).collect()
}

#[test]
fn every_page_is_listed_and_tested() {
    let names: BTreeSet<String> = texts().into_iter().map(|(name, _)| name).collect();
    let summary = read(pages().join("SUMMARY.md"));
    let listed: BTreeSet<String> = links(&summary).into_iter().map(str::to_owned).collect();
    assert_eq!(listed, names, "SUMMARY.md");

    let library = read(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/lib.rs"));
    let tested = between(&library, "include_str!(\"../../docs/guide/src/", "\")");
    assert_eq!(tested.into_iter().map(str::to_owned).collect::<BTreeSet<_>>(), names, "lib.rs");
}

#[test]
fn links_exist() {
    for (name, text) in texts() {
        for link in links(&text) {
            let (file, anchor) = link.split_once('#').unwrap_or((link, ""));
            assert!(pages().join(file).is_file(), "{name}: {link}");
            let has_anchor = || anchors(&read(pages().join(file))).iter().any(|own| own == anchor);
            assert!(anchor.is_empty() || has_anchor(), "{name}: {link}");
        }
    }
}

#[test]
fn every_picture_is_drawn_and_shown() {
    let drawn = files(&pages().join("pictures"), ".svg");
    let texts = texts();
    for (call, end) in [("guide::picture(\"", "\","), ("guide::curves(\"", "\",")] {
        for (name, text) in &texts {
            for picture in between(text, call, end) {
                let link = format!("](pictures/{picture}.svg)");
                assert!(text.contains(&link), "{name} draws {picture}, but does not show it");
            }
        }
    }
    for picture in drawn {
        let name = picture.trim_end_matches(".svg");
        let calls = ["picture", "curves"].map(|call| format!("guide::{call}(\"{name}\","));
        let is_drawn = |text: &String| calls.iter().any(|call| text.contains(call));
        assert!(texts.iter().any(|(_, text)| is_drawn(text)), "no page draws {picture}");
    }
}

#[test]
fn files_of_the_repository_exist() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut found = 0;
    for (name, text) in texts() {
        for span in text.split('`').skip(1).step_by(2) {
            if span.starts_with("docs/") || span.starts_with("examples/") {
                assert!(root.join(span).is_file(), "{name}: {span}");
                found += 1;
            }
        }
    }
    assert!(found > 5, "only {found} files are mentioned");
}

#[test]
fn messages_are_those_of_the_compiler() {
    let mut outputs = String::new();
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("ui")];
    while let Some(folder) = folders.pop() {
        for path in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            match path.extension() {
                _ if path.is_dir() => folders.push(path),
                Some(extension) if extension == "stderr" => outputs += &read(path),
                _ => {}
            }
        }
    }
    let mut found = 0;
    for (name, text) in texts() {
        for message in text.lines().filter(|line| line.starts_with("error: ")) {
            assert!(outputs.contains(&format!("{message}\n")), "{name}: {message}");
            found += 1;
        }
    }
    assert!(found > 0, "no page quotes the compiler");
}
