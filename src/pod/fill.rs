//! Choosing the ads of a break.

use std::{slice, sync::Arc};

use crate::{
    creative::{self, Slot},
    units::{MediaDuration, ProgramTime},
};

use super::{Ad, Cause, MOST_ADS, Offer, Offers, Refused, Room, SkipReason, Skipped};

/// What fills a break, and what does not.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filled {
    /// In playing order; may be empty.
    pub ads: Vec<Ad>,
    /// In the order in which they were tried.
    pub skipped: Vec<Skipped>,
}

/// Takes, in order, the ads that suit the channel and fit the room; one that does not is replaced by
/// the next stand-in that does. Lengths are those of the media, whatever the ad server claims.
/// What has expired `now` is not taken.
pub fn fill(offers: &Offers, channel: &[Slot<'_>], room: Room, now: ProgramTime) -> Filled {
    fill_behind(&[], offers, channel, room, now)
}

/// The same of the first ads of an answer: none plays twice, since others are still to come.
pub fn fill_first(offers: &Offers, channel: &[Slot<'_>], room: Room, now: ProgramTime) -> Filled {
    let mut filling = Filling { shown: &[], channel, room, now, filled: Filled::default() };
    let _left_for_later = filling.try_each_once(offers);
    filling.filled
}

/// The same of ads that follow those the break shows already, which the room is without.
pub fn fill_behind(
    shown: &[Ad],
    offers: &Offers,
    channel: &[Slot<'_>],
    room: Room,
    now: ProgramTime,
) -> Filled {
    let mut filling = Filling { shown, channel, room, now, filled: Filled::default() };
    let (twice, mut stand_ins) = filling.try_each_once(offers);
    // Only where there is nothing else (rule D-35).
    for offer in twice {
        filling.replace(&mut stand_ins);
        filling.try_again(offer);
    }
    filling.filled
}

/// Takes, in order, the ads that fit the room; the others are skipped with
/// [`SkipReason::AvailDurationExceeded`].
pub fn fit(candidates: Vec<Ad>, room: Room) -> (Vec<Ad>, Vec<Skipped>) {
    let mut filled = Filled::default();
    for ad in candidates {
        match filled.fits(ad.creative.duration, room) {
            Ok(()) => filled.ads.push(ad),
            Err(refused) => filled.skip(&ad.info, refused, Some(ad.creative.duration)),
        }
    }
    (filled.ads, filled.skipped)
}

struct Filling<'a> {
    shown: &'a [Ad],
    channel: &'a [Slot<'a>],
    room: Room,
    now: ProgramTime,
    filled: Filled,
}

impl Filling<'_> {
    /// Tries the pod; gives the ads whose creatives are shown before them, and the stand-ins left.
    fn try_each_once<'o>(
        &mut self,
        offers: &'o Offers,
    ) -> (Vec<&'o Offer>, slice::Iter<'o, Offer>) {
        let mut stand_ins = offers.stand_ins.iter();
        let mut twice = Vec::new();
        for offer in &offers.pod {
            if self.shows(offer) {
                twice.push(offer);
            } else if !self.try_one(offer) && !offer.info.irreplaceable {
                self.replace(&mut stand_ins);
            }
        }
        (twice, stand_ins)
    }

    /// Takes an ad or notes why not.
    fn try_one(&mut self, offer: &Offer) -> bool {
        match self.suiting(offer) {
            Ok(ad) => self.filled.ads.push(ad),
            Err(refused) => {
                let measured = offer.media.as_ref().ok().map(|creative| creative.duration);
                self.filled.skip(&offer.info, refused, measured);
                return false;
            }
        }
        true
    }

    /// Shows a creative a second time, if there is room left.
    fn try_again(&mut self, offer: &Offer) {
        let room_left = self.suiting(offer);
        match (room_left, &offer.media) {
            (Ok(ad), _) => self.filled.ads.push(ad),
            (Err(_), Ok(creative)) => {
                let refused = Refused { reason: SkipReason::DuplicateCreative, why: None };
                self.filled.skip(&offer.info, refused, Some(creative.duration));
            }
            (Err(refused), Err(_)) => self.filled.skip(&offer.info, refused, None),
        }
    }

    fn replace(&mut self, stand_ins: &mut slice::Iter<'_, Offer>) {
        for offer in stand_ins.by_ref() {
            if !self.shows(offer) && self.try_one(offer) {
                return;
            }
        }
    }

    /// Is that creative among the ads taken or shown: the same media, or the same name across ad servers?
    fn shows(&self, offer: &Offer) -> bool {
        let Ok(creative) = &offer.media else { return false };
        let names = &offer.info.universal_ad_ids;
        self.shown.iter().chain(&self.filled.ads).any(|ad| {
            let named = ad.info.universal_ad_ids.iter().any(|id| names.contains(id));
            named || ad.creative.is_same_media(creative)
        })
    }

    fn suiting(&self, offer: &Offer) -> Result<Ad, Refused> {
        let creative = offer.media.clone()?;
        if let Some((secs, _)) = offer.info.expires.filter(|(_, until)| self.now > *until) {
            return Err(Cause::Expired(secs).into());
        }
        let matched = creative::matching(&creative, self.channel)?.into();
        self.filled.fits(creative.duration, self.room)?;
        Ok(Ad { creative, matched, info: Arc::clone(&offer.info) })
    }
}

impl Filled {
    /// Whether one more ad of that length fits.
    fn fits(&self, ad: MediaDuration, room: Room) -> Result<(), Refused> {
        let taken: MediaDuration = self.ads.iter().map(|ad| ad.creative.duration).sum();
        if self.ads.len() < MOST_ADS && room.takes(taken + ad) {
            Ok(())
        } else {
            Err(Refused { reason: SkipReason::AvailDurationExceeded, why: None })
        }
    }

    fn skip(
        &mut self,
        info: &Arc<super::AdInfo>,
        Refused { reason, why }: Refused,
        measured: Option<MediaDuration>,
    ) {
        self.skipped.push(Skipped { info: Arc::clone(info), reason, why, measured });
    }
}
