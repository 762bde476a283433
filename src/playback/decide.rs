//! From a break to a decision: who is asked when, what is held back meanwhile, and what is shown
//! when no answer comes in time.

use std::sync::{Arc, PoisonError, atomic::Ordering};

use super::{Live, Playback, session::Session};
use crate::{
    channel::{Break, BreakSerial, View},
    pod::{self, Filled, Offers, Room, Unfilled},
    session::{Fills, Late, Supply},
    stitch::Held,
    units::{MediaDuration, ProgramTime},
};

impl Playback {
    /// A break was read for the first time: asks for every session that is still there.
    pub(super) fn announce(self: &Arc<Self>, live: &Live, now: ProgramTime) {
        let Some(published) = live.published() else { return };
        let patience = published.view.target_duration.times(3);
        for session in &live.sessions {
            if now - session.last_seen() <= patience {
                self.notice(&session, &published.view, true);
            }
        }
    }

    /// Starts asking for every break the session has not been asked about.
    pub(super) fn notice(self: &Arc<Self>, session: &Arc<Session>, view: &View, patient: bool) {
        let Some(newest) = view.breaks.last().map(|newest| newest.serial.0.saturating_add(1))
        else {
            return;
        };
        if session.asked.load(Ordering::Acquire) >= newest {
            return;
        }
        let Some(timeline) = session.timeline() else { return };
        let asked = session.asked.fetch_max(newest, Ordering::AcqRel);
        let new = view.breaks_since(timeline.join).iter();
        let mut work = session.work();
        let new = new.filter(|known| timeline.takes_part(known));
        for ad_break in new.filter(|known| (asked..newest).contains(&known.serial.0)) {
            work.avails += 1;
            work.accounts.begin(ad_break);
            let index = work.avails;
            let delay = if patient { self.slot(session) } else { MediaDuration::ZERO };
            let (this, session) = (Arc::clone(self), Arc::clone(session));
            let ad_break = Arc::clone(ad_break);
            self.tasks.spawn(async move { this.ask(session, ad_break, index, delay).await });
        }
    }

    /// When a session's turn to ask comes: all sessions of a channel are spread over half a target
    /// duration, few ones over less, so that an ad server is not asked by everybody at once.
    fn slot(&self, session: &Session) -> MediaDuration {
        let Some(published) = session.live.published() else { return MediaDuration::ZERO };
        let crowd = i64::try_from(session.live.sessions.len().min(CROWD)).unwrap_or(0);
        let spread = published.view.target_duration.half().as_millis() * crowd / CROWD_I64;
        let place = i64::try_from(session.id.bits() % 1_000).unwrap_or(0);
        MediaDuration::from_millis(spread * place / 1_000)
    }

    async fn ask(
        self: Arc<Self>,
        session: Arc<Session>,
        ad_break: Arc<Break>,
        index: u32,
        delay: MediaDuration,
    ) {
        tokio::select! {
            () = self.doors.clock.sleep(delay) => {}
            () = session.hurry.notified() => {}
            () = self.stopping.cancelled() => return,
        }
        let may_fill = session.timeline().is_none_or(|timeline| timeline.may_fill(&ad_break));
        let offered = match may_fill {
            true => self.offers(&session, &ad_break, index).await,
            false => Err(Unfilled::Suppressed),
        };
        self.settle(&session, &ad_break, offered);
    }

