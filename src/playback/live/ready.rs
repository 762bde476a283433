//! What a channel has ready besides ads: what is shown where none is, and what creatives have to be.

use std::sync::{Arc, atomic::AtomicI64};

use tokio::sync::watch;
use url::Url;

use super::Live;
use crate::{
    configuration::BumperUrls,
    creative::{Slot, Unfit},
    playback::standby::{RETRY, Standby, is_due},
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
    /// Black and silence where nine tenths of a second or more would be missing.
    Pad,
    /// Before the ads of a break.
    BumperStart,
    /// After them.
    BumperEnd,
}

/// What has been read or made so far.
#[derive(Debug)]
pub(super) struct Ready {
    slate: Standby,
    pad: Standby,
    start: Standby,
    end: Standby,
    profile: watch::Sender<Option<Result<Arc<Profile>, Unfit>>>,
    profile_tried: AtomicI64,
}

impl Ready {
    pub(super) fn new() -> Self {
        Self {
            slate: Standby::new(),
            pad: Standby::new(),
            start: Standby::new(),
            end: Standby::new(),
            profile: watch::channel(None).0,
            profile_tried: AtomicI64::new(i64::MIN),
        }
    }

    const fn of(&self, role: Role) -> &Standby {
        match role {
            Role::Slate => &self.slate,
            Role::Pad => &self.pad,
            Role::BumperStart => &self.start,
            Role::BumperEnd => &self.end,
        }
    }

    fn fitting(&self, slots: &[Slot<'_>]) -> Fillers {
        let fitting = |role| self.of(role).fitting(slots);
        let (start, end) = (fitting(Role::BumperStart), fitting(Role::BumperEnd));
        let bumpers = Bumpers { start, end };
        Fillers { slate: fitting(Role::Slate), pad: fitting(Role::Pad), bumpers }
    }
}

impl Live {
    /// What is shown where no ad is, as far as it is configured, could be read or made, and suits the
    /// channel as it is now.
    pub fn fillers(&self) -> Fillers {
        let Some(published) = self.published() else { return Fillers::default() };
        self.ready.fitting(&self.slots(&published.view))
    }

    /// True once in a while: whoever hears it has it read from there, or made.
    pub(in crate::playback) fn begin(
        &self,
        role: Role,
        from: Option<&Url>,
        now: ProgramTime,
    ) -> bool {
        self.ready.of(role).begin(from, now)
    }

    /// It has been read or made.
    pub(in crate::playback) fn set(&self, role: Role, from: Option<Url>, ad: pod::Ad) {
        self.ready.of(role).set(from, ad);
        self.changed.send_modify(|version| *version = version.wrapping_add(1));
    }

    /// It is configured no more.
    pub(in crate::playback) fn let_go(&self, role: Role) {
        self.ready.of(role).let_go();
    }

    /// It could not be read or made.
    pub(in crate::playback) fn give_up(&self, role: Role, from: Url) {
        self.ready.of(role).give_up(from);
        self.changed.send_modify(|version| *version = version.wrapping_add(1));
    }

    /// Done when those bumpers are there, or cannot be read.
    pub(in crate::playback) async fn bumpers(&self, wanted: &BumperUrls) {
        let mut changes = self.changes();
        let comes = |url: &Option<Url>, known: &Standby| {
            url.as_ref().is_some_and(|url| known.is_awaited(url))
        };
        let Ready { start, end, .. } = &self.ready;
        let missing = || comes(&wanted.start, start) || comes(&wanted.end, end);
        while missing() && changes.changed().await.is_ok() {}
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

/// How long a profile is taken to be what it was.
const PROFILE_KEEP: MediaDuration = MediaDuration::from_secs(600);
