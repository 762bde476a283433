//! The dialects of the table (D1 to D29), each as a playlist in exactly its syntax.

use std::{fs, path::Path};

use super::*;

/// Every playlist of `tests/data/cues` in order of names.
fn playlists() -> Vec<(String, MediaPlaylist)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/cues");
    let mut all: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| {
            let path = entry.unwrap().path();
            let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
            (name, MediaPlaylist::parse(fs::read_to_string(path).unwrap()).unwrap().0)
        })
        .collect();
    all.sort_by(|one, other| one.0.cmp(&other.0));
    all
}

#[test]
fn every_dialect_of_the_table_is_read() {
    let told = |(name, playlist): &(String, MediaPlaylist)| format!("{name}\n{}", shown(playlist));
    insta::assert_snapshot!(playlists().iter().map(told).collect::<Vec<_>>().join("\n"));
}

#[test]
fn every_row_of_the_table_has_a_playlist() {
    let names = playlists();
    for row in 1..=29 {
        let found = names.iter().any(|(name, _)| name.starts_with(&format!("d{row:02}-")));
        assert!(found, "D{row}");
    }
}

/// Where the first break begins and ends and how long it is said to be.
fn first_break(playlist: &MediaPlaylist) -> String {
    let cues = cues(playlist, Trust::ALL);
    let begin = cues.iter().find(|cue| matches!(cue.signal, Signal::Out { .. })).unwrap();
    let end = cues.iter().find(|cue| cue.closes(begin)).map(|end| end.at);
    let planned = || {
        let ends = begin.time? + begin.remaining()?;
        let after = playlist.segments.iter().find(|segment| segment.start >= Some(ends));
        after.map(|segment| segment.msn)
    };
    format!("{} to {}", begin.at.0, end.or_else(planned).unwrap().0)
}

#[test]
fn each_dialect_gives_the_same_break() {
    // Insertion points, what is overdue or unreadable, and what is no break at all.
    let others = [
        "d07",
        "d12",
        "d17-primetime-without",
        "d21-scte35-old-d",
        "d25-daterange-began",
        "d26",
        "d29",
    ];
    for (name, playlist) in playlists() {
        let other = others.iter().any(|other| name.starts_with(other)) || !name.starts_with('d');
        if !other {
            assert_eq!(first_break(&playlist), "102 to 107", "{name}");
        }
    }
}

#[test]
fn a_dialect_that_is_not_trusted_says_nothing() {
    let several = playlists().into_iter().find(|(name, _)| name.starts_with("d28")).unwrap().1;
    let told = |trusted: &[Dialect]| -> String {
        let all = cues(&several, Trust::of(trusted.iter().copied()));
        let outs = all.iter().filter(|cue| !matches!(cue.signal, Signal::Continue { .. }));
        outs.map(shown_cue).collect()
    };
    insta::assert_snapshot!(told(&[Dialect::CueOut]), @"
    102 00:00:12.000 out 30.0 #325630 EXT-X-CUE-OUT
    107 00:00:42.000 in EXT-X-CUE-OUT
    ");
    insta::assert_snapshot!(told(&[Dialect::Adobe]), @"102 00:00:12.000 out 30.0 #325630 EXT-X-CUE");
    insta::assert_snapshot!(told(&[Dialect::Scte35]), @"
    102 00:00:12.000 out 30.0 #325630 EXT-X-SCTE35 +message
    107 00:00:42.000 in #325630 EXT-X-SCTE35 +message
    ");
    insta::assert_snapshot!(told(&[Dialect::CueOut, Dialect::Scte35]), @"
    102 00:00:12.000 out 30.0 #325630 EXT-X-SCTE35 +message
    107 00:00:42.000 in #325630 EXT-X-SCTE35 +message
    ");
    assert_eq!(told(&[Dialect::DateRange, Dialect::Oatcls]), "");
}
