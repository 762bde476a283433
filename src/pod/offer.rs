//! What an ad server offers, in the order in which it is to be tried.

use std::sync::Arc;

use url::Url;

use crate::{
    creative::{self, Creative, Unusable},
    vast,
};

use super::{AdInfo, SkipReason};

/// One ad and its media, before it is known whether it suits a channel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offer {
    /// Its names and beacons.
    pub info: Arc<AdInfo>,
    /// Its media, or why it has none.
    pub media: Result<Arc<Creative>, Refused>,
}

/// All that one answer offers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Offers {
    /// To be tried in this order.
    pub pod: Vec<Offer>,
    /// Each replaces one of the pod that cannot be shown (rule D-22), in this order.
    pub stand_ins: Vec<Offer>,
}

/// Why an ad is not shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// As a label.
    pub reason: SkipReason,
    /// With its values, where the media is the reason.
    pub why: Option<Unusable>,
}

/// The ads of an answer as its pod and its stand-ins (rule D-20): ads with a sequence play in its
/// order, equal ones as they came, and those without stand in for them; without any sequence all
/// play in document order.
pub fn order(ads: Vec<vast::Ad>) -> (Vec<vast::Ad>, Vec<vast::Ad>) {
    let (mut pod, rest): (Vec<_>, Vec<_>) = ads.into_iter().partition(|ad| ad.sequence.is_some());
    if pod.is_empty() {
        return (rest, pod);
    }
    pod.sort_by_key(|ad| ad.sequence);
    (pod, rest)
}

/// Where an ad's media is.
///
/// # Errors
/// Why it has none that could be shown here.
pub fn media_url(ad: &vast::Ad) -> Result<Url, Refused> {
    let refused = |reason| Err(Refused { reason, why: None });
    match &ad.kind {
        vast::Kind::Wrapper { tag, .. } if tag.is_empty() => {
            return refused(SkipReason::InvalidVastWrapperAd);
        }
        vast::Kind::Wrapper { .. } => return refused(SkipReason::WrapperNotFollowed),
        vast::Kind::InLine if ad.conditional => return refused(SkipReason::ConditionalAd),
        vast::Kind::InLine => {}
    }
    let Some((_, linear)) = ad.linear() else { return refused(SkipReason::VastParsingError) };
    let file = creative::media_file(linear).ok_or(Unusable::NoPlayableMedia)?;
    let url = Url::parse(&file.uri).ok().filter(|url| matches!(url.scheme(), "http" | "https"));
    Ok(url.ok_or_else(|| Unusable::Address { url: file.uri.clone() })?)
}

impl From<Unusable> for Refused {
    fn from(why: Unusable) -> Self {
        Self { reason: SkipReason::of(&why), why: Some(why) }
    }
}
