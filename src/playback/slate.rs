//! Slate is made ready before any break needs it.

use std::sync::Arc;

use super::{Live, Playback, session::Session};
use crate::{
    creative::{self, Creative, Unusable},
    library::Channel,
    pod::{Ad, AdInfo},
};

impl Playback {
    /// Reads the slate of a session's configuration for its channel, unless it is there.
    pub(super) fn prepare_slate(self: &Arc<Self>, session: &Session) {
        let configuration = self.current(session);
        let Some(url) = configuration.slate_ad_url.clone() else { return };
        let live = Arc::clone(&session.live);
        if live.slate().is_some() || !live.begin_slate(self.doors.clock.now()) {
            return;
        }
        let this = Arc::clone(self);
        self.tasks.spawn(async move {
            live.first_view().await;
            let suits = |creative: &Creative| suits(&live, creative).map(drop);
            let by = this.doors.clock.now();
            let channel = Channel { profile: live.profile(), suits: &suits, by };
            let library = &this.doors.library;
            let read = async {
                match url.path().ends_with(".m3u8") {
                    true => library.creative(&url).await,
                    false => library.made(&url, &channel).await,
                }
            };
            let read = tokio::select! {
                read = read => read,
                () = this.stopping.cancelled() => return,
            };
            let told = match read {
                Ok(slate) => suited(&live, slate).map_err(|why| why.to_string()),
                Err(why) => Err(why.to_string()),
            };
            match told {
                Ok(slate) => live.set_slate(slate),
                Err(why) => {
                    let configuration = configuration.name.as_str();
                    tracing::warn!(configuration, why, "the slate cannot be used");
                }
            }
        });
    }
}

fn suited(live: &Live, slate: Arc<Creative>) -> Result<Ad, Unusable> {
    let matched = suits(live, &slate)?.into();
    Ok(Ad { creative: slate, matched, info: Arc::new(AdInfo::default()) })
}

/// Which of a creative's renditions stand in for the channel's.
pub(super) fn suits(live: &Live, creative: &Creative) -> Result<Vec<usize>, Unusable> {
    let Some(published) = live.published() else { return Err(Unusable::NoPlayableMedia) };
    creative::matching(creative, &live.slots(&published.view))
}
