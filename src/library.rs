//! Creatives by address: fetched once for everyone, read, checked, kept.
//!
//! The one door to the media of ads and slate. Each address is fetched once at a time however many
//! want it, by a task of its own, so that whoever asked first may go away; what was found is kept
//! for minutes, what went wrong for seconds. Addresses come from ad servers, so each is admitted by
//! the guard. Deliberately absent: changing media, and deciding what suits a channel.

use std::{sync::Arc, time::Duration};

use futures_util::future::join_all;
use moka::policy::EvictionPolicy;
use tokio::sync::Semaphore;
use url::Url;

use crate::{
    adserver::Asked,
    clock::Clock,
    creative::{Creative, Failure, Unusable},
    fetch::{Client, Flights, Lost},
    pod::{self, AdInfo, MOST_ADS, Offer, Offers, Refused, SkipReason},
    units::MediaDuration,
    vast,
};

mod keep;
mod reading;
#[cfg(test)]
mod tests;

use keep::Keep;

/// What was found at an address.
type Found = Result<Arc<Creative>, Unusable>;

/// Creatives by address; clones share what is kept.
#[derive(Clone, Debug)]
pub struct Library(Arc<Shelves>);

#[derive(Debug)]
struct Shelves {
    client: Client,
    settings: Settings,
    kept: moka::future::Cache<Url, Found>,
    flights: Flights<Url, Found>,
    /// Bounds the creatives that are being fetched; more wait.
    desks: Arc<Semaphore>,
}

/// What holds for all creatives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settings {
    /// Longest time for one playlist or segment.
    pub timeout: Duration,
    /// Most bytes of one playlist, decompressed.
    pub limit: usize,
    /// How long a creative is kept.
    pub keep: Duration,
    /// How long a failure is kept.
    pub keep_failure: Duration,
    /// Most segments kept of all creatives together, renditions counted each.
    pub capacity: u64,
    /// Most creatives being fetched at once.
    pub at_once: usize,
    /// Most creatives being fetched or waiting for it.
    pub waiting: usize,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            timeout: Duration::from_secs(3),
            limit: 2 << 20,
            keep: Duration::from_secs(600),
            keep_failure: Duration::from_secs(15),
            capacity: 500_000,
            at_once: 32,
            waiting: 2_000,
        }
    }
}

impl Library {
    /// A library that fetches through `client`.
    pub fn new(client: Client, clock: Clock, settings: Settings) -> Self {
        let kept = moka::future::Cache::builder()
            .max_capacity(settings.capacity)
            .weigher(|_, found: &Found| keep::weight(found))
            .eviction_policy(EvictionPolicy::lru())
            .expire_after(Keep { found: settings.keep, failure: settings.keep_failure })
            .build();
        let flights = Flights::new(clock, settings.waiting);
        let desks = Arc::new(Semaphore::new(settings.at_once));
        Self(Arc::new(Shelves { client, settings, kept, flights, desks }))
    }

    /// The creative at `url`, an HLS playlist; lawful (see [`Creative::read`]), and readable by
    /// players of any site.
    ///
    /// # Errors
    /// Why it cannot be shown in any channel.
    pub async fn creative(&self, url: &Url) -> Found {
        if let Some(found) = self.0.kept.get(url).await {
            return found;
        }
        let work = || Arc::clone(&self.0).fetch(url.clone());
        match self.0.flights.get(url.clone(), work).await {
            Ok(found) => found,
            Err(Lost::TooMany { .. }) => Err(Unusable::Busy),
            Err(Lost::CutOff) => {
                let host = url.host_str().unwrap_or_default().to_owned();
                Err(Unusable::Fetch { host, failure: Failure::CutOff })
            }
        }
    }

    /// The media of an answer's ads, fetched side by side; at most [`MOST_ADS`] of the pod and as
    /// many stand-ins; none where there is no answer. What is not there within `patience` is refused as
    /// [`SkipReason::ImportInProgress`], and goes on being fetched for whoever asks next.
    pub async fn offers(&self, asked: &Asked, patience: MediaDuration) -> Offers {
        let (pod, stand_ins) = pod::order(asked.ads.clone(), asked.sequencing);
        let patience = patience.to_std();
        let all = |ads: Vec<vast::Ad>| async move {
            let ads = ads.iter().take(MOST_ADS);
            join_all(ads.map(|ad| self.offer(ad, asked, patience))).await
        };
        let (pod, stand_ins) = tokio::join!(all(pod), all(stand_ins));
        Offers { pod, stand_ins }
    }

    async fn offer(&self, ad: &vast::Ad, asked: &Asked, patience: Duration) -> Offer {
        let transaction_id = asked.transaction_id.clone();
        let info = AdInfo { transaction_id, ..AdInfo::of(ad, &asked.host) };
        let info = Arc::new(info.asked_at(asked.at, ad));
        let media = async {
            let url = pod::media_url(ad)?;
            Ok(self.creative(&url).await?)
        };
        let late = Refused { reason: SkipReason::ImportInProgress, why: None };
        let media = tokio::time::timeout(patience, media).await.unwrap_or(Err(late));
        Offer { info, media }
    }
}

impl Shelves {
    /// Fetches a creative and keeps what comes of it.
    async fn fetch(self: Arc<Self>, url: Url) -> (Found, MediaDuration) {
        // Someone may have been done between the caller's look and now.
        if let Some(found) = self.kept.get(&url).await {
            return (found, MediaDuration::ZERO);
        }
        let _desk = self.desks.acquire().await;
        let found = reading::creative(&self.client, &self.settings, &url).await.map(Arc::new);
        if let Err(why) = &found {
            tracing::warn!(host = url.host_str().unwrap_or_default(), path = url.path(), %why, "creative unusable");
        }
        self.kept.insert(url, found.clone()).await;
        (found, MediaDuration::ZERO)
    }
}
