//! What is known of an answer while its wrappers are being followed.

use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

use super::Asked;
use crate::{
    pod,
    vast::{Ad, Kind},
};

/// An answer in the making: filled by whoever asks, for others to look at meanwhile.
#[derive(Debug, Default)]
pub struct SoFar {
    known: Mutex<Known>,
    changed: Notify,
}

#[derive(Debug, Default)]
struct Known {
    /// How often something has been added.
    news: u64,
    /// The answer, without ads; none until it has come.
    asked: Option<Asked>,
    /// What stands at each place of it: a wrapper as long as it is being followed, then what it led to.
    places: Vec<Vec<Ad>>,
}

impl SoFar {
    /// Waits until something has been added since that was waited for last.
    pub async fn changed(&self) {
        self.changed.notified().await;
    }

    /// The ads that are first in the pod whatever is still to come: those before the first wrapper that
    /// is being followed. They are an answer of their own. None if nothing has been added since `seen`,
    /// which is then brought up to date.
    pub fn first(&self, seen: &mut u64) -> Option<Asked> {
        let known = self.known();
        if known.news == std::mem::replace(seen, known.news) {
            return None;
        }
        let asked = known.asked.as_ref()?;
        let (pod, _) = pod::order(known.places.concat(), asked.sequencing);
        let ads = pod.into_iter().take_while(|ad| !matches!(ad.kind, Kind::Wrapper { .. }));
        Some(Asked { ads: ads.collect(), ..asked.clone() })
    }

    /// The answer has come, and is being followed; where it has no wrappers there is nothing to wait for.
    pub(super) fn begin(&self, asked: &Asked, ads: &[Ad]) {
        if ads.iter().any(|ad| matches!(ad.kind, Kind::Wrapper { .. })) {
            self.known().asked = Some(asked.without_ads());
            self.stand(ads);
        }
    }

    /// In place of all there was stand these.
    pub(super) fn stand<'a>(&self, ads: impl IntoIterator<Item = &'a Ad>) {
        let mut known = self.news();
        known.places = ads.into_iter().map(|ad| vec![ad.clone()]).collect();
    }

    /// A wrapper has led to these.
    pub(super) fn put(&self, place: usize, ads: &[Ad]) {
        let mut known = self.news();
        if let Some(known) = known.places.get_mut(place) {
            *known = ads.to_vec();
        }
    }

    fn news(&self) -> MutexGuard<'_, Known> {
        let mut known = self.known();
        known.news += 1;
        self.changed.notify_one();
        known
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
