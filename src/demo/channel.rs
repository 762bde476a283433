//! The live channel as a function of the clock.
//!
//! Nothing is kept: a media playlist is computed from the time, the loop's grids and the schedule of
//! breaks, so that the same moment gives the same text in every process. A segment is listed when its
//! end has passed. Each new round of the loop is a source discontinuity in every rendition.
//! Deliberately absent: the media, which `media` serves.

use std::fmt::Write as _;

use super::{
    cues::{self, Mark},
    grid::{Grid, Slot},
    schedule::Schedule,
};
use crate::units::{MediaDuration, ProgramTime};

#[cfg(test)]
mod tests;

/// The demo's live channel.
#[derive(Clone, Debug)]
pub struct Channel {
    renditions: Vec<Rendition>,
    schedule: Schedule,
}

#[derive(Clone, Debug)]
struct Rendition {
    name: String,
    grid: Grid,
}

impl Channel {
    /// From the names and media playlists of one loop; breaks begin within 30 s of `started`.
    pub fn new<'a>(
        started: ProgramTime,
        renditions: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> Self {
        let renditions = renditions
            .into_iter()
            .map(|(name, text)| Rendition { name: name.into(), grid: Grid::of_playlist(text) })
            .collect();
        Self { renditions, schedule: Schedule::new(started) }
    }

    /// The media playlist of the rendition of that name at `now`.
    pub fn playlist(&self, rendition: &str, now: ProgramTime) -> Option<String> {
        let Rendition { name, grid } = self.rendition(rendition)?;
        let (first, end) = (grid.ended_by(now - WINDOW), grid.ended_by(now));
        let mut text = header(grid.slot(first)?);
        for slot in (first..end).filter_map(|number| grid.slot(number)) {
            self.write_segment(&mut text, name, slot);
        }
        Some(text)
    }

    /// Which of the loop's files a segment is, if the channel has had it by `now`.
    pub fn file(&self, rendition: &str, number: u64, now: ProgramTime) -> Option<String> {
        let Rendition { name, grid } = self.rendition(rendition)?;
        let slot = grid.slot(number)?;
        (slot.end() <= now).then(|| format!("programme/{name}/{:03}.ts", slot.index))
    }

    fn rendition(&self, name: &str) -> Option<&Rendition> {
        self.renditions.iter().find(|rendition| rendition.name == name)
    }

    fn write_segment(&self, text: &mut String, name: &str, slot: Slot) {
        if slot.index == 0 {
            text.push_str("#EXT-X-DISCONTINUITY\n");
        }
        // Writing to a string cannot fail.
        let _ = writeln!(text, "#EXT-X-PROGRAM-DATE-TIME:{}", slot.start);
        if let Some(mark) = self.mark(slot).filter(|_| CUED.contains(&name)) {
            text.push_str(&cues::tags(mark));
        }
        let _ = writeln!(text, "#EXTINF:{},\n{name}/{}.ts", slot.duration, slot.number);
    }

    /// What the cue before a segment says. Audio boundaries lie up to a frame behind the break's, so
    /// a segment is in the break that its middle is in.
    fn mark(&self, slot: Slot) -> Option<Mark> {
        let before = self.schedule.at(slot.middle() - slot.duration);
        match (before, self.schedule.at(slot.middle())) {
            (Some(ended), None) => Some(Mark::In(ended)),
            (None, Some(begun)) => Some(Mark::Out(begun)),
            (Some(_), Some(on)) => Some(Mark::Continue(on, slot.start - on.start)),
            (None, None) => None,
        }
    }
}

fn header(first: Slot) -> String {
    // The tag of the first listed segment itself is not yet counted (rfc8216bis §4.4.3.3).
    let discontinuities = first.round - u64::from(first.index == 0 && first.round > 0);
    format!(
        "#EXTM3U\n#EXT-X-VERSION:6\n#EXT-X-TARGETDURATION:{TARGET_DURATION}\n\
         #EXT-X-MEDIA-SEQUENCE:{}\n#EXT-X-DISCONTINUITY-SEQUENCE:{discontinuities}\n\
         #EXT-X-INDEPENDENT-SEGMENTS\n",
        first.number
    )
}

/// The renditions that carry cues: all of them, as packagers write it.
const CUED: [&str; 4] = ["v0", "v1", "v2", "a0"];
/// How much of the channel a playlist lists.
const WINDOW: MediaDuration = MediaDuration::from_secs(50);
/// Of the longest segments, which are the audio's of 6.016 s; equal in all renditions
/// (rfc8216bis §6.2.4).
const TARGET_DURATION: u32 = 6;
