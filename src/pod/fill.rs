//! Choosing the ads of a break.

use std::{slice, sync::Arc};

use crate::{
    creative::{self, Slot},
    units::MediaDuration,
};

use super::{Ad, MOST_ADS, Offer, Offers, Refused, Room, SkipReason, Skipped};

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
pub fn fill(offers: &Offers, channel: &[Slot<'_>], room: Room) -> Filled {
    let mut filling = Filling { channel, room, filled: Filled::default() };
    let mut stand_ins = offers.stand_ins.iter();
    for offer in &offers.pod {
        if !filling.try_one(offer) {
            filling.replace(&mut stand_ins);
        }
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

    fn replace(&mut self, stand_ins: &mut slice::Iter<'_, Offer>) {
        for offer in stand_ins.by_ref() {
            if self.try_one(offer) {
                return;
            }
        }
    }

    fn suiting(&self, offer: &Offer) -> Result<Ad, Refused> {
        let creative = offer.media.clone()?;
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
