//! Following wrappers: side by side, in order, within what one break may cost.

use std::{
    pin::Pin,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
};

use futures_util::{StreamExt, future::join, stream};
use url::Url;

use super::{
    AdServer, Hop, Named, Question, Settings, SoFar, Terms, Trouble,
    question::{Draw, Scene},
    send::Sent,
};
use crate::vast::{Ad, Chosen, Kind, Lost, Response, Sequencing};

/// All that one question leads to.
pub(super) struct Walk<'a> {
    pub(super) door: &'a AdServer,
    pub(super) question: &'a Question,
    pub(super) draw: &'a Draw,
    pub(super) terms: Terms,
    pub(super) spent: &'a Spent,
    /// What the ads' sequence means.
    pub(super) sequencing: Sequencing,
    /// Where it can be seen how far it has come.
    pub(super) so_far: Option<&'a SoFar>,
    pub(super) hops: Mutex<Vec<Hop>>,
}

/// What an answer has cost so far, with all that it leads to.
#[derive(Debug, Default)]
pub(super) struct Spent {
    /// Whether it is about several breaks.
    several: bool,
    requests: AtomicUsize,
    ads: AtomicUsize,
    bytes: AtomicUsize,
    /// Bytes of ads that were left out, and are told so.
    told: AtomicUsize,
}

impl Spent {
    /// Of an answer that may be about several breaks: their limits hold for all together, some times
    /// as high as one's.
    pub(super) fn of_several() -> Self {
        Self { several: true, ..Self::default() }
    }

    const fn times(&self) -> usize {
        if self.several { AS_MUCH_AS } else { 1 }
    }

    /// One request more; false where that is one too many.
    fn asks(&self, settings: &Settings) -> bool {
        let most = self.times() * settings.most_requests;
        self.requests.fetch_add(1, Ordering::Relaxed) < most
    }

    /// One ad more that came from so much text; false where that is too much.
    fn affords(&self, bytes: usize, settings: &Settings) -> bool {
        let (most_ads, most_bytes) = self.most(settings);
        self.ads.fetch_add(1, Ordering::Relaxed) < most_ads
            && self.bytes.fetch_add(bytes, Ordering::Relaxed).saturating_add(bytes) <= most_bytes
    }

    /// As many of these ads as it affords; where that is not all, one behind them is lost and says so.
    pub(super) fn share<'a>(
        &self,
        ads: impl Iterator<Item = &'a Ad>,
        settings: &Settings,
    ) -> Vec<Ad> {
        let mut shared = Vec::new();
        for ad in ads {
            if !self.affords(ad.bytes, settings) {
                shared.push(self.left_out(ad, settings));
                break;
            }
            shared.push(ad.clone());
        }
        shared
    }

    /// An ad that was too much, with its names and whom to tell as long as that is not too much too.
    fn left_out(&self, ad: &Ad, settings: &Settings) -> Ad {
        let (_, most) = self.most(settings);
        let told = self.told.fetch_add(ad.bytes, Ordering::Relaxed).saturating_add(ad.bytes);
        let ad = if told <= most { ad.clone() } else { Ad::default() };
        ad.lost(self.too_much(settings))
    }

    fn too_much(&self, settings: &Settings) -> Lost {
        let (ads, bytes) = self.most(settings);
        Lost::TooMuch { ads, bytes }
    }

    fn most(&self, settings: &Settings) -> (usize, usize) {
        (self.times() * 2 * settings.most_ads, self.times() * settings.most_bytes)
    }
}

/// Where the ads of an answer are seen, and from which place on.
#[derive(Clone, Copy)]
struct Seen<'a> {
    so_far: &'a SoFar,
    from: usize,
}

type Ads<'a> = Pin<Box<dyn Future<Output = Vec<Ad>> + Send + 'a>>;

