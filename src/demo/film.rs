//! A recorded programme as long as one wants: the loop, again and again, with an end.
//!
//! It marks no breaks: where they are the ad server says by a VMAP. Each round of the loop is a
//! discontinuity, as in the channel, and has addresses of its own, since players know segments by them.

use std::fmt::Write as _;

use super::{grid::Grid, media, schedule::LOOP};
use crate::units::MediaDuration;

/// The films there are.
#[derive(Clone, Debug)]
pub(super) struct Films {
    renditions: Vec<(String, Grid)>,
}

impl Films {
    /// From the names and media playlists of one loop.
    pub(super) fn new<'a>(renditions: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let grid = |(name, text): (&str, &str)| (name.to_owned(), Grid::of_playlist(text));
        Self { renditions: renditions.into_iter().map(grid).collect() }
    }

    /// A rendition's playlist of a film of so many minutes, made of whole loops.
    pub(super) fn playlist(&self, minutes: i64, rendition: &str) -> Option<String> {
        let rounds = rounds(minutes)?;
        let (name, grid) = self.renditions.iter().find(|(name, _)| name == rendition)?;
        let mut text = format!(
            "#EXTM3U\n#EXT-X-VERSION:6\n#EXT-X-TARGETDURATION:{TARGET_DURATION}\n\
             #EXT-X-PLAYLIST-TYPE:VOD\n#EXT-X-INDEPENDENT-SEGMENTS\n"
        );
        let slots = (0..).map_while(|number| grid.slot(number));
        for slot in slots.take_while(|slot| slot.round < rounds) {
            if slot.index == 0 && slot.round > 0 {
                text.push_str("#EXT-X-DISCONTINUITY\n");
            }
            let (round, index) = (slot.round, slot.index);
            // Writing to a string cannot fail.
            let _ = writeln!(text, "#EXTINF:{},\n{name}/{round}-{index:03}.ts", slot.duration);
        }
        Some(text + "#EXT-X-ENDLIST\n")
    }

    /// Which file a segment is.
    pub(super) fn file(&self, rendition: &str, segment: &str) -> Option<String> {
        let (_round, index) = segment.strip_suffix(".ts")?.split_once('-')?;
        let known = self.renditions.iter().any(|(name, _)| name == rendition);
        known.then(|| format!("programme/{rendition}/{index}.ts"))
    }
}

/// Films over the embedded programme.
pub(super) fn films() -> Films {
    let playlists = media::loops();
    Films::new(playlists.iter().map(|(name, text)| (*name, text.as_str())))
}

fn rounds(minutes: i64) -> Option<u64> {
    let length = MediaDuration::from_secs(60).times(minutes);
    let fits = LONGEST.contains(&minutes) && length.as_nanos() % LOOP.as_nanos() == 0;
    u64::try_from(length.as_nanos() / LOOP.as_nanos()).ok().filter(|_| fits)
}

/// Minutes, in loops of two.
const LONGEST: std::ops::RangeInclusive<i64> = 2..=240;
/// As the channel's.
const TARGET_DURATION: u32 = 6;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_film_is_whole_rounds_of_the_loop() {
        let playlist = "#EXTINF:60,\n0.ts\n#EXTINF:60,\n1.ts\n";
        let films = Films::new([("v0", playlist)]);
        insta::assert_snapshot!(films.playlist(4, "v0").unwrap(), @r"
        #EXTM3U
        #EXT-X-VERSION:6
        #EXT-X-TARGETDURATION:6
        #EXT-X-PLAYLIST-TYPE:VOD
        #EXT-X-INDEPENDENT-SEGMENTS
        #EXTINF:60.0,
        v0/0-000.ts
        #EXTINF:60.0,
        v0/0-001.ts
        #EXT-X-DISCONTINUITY
        #EXTINF:60.0,
        v0/1-000.ts
        #EXTINF:60.0,
        v0/1-001.ts
        #EXT-X-ENDLIST
        ");
        for (minutes, rendition) in [(0, "v0"), (3, "v0"), (242, "v0"), (4, "v9")] {
            assert_eq!(films.playlist(minutes, rendition), None, "{minutes} {rendition}");
        }
        assert_eq!(films.file("v0", "7-001.ts").as_deref(), Some("programme/v0/001.ts"));
        assert_eq!(films.file("v9", "7-001.ts"), None);
    }
}
