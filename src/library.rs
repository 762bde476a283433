//! Creatives by address: fetched once for everyone, read, checked, kept.
//!
//! The one door to the media of ads and slate. Each address is fetched once at a time however many
//! want it, by a task of its own, so that whoever asked first may go away; what was found is kept
//! for minutes, what went wrong for seconds. Addresses come from ad servers, so each is admitted by
//! the guard. What does not suit a channel, or is a file, is made by `conditioning` where that is there.
//! Deliberately absent: changing media, and deciding what suits a channel.

use std::{sync::Arc, time::Duration};

use futures_util::future::join_all;
use moka::policy::EvictionPolicy;
use tokio::sync::watch;
use url::Url;

use crate::{
    adserver::Asked,
    clock::Clock,
    conditioning::{self, Conditioning, Cut, Wanted},
    configuration::StreamingMedia,
    creative::{Creative, Failure, Unfit, Unusable},
    fetch::{Client, Flights, Lost},
    pod::{self, AdInfo, MOST_ADS, Offer, Offers, Refused, SkipReason},
    profile::Profile,
    units::{MediaDuration, ProgramTime},
    vast,
};

mod choice;
mod desks;
mod keep;
mod making;
mod reading;
#[cfg(test)]
mod tests;

pub use making::Making;

use desks::Desks;
use keep::Keep;

/// The channel that creatives are wanted for.
pub struct Channel<'a> {
    /// What they have to be, once that is known, or why none can be made.
    pub profile: Profiles,
    /// Whether one may be stitched in as it is.
    pub suits: &'a (dyn Fn(&Creative) -> Result<(), Unusable> + Sync),
    /// When they are to be shown.
    pub by: ProgramTime,
    /// What is done with their playlists.
    pub streaming: StreamingMedia,
}

/// What a channel's creatives have to be, once that is known.
type Profiles = watch::Receiver<Option<Result<Arc<Profile>, Unfit>>>;

/// What an answer's ads came to.
#[derive(Clone, Debug, Default)]
pub struct Answer {
    /// As they are on offer now.
    pub offers: Offers,
    /// Those of them that are still being made.
    pub makings: Vec<Making>,
}

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
    conditioning: Option<Conditioning>,
    /// Bounds the creatives that are being fetched; more wait.
    desks: Desks,
}

/// What holds for all creatives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settings {
    /// Longest time for one playlist or segment.
    pub timeout: Duration,
    /// Longest time for all of a creative.
    pub whole: Duration,
    /// Most bytes of one playlist, decompressed.
    pub limit: usize,
    /// How long a creative is kept.
    pub keep: Duration,
    /// How long a failure is kept.
    pub keep_failure: Duration,
    /// Most bytes kept of all creatives together.
    pub capacity: u64,
    /// Most creatives being fetched at once.
    pub at_once: usize,
    /// Most creatives of one host being fetched at once.
    pub per_host: usize,
    /// Most creatives of one host waiting for that; an answer has no more ads and stand-ins.
    pub waiting_per_host: usize,
    /// Most creatives being fetched or waiting for it.
    pub waiting: usize,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            timeout: Duration::from_secs(3),
            whole: Duration::from_secs(10),
            limit: 2 << 20,
            keep: Duration::from_secs(600),
            keep_failure: Duration::from_secs(15),
            capacity: 256 << 20,
            at_once: 32,
            per_host: 8,
            waiting_per_host: 2 * MOST_ADS,
            waiting: 2_000,
        }
    }
}

impl<'a> Channel<'a> {
    /// One that wants creatives now.
    pub fn of(
        profile: Profiles,
        suits: &'a (dyn Fn(&Creative) -> Result<(), Unusable> + Sync),
    ) -> Self {
        let (by, streaming) = (ProgramTime::from_millis(0), StreamingMedia::default());
        Self { profile, suits, by, streaming }
    }

