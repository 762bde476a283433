//! The settings that the documentation shows are ones that a file may have.

use super::*;

const README: &str = include_str!("../../../README.md");
const LOGS: &str = include_str!("../../../LOGS.md");

/// The blocks marked as TOML.
fn blocks(page: &str) -> impl Iterator<Item = &str> {
    let fences = page.split("```toml\n").skip(1);
    fences.map(|rest| rest.split("```").next().unwrap())
}

#[test]
fn every_example_is_accepted_before_or_behind_the_first() {
    let first = blocks(README).next().unwrap();
    for block in blocks(README).chain(blocks(LOGS)) {
        let told = match block == first {
            true => vec![check(first)],
            false => vec![check(&format!("{block}\n{first}")), check(&format!("{first}\n{block}"))],
        };
        let told: Vec<_> = told.iter().map(ToString::to_string).collect();
        assert!(told.iter().any(String::is_empty), "{block}\n{}", told.join("\n"));
    }
}

#[test]
fn every_key_of_a_whole_file_is_told_of() {
    let keys = WHOLE.lines().filter_map(|line| line.split_once(" =")).map(|(key, _)| key);
    let pages = [README, LOGS].concat();
    let missing: Vec<_> =
        keys.filter(|key| !key.split('.').all(|part| pages.contains(part))).collect();
    assert_eq!(missing, [""; 0]);
}
