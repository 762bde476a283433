//! What a channel has ready besides ads: what is shown where none is, and what creatives have to be.

use std::sync::{
    Arc,
    atomic::{AtomicBool, AtomicI64, Ordering},
};

use arc_swap::ArcSwapOption;
use tokio::sync::watch;
use url::Url;

use super::Live;
use crate::{
    configuration::PlaybackConfiguration,
    creative::Unfit,
    pod,
    profile::Profile,
    session::{Bumpers, Fillers},
    units::{MediaDuration, ProgramTime},
};

/// What is shown where no ad is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::playback) enum Role {
    /// Until a break ends.
    Slate,
    /// Black and silence where a second or more would be missing.
    Pad,
    /// Before the ads of a break.
    BumperStart,
    /// After them.
    BumperEnd,
}

/// What has been read or made so far.
#[derive(Debug)]
pub(super) struct Ready {
    slate: Slot,
    pad: Slot,
    bumpers: [Slot; 2],
    profile: watch::Sender<Option<Result<Arc<Profile>, Unfit>>>,
    profile_tried: AtomicI64,
}

/// Something that is read or made once, and tried again where that fails.
#[derive(Debug)]
struct Slot {
    /// Where it came from; nowhere where it was made here.
    known: ArcSwapOption<(Option<Url>, pod::Ad)>,
    tried: AtomicI64,
    /// That has come to nothing.
    failed: AtomicBool,
}

impl Ready {
    pub(super) fn new() -> Self {
        Self {
            slate: Slot::new(),
            pad: Slot::new(),
            bumpers: [Slot::new(), Slot::new()],
            profile: watch::channel(None).0,
            profile_tried: AtomicI64::new(i64::MIN),
        }
    }

    const fn slot(&self, role: Role) -> &Slot {
        match role {
            Role::Slate => &self.slate,
            Role::Pad => &self.pad,
            Role::BumperStart => &self.bumpers[0],
            Role::BumperEnd => &self.bumpers[1],
        }
    }
}

impl Slot {
    fn new() -> Self {
        Self {
            known: ArcSwapOption::empty(),
            tried: AtomicI64::new(i64::MIN),
            failed: AtomicBool::new(false),
        }
    }

    /// Is it being read or made for the first time?
    fn comes(&self) -> bool {
        self.known.load().is_none() && !self.failed.load(Ordering::Acquire)
    }

    fn ad(&self) -> Option<pod::Ad> {
        self.known.load().as_deref().map(|(_, ad)| ad.clone())
    }
}

impl Live {
    /// What is shown where no ad is, as far as it is configured and could be read or made.
    pub(in crate::playback) fn fillers(&self, configuration: &PlaybackConfiguration) -> Fillers {
        let PlaybackConfiguration { slate_ad_url, bumpers, .. } = configuration;
        let known =
            |role, wanted: &Option<Url>| wanted.as_ref().and_then(|_| self.ready.slot(role).ad());
        let bumpers = Bumpers {
            start: known(Role::BumperStart, &bumpers.start),
            end: known(Role::BumperEnd, &bumpers.end),
        };
        Fillers { slate: known(Role::Slate, slate_ad_url), pad: self.ready.pad.ad(), bumpers }
    }

    /// Done when the bumpers that are configured are there, or cannot be read.
    pub(in crate::playback) async fn bumpers(&self, configuration: &PlaybackConfiguration) {
        let wanted = configuration.bumpers.clone();
        let mut changes = self.changes();
        let missing = || {
            let comes = |role| self.ready.slot(role).comes();
            wanted.start.is_some() && comes(Role::BumperStart)
                || wanted.end.is_some() && comes(Role::BumperEnd)
        };
        while missing() && changes.changed().await.is_ok() {}
    }

    /// True once in a while: whoever hears it tries to have it ready, from that address.
    pub(in crate::playback) fn begin(
        &self,
        role: Role,
        from: Option<&Url>,
        now: ProgramTime,
    ) -> bool {
        let slot = self.ready.slot(role);
        let known = slot.known.load();
        let is_known = known.as_deref().is_some_and(|(known, _)| known.as_ref() == from);
        !is_known && is_due(&slot.tried, now, RETRY)
    }

    /// It has been read or made.
    pub(in crate::playback) fn set(&self, role: Role, from: Option<Url>, ad: pod::Ad) {
        self.ready.slot(role).known.store(Some(Arc::new((from, ad))));
        self.changed.send_modify(|version| *version = version.wrapping_add(1));
    }

    /// It could not be.
    pub(in crate::playback) fn give_up(&self, role: Role) {
        self.ready.slot(role).failed.store(true, Ordering::Release);
        self.changed.send_modify(|version| *version = version.wrapping_add(1));
    }

    /// True once in a while: whoever hears it reads the profile, which may have changed.
    pub(in crate::playback) fn begin_profile(&self, now: ProgramTime) -> bool {
        let known = matches!(*self.ready.profile.borrow(), Some(Ok(_)));
        is_due(&self.ready.profile_tried, now, if known { PROFILE_KEEP } else { RETRY })
    }

    /// What creatives have to be, once that is known.
    pub(in crate::playback) fn profile(
        &self,
    ) -> watch::Receiver<Option<Result<Arc<Profile>, Unfit>>> {
        self.ready.profile.subscribe()
    }

    /// A profile that cannot be read again is what it was.
    pub(in crate::playback) fn set_profile(&self, read: Result<Arc<Profile>, Unfit>) {
        self.ready.profile.send_if_modified(|known| {
            let news = read.is_ok() || !matches!(known, Some(Ok(_)));
            if news {
                *known = Some(read);
            }
            news
        });
    }
}

/// True once in a while.
fn is_due(tried: &AtomicI64, now: ProgramTime, every: MediaDuration) -> bool {
    let last = tried.load(Ordering::Relaxed);
    let due = now - ProgramTime::from_nanos(last) >= every;
    due && tried
        .compare_exchange(last, now.as_nanos(), Ordering::Relaxed, Ordering::Relaxed)
        .is_ok()
}

/// How long a profile is taken to be what it was.
const PROFILE_KEEP: MediaDuration = MediaDuration::from_secs(600);

/// How long after a failure it is tried again.
const RETRY: MediaDuration = MediaDuration::from_secs(15);