impl<'a> Walk<'a> {
    /// The ads that all of an answer leads to, in its order. One that is nothing but a wrapper stands
    /// for the answer behind it, whose pod and stand-ins are its own.
    pub(super) fn follow(&'a self, ads: Vec<Ad>) -> Ads<'a> {
        let stands_for_another = ads.len() == 1;
        let so_far = self.so_far.map(|so_far| Seen { so_far, from: 0 });
        self.resolve(ads, Vec::new(), stands_for_another, so_far)
    }

    /// Each wrapper becomes the ads it leads to, or one that is lost. `path` are the wrappers' addresses
    /// that led here.
    fn resolve(
        &'a self,
        ads: Vec<Ad>,
        path: Vec<String>,
        stands_for_another: bool,
        seen: Option<Seen<'a>>,
    ) -> Ads<'a> {
        Box::pin(async move {
            let one = |(place, ad)| {
                let path = path.clone();
                async move {
                    let ads = self.one(ad, path, stands_for_another, seen).await;
                    match seen {
                        // Its answer's ads have places of their own.
                        Some(seen) if stands_for_another => seen.so_far.stand(&ads),
                        Some(seen) => seen.so_far.put(seen.from + place, &ads),
                        None => {}
                    }
                    (place, ads)
                }
            };
            let each = stream::iter(ads.into_iter().enumerate()).map(one);
            // One that says nothing holds up only itself.
            let mut each: Vec<_> = each.buffer_unordered(AT_ONCE).collect().await;
            each.sort_unstable_by_key(|(place, _)| *place);
            each.into_iter().flat_map(|(_, ads)| ads).collect()
        })
    }

    async fn one(
        &'a self,
        wrapper: Ad,
        mut path: Vec<String>,
        stands_for_another: bool,
        seen: Option<Seen<'a>>,
    ) -> Vec<Ad> {
        let Kind::Wrapper { tag, allow_multiple_ads, fallback_on_no_ad, .. } = &wrapper.kind else {
            return vec![wrapper];
        };
        path.push(tag.clone());
        let (multiple, fallback) = (*allow_multiple_ads, fallback_on_no_ad.unwrap_or(true));
        let answer = self.answer(&wrapper, &path).await;
        let response = match answer {
            Ok(response) if response.ads.is_empty() => {
                let errors = [wrapper.errors.as_slice(), &response.errors].concat();
                return vec![Ad { errors, ..wrapper }.lost(Lost::Empty)];
            }
            Ok(response) => response,
            Err(lost) => return vec![wrapper.lost(lost)],
        };
        // A place of its own in a pod is all its ads'.
        let is_answer = stands_for_another && multiple && wrapper.sequence.is_none();
        let goes_on = is_answer && response.ads.len() == 1;
        let Chosen { pod, stand_ins } = match is_answer && self.sequencing == Sequencing::Ignore {
            true => Chosen { pod: response.ads, stand_ins: Vec::new() },
            false => Chosen::of(response.ads, multiple),
        };
        let (pod, is_whole) = self.led_to(&wrapper, pod, is_answer);
        let stand_ins = if fallback { stand_ins } else { Vec::new() };
        let stand_ins = stand_ins.into_iter().take(MOST_STAND_INS);
        let (stand_ins, _) = self.led_to(&wrapper, stand_ins, is_answer);
        let seen = seen.filter(|_| is_answer);
        if let Some(seen) = seen {
            seen.so_far.stand(pod.iter().chain(&stand_ins));
        }
        let behind = seen.map(|seen| Seen { from: pod.len(), ..seen });
        let pod = self.resolve(pod, path.clone(), goes_on, seen);
        let (mut ads, spare) = if is_answer {
            join(pod, self.resolve(stand_ins, path, false, behind)).await
        } else {
            let mut ads = pod.await;
            self.replace_lost(&mut ads, stand_ins, &path).await;
            (ads, Vec::new())
        };
        if !is_whole {
            let sequence = ads.iter().filter_map(|ad| ad.sequence).max();
            ads.push(Ad { sequence, ..wrapper.lost(self.spent.too_much(&self.door.settings)) });
        }
        ads.extend(spare);
        if !fallback {
            // Nor may another of the answer that the wrapper stood in.
            ads.iter_mut().filter(|ad| is_lost(ad)).for_each(|ad| ad.irreplaceable = true);
        }
        ads
    }

