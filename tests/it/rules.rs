//! The table of rules: every number stands in it once, and what it names exists.

use std::{collections::BTreeSet, fs, path::Path};

const TABLE: &str = include_str!("../rules.md");

/// The checklist's numbers, section by section, as ranges.
const SECTIONS: &[(&str, &[(u32, u32)])] = &[(
    "A",
    &[
        (1, 24),
        (30, 44),
        (50, 58),
        (60, 68),
        (70, 77),
        (80, 85),
        (90, 97),
        (100, 107),
        (110, 124),
        (130, 141),
        (150, 153),
        (160, 165),
    ],
)];

struct Row<'a> {
    rule: &'a str,
    places: &'a str,
    tests: &'a str,
}

fn rows() -> impl Iterator<Item = Row<'static>> {
    TABLE.lines().filter_map(|line| {
        let mut cells = line.strip_prefix('|')?.split('|').map(str::trim);
        let (rule, places, tests) = (cells.next()?, cells.next()?, cells.next()?);
        let letter = rule.chars().next()?;
        (letter.is_ascii_uppercase()).then_some(Row { rule, places, tests })
    })
}

/// The words between backticks.
fn named(cell: &str) -> impl Iterator<Item = &str> {
    cell.split('`').skip(1).step_by(2)
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn sources(folder: &Path, all: &mut String) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, all);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            *all += &fs::read_to_string(&path).unwrap();
        }
    }
}

#[test]
fn every_rule_stands_in_the_table_once() {
    for (section, ranges) in SECTIONS {
        let prefix = format!("{section}-");
        let numbers = ranges.iter().flat_map(|(first, last)| *first..=*last);
        let wanted: Vec<_> = numbers.map(|number| format!("{section}-{number:02}")).collect();
        let found: Vec<_> = rows().map(|row| row.rule).filter(|r| r.starts_with(&prefix)).collect();
        assert_eq!(found, wanted);
    }
}

#[test]
fn what_the_table_names_exists() {
    let mut code = String::new();
    ["src", "tests"].iter().for_each(|folder| sources(&root().join(folder), &mut code));
    let mut missing = BTreeSet::new();
    for Row { rule, places, tests } in rows() {
        let said = named(tests).next().is_some() || tests.starts_with("not yet");
        assert!(said, "{rule} has neither a test nor a reason");
        let files = named(places).filter(|name| name.starts_with("src/"));
        missing.extend(files.filter(|file| !root().join(file).is_file()).map(str::to_owned));
        let tests = named(tests).filter(|test| !code.contains(&format!("fn {test}(")));
        missing.extend(tests.map(str::to_owned));
    }
    assert_eq!(missing, BTreeSet::new());
}
