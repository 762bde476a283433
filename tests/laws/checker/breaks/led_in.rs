//! Where the programme is back behind ads that a viewer began with: the picture at its first cut that
//! these do not pass, sound within a second of that.

use super::{Findings, Place, Run, Walk};
use crate::{
    time::{self, SECOND},
    truth::TOLERANCE,
};

impl Walk<'_> {
    pub(super) fn led_in(&self, run: &Run<'_>, findings: &mut Findings) {
        let (Some(last), Some((after, entry))) = (run.ads.last(), run.after) else { return };
        let Some(wanted) = self.truth.lead_in_ends() else { return };
        let Place::Ad(piece) = &last.place else { return };
        if !self.truth.leads_in(piece) {
            return;
        }
        let returned = self.source.segments[after].start;
        let apart = (returned - wanted).abs();
        let rule = match self.reference {
            true if apart > TOLERANCE => "A-56",
            false if apart > SECOND + TOLERANCE && !self.source.text => "A-100",
            _ => return,
        };
        let (returned, wanted) = (time::show_date(returned), time::show_date(wanted));
        let text = format!("{}: back at {returned}, not at {wanted}", entry.segment.msn);
        findings.add(rule, entry.reload, text);
    }
}
