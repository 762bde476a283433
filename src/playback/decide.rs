//! From a break to a decision: who is asked when, what is held back meanwhile, and what is shown
//! when no answer comes in time.

use std::sync::{Arc, atomic::Ordering};

use super::{Live, Playback, deciding::Turn, session::Session};
use crate::{
    channel::{Break, BreakSerial, View},
    pod::{self, Ad, Filled, Offers, Room, Skipped, Unfilled},
    session::{Decision, Fills, Late, Supply, is_overdue},
    stitch::Held,
    store::Written,
    units::{MediaDuration, ProgramTime},
};

impl Playback {
    /// A break was read for the first time: asks for every session that is still there. They may be
    /// many, and who waits for a playlist has his turn in between.
    pub(super) fn announce(self: &Arc<Self>, live: &Arc<Live>, now: ProgramTime) {
        let Some(published) = live.published() else { return };
        let patience = published.view.target_duration.times(3);
        let all: Vec<_> = live.sessions.iter().map(|session| Arc::clone(&session)).collect();
        let this = Arc::clone(self);
        self.aside(async move {
            for some in all.chunks(AT_ONCE) {
                for session in some.iter().filter(|one| now - one.last_seen() <= patience) {
                    this.notice(session, &published.view, true);
                }
                tokio::task::yield_now().await;
            }
        });
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
            self.aside(async move { this.ask(session, ad_break, index, delay).await });
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
        let offered = async {
            tokio::select! {
                () = self.doors.clock.sleep(delay) => {}
                () = session.hurry.notified() => {}
            }
            let timeline = session.timeline();
            match timeline.filter(|timeline| !timeline.may_fill(&ad_break)) {
                None => self.offers(&session, &ad_break, index).await,
                Some(timeline) => {
                    let by = timeline.suppresses(&ad_break);
                    Err(by.map_or(Unfilled::Suppressed, |by| by.why))
                }
            }
        };
        // An answer that comes after that is of no use to anybody.
        match self.stopping.run_until_cancelled(offered).await {
            Some(Ok(answer)) => self.settle_as_made(&session, &ad_break, answer).await,
            Some(Err(why)) => self.settle(&session, &ad_break, Err(why)),
            None => {}
        }
        session.work().heard.remove(&ad_break.serial);
    }

    /// Puts an answer where it belongs: into an open break, or behind what was shown for want of it.
    pub(super) fn settle(
        &self,
        session: &Arc<Session>,
        ad_break: &Break,
        offered: Result<Offers, Unfilled>,
    ) {
        self.settle_in(session.turn(), session, ad_break, offered);
    }

    /// The same, where it is one's turn.
    pub(super) fn settle_in(
        &self,
        turn: Turn<'_>,
        session: &Arc<Session>,
        ad_break: &Break,
        offered: Result<Offers, Unfilled>,
    ) {
        let Some(known) = turn.timeline() else { return };
        let offered = offered.map(|offers| session.not_shown(ad_break.serial, offers));
        if turn.is_over() || known.has_settled(ad_break) {
            drop(turn);
            return self.leave_out(session, ad_break, offered);
        }
        let open = known.decision(ad_break.serial).is_none();
        if open && known.suppresses(ad_break).is_some() {
            self.fall_back_in(&turn, session, ad_break.serial);
        } else if open && self.plan(&turn, session, ad_break, &offered) {
            return;
        }
        match offered {
            Ok(offers) => {
                session.keep_late(ad_break.serial, offers);
                self.use_late_in(&turn, session, ad_break.serial);
            }
            Err(why) => self.go_without(&turn, session, ad_break, why),
        }
    }

