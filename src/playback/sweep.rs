//! What happens by itself: sessions expire, breaks are closed, long sums are kept.

use std::{
    sync::{Arc, atomic::Ordering},
    time::Duration,
};

use super::{Limits, Playback, session::Session};
use crate::{
    channel::{Break, View},
    session::Timeline,
    units::ProgramTime,
};

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
            self.sweep_once(self.doors.clock.now()).await;
        }
    }

    pub(super) async fn sweep_once(self: &Arc<Self>, now: ProgramTime) {
        self.measure_channels(now);
        let limits = self.settings.load().limits.clone();
        let all: Vec<_> = self.sessions.iter().map(|known| Arc::clone(&known)).collect();
        for some in all.chunks(AT_ONCE) {
            for session in some {
                match session.programme() {
                    Some(programme) => {
                        self.put_away_title(session, &programme, now, limits.session_idle);
                    }
                    None => {
                        self.put_away(session);
                        self.prefetch(session, now);
                    }
                }
                if is_over(session, &limits, now) {
                    self.forget(session);
                }
            }
            tokio::task::yield_now().await;
        }
        self.make_room(&all, &limits, now);
        drop(all);
        self.channels.retain(|_, live| Arc::strong_count(live) > 1 || live.is_wanted(now));
    }

    /// Writes down what became of breaks that have left the window, and then lets go of those that
    /// have left all memory: once for each view.
    fn put_away(&self, session: &Arc<Session>) {
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
            self.let_go(session, view, &known, settled);
        }
    }

    fn let_go(
        &self,
        session: &Arc<Session>,
        view: &View,
        known: &Arc<Timeline>,
        settled: Timeline,
    ) {
        let open = settled.decisions.first().map(|first| first.serial);
        {
            let Some(turn) = session.decisions.free_turn() else { return self.look_again(session) };
            if turn.timeline().is_none_or(|standing| !Arc::ptr_eq(&standing, known)) {
                return self.look_again(session);
            }
            turn.settle(settled);
        }
        let gone = known.decisions.iter().map(|decision| decision.serial);
        let gone: Vec<_> = gone.filter(|serial| open.is_none_or(|open| *serial < open)).collect();
        gone.iter().for_each(|serial| self.give_up_late(session, view, *serial));
        session.work().forget(&gone);
        self.store.let_go(session.id, &gone);
    }

    /// Something is being decided: the next sweep tries again.
    fn look_again(&self, session: &Session) {
        session.swept.store(0, Ordering::Release);
    }

    /// A session is over: what became of its breaks is written down, and what is decided from now on is
    /// decided for nobody.
    pub(super) fn end(&self, session: &Arc<Session>) {
        session.turn().end();
        if let Some(published) = session.live.published() {
            let late: Vec<_> = session.work().late.keys().copied().collect();
            late.iter().for_each(|serial| self.give_up_late(session, &published.view, *serial));
        }
        self.close_all(session);
    }

    pub(super) fn forget(&self, session: &Arc<Session>) {
        self.end(session);
        if self.sessions.remove(&session.id).is_some() {
            self.places.give_back(session.opening.device.ip);
        }
        session.live.sessions.remove(&session.id);
        self.store.forget(session.id);
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
