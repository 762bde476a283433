//! An ad segment is asked for: where it leads, and what that makes due.

use std::sync::Arc;

use url::Url;

use super::{Playback, links, seen::Seen, session::Session};
use crate::{
    beacon::{Moment, Schedule, Stand, moments},
    channel::{Break, BreakSerial},
    creative::{self, Blank},
    hls::RenditionKind,
    ids::SessionId,
    pod::Ad,
    session::{Decision, pieces},
    storage::{self, Address, File, Part},
    tracking::Reporting,
    units::{MediaDuration, ProgramTime},
};

/// An ad segment's request, as its address says.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'a> {
    /// The configuration's name.
    pub configuration: &'a str,
    /// The session.
    pub session: SessionId,
    /// The break's name.
    pub break_id: &'a str,
    /// The channel's rendition.
    pub rendition: usize,
    /// Which ad segment of the session's break.
    pub position: u32,
}

/// Where an ad segment's link leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Leads {
    /// To the creative's segment.
    To(Url),
    /// To a segment that is kept here.
    Kept(Address),
    /// To subtitles without cues, which Midroll serves itself.
    Blank(Blank),
}

/// One segment of one ad in a session's break.
struct Place {
    /// The how-manieth ad of the break; none for slate and bumpers.
    ad: Option<usize>,
    segment: usize,
}

impl Playback {
    /// Where a link leads; none if Midroll has not written it.
    pub fn lead(&self, link: &str) -> Option<Leads> {
        let address = self.doors.signer.read(link)?;
        match address.scheme() {
            "data" => Some(Leads::Blank(creative::blank(&address))),
            "http" | "https" => Some(Leads::To(address)),
            _ => Address::of(&address).map(Leads::Kept),
        }
    }

    /// Where a file that is kept here is reached by players of a configuration; `up` is the way from
    /// the address they asked for to `/v1/`.
    pub fn kept_at(&self, configuration: &str, kept: &Address, up: &str) -> String {
        // Where something else serves it nothing more is heard of it, and its session may be unknown.
        self.doors.storage.touch(&kept.key, self.doors.clock.now());
        let settings = self.settings.load();
        let known = settings.configurations.get(configuration);
        let prefix = known.and_then(|known| known.ad_segment_url_prefix.as_ref());
        links::kept_at(prefix, kept, up)
    }

    /// A file of a conditioned creative, or a part of it.
    ///
    /// # Errors
    /// It is not there, or not so long.
    pub async fn kept(&self, kept: &Address, part: Option<Part>) -> Result<File, storage::Error> {
        let found = self.doors.storage.open(&kept.key, &kept.name, part).await?;
        // Names that lead nowhere are not remembered: anybody may ask for them.
        self.doors.storage.touch(&kept.key, self.doors.clock.now());
        Ok(found)
    }

    /// Takes note of a request; what it makes due is on disk when this returns. Unknown sessions,
    /// breaks and positions are nobody's; so is whatever is not the picture, since all renditions of
    /// an ad share one grid. Sound counts for those who play nothing else.
    pub async fn count(&self, asked: &Asked<'_>) {
        let Ok(session) = self.session(asked.configuration, asked.session) else { return };
        let now = self.doors.clock.now();
        session.touch(now);
        let kind = session.live.renditions.get(asked.rendition).map(|known| known.kind);
        if !matches!(kind, Some(RenditionKind::Video | RenditionKind::Audio)) {
            return;
        }
        let Some(seen) = session.seen() else { return };
        let Some((ad_break, decision, place)) = find(&seen, asked) else { return };
        if !leads(&session, kind, ad_break.serial, now) {
            return;
        }
        if !self.store.request(session.id, ad_break.serial, asked.position) {
            return;
        }
        let Some(index) = place.ad else { return };
        // Where the player reports, the request is only noted, for the decision log.
        if session.opening.reporting == Reporting::Client {
            return;
        }
        let ads: Vec<&Ad> = decision.pods().flat_map(|pod| &pod.ads).collect();
        let Some(&ad) = ads.get(index) else { return };
        let pacing = self.current(&session).beacon_pacing;
        let due = {
            let mut work = session.work();
            let key = (ad_break.serial, index);
            // Live, whatever came before is watched before it; in a title only what it follows at once.
            let since = (seen.follows(ad_break.serial), 0);
            let last =
                work.schedules.range(since..key).filter_map(|(_, earlier)| earlier.last()).max();
            let all = work.schedules.range((key.0, 0)..=(key.0, usize::MAX));
            let stand = Stand::of(index, ads.len(), all.map(|(_, known)| known));
            let new = || Schedule::new(ad.creative.steps(), of_ad(ad, stand), pacing).after(last);
            let schedule = work.schedules.entry(key).or_insert_with(new);
            schedule.stands(stand);
            schedule.requested(place.segment, now)
        };
        let watched = Watched {
            index,
            ad: ad.clone(),
            rendition: asked.rendition,
            tracking_id: tracking_id(&seen, ad_break.serial, asked.position),
        };
        let target = seen.target_duration();
        let beacons = super::beacons::of(&session, &ad_break, &watched, &due, target);
        self.doors.dispatcher.schedule(beacons).await;
    }
}

/// An ad that a request is about.
#[derive(Debug)]
pub(super) struct Watched {
    /// Its place among the ads of the session's break.
    pub(super) index: usize,
    pub(super) ad: Ad,
    pub(super) rendition: usize,
    pub(super) tracking_id: Option<String>,
}

/// The number of the requested segment in the playlists the tracking document goes by.
fn tracking_id(seen: &Seen, serial: BreakSerial, position: u32) -> Option<String> {
    let placed = seen.placed();
    let first = placed.iter().find(|placed| placed.serial == serial)?;
    Some(first.msn.plus(u64::from(position)).0.to_string())
}

/// Whether requests of this kind are those that count: video; audio only where the session plays no
/// video in this break, or the channel has none.
fn leads(
    session: &Session,
    kind: Option<RenditionKind>,
    serial: BreakSerial,
    now: ProgramTime,
) -> bool {
    if kind == Some(RenditionKind::Video) {
        session.work().seen.insert(serial);
        return true;
    }
    let mut renditions = session.live.renditions.iter();
    if !renditions.any(|known| known.kind == RenditionKind::Video) {
        return true;
    }
    let target = session.live.published().map_or(MediaDuration::ZERO, |p| p.view.target_duration);
    // Nobody asks for a title's playlists twice.
    let lately = match session.is_title() {
        true => ProgramTime::from_nanos(i64::MIN + 1),
        false => now - target.times(3),
    };
    !session.watched_since(lately) && !session.work().seen.contains(&serial)
}

fn of_ad(ad: &Ad, stand: Stand) -> Vec<Moment> {
    moments(&ad.info, ad.creative.duration, stand)
}

fn find(seen: &Seen, asked: &Asked<'_>) -> Option<(Arc<Break>, Arc<Decision>, Place)> {
    let mut newest = seen.timeline().decisions.iter().rev();
    let decision = newest.find(|decision| decision.break_id.as_str() == asked.break_id)?;
    let ad_break = seen.ad_break(decision.serial)?;
    let position = usize::try_from(asked.position).ok()?;
    let groups = seen.groups(decision, &ad_break);
    let piece = pieces(&groups).nth(position)?;
    let is_ad = groups.get(piece.group)?.is_ad();
    let before = groups[..piece.group].iter().filter(|group| group.is_ad()).count();
    let place = Place { ad: is_ad.then_some(before), segment: piece.segment };
    Some((ad_break, Arc::clone(decision), place))
}
