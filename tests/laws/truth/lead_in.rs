//! What a viewer begins with, told as if it were a break.

use super::{Break, LeadIn, Truth};
use crate::time::{Ns, SECOND};

impl Truth {
    /// Tells of this viewer what he began with: he may be shown ads there and nowhere else besides.
    pub(crate) fn lead_in(&mut self, next: Option<LeadIn>) {
        let is = |known: &LeadIn, one: &Break| {
            (one.start, one.announced) == (known.start, Some(known.start + known.length))
        };
        if let Some(known) = self.lead_in.take() {
            self.breaks.retain(|one| !is(&known, one));
        }
        if let Some(next) = &next {
            let (start, over) = (next.start, next.start + next.length);
            let announced = Some(over);
            self.breaks.push(Break { start, end: self.first_common_cut(over), announced });
            self.breaks.sort_by_key(|one| one.start);
        }
        self.lead_in = next;
    }

    /// Where the programme can be back after something that is over at a moment, or a little before.
    fn first_common_cut(&self, over: Ns) -> Option<Ns> {
        let mut cuts = self.renditions.first()?.segments.iter().map(|segment| segment.start);
        cuts.find(|cut| *cut > over - SECOND && self.renditions.iter().all(|r| r.is_cut_at(*cut)))
    }
}
