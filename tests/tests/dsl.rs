//! `docs/dsl.md`, `docs/graph.md` and `docs/training.md` list exactly the error messages that exist:
//! their tables are compared with the cases in `tests/ui`.

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

/// A table row of the page: a declaration and its message.
struct Row<'p> {
    /// Its line number in the page.
    line: usize,
    /// The code, with `«»` around the underlined tokens.
    written: &'p str,
    /// The message as in the table, with `<br>` before the help.
    message: &'p str,
}

/// A declaration with errors.
struct Case {
    /// Its path in `tests`, such as `ui/names/typo`.
    name: String,
    /// The code, with one space between tokens.
    code: String,
    errors: Vec<Reported>,
}

/// An error as the compiler prints it.
struct Reported {
    /// The message in the form of the table.
    message: String,
    /// The underlined tokens.
    underlined: String,
}

/// A page, and the cases that it documents.
struct Page {
    name: &'static str,
    text: &'static str,
    /// A lower bound of the number of rows.
    rows: usize,
    /// Returns whether the page documents the cases in a folder of `ui`.
    has: fn(&Path) -> bool,
}

const PAGES: [Page; 3] = [
    Page {
        name: "docs/dsl.md",
        text: include_str!("../../docs/dsl.md"),
        rows: 90,
        has: |theme| !["graph", "data", "elsewhere"].iter().any(|other| theme.ends_with(other)),
    },
    Page {
        name: "docs/graph.md",
        text: include_str!("../../docs/graph.md"),
        rows: 90,
        has: |theme| theme.ends_with("graph"),
    },
    Page {
        name: "docs/training.md",
        text: include_str!("../../docs/training.md"),
        rows: 3,
        has: |theme| theme.ends_with("data") || theme.ends_with("elsewhere"),
    },
];

/// The first lines of a table.
const HEADER: [&str; 2] = ["| written | message |", "|---|---|"];

/// The rows of all tables of messages.
fn rows(page: &Page) -> Vec<Row<'static>> {
    let messages = page.text.find("\n## Messages").expect("the page has a part on messages");
    let lines = page.text.lines().enumerate().skip(page.text[..=messages].lines().count());
    lines
        .filter(|(_, line)| line.starts_with('|') && !HEADER.contains(line))
        .map(|(line, row)| {
            let cells = row.trim_matches([' ', '|']).split_once(" | ");
            let (written, message) = cells.unwrap_or_else(|| panic!("two cells: {row}"));
            // Further remarks may follow the code.
            let written = written.split('`').nth(1).unwrap_or_default();
            Row { line: line + 1, written, message }
        })
        .collect()
}

/// The cases with errors; those in `ui/pass` have none.
fn cases(page: &Page) -> Vec<Case> {
    let mut cases = Vec::new();
    for theme in folder(Path::new("ui")).into_iter().filter(|theme| (page.has)(theme)) {
        for path in folder(&theme) {
            let Ok(output) = fs::read_to_string(path.with_extension("stderr")) else { continue };
            if path.extension().is_some_and(|extension| extension == "rs") {
                let name = path.with_extension("").display().to_string();
                let code = fs::read_to_string(&path).expect("a case can be read");
                cases.push(Case { name, code: one_spaced(&code), errors: errors(&output) });
            }
        }
    }
    cases
}

/// The entries of a folder, sorted by name.
fn folder(path: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(path).expect("a folder of cases can be read");
    let mut paths: Vec<_> = entries.map(|entry| entry.expect("an entry").path()).collect();
    paths.sort();
    paths
}

fn one_spaced(code: &str) -> String {
    code.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Parses the errors in the compiler's output.
fn errors(output: &str) -> Vec<Reported> {
    let mut lines = output.lines();
    let mut errors = Vec::new();
    while let Some(line) = lines.next() {
        if !line.starts_with("error") {
            continue;
        }
        let Some((_, first)) = line.split_once(": ") else { continue };
        let mut message = first.trim_start_matches("evaluation panicked: ").to_owned();
        for line in lines.by_ref().take_while(|line| !line.trim_start().starts_with("--> ")) {
            message += "<br>";
            message += line.trim();
        }
        let underlined = underlined(lines.by_ref().take_while(|line| !line.is_empty()));
        errors.push(Reported { message, underlined });
    }
    errors
}

/// The tokens above the first `^^^^`.
fn underlined<'o>(lines: impl Iterator<Item = &'o str>) -> String {
    let mut above = "";
    for line in lines {
        if let Some(start) = line.find('^') {
            let marks = line[start..].chars().take_while(|&mark| mark == '^').count();
            let column = line[..start].chars().count();
            return above.chars().skip(column).take(marks).collect();
        }
        above = line;
    }
    String::new()
}

/// A message without the parts that are specific to a case: text in backquotes, and numbers.
fn wording(message: &str) -> String {
    let is_digit = |character: char| character.is_ascii_digit();
    let outside = message.split('`').step_by(2);
    let words = outside.flat_map(|words| words.split(is_digit)).filter(|words| !words.is_empty());
    words.collect::<Vec<_>>().join("…")
}

/// The tokens between `«` and `»`.
fn marked(written: &str) -> Option<&str> {
    let (_, rest) = written.split_once('«')?;
    Some(rest.split_once('»')?.0)
}

#[test]
fn every_message_on_the_pages_is_reported() {
    PAGES.iter().for_each(every_row_is_reported);
}

fn every_row_is_reported(page: &Page) {
    let (cases, mut drifted) = (cases(page), String::new());
    let rows = rows(page);
    assert!(rows.len() > page.rows, "only {} rows were found", rows.len());
    for row in rows {
        // In a table, a bar is escaped with a backslash.
        let written = row.written.replace("\\|", "|");
        let code = one_spaced(&written.replace(['«', '»'], ""));
        let with_code: Vec<&Case> = cases.iter().filter(|case| case.code.contains(&code)).collect();
        let is_reported = with_code.iter().flat_map(|case| &case.errors).any(|error| {
            error.message == row.message && marked(&written) == Some(&error.underlined)
        });
        if is_reported {
            continue;
        }
        let _ = writeln!(drifted, "{}, line {}: {}", page.name, row.line, row.written);
        let _ = writeln!(drifted, "    page:   {}", row.message);
        for case in &with_code {
            for Reported { message, underlined } in &case.errors {
                let _ = writeln!(drifted, "    {}: {message}, at «{underlined}»", case.name);
            }
        }
        if with_code.is_empty() {
            let _ = writeln!(drifted, "    no case in tests/ui has this code");
        }
    }
    assert!(
        drifted.is_empty(),
        "\n{drifted}\nA row of the page is a case in tests/ui: its code is in the .rs, its \
         message, help and «underlined tokens» are in the .stderr. Correct the page, or the case."
    );
}

#[test]
fn every_message_is_on_a_page() {
    PAGES.iter().for_each(every_case_has_a_row);
}

fn every_case_has_a_row(page: &Page) {
    let known: Vec<String> = rows(page).iter().map(|row| wording(row.message)).collect();
    let mut missing = String::new();
    for case in cases(page) {
        for Reported { message, underlined } in case.errors {
            if !known.contains(&wording(&message)) {
                let _ = writeln!(missing, "{}: {message}, at «{underlined}»", case.name);
            }
        }
    }
    assert!(
        missing.is_empty(),
        "\n{missing}\nThese messages are not on the page. For each wording, add a row to {}, \
         \"Messages\": | `the code, with the «underlined tokens» marked` | message<br>help: repair |",
        page.name
    );
}
