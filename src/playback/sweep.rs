//! What happens by itself: sessions expire, breaks are closed, long sums are kept.

use std::{
    sync::{Arc, PoisonError},
    time::Duration,
};

use super::{Limits, Playback, session::Session};
use crate::units::ProgramTime;

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
            for session in all {
                self.close_breaks(&session, now);
                settle(&session);
                if is_over(&session, &limits, now) {
                    self.forget(&session);
                }
            }
            self.channels.retain(|_, live| Arc::strong_count(live) > 1 || live.is_wanted(now));
        }
    }

    fn forget(&self, session: &Session) {
        self.sessions.remove(&session.id);
        session.live.sessions.remove(&session.id);
        if let Some(ip) = session.opening.device.ip {
            self.per_address.remove_if_mut(&ip, |_, open| {
                *open = open.saturating_sub(1);
                *open == 0
            });
        }
        let timeline = session.timeline();
        let breaks = timeline.iter().flat_map(|t| &t.decisions).map(|decision| decision.serial);
        self.store.forget(session.id, breaks);
        self.doors.metrics.players.session_expired(&session.configuration.name);
    }
}

fn is_over(session: &Session, limits: &Limits, now: ProgramTime) -> bool {
    let silent = now - session.last_seen();
    match session.has_played() {
        true => silent > limits.session_idle,
        false => silent > limits.session_unplayed,
    }
}

/// Adds up breaks long past, so that a reload costs the same after a day as after a minute.
fn settle(session: &Session) {
    let Some(published) = session.live.published() else { return };
    let Some(known) = session.timeline() else { return };
    let Some(settled) = known.settle(&published.view) else { return };
    let mut timeline = session.timeline.write().unwrap_or_else(PoisonError::into_inner);
    if timeline.as_ref().is_some_and(|standing| Arc::ptr_eq(standing, &known)) {
        *timeline = Some(Arc::new(settled));
    }
}