    /// Puts an answer where it belongs: into an open break, or behind what was shown for want of it.
    fn settle(&self, session: &Arc<Session>, ad_break: &Break, offered: Result<Offers, Unfilled>) {
        let (serial, now) = (ad_break.serial, self.doors.clock.now());
        let decided = {
            let mut timeline = session.timeline.write().unwrap_or_else(PoisonError::into_inner);
            let Some(published) = session.live.published() else { return };
            let Some(known) = timeline.as_ref() else { return };
            if known.has_settled(ad_break) {
                drop(timeline);
                if let Ok(offers) = &offered {
                    self.report_too_late(session, ad_break, offers);
                }
                return;
            }
            let suppressed = known.suppresses(ad_break).is_some();
            if known.decision(serial).is_some() || suppressed {
                drop(timeline);
                self.fall_back(session, serial);
                if let Ok(offers) = offered {
                    session.keep_late(serial, offers);
                    self.use_late(session, serial);
                }
                return;
            }
            let view = &published.view;
            let newest = view.ad_break(serial).map_or(ad_break, Arc::as_ref);
            let fills = offered.as_ref().map(|offers| fills(session, view, offers, now));
            let ads: Result<Fills<'_>, Unfilled> = match &fills {
                Ok(fills) => Ok(fills),
                Err(why) => Err(**why),
            };
            let supply = Supply {
                ads,
                slate: session.live.slate(),
                threshold: self.current(session).personalization_threshold,
            };
            let (decision, skipped) = known.plan(newest, view, supply);
            let whole = self.store.append(session.id, decision, 0).into_decision();
            *timeline = Some(Arc::new(known.with(Arc::clone(&whole))));
            (whole, skipped)
        };
        self.measure_hold(session, serial, false);
        let (decision, skipped) = &decided;
        self.log_filled(session, ad_break, decision, skipped);
        let planned = decision.pods().flat_map(|pod| pod.ads.iter().cloned());
        self.report_plan(session, ad_break, skipped, planned);
    }

    /// Has a playlist waited for this break long enough? Half a target duration from its first
    /// waiting, and never so long that the viewer's edge stands still for 1.5.
    pub(super) fn is_overdue(
        &self,
        session: &Session,
        held: Held,
        view: &View,
        now: ProgramTime,
    ) -> bool {
        let target = view.target_duration;
        let first = *session.work().held.entry(held.serial).or_insert(now);
        let standing = held.stands_since.unwrap_or(first);
        let latest = standing + target.times(11).half().half().half();
        now >= (first + target.half()).min(latest)
    }

    /// No answer in time: slate or programme from the break's start.
    pub(super) fn fall_back(&self, session: &Session, serial: BreakSerial) {
        let decided = {
            let mut timeline = session.timeline.write().unwrap_or_else(PoisonError::into_inner);
            let Some(known) = timeline.as_ref().filter(|t| t.decision(serial).is_none()) else {
                return;
            };
            let Some(published) = session.live.published() else { return };
            let Some(ad_break) = published.view.ad_break(serial).cloned() else { return };
            let threshold = self.current(session).personalization_threshold;
            let decision = known.fall_back(&ad_break, session.live.slate(), threshold);
            let whole = self.store.append(session.id, decision, 0).into_decision();
            *timeline = Some(Arc::new(known.with(Arc::clone(&whole))));
            (ad_break, whole)
        };
        self.measure_hold(session, serial, true);
        self.log_filled(session, &decided.0, &decided.1, &[]);
    }

    pub(super) fn use_all_late(&self, session: &Arc<Session>) {
        let waiting: Vec<_> = session.work().late.keys().copied().collect();
        for serial in waiting {
            self.use_late(session, serial);
        }
    }

    /// Appends late ads where nothing has been shown yet: behind the slate so far, or at a common
    /// boundary at the edge.
    pub(super) fn use_late(&self, session: &Arc<Session>, serial: BreakSerial) {
        let appended = {
            let mut timeline = session.timeline.write().unwrap_or_else(PoisonError::into_inner);
            let Some(known) = timeline.clone() else { return };
            let Some(published) = session.live.published() else { return };
            let Some(offers) = session.take_late(serial) else { return };
            let view = &published.view;
            let Some(ad_break) = view.ad_break(serial).cloned() else { return };
            let placed = {
                let fills = fills(session, view, &offers, self.doors.clock.now());
                known.place_late(&ad_break, view, &fills, session.live.slate())
            };
            match placed {
                Late::Never => {
                    drop(timeline);
                    self.report_too_late(session, &ad_break, &offers);
                    return;
                }
                Late::NotYet => {
                    session.keep_late(serial, offers);
                    return;
                }
                Late::Now(decision, spans, skipped) => {
                    let written = self.store.append(session.id, decision, spans);
                    let whole = written.into_decision();
                    *timeline = Some(Arc::new(known.with(Arc::clone(&whole))));
                    (ad_break, whole, skipped)
                }
            }
        };
        let (ad_break, decision, skipped) = &appended;
        self.log_filled(session, ad_break, decision, skipped);
        let planned = decision.pods().flat_map(|pod| pod.ads.iter().cloned());
        self.report_plan(session, ad_break, skipped, planned);
    }
}

/// Which of the ads on offer suit the session's channel and fit.
fn fills<'a>(
    session: &'a Session,
    view: &'a View,
    offers: &'a Offers,
    now: ProgramTime,
) -> impl Fn(Room) -> Filled + 'a {
    let slots = session.live.slots(view);
    move |room| pod::fill(offers, &slots, room, now)
}

/// From so many viewers on, asking is spread over the whole of half a target duration.
const CROWD: usize = 500;
const CROWD_I64: i64 = 500;
