//! What two renditions listed around restarts of the encoder: their numbers follow from that.

use std::collections::BTreeMap;

use super::{Rendition, Truth};

impl Truth {
    /// Are two renditions first listed in the same epoch of the encoder? Otherwise one was numbered
    /// before it could be known what the other would be.
    pub(crate) fn begin_alike(&self, one: usize, other: usize) -> bool {
        let first = |rendition: usize| {
            let rendition = self.renditions.get(rendition)?;
            rendition.ends_of_epochs().first_key_value().map(|(epoch, _)| *epoch)
        };
        first(one) == first(other)
    }

    /// Did two renditions list the same first and last segments of all epochs up to the one of a
    /// segment? The tail an encoder made as it restarted may never have been listed in one of them,
    /// and the numbers of what comes after follow from what was.
    pub(crate) fn are_listed_alike(&self, (one, other): (usize, usize), at: usize) -> bool {
        let ends = |rendition: usize| {
            let rendition = self.renditions.get(rendition)?;
            let epoch = rendition.segments.get(at)?.epoch;
            let all = rendition.ends_of_epochs();
            let begin = all.first_key_value().map(|(epoch, _)| *epoch);
            let before = all.range(..epoch).map(|(_, (_, last))| *last).collect::<Vec<_>>();
            let later = all.range(..=epoch).skip(1).map(|(_, (first, _))| *first);
            Some((begin, before, later.collect::<Vec<_>>()))
        };
        ends(one) == ends(other)
    }
}

impl Rendition {
    /// The first and the last segment that were listed of each epoch.
    fn ends_of_epochs(&self) -> BTreeMap<usize, (usize, usize)> {
        let mut all: BTreeMap<usize, (usize, usize)> = BTreeMap::new();
        let listed = self.available().into_iter().enumerate().filter(|(_, at)| at.is_some());
        for (at, _) in listed {
            let Some(segment) = self.segments.get(at) else { continue };
            all.entry(segment.epoch).or_insert((at, at)).1 = at;
        }
        all
    }
}
