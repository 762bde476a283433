//! Where renditions are cut, and whether all are where a break ends.

use super::{Break, Rendition, TOLERANCE, Truth};
use crate::time::Ns;

impl Truth {
    /// Does a break end near this moment, really or as announced, where not every rendition is cut?
    /// Once ads are shown no return from it is good.
    pub(crate) fn is_ragged(&self, moment: Ns) -> bool {
        self.ragged_end(moment).is_some()
    }

    /// Was the programme really back here, and has every rendition a cut?
    pub(crate) fn returns_together(&self, moment: Ns) -> bool {
        let back = self.breaks.iter().filter_map(|b| b.end);
        let mut back = back.filter(|end| (moment - end).abs() <= TOLERANCE);
        back.any(|end| self.is_common(end))
    }

    /// Where a break was announced to end; nowhere in or behind another that began meanwhile.
    fn announced_end(&self, of: &Break) -> Option<Ns> {
        let next = self.breaks.iter().map(|b| b.start).filter(|start| *start > of.start).min();
        of.announced.filter(|end| next.is_none_or(|next| *end <= next + TOLERANCE))
    }

    /// The nearest such end.
    pub(crate) fn ragged_end(&self, moment: Ns) -> Option<Ns> {
        // It is snapped to the reference's boundary before it, and others to theirs.
        let near = 3 * self.half_segment() + TOLERANCE;
        let ends = self.breaks.iter().flat_map(|b| b.end.into_iter().chain(self.announced_end(b)));
        let ragged = |end: &Ns| !self.is_common(*end);
        let ends = ends.filter(|end| (moment - end).abs() <= near).filter(ragged);
        ends.min_by_key(|end| (moment - end).abs())
    }
}

impl Rendition {
    pub(super) fn is_cut_at(&self, moment: Ns) -> bool {
        let past = self.segments.partition_point(|segment| segment.start < moment - TOLERANCE);
        self.segments.get(past).is_none_or(|next| next.start <= moment + TOLERANCE)
    }

    /// The last cut not after a moment. Where nothing was made for a while that is where the segment
    /// before ends.
    pub(crate) fn last_cut(&self, moment: Ns) -> Option<Ns> {
        let cuts = self.segments.iter().flat_map(|segment| [segment.start, segment.end()]);
        cuts.take_while(|cut| *cut <= moment + TOLERANCE).last()
    }
}
