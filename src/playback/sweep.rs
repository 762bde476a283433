//! What happens by itself: sessions expire, breaks are closed, long sums are kept.

use std::{
    sync::{Arc, PoisonError, atomic::Ordering},
    time::Duration,
};

use super::{Limits, Playback, session::Session};
use crate::{channel::Break, session::Timeline, units::ProgramTime};

impl Playback {
    /// Sweeps once a second until the service stops.
    pub async fn sweep(self: Arc<Self>) {
        let mut every = tokio::time::interval(Duration::from_secs(1));
        every.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                _ = every.tick() => {}
                () = self.stopping.cancelled() => return,
            }
            let now = self.doors.clock.now();
            self.measure_channels(now);
            let limits = self.settings.load().limits.clone();
            let all: Vec<_> = self.sessions.iter().map(|known| Arc::clone(&known)).collect();
            for some in all.chunks(AT_ONCE) {
                for session in some {
                    match session.programme() {
                        Some(programme) => {
                            self.put_away_title(session, &programme, now, limits.session_idle);
                        }
                        None => self.put_away(session),
                    }
                    if is_over(session, &limits, now) {
                        self.forget(session);
                    }
                }
                tokio::task::yield_now().await;
            }
            self.channels.retain(|_, live| Arc::strong_count(live) > 1 || live.is_wanted(now));
        }
    }

    /// Writes down what became of breaks that have left the window, and then lets go of those that
    /// have left all memory: once for each view.
    fn put_away(&self, session: &Session) {
        let versions = session.live.versions();
        if session.swept.swap(versions, Ordering::AcqRel) == versions {
            return;
        }
        let (Some(known), Some(published)) = (session.timeline(), session.live.published()) else {
            return;
        };
        let view = &published.view;
        let oldest = view.listed_since();
        let past = |b: &Break| b.end.is_some_and(|end| oldest.is_some_and(|oldest| end < oldest));
        self.close_breaks(session, &known, view, past);
        if let Some(settled) = known.settle(view) {
            self.let_go(session, &known, settled);
        }
    }

    fn let_go(&self, session: &Session, known: &Arc<Timeline>, settled: Timeline) {
        let open = settled.decisions.first().map(|first| first.serial);
        {
            let mut timeline = session.timeline.write().unwrap_or_else(PoisonError::into_inner);
            if timeline.as_ref().is_none_or(|standing| !Arc::ptr_eq(standing, known)) {
                return; // something was decided meanwhile; the next view comes soon
            }
            *timeline = Some(Arc::new(settled));
        }
        let gone = known.decisions.iter().map(|decision| decision.serial);
        let gone: Vec<_> = gone.filter(|serial| open.is_none_or(|open| *serial < open)).collect();
        gone.iter().for_each(|serial| drop(session.take_late(*serial)));
        session.work().forget(&gone);
        self.store.forget(session.id, gone.into_iter());
    }

    fn forget(&self, session: &Session) {
        self.close_all(session);
        self.sessions.remove(&session.id);
        session.live.sessions.remove(&session.id);
        if let Some(ip) = session.opening.device.ip {
            self.per_address.remove_if_mut(&ip, |_, open| {
                *open = open.saturating_sub(1);
                *open == 0
            });
        }
        let seen = session.seen();
        let breaks = seen.iter().flat_map(|seen| &seen.timeline().decisions);
        self.store.forget(session.id, breaks.map(|decision| decision.serial));
        self.store.forget_title(session.id);
        self.doors.metrics.players.session_expired(&session.configuration.name);
    }
}

fn is_over(session: &Session, limits: &Limits, now: ProgramTime) -> bool {
    let silent = now - session.last_seen();
    match session.has_played() {
        true if silent > limits.session_idle => {
            session.seen().is_none_or(|seen| silent > seen.silence(limits.session_idle))
        }
        true => false,
        false => silent > limits.session_unplayed,
    }
}

/// Sessions looked at before whoever waits has his turn: a few dozen microseconds.
const AT_ONCE: usize = 64;
