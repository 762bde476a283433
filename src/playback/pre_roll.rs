//! The ads a live session begins with: they are asked for before its first playlist is made, which
//! waits for them, but not for long. Without them the session joins as any other.

use std::sync::Arc;

use tokio::sync::watch;

use super::{Playback, offers::question, session::Session};
use crate::{
    adserver::Question,
    channel::{Break, BreakSerial, Seat},
    configuration::PlaybackConfiguration,
    pod::{self, Filled, Offers, Pod, Room, Skipped, Unfilled},
    session::{self, Decision, Shortfall, Timeline},
    stitch::{self, Published},
    store::Written,
    units::MediaDuration,
    vast::variables::{Avail, Position},
};

/// What a session is going to begin with.
struct LeadIn {
    place: Arc<Break>,
    seat: Seat,
    published: Arc<Published>,
    decision: Decision,
}

/// Tells whoever waits that it is decided, however that ends: by a panic they would wait for ever.
struct Deciding<'a>(&'a Session);

impl Drop for Deciding<'_> {
    fn drop(&mut self) {
        if let Some(decided) = self.0.pre_roll.get() {
            decided.send_replace(true);
        }
    }
}

impl Playback {
    /// Does the session begin with ads that have not been decided yet?
    pub(super) fn owes_pre_roll(&self, session: &Session) -> bool {
        let decided = session.pre_roll.get().is_some_and(|decided| *decided.borrow());
        !decided
            && !session.has_played()
            && !session.opening.no_pre_roll
            && !session.live.is_recorded()
            && {
                let configuration = self.current(session);
                configuration.ads_enabled && configuration.pre_roll.is_some()
            }
    }

    /// Waits until it is decided what the session begins with. Whoever asked first may go away.
    pub(super) async fn play_pre_roll(self: &Arc<Self>, session: &Arc<Session>) {
        if !self.owes_pre_roll(session) {
            return;
        }
        let mut begun = false;
        let decided = session.pre_roll.get_or_init(|| {
            begun = true;
            watch::channel(false).0
        });
        if begun {
            let (this, session) = (Arc::clone(self), Arc::clone(session));
            self.aside(async move {
                let _over = Deciding(&session);
                tokio::select! {
                    () = this.decide_pre_roll(&session) => {}
                    () = this.stopping.cancelled() => {}
                }
            });
        }
        // Whoever decides does so within a budget, and says that it is over whatever becomes of it.
        let _ = decided.subscribe().wait_for(|decided| *decided).await;
    }

    async fn decide_pre_roll(self: &Arc<Self>, session: &Arc<Session>) {
        let Some(configuration) = self.current(session).of_pre_roll(LONGEST_WAIT) else { return };
        let asked_for = Break::pre_roll(BreakSerial::NO_PLACE, self.doors.clock.now());
        session.work().accounts.begin(&asked_for);
        let offered = self.ask_for_pre_roll(session, &configuration, &asked_for).await;
        let longest = configuration.pre_roll.map_or(MediaDuration::ZERO, |known| known.longest);
        let chosen = match &offered {
            Ok(offers) => self.lead_in(session, offers, longest),
            Err(why) => Err((*why, Vec::new())),
        };
        match chosen {
            Ok((lead_in, skipped)) => {
                if !self.begin_with(session, lead_in, &skipped) {
                    let skipped = offered.as_ref().map_or_else(|_| Vec::new(), pod::too_late);
                    self.begin_without(session, &asked_for, Unfilled::NoDecisionInTime, &skipped);
                }
            }
            Err((why, skipped)) => self.begin_without(session, &asked_for, why, &skipped),
        }
    }

