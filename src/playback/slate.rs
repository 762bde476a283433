//! What fills gaps is made ready before any break needs it: the slate, and black where that is short.

use std::sync::Arc;

use url::Url;

use super::{Live, Playback, live::Role, session::Session};
use crate::{
    configuration::BumperUrls,
    creative::{self, Creative, Unusable},
    library::Channel,
    pod::{Ad, AdInfo},
    units::MediaDuration,
};

/// What is shown where no ad is.
enum Filler {
    Slate(Url),
    /// Black and silence.
    Pad,
}

impl Playback {
    /// Reads the slate and the bumpers of a session's configuration for its channel, unless that has been
    /// done lately.
    pub(super) fn prepare_slate(self: &Arc<Self>, session: &Session) {
        let url = self.current(session).slate_ad_url.clone();
        self.prepare_clip(&session.live, Role::Slate, url);
        self.prepare_bumpers(session);
    }

    /// Reads the bumpers alone.
    pub(super) fn prepare_bumpers(self: &Arc<Self>, session: &Session) {
        let BumperUrls { start, end } = self.current(session).bumpers.clone();
        self.prepare_clip(&session.live, Role::BumperStart, start);
        self.prepare_clip(&session.live, Role::BumperEnd, end);
    }

    fn prepare_clip(self: &Arc<Self>, live: &Arc<Live>, role: Role, url: Option<Url>) {
        let Some(url) = url else { return live.let_go(role) };
        if !live.begin(role, Some(&url), self.doors.clock.now()) {
            return;
        }
        let (this, live) = (Arc::clone(self), Arc::clone(live));
        self.tasks.spawn(async move {
            let configuration = live.configuration.as_str();
            let what = if role == Role::Slate { "slate" } else { "bumper" };
            match this.filler(&live, Filler::Slate(url.clone())).await {
                Some(Ok(clip))
                    if role != Role::Slate && clip.creative.duration > LONGEST_BUMPER =>
                {
                    let (length, most) = (clip.creative.duration, LONGEST_BUMPER);
                    tracing::warn!(configuration, %url, %length, %most, "the bumper is too long");
                    live.give_up(role, url);
                }
                Some(Ok(clip)) => live.set(role, Some(url), clip),
                Some(Err(why)) => {
                    tracing::warn!(configuration, what, %url, %why, "it cannot be used");
                    live.give_up(role, url);
                }
                None => live.give_up(role, url),
            }
        });
    }

    /// Has black and silence made for a session's channel, unless they are there.
    pub(super) fn prepare_pad(self: &Arc<Self>, session: &Session) {
        let live = Arc::clone(&session.live);
        let shows_ads = self.current(session).ad_decision_server_url.is_some();
        let is_of_use = shows_ads && self.doors.library.conditioning().is_some();
        if !is_of_use || !live.begin(Role::Pad, None, self.doors.clock.now()) {
            return;
        }
        let this = Arc::clone(self);
        self.tasks.spawn(async move {
            match this.filler(&live, Filler::Pad).await {
                Some(Ok(pad)) => live.set(Role::Pad, None, pad),
                Some(Err(why)) => {
                    let configuration = live.configuration.as_str();
                    tracing::info!(configuration, %why, "no black for what is missing at returns");
                }
                None => {}
            }
        });
    }

    /// What is read or made for a channel, once that is known; none where the service stops first.
    async fn filler(&self, live: &Live, filler: Filler) -> Option<Result<Ad, Unusable>> {
        let found = async {
            live.first_view().await;
            let suits = |creative: &Creative| suits(live, creative).map(drop);
            let (library, now) = (&self.doors.library, self.doors.clock.now());
            let channel = |by| Channel { by, ..Channel::of(live.profile(), &suits) };
            match &filler {
                Filler::Slate(url) if url.path().ends_with(".m3u8") => library.creative(url).await,
                Filler::Slate(url) => library.slate(url, &channel(now)).await,
                Filler::Pad => library.pad(&channel(now + PAD_WAITS)).await,
            }
        };
        tokio::select! {
            found = found => Some(found.and_then(|found| suited(live, found))),
            () = self.stopping.cancelled() => None,
            // A channel that cannot be read needs none, and is not kept for it.
            () = self.doors.clock.sleep(PATIENCE) => None,
        }
    }
}

fn suited(live: &Live, filler: Arc<Creative>) -> Result<Ad, Unusable> {
    let matched = suits(live, &filler)?.into();
    Ok(Ad { creative: filler, matched, info: Arc::new(AdInfo::default()) })
}

/// Which of a creative's renditions stand in for the channel's.
pub(super) fn suits(live: &Live, creative: &Creative) -> Result<Vec<usize>, Unusable> {
    let Some(published) = live.published() else { return Err(Unusable::NoPlayableMedia) };
    creative::matching(creative, &live.slots(&published.view))
}

/// How long what is shown may take to be made, and its channel to be read.
const PATIENCE: MediaDuration = MediaDuration::from_secs(600);

/// What advertisers have sent is made first.
const PAD_WAITS: MediaDuration = MediaDuration::from_secs(60);

/// MediaTailor's limit (§1.9), with what encoders add.
const LONGEST_BUMPER: MediaDuration = MediaDuration::from_millis(10_500);
