//! Which date ranges are remembered.

use super::super::{ranges::Ranges, *};

/// What is listed after each of these reloads, the head at midnight.
fn listed(reloads: &[&[&str]]) -> Vec<usize> {
    let mut ranges = Ranges::default();
    let head = ProgramTime::parse("2026-01-01T00:00:00Z").unwrap();
    let read = |attributes: &&[&str]| {
        let mut text = String::from("#EXTM3U\n#EXT-X-TARGETDURATION:6\n");
        text.extend(attributes.iter().map(|one| format!("#EXT-X-DATERANGE:{one}\n")));
        text += "#EXTINF:6,\na.ts\n";
        ranges.read(&MediaPlaylist::parse(text).unwrap().0);
        ranges.forget(head);
        ranges.lines().len()
    };
    reloads.iter().map(read).collect()
}

#[test]
fn a_range_stays_as_long_as_its_dates() {
    let (over, lasts) = (
        r#"ID="a",START-DATE="2025-12-31T23:00:00Z",DURATION=3600"#,
        r#"ID="b",START-DATE="2025-12-31T23:00:00Z",DURATION=3601"#,
    );
    assert_eq!(listed(&[&[over, lasts], &[], &[lasts], &[lasts]]), [2, 1, 1, 1]);
}

#[test]
fn a_range_without_an_id_is_listed_while_the_origin_lists_it() {
    let nameless = r#"START-DATE="2026-01-01T00:00:00Z",DURATION=3600"#;
    assert_eq!(listed(&[&[nameless], &[nameless], &[nameless, nameless], &[]]), [1, 1, 2, 0]);
}

#[test]
fn not_every_range_that_is_to_last_for_ever_is_remembered() {
    let endless = |n| format!(r#"ID="{n}",START-DATE="2026-01-01T00:00:00Z",DURATION=9000000000"#);
    let all: Vec<String> = (0..3_000).map(endless).collect();
    let all: Vec<&str> = all.iter().map(String::as_str).collect();
    assert_eq!(listed(&[&all, &[], &all, &all[..1_500]]), [3_000, 1_000, 3_000, 2_500]);
}
