//! `tests/rules.md` says of every numbered rule where it is implemented and which test holds it.

use std::{collections::BTreeSet, fs, path::Path};

/// The rules of the project's checklist, by section of the table.
const SECTIONS: &[(&str, &[Numbers])] = &[
    (
        "A",
        &[
            two_digits("A-", 1, 24),
            two_digits("A-", 30, 44),
            two_digits("A-", 50, 58),
            two_digits("A-", 60, 68),
            two_digits("A-", 70, 77),
            two_digits("A-", 80, 85),
            two_digits("A-", 90, 97),
            two_digits("A-", 100, 107),
            two_digits("A-", 110, 124),
            two_digits("A-", 130, 141),
            two_digits("A-", 150, 153),
            two_digits("A-", 160, 165),
        ],
    ),
    ("Dialects", &[Numbers { digits: 1, ..two_digits("D", 1, 29) }]),
    (
        "D",
        &[
            two_digits("D-", 1, 18),
            two_digits("D-", 20, 35),
            two_digits("D-", 40, 41),
            two_digits("D-", 50, 60),
            two_digits("D-", 70, 75),
            two_digits("D-", 80, 86),
        ],
    ),
    (
        "B",
        &[
            two_digits("B-", 1, 14),
            two_digits("B-", 20, 20),
            Numbers { extra: &["B-49b"], ..two_digits("B-", 30, 62) },
        ],
    ),
];

/// A run of numbered rules.
struct Numbers {
    letter: &'static str,
    /// At least so many, filled up with zeros.
    digits: usize,
    from: u32,
    to: u32,
    extra: &'static [&'static str],
}

const fn two_digits(letter: &'static str, from: u32, to: u32) -> Numbers {
    Numbers { letter, digits: 2, from, to, extra: &[] }
}

impl Numbers {
    fn names(&self) -> impl Iterator<Item = String> {
        let Self { letter, digits, from, to, extra } = self;
        let numbered = (*from..=*to).map(move |number| format!("{letter}{number:0digits$}"));
        numbered.chain(extra.iter().map(|&name| name.to_owned()))
    }
}

/// A line of the table: `| rule | where | tests |`.
struct Row {
    rule: String,
    place: String,
    tests: Vec<String>,
}

fn table() -> String {
    fs::read_to_string(root().join("tests/rules.md")).unwrap()
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The rows of a section, which ends at the next heading.
fn rows(table: &str, section: &str) -> Vec<Row> {
    let heading = format!("## {section}");
    let after = table.lines().skip_while(|line| *line != heading).skip(1);
    let lines = after.take_while(|line| !line.starts_with("## "));
    lines.filter_map(row).collect()
}

fn row(line: &str) -> Option<Row> {
    let cells: Vec<_> = line.strip_prefix('|')?.strip_suffix('|')?.split('|').collect();
    let [rule, place, tests] = cells.as_slice() else { return None };
    let numbered = rule.trim().contains(|c: char| c.is_ascii_digit());
    let names = tests.split('`').skip(1).step_by(2).map(str::to_owned);
    let row = Row { rule: rule.trim().into(), place: place.trim().into(), tests: names.collect() };
    numbered.then_some(row)
}

#[test]
fn every_rule_stands_in_the_table_once() {
    let table = table();
    for (section, numbers) in SECTIONS {
        let written: Vec<_> = rows(&table, section).into_iter().map(|row| row.rule).collect();
        let expected: Vec<_> = numbers.iter().flat_map(Numbers::names).collect();
        let sorted = |rules: &[String]| {
            let mut rules = rules.to_vec();
            rules.sort();
            rules
        };
        assert_eq!(sorted(&written), sorted(&expected), "section {section}");
    }
}

#[test]
fn every_rule_is_tested_or_says_why_not() {
    let table = table();
    for row in SECTIONS.iter().flat_map(|(section, _)| rows(&table, section)) {
        let excused = row.place.starts_with("not ");
        assert!(excused || !row.tests.is_empty(), "{} names no test", row.rule);
    }
}

#[test]
fn every_test_in_the_table_exists() {
    let known = tests();
    let table = table();
    let missing: Vec<_> = SECTIONS
        .iter()
        .flat_map(|(section, _)| rows(&table, section))
        .flat_map(|row| row.tests.into_iter().map(move |test| format!("{}: {test}", row.rule)))
        .filter(|named| !known.contains(named.split_once(": ").unwrap().1))
        .collect();
    assert!(missing.is_empty(), "{missing:#?}");
}

#[test]
fn every_file_in_the_table_exists() {
    let table = table();
    let rows = SECTIONS.iter().flat_map(|(section, _)| rows(&table, section));
    let places: Vec<_> = rows.map(|row| row.place).collect();
    let named = places.iter().flat_map(|place| place.split('`').skip(1).step_by(2));
    let files = named.filter(|name| name.starts_with("src/"));
    let missing: Vec<_> = files.filter(|file| !root().join(file).is_file()).collect();
    assert!(missing.is_empty(), "{missing:#?}");
}

/// The names of all functions that are tests.
fn tests() -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for folder in ["src", "tests"] {
        collect(&root().join(folder), &mut found);
    }
    assert!(found.len() > 300, "only {} tests found", found.len());
    found
}

fn collect(folder: &Path, into: &mut BTreeSet<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() && !path.ends_with("node_modules") {
            collect(&path, into);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            into.extend(names(&fs::read_to_string(&path).unwrap()));
        }
    }
}

/// The functions that follow a `#[test]`, other attributes between them or not.
fn names(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut marked = false;
    for line in text.lines().map(str::trim) {
        marked |= line.starts_with("#[test]") || line.starts_with("#[tokio::test");
        let function = line.strip_prefix("async fn ").or(line.strip_prefix("fn "));
        if let Some(name) = function.filter(|_| std::mem::take(&mut marked)) {
            found.push(name.split('(').next().unwrap_or(name).to_owned());
        }
    }
    found
}

#[test]
fn tests_are_told_from_other_functions() {
    let text = "fn helper() {}\n#[test]\nfn one() {}\n  #[tokio::test(flavor = \"x\")]\n  #[ignore]\n  \
        async fn two() {\nfn inner() {}\n}\n/// Law.\n#[test]\n// why\nfn three(\n";
    assert_eq!(names(text), ["one", "two", "three"]);
}

#[test]
fn a_row_has_three_cells_and_a_number() {
    let table = "## B\n| rule | where | test |\n|---|---|---|\n| B-01 | `cue` | `one`, `two` |\nB-02\n\
        | B-03 | not here | |\n## C\n| C-01 | `x` | `y` |\n";
    let shown = rows(table, "B").into_iter().map(|row| (row.rule, row.place, row.tests));
    let expected = [
        ("B-01".to_owned(), "`cue`".to_owned(), vec!["one".to_owned(), "two".to_owned()]),
        ("B-03".to_owned(), "not here".to_owned(), Vec::new()),
    ];
    assert_eq!(shown.collect::<Vec<_>>(), expected);
}