    /// Puts the first of the stand-ins that leads to an ad behind the first that is lost, whose place is
    /// taken then: no other stands in for it.
    async fn replace_lost(&'a self, ads: &mut Vec<Ad>, stand_ins: Vec<Ad>, path: &[String]) {
        for stand_in in stand_ins {
            let may_be_replaced = |ad: &Ad| is_lost(ad) && !ad.irreplaceable;
            let Some(at) = ads.iter().position(may_be_replaced) else { return };
            let more = self.resolve(vec![stand_in], path.to_vec(), false, None).await;
            let is_found = more.iter().any(|ad| !is_lost(ad));
            let behind = if is_found { at + 1 } else { ads.len() };
            ads.splice(behind..behind, more);
            if is_found {
                ads[at].irreplaceable = true;
                return;
            }
        }
    }

    /// The ads of a wrapped answer that count, as ads of the wrapper, in its place or in their own, and
    /// whether these are all: each has a copy of what its wrappers leave on it, so one question may only
    /// lead to so much.
    fn led_to(
        &self,
        wrapper: &Ad,
        ads: impl IntoIterator<Item = Ad>,
        keep_their_places: bool,
    ) -> (Vec<Ad>, bool) {
        let forbidden =
            matches!(wrapper.kind, Kind::Wrapper { follow_additional_wrappers: false, .. });
        let (mut led_to, mut is_whole) = (Vec::new(), true);
        for ad in ads {
            if !self.spent.affords(ad.bytes + wrapper.bytes, &self.door.settings) {
                is_whole = false;
                break;
            }
            let own = ad.sequence.filter(|_| keep_their_places);
            let mut ad = ad.wrapped_by(wrapper);
            ad.sequence = own.or(ad.sequence);
            led_to.push(match ad.kind {
                Kind::Wrapper { .. } if forbidden => ad.lost(Lost::NotFollowed),
                _ => ad,
            });
        }
        (led_to, is_whole)
    }

    async fn answer(&self, wrapper: &Ad, path: &[String]) -> Result<Response, Lost> {
        let Some((tag, before)) = path.split_last() else { return Err(Lost::NoTag) };
        let settings = &self.door.settings;
        if tag.is_empty() {
            return Err(Lost::NoTag);
        }
        if path.len() > settings.most_wrappers {
            return Err(Lost::TooDeep { limit: settings.most_wrappers });
        }
        if before.contains(tag) {
            return Err(Lost::Loop);
        }
        if !self.spent.asks(settings) {
            return Err(Lost::TooMany { limit: self.spent.times() * settings.most_requests });
        }
        let at = self.door.clock.now();
        let scene = Scene { draw: self.draw, now: at, takes_files: settings.takes_files };
        let url = self.question.expanded_tag(tag, wrapper, scene);
        let outcome = self.request(&url).await;
        let host = Url::parse(&url).ok().and_then(|url| url.host_str().map(str::to_owned));
        let hop = Hop {
            url,
            host: host.unwrap_or_default(),
            at,
            took: self.door.clock.now() - at,
            depth: path.len(),
            outcome: outcome.clone(),
        };
        self.hops.lock().unwrap_or_else(PoisonError::into_inner).push(hop);
        outcome.map_err(|trouble| lost(&trouble))
    }

    async fn request(&self, url: &str) -> Result<Response, Trouble> {
        let url = Url::parse(url).map_err(|_| Trouble::Url)?;
        let sent = Sent::to_others(&self.question.session);
        self.door.get(&url, sent, Named::ByWrapper, self.terms).await
    }
}

const fn is_lost(ad: &Ad) -> bool {
    matches!(ad.kind, Kind::Lost(_))
}

/// What trouble with a wrapper's address is to the ad.
fn lost(trouble: &Trouble) -> Lost {
    match trouble {
        Trouble::NoAdServer | Trouble::Url | Trouble::Blocked(_) => {
            Lost::Address(trouble.to_string())
        }
        Trouble::Busy { .. } | Trouble::TimedOut { .. } => Lost::TimedOut,
        Trouble::Fetch(_) | Trouble::Status(_) | Trouble::Resting { .. } => {
            Lost::NoAnswer(trouble.to_string())
        }
        Trouble::Unreadable(error) => {
            Lost::Unreadable { code: error.code(), why: error.to_string() }
        }
    }
}

/// Wrappers of one answer followed at once; the others wait.
const AT_ONCE: usize = 8;
/// All breaks of one answer together may cost as much as so many alone.
const AS_MUCH_AS: usize = 4;
/// Stand-ins that are tried in the place of one wrapper's lost ad.
const MOST_STAND_INS: usize = 5;
