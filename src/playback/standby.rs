//! What stands by to fill gaps in a channel: read or made once, looked at again now and then.

use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

use arc_swap::ArcSwapOption;
use url::Url;

use crate::{
    creative::{self, Slot},
    pod::Ad,
    units::{MediaDuration, ProgramTime},
};

/// A slate, or black.
#[derive(Debug)]
pub(super) struct Standby {
    known: ArcSwapOption<Known>,
    tried: AtomicI64,
}

#[derive(Debug)]
struct Known {
    ad: Ad,
    /// Where it was read, if it was.
    from: Option<Url>,
}

impl Standby {
    /// Nothing yet.
    pub(super) const fn new() -> Self {
        Self { known: ArcSwapOption::const_empty(), tried: AtomicI64::new(i64::MIN) }
    }

    /// True once in a while: whoever hears it reads it from there, or makes it. What came from
    /// anywhere else is not shown any more.
    pub(super) fn begin(&self, from: Option<&Url>, now: ProgramTime) -> bool {
        let known = self.known.load();
        let every = match known.as_ref().map(|known| known.from.as_ref() == from) {
            Some(true) => LOOK_AGAIN,
            Some(false) => {
                self.let_go();
                MediaDuration::ZERO
            }
            None => RETRY,
        };
        is_due(&self.tried, now, every)
    }

    /// Has nothing been read or made?
    pub(super) fn is_empty(&self) -> bool {
        self.known.load().is_none()
    }

    /// Nothing is to stand by.
    pub(super) fn let_go(&self) {
        self.known.store(None);
    }

    /// It has been read or made. Decisions that show the same go on to share it.
    pub(super) fn set(&self, from: Option<Url>, ad: Ad) {
        let same = |known: &Known| known.ad.creative == ad.creative && known.from == from;
        if !self.known.load().as_deref().is_some_and(same) {
            self.known.store(Some(Arc::new(Known { ad, from })));
        }
    }

    /// It, where it suits the channel as that is now.
    pub(super) fn fitting(&self, slots: &[Slot<'_>]) -> Option<Ad> {
        let known = self.known.load_full()?;
        let matched = creative::matching(&known.ad.creative, slots).ok()?;
        let as_before = *known.ad.matched == *matched;
        let matched = if as_before { Arc::clone(&known.ad.matched) } else { matched.into() };
        Some(Ad { matched, ..known.ad.clone() })
    }
}

/// True once in a while.
pub(super) fn is_due(tried: &AtomicI64, now: ProgramTime, every: MediaDuration) -> bool {
    let last = tried.load(Ordering::Relaxed);
    let due = now - ProgramTime::from_nanos(last) >= every;
    due && tried
        .compare_exchange(last, now.as_nanos(), Ordering::Relaxed, Ordering::Relaxed)
        .is_ok()
}

/// How long after a failure it is tried again.
pub(super) const RETRY: MediaDuration = MediaDuration::from_secs(15);
/// How long it is taken to be what it was.
const LOOK_AGAIN: MediaDuration = MediaDuration::from_secs(600);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        creative::Creative,
        pod::{AdInfo, tests::creative},
    };

    fn ad(name: &str) -> Ad {
        let url = Url::parse(&format!("https://cdn.example.com/{name}")).unwrap();
        let creative = Arc::new(Creative { url, ..(*creative(6_000)).clone() });
        Ad { creative, matched: Arc::from([]), info: Arc::new(AdInfo::default()) }
    }

    fn name(standby: &Standby) -> Option<String> {
        standby.fitting(&[]).map(|ad| ad.creative.url.path().to_owned())
    }

    #[test]
    fn a_slate_is_replaced_where_its_address_is_and_looked_at_again_where_it_is_not() {
        let at = |secs: i64| ProgramTime::from_millis(secs * 1_000);
        let url = |name: &str| Url::parse(&format!("https://cdn.example.com/{name}")).unwrap();
        let (old, new) = (url("old"), url("new"));
        let standby = Standby::new();
        let due = |from: &Url, secs| standby.begin(Some(from), at(secs));
        assert_eq!([due(&old, 0), due(&old, 14), due(&old, 15)], [true, false, true]);
        standby.set(Some(old.clone()), ad("old"));
        let before = standby.fitting(&[]).unwrap();
        assert_eq!([due(&old, 614), due(&old, 615)], [false, true]);
        // The same is the one that others share.
        standby.set(Some(old.clone()), ad("old"));
        assert!(Arc::ptr_eq(&before.creative, &standby.fitting(&[]).unwrap().creative));
        assert_eq!(name(&standby).as_deref(), Some("/old"));
        // From the next break on another is wanted; until it is there, none is shown.
        assert!(due(&new, 616));
        assert_eq!(name(&standby), None);
        standby.set(Some(new.clone()), ad("new"));
        assert_eq!(name(&standby).as_deref(), Some("/new"));
        standby.let_go();
        assert_eq!(name(&standby), None);
    }
}
