//! Who could know of a break when.

use std::ops::RangeInclusive;

use super::{Rendition, TOLERANCE, Truth};
use crate::time::Ns;

impl Truth {
    /// Lies a moment where a break begins for those who have not seen the picture? While all videos
    /// are silent before it the cue of another rendition counts, which stands at the cut nearest to
    /// it.
    pub(crate) fn begins_unseen(&self, moment: Ns, at_ms: i64) -> bool {
        let patience = self.target_ms() * 5 / 4;
        self.breaks.iter().filter(|b| moment < b.start).any(|b| {
            let (videos, others): (Vec<_>, Vec<_>) =
                self.renditions.iter().filter(|r| r.cues).partition(|r| r.video);
            others.iter().any(|other| {
                let cuts = other.segments.iter().zip(other.available());
                let near = cuts.min_by_key(|(cut, _)| (cut.start - b.start).abs());
                let Some((_, Some(heard))) = near.filter(|(cut, _)| moment > cut.start) else {
                    return false;
                };
                videos.iter().all(|video| video.is_silent(b.start, heard..=at_ms, patience))
            })
        })
    }

    /// Was a break that begins at a moment begun without this rendition? Once a picture has been read past
    /// that, nobody is waited for who has been silent for long, nor anybody for longer than that.
    pub(crate) fn begins_without(&self, rendition: &Rendition, start: Ns, at_ms: i64) -> bool {
        let pictures = self.renditions.iter().filter(|other| other.video && other.cues);
        let past = |other: &Rendition| other.moves().into_iter().find(|(_, edge)| *edge > start);
        let Some((past, _)) = pictures.filter_map(past).min() else { return false };
        let patience = self.target_ms() * 5 / 4;
        let came = rendition.edge(past + patience).is_some_and(|edge| edge >= start - TOLERANCE);
        !came || rendition.is_silent(start, past..=at_ms, patience)
    }

    /// Had anybody been told by then that the programme was back at a moment?
    pub(crate) fn is_told(&self, moment: Ns, at_ms: i64) -> bool {
        let mut told = self.renditions.iter().filter(|rendition| rendition.cues);
        told.any(|rendition| rendition.edge(at_ms).is_some_and(|edge| edge > moment))
    }
}

impl Rendition {
    /// Was there a moment between these two at which it had not moved for so long, and not come to
    /// `before`?
    fn is_silent(&self, before: Ns, within: RangeInclusive<i64>, patience: i64) -> bool {
        let moves = self.moves();
        let mut silences = moves.iter().enumerate().filter(|(_, (_, edge))| *edge < before);
        moves.first().is_none_or(|(first, _)| first > within.end())
            || silences.any(|(at, (moved, _))| {
                let next = moves.get(at + 1).map_or(i64::MAX, |(next, _)| *next);
                let silent = (moved + patience).max(*within.start());
                silent < next && silent <= *within.end()
            })
    }
}
