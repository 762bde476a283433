//! What players report themselves: checked against what the session was shown, and logged.

use std::sync::Arc;

use super::{Error, Playback, beacons, seen::Seen, session::Session};
use crate::{
    beacon::{BeaconId, Event, Moment},
    dispatch::Beacon,
    ids::SessionId,
    tracking::{self, Listed, Reporting},
    units::MediaDuration,
};

/// One event, as a player names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reported {
    /// VAST's name of it.
    pub event: String,
    /// The ad's `adId` in the tracking document.
    pub ad: String,
}

/// Why an event is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotTaken {
    /// VAST has no such event.
    #[error("no event is named so")]
    NoSuchEvent,
    /// The service sends that event's beacons itself.
    #[error("the service itself reports that event in this session")]
    OfService,
    /// The session was not shown that ad, or long ago.
    #[error("the session has no such ad")]
    NoSuchAd,
    /// The session has reported as many as it may.
    #[error("the session has reported 10000 events, which is the limit")]
    TooMany,
}

impl Playback {
    /// Takes what a session's player reports into the beacon log, and says of each event whether it
    /// was taken. Nothing is sent: the player has sent it, or it has no URL. An event has the same
    /// beacon ids as if the service had sent it; what the service itself reports in the session is
    /// not taken, so that nothing has rows of both.
    ///
    /// # Errors
    /// There is no such session.
    pub async fn report(
        &self,
        configuration: &str,
        id: SessionId,
        reported: &[Reported],
    ) -> Result<Vec<Result<(), NotTaken>>, Error> {
        let session = self.session(configuration, id)?;
        session.touch(self.doors.clock.now());
        let Some(seen) = session.seen() else {
            return Ok(vec![Err(NotTaken::NoSuchAd); reported.len()]);
        };
        let placed = seen.placed();
        let listed = tracking::all_listed(&placed, seen.timeline());
        let (mut taken, mut rows) = (Vec::new(), Vec::new());
        for one in reported {
            let of_event = self.reported(&session, &seen, &listed, one);
            taken.push(of_event.as_ref().map(|_| ()).map_err(|why| *why));
            rows.extend(of_event.into_iter().flatten());
        }
        self.doors.dispatcher.reported(rows).await;
        Ok(taken)
    }

    fn reported(
        &self,
        session: &Arc<Session>,
        seen: &Seen,
        listed: &[Listed<'_>],
        reported: &Reported,
    ) -> Result<Vec<Beacon>, NotTaken> {
        let event = Event::named(&reported.event).ok_or(NotTaken::NoSuchEvent)?;
        if event.is_servers() && session.opening.reporting == Reporting::Server {
            return Err(NotTaken::OfService);
        }
        let known = listed.iter().find(|one| one.msn.0.to_string() == reported.ad);
        let listed = known.ok_or(NotTaken::NoSuchAd)?;
        let ad_break = seen.ad_break(listed.serial).ok_or(NotTaken::NoSuchAd)?;
        session.may_report().then_some(()).ok_or(NotTaken::TooMany)?;
        let ad = listed.ad;
        let target = seen.target_duration();
        let showing = beacons::showing(session, &ad_break, listed.index, &ad.info, target);
        let showing = Arc::new(showing);
        let named = tracking::named(&ad.info, ad.creative.duration);
        let own = named.iter().filter(|named| named.name == reported.event);
        let mut urls: Vec<_> =
            own.flat_map(|named| named.urls.iter().map(|url| (named.offset, *url))).collect();
        if urls.is_empty() {
            urls.push((MediaDuration::ZERO, ""));
        }
        let now = self.doors.clock.now();
        let beacon = |(offset, url): (MediaDuration, &str)| Beacon {
            id: BeaconId::of(session.id, &ad_break.id, listed.index, Moment { offset, event }, url),
            event,
            url: url.to_owned(),
            due_at: now,
            rendition: None,
            tracking_id: Some(reported.ad.clone()),
            showing: Arc::clone(&showing),
        };
        Ok(urls.into_iter().map(beacon).collect())
    }
}
