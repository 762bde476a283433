//! How much of a break ads may take.

use crate::units::MediaDuration;

/// What a pod may fill.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Room {
    /// From the break's start to its latest return; `None` where the cue says no length, then
    /// [`LONGEST_UNKNOWN`] is the limit.
    pub length: Option<MediaDuration>,
    /// How far the viewer's clock is behind the source's from earlier breaks; negative where ahead.
    pub carried: MediaDuration,
    /// The usual length of a content segment.
    pub segment: MediaDuration,
}

impl Room {
    /// Whether ads of that measured length fit together.
    ///
    /// With the carried difference they may pass the return by half a segment, so that the viewer is
    /// never further from the source's clock than that; by themselves by less than the second from
    /// which dates would overlap (rule A-52).
    pub fn takes(&self, ads: MediaDuration) -> bool {
        let Some(length) = self.length else { return ads <= LONGEST_UNKNOWN };
        ads + self.carried <= length + self.segment.half().min(SLACK) && ads <= length + SLACK
    }
}

/// The longest pod where nobody knows how long the break will be; what ad servers are told then.
pub const LONGEST_UNKNOWN: MediaDuration = MediaDuration::from_secs(300);
/// The most ads of one pod.
pub const MOST_ADS: usize = 200;
const SLACK: MediaDuration = MediaDuration::from_millis(900);
