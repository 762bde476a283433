//! The module map in `src/lib.rs` is in order of dependency, and effects stand below `clock`.

use std::{fs, path::Path};

/// A source file by its path below `src/`.
struct Source {
    path: String,
    text: String,
}

#[test]
fn every_module_keeps_to_the_map() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let map = fs::read_to_string(src.join("lib.rs")).unwrap();
    let mut sources = Vec::new();
    read(&src, &src, &mut sources);
    assert!(sources.len() > 30, "only {} files found", sources.len());
    let broken = violations(&map, &sources);
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

fn read(folder: &Path, src: &Path, into: &mut Vec<Source>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            read(&path, src, into);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let name = path.strip_prefix(src).unwrap().to_str().unwrap().to_owned();
            into.push(Source { path: name, text: fs::read_to_string(&path).unwrap() });
        }
    }
}

/// Who reads about the code finds every module in one table.
#[test]
fn every_module_stands_on_the_map_for_readers() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let map = fs::read_to_string(root.join("src/lib.rs")).unwrap();
    let page = fs::read_to_string(root.join("ARCHITECTURE.md")).unwrap();
    let (_, behind) = page.split_once("| module | what it knows |").unwrap();
    let table = behind.split("\n\n").next().unwrap();
    let named = |row: &str| row.split('|').nth(1).unwrap_or_default().replace('`', "");
    let rows: Vec<String> = table.lines().map(named).collect();
    let named: Vec<&str> = rows.iter().flat_map(|row| row.split(',')).map(str::trim).collect();
    let missing: Vec<&str> =
        modules(&map).into_iter().filter(|module| !named.contains(module)).collect();
    assert_eq!(missing, [""; 0]);
}

/// A metric that nobody feeds is worse than none: alerts on it can never fire.
#[test]
fn every_metric_is_fed() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut sources = Vec::new();
    read(&src, &src, &mut sources);
    let (metrics, others): (Vec<_>, Vec<_>) = sources
        .into_iter()
        .filter(|source| !is_test(&source.path))
        .partition(|source| source.path.starts_with("metrics/"));
    let mut starving = Vec::new();
    for Source { path, text } in &metrics {
        let family = path.trim_start_matches("metrics/").trim_end_matches(".rs");
        let fed = text.lines().filter_map(|line| line.strip_prefix("    pub fn "));
        for name in fed.filter_map(|rest| rest.split_once('(')).map(|(name, _)| name) {
            // Called through the field, or a name for it.
            let calls = [family, "counted"].map(|through| format!("{through}.{name}("));
            let flat = |text: &str| text.split_whitespace().collect::<String>();
            let called = |text: &str| calls.iter().any(|call| flat(text).contains(call));
            if !others.iter().any(|other| called(&other.text)) {
                starving.push(format!("{family}.{name}"));
            }
        }
    }
    assert_eq!(starving, [""; 0], "metrics that nothing counts in");
}

/// In the map's order.
fn modules(map: &str) -> Vec<&str> {
    map.lines()
        .filter_map(|line| line.strip_prefix("pub mod ").or(line.strip_prefix("mod ")))
        .filter_map(|rest| rest.strip_suffix(';'))
        .collect()
}

/// Everything that breaks the map, one line each, in order.
fn violations(map: &str, sources: &[Source]) -> Vec<String> {
    let modules = modules(map);
    let place = |name: &str| modules.iter().position(|module| *module == name);
    let effects = place("clock").expect("the map has a clock");
    let mut broken = Vec::new();
    for Source { path, text } in sources.iter().filter(|source| !is_test(&source.path)) {
        let own = path.split(['/', '.']).next().unwrap();
        if path.ends_with("mod.rs") {
            broken.push(format!("{path}: stands for its folder; call it by the folder's name"));
        }
        let Some(own_place) = place(own) else { continue };
        for used in paths(text) {
            let first = used.strip_prefix("crate::").and_then(|rest| rest.split("::").next());
            if let Some(below) = first.and_then(place).filter(|at| *at > own_place) {
                broken
                    .push(format!("{path}: `{own}` uses `{}`, which is below it", modules[below]));
            }
            if own_place < effects && is_effect(&used) {
                broken.push(format!("{path}: `{used}` is an effect, and `{own}` is above them"));
            }
            if starts_with(&used, "std::env") && !matches!(own, "cli" | "config") {
                broken.push(format!(
                    "{path}: `{used}`, but only `config` and `cli` read the environment"
                ));
            }
        }
    }
    broken.sort();
    broken.dedup();
    broken
}

fn is_test(path: &str) -> bool {
    path.split(['/', '.']).any(|part| part == "tests")
}

fn is_effect(path: &str) -> bool {
    let address = ["IpAddr", "Ipv4Addr", "Ipv6Addr", "SocketAddr"];
    let is_address = address.iter().any(|name| starts_with(path, &format!("std::net::{name}")));
    let effects = [
        "tokio",
        "tokio_util",
        "reqwest",
        "axum",
        "std::fs",
        "std::env",
        "std::net",
        "std::process",
        "std::thread",
    ];
    !is_address && effects.iter().any(|effect| starts_with(path, effect))
}