    /// None in particular: it takes whatever is HLS, and nothing is made for it.
    pub fn any() -> Self {
        Self::of(watch::channel(None).1, &|_| Ok(()))
    }
}

impl std::fmt::Debug for Channel<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Channel").field("by", &self.by).finish_non_exhaustive()
    }
}

impl Library {
    /// A library that fetches through `client`, and has made what `conditioning` can make.
    pub fn new(
        client: Client,
        clock: Clock,
        settings: Settings,
        conditioning: Option<Conditioning>,
    ) -> Self {
        let kept = moka::future::Cache::builder()
            .max_capacity(settings.capacity)
            .weigher(|_, found: &Found| keep::weight(found))
            .eviction_policy(EvictionPolicy::lru())
            .expire_after(Keep { found: settings.keep, failure: settings.keep_failure })
            .build();
        let flights = Flights::new(clock.clone(), settings.waiting);
        let desks = Desks::new(clock, settings);
        Self(Arc::new(Shelves { client, settings, kept, flights, conditioning, desks }))
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
            Err(Lost::CutOff) => Err(Unusable::fetching(url, Failure::CutOff)),
        }
    }

    /// The media of an answer's ads, fetched side by side; at most [`MOST_ADS`] of the pod and as
    /// many stand-ins; none where there is no answer. What is not there within `patience` is refused as
    /// [`SkipReason::ImportInProgress`] or [`SkipReason::TranscodeInProgress`], and goes on being
    /// fetched and, once the channel is known, made.
    pub async fn offers(
        &self,
        asked: &Asked,
        patience: MediaDuration,
        channel: &Channel<'_>,
    ) -> Answer {
        let (pod, stand_ins) = pod::order(asked.ads.clone(), asked.sequencing);
        let patience = patience.to_std();
        let behind = pod.len();
        let all = |ads: Vec<vast::Ad>, first: usize| async move {
            let ads = ads.iter().take(MOST_ADS).enumerate();
            let offer = |(at, ad)| self.offer(ad, first + at, asked, patience, channel);
            join_all(ads.map(offer)).await
        };
        let (pod, stand_ins) = tokio::join!(all(pod, 0), all(stand_ins, behind));
        let makings = pod.iter().chain(&stand_ins).filter_map(|(_, making)| making.clone());
        let makings = makings.collect();
        let offers = |all: Vec<(Offer, _)>| all.into_iter().map(|(offer, _)| offer).collect();
        Answer { makings, offers: Offers { pod: offers(pod), stand_ins: offers(stand_ins) } }
    }

    async fn offer(
        &self,
        ad: &vast::Ad,
        place: usize,
        asked: &Asked,
        patience: Duration,
        channel: &Channel<'_>,
    ) -> (Offer, Option<Making>) {
        let transaction_id = asked.transaction_id.clone();
        let info = AdInfo { transaction_id, place, ..AdInfo::of(ad, &asked.host) };
        let info = Arc::new(info.asked_at(asked.at, ad));
        let found = match pod::Media::of(ad) {
            Ok(media) => self.medium(&media, &info, patience, channel).await,
            Err(why) => Err((why, None)),
        };
        let (media, making) = match found {
            Ok(creative) => (Ok(creative), None),
            Err((why, making)) => (Err(why), making),
        };
        (Offer { info, media, late_by_making: false }, making)
    }

    /// A playlist that suits the channel, else what is made of the file; or why it is not there, and
    /// what is still being made.
    async fn medium(
        &self,
        media: &pod::Media,
        info: &Arc<AdInfo>,
        patience: Duration,
        channel: &Channel<'_>,
    ) -> Result<Arc<Creative>, (Refused, Option<Making>)> {
        let mut refused = Unusable::NoPlayableMedia.into();
        let makes = self.0.conditioning.is_some();
        if let Some(url) = choice::as_it_is(media, channel.streaming, makes) {
            let late = Refused { reason: SkipReason::ImportInProgress, why: None };
            let read = tokio::time::timeout(patience, self.creative(url)).await;
            refused =
                match read.map(|found| found.and_then(|one| (channel.suits)(&one).map(|()| one))) {
                    Ok(Ok(creative)) => return Ok(creative),
                    Ok(Err(why)) => why.into(),
                    Err(_) => late,
                };
        }
        let source = choice::to_be_made(media, channel.streaming, &refused);
        let Some(source) = source.filter(|_| makes) else { return Err((refused, None)) };
        let making = Making::new(Arc::clone(info), source.clone(), media.captions.clone());
        // What is not made yet takes longer than anybody should wait for it.
        match self.at_hand(&making, patience.clamp(AT_LEAST, AT_HAND), channel).await {
            Ok(Some(creative)) => Ok(creative),
            Ok(None) => {
                let late = Refused { reason: SkipReason::TranscodeInProgress, why: None };
                Err((late, Some(making)))
            }
            Err(why) => Err((why.into(), None)),
        }
    }

    /// What fills gaps, made of the file at `source` for a channel, once it is.
    async fn filler(&self, source: Url, channel: &Channel<'_>) -> Found {
        let wanted =
            |profile| Wanted { cut: Cut::Fine, ..Wanted::new(source, profile, channel.by) };
        let (conditioning, profile) = self.makes(channel).await?;
        conditioning.creative(&wanted(profile)).await
    }

    /// What makes creatives for a channel, and what they have to be.
    async fn makes(
        &self,
        channel: &Channel<'_>,
    ) -> Result<(&Conditioning, Arc<Profile>), Unusable> {
        let conditioning = self.0.conditioning.as_ref().ok_or(Unusable::NoPlayableMedia)?;
        let mut profile = channel.profile.clone();
        let known = profile.wait_for(Option::is_some).await.ok().and_then(|known| known.clone());
        let profile = known.unwrap_or(Err(Unfit::Channel { why: String::from("it is gone") }))?;
        Ok((conditioning, profile))
    }

    /// The slate at `url`, a file, for a channel, once it is made.
    ///
    /// # Errors
    /// Why nothing can be made of it, or for the channel.
    pub async fn slate(&self, url: &Url, channel: &Channel<'_>) -> Found {
        self.filler(url.clone(), channel).await
    }

    /// Black and silence for a channel, once they are made.
    ///
    /// # Errors
    /// Why nothing can be made for the channel.
    pub async fn pad(&self, channel: &Channel<'_>) -> Found {
        self.filler(conditioning::pad(), channel).await
    }

    /// What makes creatives, where that can be done.
    pub fn conditioning(&self) -> Option<&Conditioning> {
        self.0.conditioning.as_ref()
    }
}

impl Shelves {
    /// Fetches a creative and keeps what comes of it.
    async fn fetch(self: Arc<Self>, url: Url) -> (Found, MediaDuration) {
        // Someone may have been done between the caller's look and now.
        if let Some(found) = self.kept.get(&url).await {
            return (found, MediaDuration::ZERO);
        }
        let _desk = match self.desks.turn(&url).await {
            Ok(desk) => desk,
            // Not kept: there may be room again at once.
            Err(why) => return (Err(why), MediaDuration::ZERO),
        };
        let found = reading::within(&self.client, &self.settings, &url).await;
        self.desks.note(&url, &found);
        let found = found.map(Arc::new);
        if let Err(why) = &found {
            tracing::warn!(host = url.host_str().unwrap_or_default(), path = url.path(), %why, "creative unusable");
        }
        self.kept.insert(url, found.clone()).await;
        (found, MediaDuration::ZERO)
    }
}

/// How long a creative that is made already may take to be found: its host is asked for a byte. A part
/// of half a target duration, which is as long as a playlist waits for the answer.
const AT_HAND: Duration = Duration::from_millis(400);
/// And if there is no more time: enough where nobody has to be asked.
const AT_LEAST: Duration = Duration::from_millis(100);
