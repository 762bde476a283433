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
    let mut filling = Filling { channel, room, now, filled: Filled::default() };
    let mut stand_ins = offers.stand_ins.iter();
    let mut twice = Vec::new();
    for offer in &offers.pod {
        if filling.filled.shows(offer) {
            twice.push(offer);
        } else if !filling.try_one(offer) && !offer.info.irreplaceable {
            filling.replace(&mut stand_ins);
        }
    }
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
    channel: &'a [Slot<'a>],
    room: Room,
    now: ProgramTime,
    filled: Filled,
}

impl Filling<'_> {
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
            if !self.filled.shows(offer) && self.try_one(offer) {
                return;
            }
        }
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
    /// Is that creative among the ads taken: the same media, or the same name across ad servers?
    fn shows(&self, offer: &Offer) -> bool {
        let Ok(creative) = &offer.media else { return false };
        let names = &offer.info.universal_ad_ids;
        self.ads.iter().any(|ad| {
            let named = ad.info.universal_ad_ids.iter().any(|id| names.contains(id));
            named || ad.creative.is_same_media(creative)
        })
    }

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
