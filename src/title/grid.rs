//! Where a title's renditions are cut.

use std::sync::Arc;

use crate::{
    channel::{Frame, Timed, TrackView},
    cue,
    hls::{Line, MediaPlaylist, RenditionKind, Segment, Tag},
    units::{MediaDuration, ProgramTime},
};

/// One rendition of a title.
#[derive(Debug)]
pub struct Track {
    /// Its segments and what stands around them.
    pub view: Arc<TrackView>,
    /// Where its segments begin, and where the last ends.
    grid: Vec<MediaDuration>,
}

impl Track {
    /// Of a whole playlist; `leading` is the reference's.
    pub(super) fn of(
        playlist: &MediaPlaylist,
        target_duration: MediaDuration,
        leading: &MediaPlaylist,
    ) -> Self {
        let mut grid = vec![offset(playlist, leading)];
        for segment in &playlist.segments {
            grid.push(grid[grid.len() - 1] + segment.duration);
        }
        let segments = playlist.segments.iter().zip(&grid).map(|(segment, begins)| Timed {
            segment: Arc::clone(segment),
            msn: segment.msn,
            dsn: segment.dsn,
            start: segment.start.unwrap_or(EPOCH + *begins),
            discontinuity: segment.discontinuity,
        });
        let segments: Vec<_> = segments.collect();
        let head = segments.first().map_or(EPOCH, |first| first.start);
        let frame = Frame {
            target_duration,
            header: playlist.header.clone(),
            date_ranges: date_ranges(playlist).into(),
            ended: true,
            dated: playlist.segments.first().is_some_and(|first| first.start.is_some()),
        };
        Self { view: Arc::new(TrackView { segments, head, frame }), grid }
    }

    /// How long it is.
    pub fn length(&self) -> MediaDuration {
        self.grid.last().copied().unwrap_or_default()
    }

    /// How many of its segments lie before `at`: those whose middle does.
    pub fn cut_at(&self, at: MediaDuration) -> usize {
        // Those that end by then, and the one that holds it if its middle is past.
        let ends = &self.grid[1..];
        let past = ends.partition_point(|end| *end <= at);
        let begins = self.grid.get(past).copied().unwrap_or_default();
        match ends.get(past) {
            Some(end) if begins + (*end - begins).half() < at => past + 1,
            _ => past,
        }
    }

    /// Where its segment of that index begins.
    pub(super) fn begins(&self, index: usize) -> Option<MediaDuration> {
        self.grid.get(index).copied()
    }

    /// The date of what comes at `at`.
    pub(super) fn date(&self, at: MediaDuration) -> ProgramTime {
        let index = self.cut_at(at);
        match (self.view.segments.get(index), self.view.segments.last()) {
            (Some(next), _) => next.start,
            (None, Some(last)) => last.end(),
            (None, None) => EPOCH + at,
        }
    }

    /// Is it cut at the reference's boundary of that index, which is at `at`? Durations are written
    /// rounded, so that their sums part by up to a millisecond with each segment.
    fn has(&self, at: MediaDuration, index: usize, target_duration: MediaDuration) -> bool {
        let rounded = MediaDuration::from_millis(i64::try_from(index).unwrap_or(i64::MAX));
        let near = (TOLERANCE + rounded).min(target_duration.quarter().max(TOLERANCE));
        let past = self.grid.partition_point(|known| *known < at);
        let around = self.grid[past.saturating_sub(1)..].iter().take(2);
        around.into_iter().any(|known| (*known - at).abs() <= near)
    }
}

/// Where all renditions with pictures or sound are cut, by the reference's grid. At its two ends a
/// title has nothing to be cut.
pub(super) fn common(
    kinds: &[RenditionKind],
    tracks: &[Option<Track>],
    reference: usize,
    target_duration: MediaDuration,
) -> Vec<MediaDuration> {
    let Some(leading) = tracks.get(reference).and_then(Option::as_ref) else { return Vec::new() };
    let heard = |kind: RenditionKind| matches!(kind, RenditionKind::Video | RenditionKind::Audio);
    let others: Vec<&Track> = kinds
        .iter()
        .zip(tracks)
        .filter(|(kind, _)| heard(**kind))
        .filter_map(|(_, track)| track.as_ref())
        .collect();
    let last = leading.grid.len() - 1;
    let shared = |&(index, at): &(usize, &MediaDuration)| {
        index == 0
            || index == last
            || others.iter().all(|other| other.has(*at, index, target_duration))
    };
    leading.grid.iter().enumerate().filter(shared).map(|(_, at)| *at).collect()
}

/// How much later than the reference a rendition begins, where both say so by dates.
fn offset(playlist: &MediaPlaylist, leading: &MediaPlaylist) -> MediaDuration {
    let start =
        |of: &MediaPlaylist| of.segments.first().and_then(|first: &Arc<Segment>| first.start);
    let later = start(playlist).zip(start(leading)).map(|(own, leads)| own - leads);
    // Further apart they are not on one clock; all begin together then.
    later.filter(|later| later.abs() <= playlist.target_duration).unwrap_or(MediaDuration::ZERO)
}

/// Date ranges that mark no break.
fn date_ranges(playlist: &MediaPlaylist) -> Vec<Line> {
    let lines = playlist.header.iter().chain(playlist.body());
    let tags: Vec<_> = lines.filter(|line| line.tag == Tag::DateRange).collect();
    let splices = cue::splices(&tags).map(|(id, _)| id).collect();
    cue::without_splices(&tags, &splices).into_iter().cloned().collect()
}

const EPOCH: ProgramTime = ProgramTime::from_millis(0);
/// How far apart boundaries may lie and be one: as live.
pub(super) const TOLERANCE: MediaDuration = crate::channel::TOLERANCE;
