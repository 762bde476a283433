//! What an ad server offers, in the order in which it is to be tried.

use std::sync::Arc;

use url::Url;

use crate::{
    creative::{Creative, Files, TextFile, Unusable},
    units::ProgramTime,
    vast::{self, Kind, Sequencing},
};

use super::{AdInfo, Cause, SkipReason, Skipped};

/// One ad and its media, before it is known whether it suits a channel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offer {
    /// Its names and beacons.
    pub info: Arc<AdInfo>,
    /// Its media, or why it has none.
    pub media: Result<Arc<Creative>, Refused>,
    /// Its media was not made when it was asked for: where it is too late for a break, this is why.
    pub late_by_making: bool,
}

/// All that one answer offers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Offers {
    /// To be tried in this order.
    pub pod: Vec<Offer>,
    /// Each replaces one of the pod that cannot be shown (rule D-22), in this order.
    pub stand_ins: Vec<Offer>,
}

impl Offers {
    /// Whether any of it can be shown at once.
    pub fn is_at_hand(&self) -> bool {
        self.pod.iter().chain(&self.stand_ins).any(|offer| offer.media.is_ok())
    }

    /// Refuses the ads that may not be shown any more.
    pub fn expire(&mut self, now: ProgramTime) {
        for offer in self.pod.iter_mut().chain(&mut self.stand_ins) {
            let expired = offer.info.expires.filter(|(_, until)| now > *until);
            if let (Ok(_), Some((secs, _))) = (&offer.media, expired) {
                offer.media = Err(Cause::Expired(secs).into());
            }
        }
    }

    /// Whether that ad is of the pod, and not one that only stands in for others.
    pub fn asks_for(&self, info: &Arc<AdInfo>) -> bool {
        self.pod.iter().any(|offer| Arc::ptr_eq(&offer.info, info))
    }

    /// Puts an ad in the place of what it was before its media was made; false where it is not known.
    pub fn put(&mut self, made: &Offer) -> bool {
        let mut all = self.pod.iter_mut().chain(&mut self.stand_ins);
        let known = all.find(|offer| Arc::ptr_eq(&offer.info, &made.info));
        known.map(|known| known.clone_from(made)).is_some()
    }

    /// Adds others behind it, each once: one that is known is put in its place.
    pub fn extend(&mut self, more: Self) {
        for offer in more.pod {
            if !self.put(&offer) {
                self.pod.push(offer);
            }
        }
        for offer in more.stand_ins {
            if !self.put(&offer) {
                self.stand_ins.push(offer);
            }
        }
    }

    /// Leaves these ads out.
    pub fn without(&mut self, ads: &[Offer]) {
        let stays = |one: &Offer| !ads.iter().any(|ad| Arc::ptr_eq(&ad.info, &one.info));
        self.pod.retain(stays);
        self.stand_ins.retain(stays);
    }
}

/// Why an ad is not shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// As a label.
    pub reason: SkipReason,
    /// In the ad's own terms, where it is the ad.
    pub why: Option<Cause>,
}

/// The ads of an answer as its pod and its stand-ins; equal sequences stay as they came.
pub fn order(ads: Vec<vast::Ad>, sequencing: Sequencing) -> (Vec<vast::Ad>, Vec<vast::Ad>) {
    if sequencing == Sequencing::Ignore {
        return (ads, Vec::new());
    }
    let (mut pod, rest): (Vec<_>, Vec<_>) = ads.into_iter().partition(|ad| ad.sequence.is_some());
    if pod.is_empty() && sequencing == Sequencing::Standard {
        return (rest, pod);
    }
    pod.sort_by_key(|ad| ad.sequence);
    (pod, rest)
}

/// The ads of a pod that came too late for its break, each with what would have kept it out anyway.
pub fn too_late(offers: &Offers) -> Vec<Skipped> {
    let late = |late_by_making| match late_by_making {
        true => Refused { reason: SkipReason::TranscodeInProgress, why: None },
        false => Refused { reason: SkipReason::AdsTimeout, why: None },
    };
    let skipped = offers.pod.iter().map(|offer| {
        let refused = offer.media.as_ref().err().cloned();
        let Refused { reason, why } = refused.unwrap_or_else(|| late(offer.late_by_making));
        let measured = offer.media.as_ref().ok().map(|creative| creative.duration);
        Skipped { info: Arc::clone(&offer.info), reason, why, measured }
    });
    skipped.collect()
}

/// Where an ad's media is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Media {
    /// A playlist to stitch as it is.
    pub playlist: Option<Url>,
    /// A file to condition.
    pub file: Option<Url>,
    /// Captions that belong to it.
    pub captions: Vec<TextFile>,
}

impl Media {
    /// That of an ad; one of both is there.
    ///
    /// # Errors
    /// Why it has none that could be shown here.
    pub fn of(ad: &vast::Ad) -> Result<Self, Refused> {
        match &ad.kind {
            Kind::Lost(why) => return Err(Cause::Lost(why.clone()).into()),
            Kind::Wrapper { tag, .. } if tag.is_empty() => {
                return Err(Cause::Lost(vast::Lost::NoTag).into());
            }
            // Whoever asked has followed those that could be.
            Kind::Wrapper { .. } => return Err(Cause::Lost(vast::Lost::NotFollowed).into()),
            Kind::InLine if ad.conditional => return Err(Cause::Conditional.into()),
            Kind::InLine => {}
        }
        let (_, linear) = ad.linear().ok_or_else(|| not_linear(ad))?;
        let files = Files::of(linear);
        let written = files.named().ok_or_else(|| not_media(linear))?;
        let url = |text: &str| {
            Url::parse(text).ok().filter(|url| matches!(url.scheme(), "http" | "https"))
        };
        let captions = linear.captions.iter().take(MOST_CAPTIONS).filter_map(|file| {
            Some(TextFile { url: url(&file.uri)?, language: file.language.clone() })
        });
        let media = Self {
            playlist: files.playlist.and_then(url),
            file: files.file.and_then(url),
            captions: captions.collect(),
        };
        match media {
            Self { playlist: None, file: None, .. } => {
                Err(Unusable::Address { url: written.to_owned() }.into())
            }
            media => Ok(media),
        }
    }
}

fn not_linear(ad: &vast::Ad) -> Cause {
    if ad.creatives.is_empty() {
        Cause::NoCreative
    } else if ad.creatives.iter().any(|creative| !creative.non_linears.is_empty()) {
        Cause::Overlay
    } else {
        Cause::NotLinear
    }
}

/// Programs alone are no media; what else there is is none that can be shown here.
fn not_media(linear: &vast::Linear) -> Cause {
    let files = &linear.media_files;
    let mut names: Vec<&str> = files.iter().filter_map(|f| f.api_framework.as_deref()).collect();
    if names.is_empty() || names.len() < files.len() {
        return Cause::Media(Unusable::NoPlayableMedia);
    }
    names.sort_unstable();
    names.dedup();
    Cause::Programs(names.join(", "))
}

impl From<Unusable> for Refused {
    fn from(why: Unusable) -> Self {
        Cause::Media(why).into()
    }
}

impl From<Cause> for Refused {
    fn from(why: Cause) -> Self {
        Self { reason: why.reason(), why: Some(why) }
    }
}

/// An ad has captions in a few languages.
const MOST_CAPTIONS: usize = 10;
