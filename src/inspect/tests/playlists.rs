use super::super::*;

/// The playlists that tests and fuzzers start from.
#[test]
fn every_playlist_of_the_test_data_is_shown() {
    let directory = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/playlists");
    let mut files: Vec<_> =
        std::fs::read_dir(directory).unwrap().map(|file| file.unwrap().path()).collect();
    files.sort();
    let shown = files.iter().map(|file| {
        let name = file.file_stem().unwrap().to_str().unwrap();
        let text = std::fs::read_to_string(file).unwrap();
        if let Ok((playlist, _)) = MediaPlaylist::parse(text.as_str()) {
            assert_eq!(playlist.to_string(), text, "{name}");
        }
        format!("== {name}\n{}\n", run(text, false).unwrap())
    });
    insta::assert_snapshot!(shown.collect::<String>());
}