fn starts_with(path: &str, prefix: &str) -> bool {
    path.strip_prefix(prefix).is_some_and(|rest| rest.is_empty() || rest.starts_with("::"))
}

/// Every path of two or more names in the code, with the groups of `use` spelt out.
fn paths(text: &str) -> Vec<String> {
    let code: String = text.lines().map(|line| format!("{}\n", without_comment(line))).collect();
    let mut found = Vec::new();
    let mut rest = code.as_str();
    while let Some(start) = rest.find(is_name) {
        rest = path("", &rest[start..], &mut found);
    }
    found.retain(|path| path.contains("::"));
    found
}

/// Takes one path, or one tree of paths, from the front of the code; returns what follows.
fn path<'a>(prefix: &str, code: &'a str, found: &mut Vec<String>) -> &'a str {
    let end = code.find(|c| !is_name(c)).unwrap_or(code.len());
    let name = if prefix.is_empty() {
        code[..end].to_owned()
    } else {
        format!("{prefix}::{}", &code[..end])
    };
    let rest = &code[end..];
    match rest.strip_prefix("::").map(str::trim_start) {
        Some(more) if more.starts_with(is_name) => path(&name, more, found),
        Some(more) if more.starts_with('{') => group(&name, &more[1..], found),
        _ => {
            found.push(name);
            rest
        }
    }
}

fn group<'a>(prefix: &str, mut code: &'a str, found: &mut Vec<String>) -> &'a str {
    loop {
        let Some(next) = code.find(|c| c == '}' || is_name(c)) else { return "" };
        if code[next..].starts_with('}') {
            return &code[next + 1..];
        }
        code = path(prefix, &code[next..], found);
    }
}

fn is_name(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

/// A `//` within a string follows a colon, as in `http://`.
fn without_comment(line: &str) -> &str {
    let comment = line.match_indices("//").find(|(at, _)| !line[..*at].ends_with(':'));
    comment.map_or(line, |(at, _)| &line[..at])
}

const MAP: &str = "
pub mod units;
pub mod stitch;
pub mod clock;
pub mod fetch;
pub mod config;
";

fn check(path: &str, text: &str, expected: &[&str]) {
    let source = Source { path: path.to_owned(), text: text.to_owned() };
    assert_eq!(violations(MAP, &[source]), expected, "{path}");
}

#[test]
fn using_what_stands_above_is_fine() {
    check("stitch.rs", "use crate::units::Viewer;\nuse std::net::{IpAddr, Ipv4Addr};", &[]);
    check("fetch/body.rs", "use crate::{clock::Clock, fetch::Error, units};", &[]);
    check("fetch.rs", "use tokio::time;\nuse std::{fs, io};", &[]);
    check("config.rs", "std::env::var(\"X\")", &[]);
}

#[test]
fn using_what_stands_below_is_found_in_every_form() {
    let found = ["stitch/header.rs: `stitch` uses `fetch`, which is below it"];
    for text in [
        "use crate::fetch;",
        "use crate::{units::Viewer, fetch::Client};",
        "use crate::{\n    units::{Viewer, Source},\n    fetch::{self, Client},\n};",
        "fn f() -> crate::fetch::Error { todo() }",
        "use crate::{units, clock_face, fetch};",
    ] {
        check("stitch/header.rs", text, &found);
    }
}

#[test]
fn effects_are_found_above_the_clock() {
    let found = |path: &str| format!("units.rs: `{path}` is an effect, and `units` is above them");
    for (text, path) in [
        ("use tokio::sync::Mutex;", "tokio::sync::Mutex"),
        ("use std::{fmt, fs::File};", "std::fs::File"),
        ("use std::{\n    fmt,\n    net::{IpAddr, TcpStream},\n};", "std::net::TcpStream"),
        ("let x = std::thread::spawn(f);", "std::thread::spawn"),
    ] {
        check("units.rs", text, &[&found(path)]);
    }
}

#[test]
fn the_environment_is_read_in_one_place() {
    check(
        "fetch.rs",
        "let proxy = std::env::var(\"HTTP_PROXY\");",
        &["fetch.rs: `std::env::var`, but only `config` and `cli` read the environment"],
    );
}

#[test]
fn comments_tests_and_strings_are_not_code() {
    check(
        "units.rs",
        "//! See [`crate::fetch`].\n/// And `std::fs::read`.\nlet x = 1; // crate::fetch",
        &[],
    );
    check("units/tests.rs", "use crate::fetch::Client;\nuse std::fs;", &[]);
    check("units/tests/support.rs", "use crate::fetch::Client;", &[]);
    check("units.rs", "let url = \"http://crate.example/fetch\";", &[]);
    check(
        "units/mod.rs",
        "",
        &["units/mod.rs: stands for its folder; call it by the folder's name"],
    );
}
