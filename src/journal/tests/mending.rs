//! What a crash leaves, and what is made of it.

use proptest::prelude::*;

use super::*;

fn mended(text: &[u8]) -> Vec<(String, Vec<u8>)> {
    let folder = Folder::new();
    fs::write(folder.0.join("a.jsonl"), text).unwrap();
    repair::mend(&folder.0).unwrap();
    let mut files: Vec<_> = fs::read_dir(&folder.0)
        .unwrap()
        .map(|entry| {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_str().unwrap().to_owned();
            (name, fs::read(path).unwrap())
        })
        .collect();
    files.sort();
    files
}

fn check(before: &str, after: &[(&str, &str)]) {
    let after: Vec<_> =
        after.iter().map(|&(name, text)| (name.to_owned(), text.as_bytes().to_vec())).collect();
    assert_eq!(mended(before.as_bytes()), after);
}

#[test]
fn a_half_written_last_line_is_moved_aside() {
    check(
        "{\"row\":1}\n{\"row\":2}\n{\"ro",
        &[("a.jsonl", "{\"row\":1}\n{\"row\":2}\n"), ("a.jsonl.partial", "{\"ro")],
    );
    check("{\"row\":", &[("a.jsonl", ""), ("a.jsonl.partial", "{\"row\":")]);
    check("{\"row\":1}\n12", &[("a.jsonl", "{\"row\":1}\n"), ("a.jsonl.partial", "12")]);
}

#[test]
fn a_whole_last_line_gets_its_end() {
    check("{\"row\":1}\n{\"row\":2}", &[("a.jsonl", "{\"row\":1}\n{\"row\":2}\n")]);
}

#[test]
fn a_whole_file_is_left_alone() {
    check("{\"row\":1}\n", &[("a.jsonl", "{\"row\":1}\n")]);
    check("", &[("a.jsonl", "")]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn nothing_is_thrown_away(text in "([{}\":a-z0-9]{0,12}\n?){0,6}|\\PC{0,40}") {
        let files = mended(text.as_bytes());
        let log = &files[0].1;
        prop_assert!(log.is_empty() || log.ends_with(b"\n"));
        let aside = files.get(1).map_or(&b""[..], |(_, rest)| rest);
        let all = [log, aside].concat();
        let got_its_end = [text.as_bytes(), b"\n"].concat();
        prop_assert!(all == text.as_bytes() || all == got_its_end);
    }
}
