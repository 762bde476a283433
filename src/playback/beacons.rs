//! From a due event to the requests that report it.

use std::sync::Arc;

use super::{count::Watched, session::Session};
use crate::{
    adserver::OURSELVES,
    beacon::{self, BeaconId, Due, Event, Moment, PlayerEvent},
    channel::Break,
    dispatch::{Attendance, Beacon, Showing},
    ids::SessionId,
    playback::Playback,
    pod::AdInfo,
    units::{MediaDuration, ProgramTime},
    vast::macros::{Context, ServerSide, expand_macros},
};

impl Attendance for Playback {
    fn last_seen(&self, session: SessionId) -> Option<ProgramTime> {
        let session = self.sessions.get(&session)?;
        // Who watches a title asks for nothing while he does; that he has left nobody can tell.
        match session.is_title() {
            true => Some(self.doors.clock.now()),
            false => Some(session.last_seen()),
        }
    }
}

/// One ad of a break as its beacons and rows tell of it.
pub(super) fn showing(
    session: &Session,
    ad_break: &Break,
    position: usize,
    ad: &Arc<AdInfo>,
    target_duration: MediaDuration,
) -> Showing {
    Showing {
        configuration: session.configuration.name.clone(),
        asset: session.asset.clone(),
        session: session.id,
        avail: ad_break.id.clone(),
        avail_start: Some(ad_break.begins()),
        position,
        ad: Arc::clone(ad),
        headers: Arc::clone(&session.headers),
        last_seen: session.last_seen(),
        target_duration,
    }
}

/// The beacons of `due` events of one ad.
pub(super) fn of(
    session: &Arc<Session>,
    ad_break: &Break,
    watched: &Watched,
    due: &[Due],
    target_duration: MediaDuration,
) -> Vec<Beacon> {
    if due.is_empty() {
        return Vec::new();
    }
    let info = &watched.ad.info;
    let mut showing = showing(session, ad_break, watched.index, info, target_duration);
    if session.is_title() {
        // Nothing is heard of who watches a title while he does: of a restart he knows nothing, and
        // what comes after it is owed as what came before.
        let until = due.iter().map(|due| due.at).max();
        showing.last_seen = until.map_or(showing.last_seen, |until| until.max(showing.last_seen));
    }
    let showing = Arc::new(showing);
    let owed = beacon::owed(info, watched.ad.creative.duration);
    let mut beacons = Vec::new();
    let told = |id, event, url, due: &Due| Beacon {
        id,
        event,
        url,
        due_at: due.at,
        rendition: Some(watched.rendition.to_string().into()),
        tracking_id: watched.tracking_id.clone(),
        showing: Arc::clone(&showing),
    };
    for due in due {
        for one in owed.iter().filter(|one| one.moment == due.moment) {
            let id = BeaconId::of(session.id, &ad_break.id, watched.index, one.moment, one.url);
            let url = expand_macros(one.url, &context(session, ad_break, watched, (id, due)));
            beacons.push(told(id, one.moment.event, url, due));
        }
        // Nobody runs verifications where no player is told of them (rule D-32).
        for url in beacon::unverified(info).filter(|_| due.moment.event == Event::Start) {
            let event = Event::Player(PlayerEvent::VerificationNotExecuted);
            let moment = Moment { event, ..due.moment };
            let id = BeaconId::of(session.id, &ad_break.id, watched.index, moment, url);
            let context = context(session, ad_break, watched, (id, due));
            let url = expand_macros(url, &Context { reason: Some(NOT_SUPPORTED), ..context });
            beacons.push(told(id, event, url, due));
        }
    }
    beacons
}

/// What is known of an ad and its viewer at any moment.
pub(super) fn of_ad<'a>(session: &'a Session, ad_break: &Break, info: &'a AdInfo) -> Context<'a> {
    let device = &session.opening.device;
    Context {
        transaction_id: Some(&info.transaction_id),
        server_ua: Some(OURSELVES),
        device_ip: device.ip,
        device_ua: device.user_agent.as_deref(),
        asset_uri: info.media.as_deref(),
        ad_type: Some(info.ad_type.as_deref().unwrap_or("video")),
        pod_sequence: info.sequence,
        universal_ad_ids: &info.universal_ad_ids,
        ad_serving_id: info.serving_id.as_deref(),
        page_url: device.referer.as_deref(),
        break_position: Some(session.position(ad_break).number()),
        break_max_duration: ad_break.length().filter(|_| !ad_break.serial.is_pre_roll()),
        media_playhead: session.playhead(ad_break),
        player_params: Some(&session.opening.player_params),
        ..Context::default()
    }
}

fn context<'a>(
    session: &'a Session,
    ad_break: &Break,
    watched: &'a Watched,
    (id, due): (BeaconId, &Due),
) -> Context<'a> {
    Context {
        now: Some(due.at),
        ad_playhead: Some(due.moment.offset),
        random: u64::try_from(id.spread(99_999_999)).unwrap_or(0),
        server_side: Some(ServerSide::OnBehalf),
        ..of_ad(session, ad_break, &watched.ad.info)
    }
}

/// Why a verification was not executed (VAST §3.17): 1 rejected, 2 not supported, 3 not loaded.
const NOT_SUPPORTED: u8 = 2;
