//! Following wrappers: side by side, in order, within what one break may cost.

use std::{
    pin::Pin,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
};

use futures_util::{StreamExt, stream};
use url::Url;

use super::{AdServer, Hop, Limits, Question, Trouble, question::Draw, send::Sent};
use crate::vast::{Ad, Chosen, Kind, Lost, Response};

/// All that one question leads to.
pub(super) struct Walk<'a> {
    pub(super) door: &'a AdServer,
    pub(super) question: &'a Question,
    pub(super) draw: &'a Draw,
    pub(super) limits: Limits,
    pub(super) requests: AtomicUsize,
    pub(super) hops: Mutex<Vec<Hop>>,
}

type Ads<'a> = Pin<Box<dyn Future<Output = Vec<Ad>> + Send + 'a>>;

impl<'a> Walk<'a> {
    /// The ads that `ads` lead to, in their order: each wrapper becomes the ads it leads to, or one
    /// that is lost. `path` are the wrappers' addresses that led here.
    pub(super) fn resolve(&'a self, ads: Vec<Ad>, path: Vec<String>) -> Ads<'a> {
        Box::pin(async move {
            let each = stream::iter(ads).map(|ad| self.one(ad, path.clone()));
            each.buffered(AT_ONCE).concat().await
        })
    }

    async fn one(&'a self, wrapper: Ad, mut path: Vec<String>) -> Vec<Ad> {
        let Kind::Wrapper { tag, allow_multiple_ads, fallback_on_no_ad, .. } = &wrapper.kind else {
            return vec![wrapper];
        };
        path.push(tag.clone());
        let (multiple, fallback) = (*allow_multiple_ads, fallback_on_no_ad.unwrap_or(true));
        let found = match self.answer(&wrapper, &path).await {
            Ok(response) if response.ads.is_empty() => {
                let errors = [wrapper.errors.as_slice(), &response.errors].concat();
                return vec![Ad { errors, ..wrapper.clone() }.lost(Lost::Empty)];
            }
            Ok(response) => self.led_to(&wrapper, response, multiple),
            Err(lost) => return vec![wrapper.clone().lost(lost)],
        };
        let mut ads = self.resolve(found.pod, path.clone()).await;
        let is_lost = |ad: &Ad| matches!(ad.kind, Kind::Lost(_));
        for stand_in in found.stand_ins {
            if !fallback || !ads.iter().any(is_lost) {
                break;
            }
            let more = self.resolve(vec![stand_in], path.clone()).await;
            let at = ads.iter().position(is_lost).map_or(ads.len(), |at| at + 1);
            if more.iter().any(|ad| !is_lost(ad)) {
                ads.splice(at..at, more);
                break;
            }
            ads.extend(more);
        }
        ads
    }

    /// The ads of a wrapped answer that count, as ads of the wrapper.
    fn led_to(&self, wrapper: &Ad, response: Response, multiple: bool) -> Chosen {
        let forbidden =
            matches!(wrapper.kind, Kind::Wrapper { follow_additional_wrappers: false, .. });
        let own = |ad: Ad| {
            let ad = ad.wrapped_by(wrapper);
            match ad.kind {
                Kind::Wrapper { .. } if forbidden => ad.lost(Lost::NotFollowed),
                _ => ad,
            }
        };
        let Chosen { pod, stand_ins } = Chosen::of(response.ads, multiple);
        let stand_ins = stand_ins.into_iter().take(MOST_STAND_INS);
        Chosen {
            pod: pod.into_iter().take(self.door.settings.most_requests).map(own).collect(),
            stand_ins: stand_ins.map(own).collect(),
        }
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
        if self.requests.fetch_add(1, Ordering::Relaxed) >= settings.most_requests {
            return Err(Lost::TooMany { limit: settings.most_requests });
        }
        let at = self.door.clock.now();
        let url = self.question.expanded_tag(tag, wrapper, self.draw, at);
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
        self.door.get(&url, Sent::to_others(&self.question.session), self.limits).await
    }
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
/// Stand-ins that are tried in the place of one wrapper's lost ad.
const MOST_STAND_INS: usize = 5;
