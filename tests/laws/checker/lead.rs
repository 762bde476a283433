//! Which video leads: its cues are heard, and ads keep its pace.

use crate::{
    time::Ns,
    truth::{Rendition, Truth},
};

/// The first video whose cues were read, until it stood for as long as is waited for it; from then
/// on any may lead.
pub(super) struct Lead {
    leader: usize,
    until_ms: i64,
}

impl Lead {
    /// None where there is no video.
    pub(super) fn of(truth: &Truth, available: &[Vec<Option<i64>>]) -> Option<Self> {
        let videos = truth.renditions.iter().zip(available).enumerate();
        let videos = videos.filter(|(_, (rendition, _))| rendition.video && rendition.cues);
        let heard = |rendition: &Rendition, available: &[Option<i64>]| {
            let inside = rendition.segments.iter().zip(available);
            let inside = inside.filter(|(s, _)| truth.break_at(s.middle()).is_some());
            inside.filter_map(|(_, at)| *at).min().unwrap_or(i64::MAX)
        };
        let first = videos.min_by_key(|(at, (rendition, times))| (heard(rendition, times), *at));
        let (leader, (rendition, _)) = first?;
        let patience = truth.target_ms() * 5 / 4;
        let moves = rendition.moves();
        let stood = moves.windows(2).find(|pair| pair[1].0 - pair[0].0 >= patience);
        Some(Self { leader, until_ms: stood.map_or(i64::MAX, |pair| pair[0].0 + patience) })
    }

    /// How far the leader had been read by then, if it led; else how far all videos had been, as any of
    /// them may lead.
    pub(super) fn edge(lead: Option<&Self>, truth: &Truth, at_ms: i64) -> Option<Ns> {
        let leads = lead.filter(|lead| at_ms < lead.until_ms).map(|lead| lead.leader);
        let renditions =
            truth.renditions.iter().enumerate().filter(|(at, rendition)| {
                rendition.video && leads.is_none_or(|leader| leader == *at)
            });
        let edges: Option<Vec<_>> = renditions.map(|(_, video)| video.edge(at_ms)).collect();
        edges?.into_iter().min()
    }

    /// When the leader had been read past a moment, if it leads until then.
    pub(super) fn reaches(
        &self,
        moment: Ns,
        truth: &Truth,
        available: &[Vec<Option<i64>>],
    ) -> Option<i64> {
        let segments = &truth.renditions.get(self.leader)?.segments;
        let times = available.get(self.leader)?;
        let past = segments.iter().zip(times).filter(|(s, _)| s.end() > moment);
        past.filter_map(|(_, at)| *at).min().filter(|at| *at < self.until_ms)
    }
}
