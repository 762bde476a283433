//! A playlist without breaks leaves as it came: byte for byte but for addresses, and without what
//! only the origin can answer for.
//!
//! What should leave is worked out here line by line from the text, without the product's reader.

use std::sync::Arc;

use midroll::{
    channel::Channel,
    hls::{MediaPlaylist, RenditionKind},
    session::Timeline,
    stitch::{self, Links},
    units::ProgramTime,
};
use url::Url;

use crate::{
    origin::{BASE, Origin, start},
    random::Random,
    scenario::Scenario,
};

mod expected;

use expected::expected;

/// Content lies where the origin is.
struct Home;

impl Links for Home {
    fn content(&self, _rendition: usize, uri: &str) -> String {
        located(uri)
    }

    fn ad(&self, _address: &Url) -> String {
        unreachable!("there are no ads")
    }
}

/// The address that a playlist at the origin writes as `uri`.
fn located(uri: &str) -> String {
    let scheme = uri.split(':').next().filter(|scheme| *scheme != uri);
    let absolute = scheme.is_some_and(|s| s.bytes().all(|b| b.is_ascii_alphabetic()));
    if absolute { uri.to_owned() } else { format!("{BASE}{uri}") }
}

/// What a viewer gets who joins when all of this has been played.
fn served(text: &str) -> String {
    let (playlist, _) = MediaPlaylist::parse(text).expect("a playlist");
    let mut channel = Channel::new(&[RenditionKind::Video]);
    channel.loaded(0, &playlist, ProgramTime::from_millis(start()));
    let view = Arc::clone(channel.view().expect("segments"));
    let late = view.edge;
    let timeline = Timeline::new(late, late);
    let playlist = stitch::playlist(&view, 0, &timeline).expect("something to show");
    let track = view.tracks[0].as_ref().expect("what was read");
    stitch::header(&playlist.numbers) + &stitch::render(track, 0, &playlist.outline, &Home)
}

/// Dates are added after discontinuities and at the head where the origin leaves them out.
fn without_added_dates(served: &str, text: &str) -> String {
    let added = |line: &str| {
        line.starts_with("#EXT-X-PROGRAM-DATE-TIME") && !text.contains(line.trim_end())
    };
    served.split_inclusive('\n').filter(|line| !added(line)).collect()
}

fn check(what: &str, text: &str) {
    let (want, got) = (expected(text), served(text));
    let got = without_added_dates(&got, &want);
    assert!(got == want, "{what}\n--- came\n{text}\n--- should leave\n{want}\n--- left\n{got}");
}

#[test]
fn the_playlists_of_the_test_data_leave_as_they_came() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/playlists");
    let mut checked = 0;
    for entry in std::fs::read_dir(folder).expect("test data") {
        let path = entry.expect("a file").path();
        let text = std::fs::read_to_string(&path).expect("text");
        // A segment that lasts no time at a playlist's head covers nothing and is not listed.
        if text.contains("#EXTINF:") && !text.contains("#EXTINF:-1") {
            check(&path.display().to_string(), &text);
            checked += 1;
        }
    }
    assert!(checked >= 12, "only {checked} playlists");
}

#[test]
fn simulated_playlists_leave_as_they_came() {
    let mut checked = 0;
    for seed in 1..60 {
        let shape = Scenario::random(seed).shape;
        let origin = Origin::new(shape.clone());
        let mut random = Random::new(seed);
        for rendition in 0..shape.renditions.len() {
            let at_ms = start() + random.between(10_000, shape.length + 20_000);
            let Some(text) = origin.playlist(rendition, at_ms) else { continue };
            check(&format!("seed {seed}, rendition {rendition}, {at_ms}"), &text);
            checked += 1;
        }
    }
    assert!(checked > 100, "only {checked} playlists");
}
