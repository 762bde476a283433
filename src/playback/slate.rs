//! Slate is made ready before any break needs it.

use std::sync::Arc;

use super::{Live, Playback, session::Session};
use crate::{
    creative::{self, Creative, Unusable},
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
            let told = match this.doors.library.creative(&url).await {
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
    let Some(published) = live.published() else { return Err(Unusable::NoPlayableMedia) };
    let view = &published.view;
    let matched = creative::matching(&slate, &live.slots(view))?.into();
    Ok(Ad { creative: slate, matched, info: Arc::new(AdInfo::default()) })
}