    /// Decides a break nothing has been shown of; false where somebody else was first.
    fn plan(
        &self,
        turn: &Turn<'_>,
        session: &Arc<Session>,
        ad_break: &Break,
        offered: &Result<Offers, Unfilled>,
    ) -> bool {
        let Some((known, published)) = turn.timeline().zip(session.live.published()) else {
            return false;
        };
        let (view, now) = (&published.view, self.doors.clock.now());
        let newest = view.ad_break(ad_break.serial).map_or(ad_break, Arc::as_ref);
        let fills = offered.as_ref().map(|offers| fills(session, view, offers, now));
        let ads: Result<Fills<'_>, Unfilled> = match &fills {
            Ok(fills) => Ok(fills),
            Err(why) => Err(**why),
        };
        let configuration = self.current(session);
        let fillers = session.live.fillers();
        let supply = Supply { ads, fillers, threshold: configuration.personalization_threshold };
        let (decision, skipped) = known.plan(newest, view, supply);
        let skipped = session.without_makings(ad_break.serial, skipped);
        let Some(decision) = self.write(turn, session, decision, 0) else { return false };
        self.measure_hold(session, ad_break.serial, false);
        self.measure_plan(session, ad_break.length(), &decision, &skipped);
        let planned = decision.pods().flat_map(|pod| pod.ads.iter().cloned());
        self.tell_plan(session, ad_break, &decision, (planned.collect(), &skipped));
        true
    }

    /// Has a decision stored, behind `after` spans; none where somebody else was first, whose decision
    /// stands then, or where the session is known no more.
    pub(super) fn write(
        &self,
        turn: &Turn<'_>,
        session: &Session,
        decision: Decision,
        after: usize,
    ) -> Option<Arc<Decision>> {
        match self.store.append(session.id, decision, after) {
            Written::Stands(whole) => {
                turn.stand(Arc::clone(&whole));
                Some(whole)
            }
            Written::Second(whole) => {
                turn.stand(whole);
                None
            }
            Written::Forgotten => None,
        }
    }

    /// Tells the log what a break shows, and ad servers which of their ads it does from now on, and which
    /// it does not.
    pub(super) fn tell_plan(
        &self,
        session: &Arc<Session>,
        ad_break: &Break,
        decision: &Decision,
        (added, skipped): (Vec<Ad>, &[Skipped]),
    ) {
        self.log_filled(session, ad_break, decision, skipped);
        self.report_plan(session, ad_break, skipped, added.into_iter());
    }

    /// An answer that is of no use any more: its ads are told of as skipped.
    pub(super) fn leave_out(
        &self,
        session: &Arc<Session>,
        ad_break: &Break,
        offered: Result<Offers, Unfilled>,
    ) {
        let Ok(offers) = offered else { return };
        let offers = session.not_shown(ad_break.serial, offers);
        let skipped = session.without_makings(ad_break.serial, pod::too_late(&offers));
        self.skip(session, ad_break, &skipped);
    }

    /// What came too late holds no ads either: it is known now why the rest of the break has none.
    fn go_without(&self, turn: &Turn<'_>, session: &Session, ad_break: &Break, why: Unfilled) {
        let Some((known, published)) = turn.timeline().zip(session.live.published()) else {
            return;
        };
        let view = &published.view;
        let newest = view.ad_break(ad_break.serial).map_or(ad_break, Arc::as_ref);
        if let Some((later, spans)) = known.without(newest, view.edge, why) {
            self.write(turn, session, later, spans);
        }
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
        let first = *session.work().held.entry(held.serial).or_insert(now);
        is_overdue(first, held.stands_since, view.target_duration, now)
    }

    /// No answer in time, or not all of it: what is known, else slate or programme from the break's start.
    pub(super) fn fall_back(&self, session: &Arc<Session>, serial: BreakSerial) {
        self.fall_back_in(&session.turn(), session, serial);
    }

    fn fall_back_in(&self, turn: &Turn<'_>, session: &Arc<Session>, serial: BreakSerial) {
        let Some(known) = turn.timeline().filter(|t| t.decision(serial).is_none()) else { return };
        let Some(published) = session.live.published() else { return };
        let Some(ad_break) = published.view.ad_break(serial) else { return };
        if turn.is_over() || known.has_settled(ad_break) {
            return;
        }
        if known.suppresses(ad_break).is_none()
            && self.plan_heard(turn, session, ad_break, &published.view)
        {
            return;
        }
        let configuration = self.current(session);
        let (fillers, threshold) =
            (session.live.fillers(), configuration.personalization_threshold);
        let decision = known.fall_back(ad_break, &published.view, fillers, threshold);
        let Some(decision) = self.write(turn, session, decision, 0) else { return };
        self.measure_hold(session, serial, true);
        self.measure_plan(session, ad_break.length(), &decision, &[]);
        self.log_filled(session, ad_break, &decision, &[]);
    }

    pub(super) fn use_all_late(&self, session: &Arc<Session>) {
        let waiting: Vec<_> = session.work().late.keys().copied().collect();
        let turn = session.turn();
        for serial in waiting {
            self.use_late_in(&turn, session, serial);
        }
    }

    /// Appends late ads where nothing has been shown yet: behind the slate so far, or at a common
    /// boundary at the edge.
    fn use_late_in(&self, turn: &Turn<'_>, session: &Arc<Session>, serial: BreakSerial) {
        let (Some(known), Some(published)) = (turn.timeline(), turn.pin(&session.live)) else {
            return;
        };
        let view = &published.view;
        let Some(ad_break) = view.ad_break(serial) else { return };
        let Some(offers) = session.take_late(serial) else { return };
        let placed = {
            let decided = known.decision(serial).into_iter().flat_map(|decision| decision.pods());
            let shown: Vec<_> = decided.flat_map(|pod| pod.ads.iter().cloned()).collect();
            let (slots, now) = (session.live.slots(view), self.doors.clock.now());
            let fills = |room| pod::fill_behind(&shown, &offers, &slots, room, now);
            let fillers = session.live.fillers();
            known.place_late(ad_break, view, &fills, fillers)
        };
        match placed {
            Late::NotYet => session.keep_late(serial, offers),
            Late::Never => {
                self.go_without(turn, session, ad_break, Unfilled::NothingUsable);
                self.leave_out(session, ad_break, Ok(offers));
            }
            Late::Now(decision, spans, skipped) => {
                let skipped = session.without_makings(serial, skipped);
                let added = decision.pods().flat_map(|pod| pod.ads.clone()).collect::<Vec<_>>();
                match self.write(turn, session, decision, spans) {
                    Some(decision) => {
                        self.measure_added(session, &added, &skipped);
                        self.tell_plan(session, ad_break, &decision, (added, &skipped));
                    }
                    // Behind what somebody else has appended there may be room, too.
                    None => session.keep_late(serial, offers),
                }
            }
        }
    }

    /// Late ads that no playlist will ask for any more are told of as skipped.
    pub(super) fn give_up_late(&self, session: &Arc<Session>, view: &View, serial: BreakSerial) {
        let turn = session.turn();
        let Some(offers) = session.take_late(serial) else { return };
        drop(turn);
        if let Some(ad_break) = view.ad_break(serial) {
            self.leave_out(session, ad_break, Ok(offers));
        }
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

/// Sessions begun to be asked for before others have their turn.
const AT_ONCE: usize = 64;

/// From so many viewers on, asking is spread over the whole of half a target duration.
const CROWD: usize = 500;
const CROWD_I64: i64 = 500;
