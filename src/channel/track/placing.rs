//! Where a playlist's segments stand in what is known of a rendition, and whether it goes on from
//! there, begins anew or is older.

use super::{
    Timed, Track,
    names::{name, telling_parts},
};
use crate::{
    hls::{MediaPlaylist, Segment},
    units::{MediaDuration, MediaSequence, ProgramTime, Source},
};

impl Track {
    /// Every segment's place: its date, or for undated playlists its place after a known segment.
    pub(super) fn starts(
        &self,
        playlist: &MediaPlaylist,
        place: impl Fn(&MediaPlaylist) -> ProgramTime,
    ) -> Vec<ProgramTime> {
        let dated: Option<Vec<_>> = playlist.segments.iter().map(|s| s.start).collect();
        dated.unwrap_or_else(|| {
            let parts = telling_parts(playlist);
            let anchor = playlist.segments.iter().enumerate().find_map(|(at, segment)| {
                self.place_of(segment, parts).map(|known| (at, known.start))
            });
            let first = match anchor {
                Some((at, start)) => {
                    start
                        - playlist.segments[..at].iter().map(|s| s.duration).sum::<MediaDuration>()
                }
                None => place(playlist),
            };
            playlist
                .segments
                .iter()
                .scan(first, |next, segment| {
                    let start = *next;
                    *next = start + segment.duration;
                    Some(start)
                })
                .collect()
        })
    }

    /// The known segment of the running epoch that carries the same number and name.
    fn place_of(&self, segment: &Segment, parts: usize) -> Option<&Timed> {
        let same = |known: &&Timed| name(&known.segment, parts) == name(segment, parts);
        self.numbered(segment.msn).filter(same)
    }

    /// The known segment of the running epoch that carries the same number.
    pub(in crate::channel) fn numbered(&self, msn: Source<MediaSequence>) -> Option<&Timed> {
        let from = self.segments.partition_point(|known| known.msn < self.epoch);
        let first = self.segments.get(from)?.segment.msn;
        let later = usize::try_from(msn.since(first)).ok()?;
        let known = self.segments.get(from.checked_add(later)?)?;
        (known.segment.msn == msn).then_some(known)
    }

    pub(super) fn follow(
        &self,
        playlist: &MediaPlaylist,
        starts: &[ProgramTime],
    ) -> Option<Follow> {
        let (Some(known), Some(newest)) = (self.segments.back(), playlist.segments.last()) else {
            return Some(Follow::Continue);
        };
        let newest_end = *starts.last()? + newest.duration;
        let half = playlist.target_duration.half();
        // Half of the newest segment: a new epoch may begin with a short one.
        let later = newest_end > known.end() + half.min(newest.duration.half());
        // Of an epoch that is over: its numbers tell nothing, its dates do, or a name that is known.
        let over = match newest.start {
            Some(_) => newest_end + half < known.end(),
            None => self.is_of_an_epoch_before(newest, telling_parts(playlist)),
        };
        if over {
            return None;
        }
        let backwards = newest.msn < known.segment.msn;
        match (backwards || self.contradicted(playlist, starts), later) {
            (false, _) => Some(Follow::Continue),
            (true, true) => Some(Follow::NewEpoch),
            (true, false) => None,
        }
    }

    /// Is it a segment that was known before the encoder began again?
    fn is_of_an_epoch_before(&self, segment: &Segment, parts: usize) -> bool {
        let mut before = self.segments.iter().take_while(|known| known.msn < self.epoch);
        before.any(|known| {
            known.segment.msn == segment.msn && name(&known.segment, parts) == name(segment, parts)
        })
    }

    /// A known number stands for another time or, without dates, another name; or numbers past the
    /// known ones stand for times before their end.
    fn contradicted(&self, playlist: &MediaPlaylist, starts: &[ProgramTime]) -> bool {
        let Some(known) = self.segments.back() else { return false };
        let parts = telling_parts(playlist);
        let mut listed = playlist.segments.iter().zip(starts);
        let past = listed.clone().next().is_some_and(|(first, start)| {
            let past = first.start.is_some() && first.msn > known.segment.msn;
            past && *start + first.duration.half() < known.end()
        });
        past || listed.any(|(segment, start)| {
            segment.msn == known.segment.msn
                && match segment.start {
                    Some(_) => (*start - known.start).abs() > playlist.target_duration,
                    None => name(segment, parts) != name(&known.segment, parts),
                }
        })
    }
}

/// How a playlist goes on from what is known.
pub(super) enum Follow {
    Continue,
    NewEpoch,
}
