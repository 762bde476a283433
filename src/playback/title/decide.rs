//! Deciding all breaks of a title.

use std::sync::Arc;

use super::super::{Playback, offers::PATIENCE, session::Session};
use crate::{
    adserver::log,
    channel::{Break, BreakSerial},
    ids::BreakId,
    library::Answer,
    pod::{self, Offers, Pod, Skipped, Unfilled},
    session::{self, Bumpers, Decision, Fill, Fillers, Span},
    title::{self, Dropped, Programme, Roll, Spot, Title},
    units::ProgramTime,
    vast::variables::Position,
};

/// A break of a title before it is decided.
pub(super) struct Draft {
    pub(super) ad_break: Arc<Break>,
    pub(super) spot: Spot,
    pub(super) offered: Result<Answer, Unfilled>,
}

impl Draft {
    /// Is there anything to be shown that clips stand around, or being made?
    fn may_have_clips(&self, title: &Title) -> bool {
        let is_first = title.position(self.ad_break.begins()) == Position::Before;
        let has_ads = |answer: &Answer| answer.offers.is_at_hand() || !answer.makings.is_empty();
        !is_first && self.offered.as_ref().is_ok_and(has_ads)
    }
}

/// What is to be decided.
#[derive(Default)]
pub(super) struct Drafts {
    /// In the order of the title.
    pub(super) all: Vec<Draft>,
    /// What the ad server had for places the title does not have.
    pub(super) dropped: Vec<Dropped>,
}

impl Playback {
    /// Decides a title's breaks, and writes down how; the first to do so decides for everybody.
    pub(in crate::playback) async fn decide_title(
        self: &Arc<Self>,
        session: &Arc<Session>,
        title: &Arc<Title>,
    ) -> Arc<Programme> {
        let configuration = self.current(session);
        let until = self.doors.clock.now() + configuration.titles.timeout;
        self.prepare_profile(session);
        self.prepare_bumpers(session);
        let drafts = match title.marks.is_empty() {
            true => self.ask_for_all(session, title, &configuration, until).await,
            false => self.ask_for_each(session, title, &configuration, until).await,
        };
        let Drafts { mut all, dropped } = drafts;
        let has_clips = all.iter().any(|draft| draft.may_have_clips(title));
        let bumpers = async {
            if !has_clips {
                return;
            }
            tokio::select! {
                () = session.live.bumpers(&configuration.bumpers) => {}
                () = self.doors.clock.sleep((until - self.doors.clock.now()).min(PATIENCE)) => {}
            }
        };
        tokio::join!(bumpers, self.wait_for_makings(session, &mut all, until));
        let decided: Vec<_> =
            all.into_iter().map(|draft| self.decide_roll(session, title, draft)).collect();
        let rolls = decided.iter().map(|(roll, _, _)| roll.clone()).collect();
        let own = Arc::new(Programme::new(Arc::clone(title), rolls));
        let programme = self.store.decide_title(session.id, Arc::clone(&own));
        if !Arc::ptr_eq(&own, &programme) {
            // Somebody was first, and has told of it.
            return programme;
        }
        let places: Vec<_> = decided.iter().map(|(roll, spot, _)| (roll, *spot)).collect();
        let plan: Vec<_> = places.iter().map(|(roll, spot)| place(roll, *spot)).collect();
        let now = self.doors.clock.now();
        let row = log::title_plan(&self.scene_of_title(session, now), &plan, &told(&dropped));
        self.write_rows(session, [row]);
        for (roll, _, skipped) in &decided {
            let Roll { ad_break, decision, .. } = roll;
            self.measure_plan(session, ad_break.length(), decision, skipped);
            self.log_filled(session, ad_break, decision, skipped);
            let planned = decision.pods().flat_map(|pod| pod.ads.iter().cloned());
            self.report_plan(session, ad_break, skipped, planned);
        }
        programme
    }

    fn decide_roll(
        &self,
        session: &Session,
        title: &Title,
        draft: Draft,
    ) -> (Roll, Spot, Vec<Skipped>) {
        let Draft { ad_break, spot, offered } = draft;
        let nothing = |why| vec![Span::from_start(Fill::Content(why))];
        let (spans, why, skipped) = match &offered {
            Ok(Answer { offers, .. }) => {
                match self.fill_roll(session, title, (&ad_break, spot), offers) {
                    (spans, skipped) if spans.is_empty() => {
                        let why = Unfilled::NothingUsable;
                        (nothing(why), why, skipped)
                    }
                    (spans, skipped) => (spans, Unfilled::Leftover, skipped),
                }
            }
            Err(why) => (nothing(*why), *why, Vec::new()),
        };
        let decision = Decision::new(&ad_break, spans, None);
        let decision = Arc::new(decision.because(ad_break.begins(), why));
        (Roll::new(title, ad_break, spot, decision), spot, skipped)
    }

    /// The ads that are shown there with what stands around them; nothing where there are none.
    fn fill_roll(
        &self,
        session: &Session,
        title: &Title,
        (ad_break, spot): (&Break, Spot),
        offers: &Offers,
    ) -> (Vec<Span>, Vec<Skipped>) {
        let Some(published) = session.live.published() else { return (Vec::new(), Vec::new()) };
        let slots = session.live.slots(&published.view);
        let Fillers { bumpers, .. } = session.live.fillers();
        let bumpers = match title.position(ad_break.begins()) {
            Position::Before => Bumpers::default(),
            _ => bumpers.within(Some(spot.planned.unwrap_or(title::LONGEST_INSERTION))),
        };
        let room = title::room(title, spot, bumpers.length());
        let pod::Filled { ads, skipped } = pod::fill(offers, &slots, room, self.doors.clock.now());
        match ads.is_empty() {
            true => (Vec::new(), skipped),
            false => (session::around(Pod { ads }, bumpers), skipped),
        }
    }

    /// What rows about a whole title begin with.
    pub(in crate::playback) fn scene_of_title<'a>(
        &self,
        session: &'a Session,
        time: ProgramTime,
    ) -> log::Scene<'a> {
        let configuration = &session.configuration.name;
        log::Scene { time, configuration, session: session.id, request_id: "", avail_id: "title" }
    }
}

/// A break at a place that nothing in the title marks.
pub(super) fn unmarked(
    title: &Title,
    serial: usize,
    name: String,
    spot: Spot,
    now: ProgramTime,
) -> Arc<Break> {
    let identity = (BreakId::new(name), BreakSerial(u32::try_from(serial).unwrap_or(u32::MAX)));
    Arc::new(Break::unmarked(identity, title.date(spot.at), now))
}

fn place(roll: &Roll, spot: Spot) -> log::Place<'_> {
    let ads = roll.decision.pods().flat_map(|pod| &pod.ads).collect();
    log::Place { avail_id: roll.ad_break.id.as_str(), asked: spot.asked, at: roll.at, ads }
}

fn told(dropped: &[Dropped]) -> Vec<(&str, &'static str)> {
    dropped.iter().map(|one| (one.offset.as_str(), one.why.as_str())).collect()
}
