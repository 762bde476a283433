//! A viewer who begins with ads, as the application has him do.

use std::sync::Arc;

use midroll::{
    channel::Break,
    pod::{self, Filled, Pod, Room},
    session::{self, Timeline},
    stitch,
    units::MediaDuration,
};

use super::{
    World, clock, media,
    session::{Session, fills},
};
use crate::{
    random::{Random, hash},
    time::MILLI,
    truth::LeadIn,
};

impl Session {
    /// False where there are none for him, or no place.
    pub(super) fn lead_in(&mut self, world: &mut World, viewer: usize, at_ms: i64) -> bool {
        let Some(longest) = world.scenario.pre_roll.map(|longest| media(longest * MILLI)) else {
            return false;
        };
        let Some(view) = world.channel.view().cloned() else { return false };
        let (length, carried) = (Some(longest), MediaDuration::ZERO);
        let room = Room { length, carried, segment: view.segment_length };
        let offered = offered(world, viewer);
        let Filled { ads, .. } = fills(&offered)(room);
        let pad = world.shelf.fillers.pad.clone();
        if ads.is_empty() {
            return false;
        }
        let wanted = session::place_wanted(&ads, longest, &view);
        let Ok((place, seat)) = world.channel.lead_in(&wanted, clock(at_ms)) else {
            return false;
        };
        drop(wanted);
        let Some(view) = world.channel.view().cloned() else { return false };
        self.lead_in = Some(told(&place, &ads));
        let decision = Arc::new(session::led_in(&place, Pod { ads }, pad));
        let joined = Timeline::new(view.edge, place.begins());
        let joined = joined.led_in_by(&place, seat, Arc::clone(&decision));
        let first = stitch::playlist(&view, view.reference, &joined);
        let edge = first.map_or(place.begins(), |first| first.edge);
        self.timeline = Some(joined.starting(&view, &place, edge));
        self.decide(&place, decision.as_ref().clone());
        true
    }
}

fn told(place: &Break, ads: &[pod::Ad]) -> LeadIn {
    let length: MediaDuration = ads.iter().map(|ad| ad.creative.duration).sum();
    let last = ads.iter().flat_map(|ad| ad.creative.steps()).last();
    LeadIn {
        break_id: place.id.to_string(),
        start: place.begins().as_nanos(),
        length: length.as_nanos(),
        last: last.map_or(0, MediaDuration::as_nanos),
        anywhere: place.returns_anywhere,
    }
}

fn offered(world: &World, viewer: usize) -> Vec<pod::Ad> {
    let mut random = Random::new(hash(world.scenario.seed ^ 0x9e01, viewer, 0));
    let last = i64::try_from(world.shelf.ads.len()).unwrap_or(1) - 1;
    let one = |_| {
        let at = usize::try_from(random.between(0, last)).unwrap_or(0);
        world.shelf.ads[at].clone()
    };
    (0..2).map(one).collect()
}
