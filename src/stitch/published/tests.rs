//! What is kept of what was rendered.

use url::Url;

use super::*;
use crate::{
    channel::Channel,
    hls::{MediaPlaylist, RenditionKind},
};

#[derive(Debug)]
struct AsWritten;

impl Links for AsWritten {
    fn content(&self, _: usize, uri: &str) -> String {
        uri.to_owned()
    }

    fn ad(&self, address: &Url) -> String {
        address.to_string()
    }
}

fn kept(published: &Published) -> Vec<Arc<Chunk>> {
    let bodies = &published.tracks[0].as_ref().unwrap().bodies;
    let chunks = bodies.chunks.read().unwrap();
    chunks.values().map(|(chunk, _)| Arc::clone(chunk)).collect()
}

/// All whole pieces but the last are those of the view before.
#[test]
fn no_more_is_kept_of_an_event_than_it_lists() {
    let mut channel = Channel::new(&[RenditionKind::Video]);
    let (mut published, mut before) = (None, Vec::new());
    for edge in 1_000..1_040_i64 {
        let mut text = String::from(
            "#EXTM3U\n#EXT-X-TARGETDURATION:6\n#EXT-X-PLAYLIST-TYPE:EVENT\n\
             #EXT-X-PROGRAM-DATE-TIME:1970-01-01T00:00:00Z\n",
        );
        text.extend((0..edge).map(|msn| format!("#EXTINF:6,\n{msn}.ts\n")));
        let now = ProgramTime::from_millis(6_000 * edge);
        channel.loaded(0, &MediaPlaylist::parse(text).unwrap().0, now);
        let next = Published::after(published.as_ref(), Arc::clone(channel.view().unwrap()));
        next.sight(0, &Timeline::new(now, now), &AsWritten).unwrap();
        before = published.as_ref().map(kept).unwrap_or_default();
        published = Some(next);
    }
    let now = kept(published.as_ref().unwrap());
    let again = now.iter().filter(|chunk| before.iter().any(|known| Arc::ptr_eq(known, chunk)));
    assert_eq!((now.len(), again.count()), (3, 2));
}

/// Hours of text are made while others are given theirs.
#[test]
fn a_recorded_playlist_is_written_while_nobody_waits() {
    let known = RwLock::new(HashMap::new());
    let write = |text: &'static str| {
        apart(&known, "film", 4, |_| {
            assert!(known.try_write().is_ok(), "others wait");
            text
        })
    };
    assert_eq!((write("first"), write("second")), ("first", "first"));
}

/// Of a viewer whose ads move the dates there is one; he takes no place of what all others share.
#[test]
fn what_is_dated_for_one_viewer_is_kept_apart() {
    let lines: String = (0..4).map(|n| format!("#EXTINF:6,\n{n}.ts\n")).collect();
    let text = format!(
        "#EXTM3U\n#EXT-X-TARGETDURATION:6\n#EXT-X-PROGRAM-DATE-TIME:2026-01-01T00:00:00Z\n{lines}"
    );
    let mut channel = Channel::new(&[RenditionKind::Video]);
    let playlist = MediaPlaylist::parse(text).unwrap().0;
    channel.loaded(0, &playlist, ProgramTime::from_millis(0));
    let bodies = Bodies::of(channel.view().unwrap().tracks[0].as_ref().unwrap());
    let from = Source(MediaSequence(0));
    for secs in 0..1_000 {
        let shift = MediaDuration::from_secs(secs);
        let content = Run::Content { from, to: from.plus(4), returning: false, shift };
        let outline = Outline { runs: vec![content], ended: true };
        let head = || Arc::new(Chunk::new("#EXTM3U\n".to_owned()));
        bodies.recorded(0, outline, head, &AsWritten);
    }
    assert_eq!(bodies.chunks.read().unwrap().len(), 1);
    assert!(bodies.of_viewers.read().unwrap().len() <= MOST_KEPT_OF_TITLES);
}