    async fn ask_for_pre_roll(
        self: &Arc<Self>,
        session: &Arc<Session>,
        configuration: &PlaybackConfiguration,
        asked_for: &Break,
    ) -> Result<Offers, Unfilled> {
        let until = self.doors.clock.now() + configuration.ads_break_timeout;
        self.prepare_profile(session);
        self.prepare_pad(session);
        let longest = configuration.pre_roll.as_ref().map(|known| known.longest);
        let avail = Avail { duration: longest, position: Position::Before, ..Avail::default() };
        let question = Question { avail, ..question(session, asked_for, 0) };
        let asked = self.doors.adserver.ask(configuration, &question).await;
        self.note_asked(session, asked_for, &asked);
        if let Some(why) = asked.unfilled() {
            return Err(why);
        }
        // What has to be made is there for whoever comes later.
        let now = self.doors.clock.now();
        Ok(self.media_of(session, asked_for, &asked, until - now, now).await.offers)
    }

    /// The ads that fit, and the place where the session begins with them.
    fn lead_in(
        &self,
        session: &Session,
        offers: &Offers,
        longest: MediaDuration,
    ) -> Result<(LeadIn, Vec<Skipped>), (Unfilled, Vec<Skipped>)> {
        let (live, now) = (&session.live, self.doors.clock.now());
        let Some(published) = live.published() else {
            return Err((Unfilled::NothingUsable, pod::too_late(offers)));
        };
        let view = &published.view;
        let (length, carried) = (Some(longest), MediaDuration::ZERO);
        let room = Room { length, carried, segment: view.segment_length };
        let Filled { ads, mut skipped } = pod::fill(offers, &live.slots(view), room, now);
        let pad = live.fillers().pad;
        if ads.is_empty() {
            return Err((Unfilled::NothingUsable, skipped));
        }
        let place = live.lead_in(&session::place_wanted(&ads, longest, view), now);
        let (place, seat, published) = match place {
            Ok(place) => place,
            Err(why) => {
                skipped.extend(ads.iter().map(Skipped::without_place));
                return Err((why, skipped));
            }
        };
        let decision = session::led_in(&place, Pod { ads }, pad);
        Ok((LeadIn { place, seat, published, decision }, skipped))
    }

    /// The session joins where the channel is now, behind its ads; not if it is over, or has joined
    /// without them meanwhile.
    fn begin_with(&self, session: &Arc<Session>, lead_in: LeadIn, skipped: &[Skipped]) -> bool {
        let LeadIn { place, seat, published, decision } = lead_in;
        let told = Break::pre_roll(place.serial, place.begins());
        let turn = session.turn();
        let mut standing = session.decisions.write();
        let is_free = standing.timeline.is_none() && !turn.is_over();
        let written = is_free.then(|| self.store.append(session.id, decision, 0));
        let Some(Written::Stands(decision)) = written else {
            return false;
        };
        let view = &published.view;
        let joined = Timeline::new(view.edge, place.begins()).suppressing(session.suppression());
        let joined = joined.led_in_by(&place, seat, Arc::clone(&decision));
        let first = stitch::playlist(view, view.reference, &joined);
        let edge = first.map_or(place.begins(), |first| first.edge);
        standing.timeline = Some(Arc::new(joined.starting(view, &place, edge)));
        drop(standing);
        drop(turn);
        session.work().accounts.place(&place);
        self.measure_plan(session, None, &decision, skipped);
        self.log_filled(session, &told, &decision, skipped);
        let planned = decision.pods().flat_map(|pod| pod.ads.iter().cloned());
        self.report_plan(session, &told, skipped, planned);
        true
    }

    /// Straight to the programme, and why.
    fn begin_without(
        &self,
        session: &Arc<Session>,
        asked_for: &Break,
        why: Unfilled,
        skipped: &[Skipped],
    ) {
        let nothing = session::Span::from_start(session::Fill::Content(why));
        let decision = Decision::new(asked_for, vec![nothing], None);
        self.measure_plan(session, None, &decision, skipped);
        self.log_filled(session, asked_for, &decision, skipped);
        self.report_plan(session, asked_for, skipped, std::iter::empty());
        let unfilled = vec![Shortfall { length: MediaDuration::ZERO, reason: why }];
        let outcome = super::account::Outcome { unfilled, ..Default::default() };
        self.log_ended(session, asked_for, outcome);
    }
}

/// How long a first playlist waits for its ads at most: players give up after ten seconds, of which a
/// channel's first reading may take five.
const LONGEST_WAIT: MediaDuration = MediaDuration::from_secs(4);
