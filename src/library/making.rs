//! Ads whose media is made while they are on offer.

use std::{sync::Arc, time::Duration};

use futures_util::future::join_all;
use url::Url;

use super::{AT_HAND, Answer, Channel, Library};
use crate::{
    conditioning::Wanted,
    creative::{Creative, TextFile, Unusable},
    pod::{AdInfo, Offer, Refused, SkipReason},
    profile::Profile,
};

/// An ad that is being made of an advertiser's file.
#[derive(Clone, Debug)]
pub struct Making {
    /// Its names and beacons, the same value as in its offer.
    pub info: Arc<AdInfo>,
    source: Url,
    captions: Vec<TextFile>,
}

impl Making {
    pub(super) const fn new(info: Arc<AdInfo>, source: Url, captions: Vec<TextFile>) -> Self {
        Self { info, source, captions }
    }

    /// The ad until it is made.
    pub fn offer(&self) -> Offer {
        let late = Refused { reason: SkipReason::TranscodeInProgress, why: None };
        Offer { info: Arc::clone(&self.info), media: Err(late), late_by_making: true }
    }

    fn wanted(&self, profile: Arc<Profile>, channel: &Channel<'_>) -> Wanted {
        Wanted {
            captions: self.captions.clone(),
            names: self.info.media_names(),
            ..Wanted::new(self.source.clone(), profile, channel.by)
        }
    }
}

impl Library {
    /// The ad once its media is made, or once that has failed.
    pub async fn made(&self, making: &Making, channel: &Channel<'_>) -> Offer {
        let made = async {
            let (conditioning, profile) = self.makes(channel).await?;
            conditioning.creative(&making.wanted(profile, channel)).await
        };
        Offer { media: made.await.map_err(Refused::from), ..making.offer() }
    }

    /// What was made of it before, as far as that is found in so short a time; if nothing was, that is
    /// begun.
    pub(super) async fn at_hand(
        &self,
        making: &Making,
        within: Duration,
        channel: &Channel<'_>,
    ) -> Result<Option<Arc<Creative>>, Unusable> {
        let found = async {
            let (conditioning, profile) = self.makes(channel).await?;
            conditioning.at_hand(&making.wanted(profile, channel)).await
        };
        tokio::time::timeout(within, found).await.unwrap_or(Ok(None))
    }

    /// An answer that was kept for a while, with what has been made since.
    pub async fn renewed(&self, answer: Answer, channel: &Channel<'_>) -> Answer {
        let Answer { mut offers, makings } = answer;
        let found = makings.iter().map(|making| self.at_hand(making, AT_HAND, channel));
        let found = join_all(found).await;
        let mut still = Vec::new();
        for (making, found) in makings.into_iter().zip(found) {
            match found.transpose() {
                None => still.push(making),
                Some(media) => {
                    let media = media.map_err(Refused::from);
                    offers.put(&Offer { media, late_by_making: false, ..making.offer() });
                }
            }
        }
        Answer { offers, makings: still }
    }
}
