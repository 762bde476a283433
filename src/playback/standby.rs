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
    /// What could not be read or made when that was last tried.
    lacking: ArcSwapOption<Url>,
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
        Self {
            known: ArcSwapOption::const_empty(),
            lacking: ArcSwapOption::const_empty(),
            tried: AtomicI64::new(i64::MIN),
        }
    }

    /// True once in a while: whoever hears it reads it from there, or makes it. What came from
    /// anywhere else is not shown any more.
    pub(super) fn begin(&self, from: Option<&Url>, now: ProgramTime) -> bool {
        let (known, lacking) = (self.known.load(), self.lacking.load());
        let every = match known.as_ref().map(|known| known.from.as_ref() == from) {
            Some(true) => LOOK_AGAIN,
            Some(false) => {
                self.let_go();
                MediaDuration::ZERO
            }
            None if lacking.as_deref().is_some_and(|lacking| Some(lacking) != from) => {
                self.lacking.store(None);
                MediaDuration::ZERO
            }
            None => RETRY,
        };
        is_due(&self.tried, now, every)
    }

    /// What is at that address could not be read or made.
    pub(super) fn give_up(&self, from: Url) {
        self.lacking.store(Some(Arc::new(from)));
    }

    /// Is it not known yet what is at that address?
    pub(super) fn is_awaited(&self, from: &Url) -> bool {
        let is_known =
            self.known.load().as_ref().is_some_and(|known| known.from.as_ref() == Some(from));
        !is_known && self.lacking.load().as_deref() != Some(from)
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
        self.lacking.store(None);
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
/// How long it is taken to be what it was: a little longer than whoever has read or made it keeps it, so
/// that it is not the same just because it was kept.
const LOOK_AGAIN: MediaDuration = MediaDuration::from_secs(660);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        conditioning,
        creative::Creative,
        library,
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
        assert_eq!([due(&old, 674), due(&old, 675)], [false, true]);
        // The same is the one that others share.
        standby.set(Some(old.clone()), ad("old"));
        assert!(Arc::ptr_eq(&before.creative, &standby.fitting(&[]).unwrap().creative));
        assert_eq!(name(&standby).as_deref(), Some("/old"));
        // From the next break on another is wanted; until it is there, none is shown.
        assert!(due(&new, 676));
        assert_eq!(name(&standby), None);
        standby.set(Some(new.clone()), ad("new"));
        assert_eq!(name(&standby).as_deref(), Some("/new"));
        standby.let_go();
        assert_eq!(name(&standby), None);
    }

    /// Viewers of titles wait for what is awaited.
    #[test]
    fn what_cannot_be_read_is_awaited_no_more_and_another_address_is() {
        let at = |secs: i64| ProgramTime::from_millis(secs * 1_000);
        let url = |name: &str| Url::parse(&format!("https://cdn.example.com/{name}")).unwrap();
        let (old, new) = (url("old"), url("new"));
        let standby = Standby::new();
        assert!(standby.begin(Some(&old), at(0)) && standby.is_awaited(&old));
        standby.give_up(old.clone());
        assert_eq!([standby.is_awaited(&old), standby.is_awaited(&new)], [false, true]);
        let due = |from: &Url, secs| standby.begin(Some(from), at(secs));
        assert_eq!([due(&old, 1), due(&new, 1), due(&new, 2)], [false, true, false]);
        standby.set(Some(new.clone()), ad("new"));
        assert_eq!([standby.is_awaited(&old), standby.is_awaited(&new)], [true, false]);
    }

    /// What is looked for while it is kept is what it was.
    #[test]
    fn it_is_looked_for_when_it_is_kept_no_more() {
        let made = conditioning::Settings::new(std::path::PathBuf::new()).keep.to_std();
        assert!(LOOK_AGAIN.to_std() > library::Settings::default().keep.max(made));
    }
}
