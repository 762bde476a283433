//! Which entries a viewer's playlist lists, and how they are numbered.
//!
//! Viewer's number = origin's number + Σ over the viewer's past replacements of (ad segments −
//! replaced segments), discontinuities likewise: a function of stored decisions and ledger facts,
//! never a counter that a reload moves.

use crate::{
    channel::{BreakSerial, View},
    ids::BreakId,
    session::{Group, Timeline},
    units::{DiscontinuitySequence, MediaDuration, MediaSequence, ProgramTime, Source, Viewer},
};

mod walk;
mod window;

use walk::Walk;

/// The two numbers at the head of a viewer's playlist.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Numbers {
    /// `EXT-X-MEDIA-SEQUENCE`.
    pub msn: Viewer<MediaSequence>,
    /// `EXT-X-DISCONTINUITY-SEQUENCE`: the first entry's own tag is not counted.
    pub dsn: Viewer<DiscontinuitySequence>,
}

impl Numbers {
    /// The same so many segments and discontinuities later; negative is earlier.
    #[must_use]
    pub const fn moved(self, (segments, turns): (i64, i64)) -> Self {
        Self { msn: self.msn.moved(segments), dsn: self.dsn.moved(turns) }
    }
}

/// A stretch of a playlist that is all content or all ads.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Run {
    /// Source segments.
    Content {
        /// The first.
        from: Source<MediaSequence>,
        /// One past the last.
        to: Source<MediaSequence>,
        /// The first follows an ad: a discontinuity, whatever the source says there.
        returning: bool,
        /// How much later its dates are than the source's: ads were put in before it. Live none
        /// ever are.
        shift: MediaDuration,
    },
    /// Ad segments of one replacement.
    Ads {
        /// In which break.
        serial: BreakSerial,
        /// The break's name, which stands in the segments' URIs.
        break_id: BreakId,
        /// The date of the first ad segment.
        start: ProgramTime,
        /// Ad segments of the break before this replacement: positions go on over it.
        earlier: u32,
        /// How many of this replacement's have left the window.
        first: u32,
        /// All that may be shown, those that left included.
        groups: Vec<Group>,
    },
}

/// What a playlist lists.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Outline {
    /// In order; neither two of content nor none.
    pub runs: Vec<Run>,
    /// The source has ended and nothing is open: `EXT-X-ENDLIST` stands at the end.
    pub ended: bool,
}

/// A viewer's playlist of one rendition.
#[derive(Clone, Debug)]
pub struct Playlist {
    /// What it lists.
    pub outline: Outline,
    /// Where its numbering begins.
    pub numbers: Numbers,
    /// The program time to which it shows.
    pub edge: ProgramTime,
    /// The program time at which it begins.
    pub head: ProgramTime,
    /// The break at which it waits for a decision.
    pub held: Option<Held>,
}

/// A playlist ends where a break begins that has no decision yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Held {
    /// Which break.
    pub serial: BreakSerial,
    /// When the channel's edge came to its start, on the service's clock; none if it has not been
    /// passed.
    pub stands_since: Option<ProgramTime>,
}

/// What `rendition` shows a viewer now; none while it has nothing to show.
pub fn playlist(view: &View, rendition: usize, timeline: &Timeline) -> Option<Playlist> {
    let track = view.tracks.get(rendition)?.as_deref()?;
    let mut walk = Walk::new(view, rendition, track, timeline.settled.as_deref());
    for ad_break in timeline.breaks(view) {
        if !walk.pass(ad_break, timeline) {
            break;
        }
    }
    walk.finish()
}

/// One replacement as it stands in a viewer's playlists.
#[derive(Clone, Debug)]
pub struct Placed {
    /// In which break.
    pub serial: BreakSerial,
    /// Number of its first ad segment.
    pub msn: Viewer<MediaSequence>,
    /// Where it begins on the programme's clock.
    pub start: ProgramTime,
    /// How far the viewer's clock is behind the source's there.
    pub carried: MediaDuration,
    /// What it shows so far.
    pub groups: Vec<Group>,
}

/// The replacements of breaks since the last settled one, numbered as in `rendition`.
pub fn placed(view: &View, rendition: usize, timeline: &Timeline) -> Vec<Placed> {
    let Some(track) = view.tracks.get(rendition).and_then(Option::as_deref) else {
        return Vec::new();
    };
    let mut walk = Walk::new(view, rendition, track, timeline.settled.as_deref());
    let mut all = Vec::new();
    for ad_break in timeline.breaks(view) {
        let carried = walk.carried;
        let laid = walk.entries.len();
        let goes_on = walk.pass(ad_break, timeline);
        for entry in &walk.entries[laid..] {
            if let Run::Ads { serial, start, groups, .. } = &entry.run {
                let (serial, start, groups) = (*serial, *start, groups.clone());
                all.push(Placed { serial, msn: entry.msn, start, carried, groups });
            }
        }
        if !goes_on {
            break;
        }
    }
    all
}
