//! A channel's profile is read before any ad is offered for it.

use std::sync::Arc;

use super::{Live, Playback, session::Session};
use crate::{
    channel::View,
    creative::{self, Unfit},
    hls::RenditionKind,
    media::Media,
    profile::Profile,
    units::MediaDuration,
};

impl Playback {
    /// Reads the profile of a session's channel, unless it has been read lately.
    pub(super) fn prepare_profile(self: &Arc<Self>, session: &Session) {
        let live = Arc::clone(&session.live);
        if self.doors.library.conditioning().is_none()
            || !live.begin_profile(self.doors.clock.now())
        {
            return;
        }
        let this = Arc::clone(self);
        self.tasks.spawn(async move {
            tokio::select! {
                () = this.read_profile(&live) => {}
                () = this.stopping.cancelled() => {}
            }
        });
    }

    async fn read_profile(&self, live: &Live) {
        live.first_view().await;
        tokio::select! {
            () = live.whole_view() => {}
            () = self.doors.clock.sleep(LATE) => {}
        }
        let Some(published) = live.published() else { return };
        let view = &published.view;
        let mut probed = Vec::new();
        for rendition in 0..live.renditions.len() {
            probed.push(self.probe(live, view, rendition).await);
        }
        let read = Profile::of(&live.slots(view), &probed);
        let configuration = live.configuration.as_str();
        match &read {
            Ok(profile) => {
                tracing::info!(configuration, profile = %profile.id(), ?profile, "a channel's profile");
            }
            Err(why) => {
                tracing::warn!(configuration, %why, "no creatives can be made for a channel");
            }
        }
        let read = read.map(Arc::new).map_err(|why| Unfit::Channel { why: why.to_string() });
        if let (Ok(profile), Some(conditioning)) = (&read, self.doors.library.conditioning()) {
            conditioning.remember(configuration, profile).await;
        }
        live.set_profile(read);
    }

    /// Looks into a rendition's newest segment; none where that cannot be done.
    async fn probe(&self, live: &Live, view: &View, rendition: usize) -> Option<Media> {
        let kind = live.renditions.get(rendition)?.kind;
        if !matches!(kind, RenditionKind::Video | RenditionKind::Audio) {
            return None;
        }
        let newest = &view.tracks.get(rendition)?.as_ref()?.segments.last()?.segment;
        // What is encrypted tells nothing; its playlist has to.
        if !newest.keys.is_empty() {
            return None;
        }
        let base = live.links.bases.get(rendition)?.get()?;
        let segment = creative::segment(base, newest).ok()?;
        let conditioning = self.doors.library.conditioning()?;
        conditioning.look(&segment).await
    }
}

/// How long renditions that do not come are waited for.
const LATE: MediaDuration = MediaDuration::from_secs(10);
