//! What a viewer began with.

use super::{Break, Piece, TOLERANCE, Truth};
use crate::checker::Place;
use crate::time::{MILLI, Ns, SECOND};

/// Ads that a viewer began with, in the place of programme that no break gave away.
#[derive(Clone, Debug)]
pub(crate) struct LeadIn {
    /// Its name in URIs.
    pub(crate) break_id: String,
    pub(crate) start: Ns,
    /// How long its ads are.
    pub(crate) length: Ns,
    /// How long the last segment of them is.
    pub(crate) last: Ns,
    /// The renditions are said not to be cut alike there, so that each returns at its own cut.
    pub(crate) anywhere: bool,
}

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
            let anywhere = next.anywhere && !self.is_cut_alike(start - MINUTE, over + MINUTE);
            // The last of them begins before the programme returns.
            let least = over - LEAD.min(next.last - TOLERANCE / 2);
            let end = self.first_cut(least, |cut| anywhere || self.is_common(cut));
            self.breaks.push(Break { start, end, announced: Some(over) });
            self.breaks.sort_by_key(|one| one.start);
        }
        self.lead_in = next;
    }

    /// Until when an ad may last where it is one that the viewer began with.
    pub(crate) fn led_in_until(&self, place: &Place) -> Option<Ns> {
        let Place::Ad(piece) = place else { return None };
        self.lead_in_ends().map(|end| end + LEAD).filter(|_| self.leads_in(piece))
    }

    /// Where the picture is back behind the ads that the viewer began with.
    pub(crate) fn lead_in_ends(&self) -> Option<Ns> {
        let known = self.lead_in.as_ref()?;
        let over = Some(known.start + known.length);
        let is = |one: &&Break| (one.start, one.announced) == (known.start, over);
        self.breaks.iter().find(is)?.end
    }

    /// Is it one of these ads?
    pub(crate) fn leads_in(&self, piece: &Piece) -> bool {
        self.lead_in.as_ref().is_some_and(|known| known.break_id == piece.break_id)
    }

    /// Where the picture is cut from a moment on, of those cuts that will do.
    fn first_cut(&self, from: Ns, will_do: impl Fn(Ns) -> bool) -> Option<Ns> {
        let mut cuts = self.renditions.first()?.segments.iter().map(|segment| segment.start);
        cuts.find(|cut| *cut >= from && will_do(*cut))
    }

    /// Does every rendition have every cut of the picture's between two moments?
    fn is_cut_alike(&self, from: Ns, to: Ns) -> bool {
        let picture = self.renditions.iter().take(1).flat_map(|picture| &picture.segments);
        let mut cuts = picture.map(|segment| segment.start).filter(|cut| (from..to).contains(cut));
        cuts.all(|cut| self.is_common(cut))
    }
}

const MINUTE: Ns = 60 * SECOND;
/// How far ads may run past the programme they replace.
const LEAD: Ns = 900 * MILLI;
