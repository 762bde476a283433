//! A viewer's session around the product's pure core: asking, holding, falling back, late answers.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use midroll::{
    channel::{Break, BreakSerial, View},
    pod::{self, Filled, Room, Unfilled},
    session::{self, Decision, Fill, Fills, Late, Making, Step, Supply, Timeline},
    stitch::{self, Body, Held, Numbers},
    units::ProgramTime,
};

use super::{
    Event, World,
    ads::Names,
    clock,
    server::{makings, mood},
};
use crate::{
    checker::Reload,
    truth::{LeadIn, Plan},
};

/// What the application knows of a viewer.
#[derive(Default)]
pub(crate) struct Session {
    pub(super) timeline: Option<Timeline>,
    asked: Option<BreakSerial>,
    /// Waiting for their turn to ask.
    turns: HashSet<u32>,
    held: HashMap<BreakSerial, ProgramTime>,
    late: HashMap<BreakSerial, Vec<pod::Ad>>,
    pub(super) seen_ms: Option<i64>,
    pub(super) history: Vec<Reload>,
    /// What was decided, for the judge.
    pub(super) plans: Vec<Plan>,
    /// What it began with, for the judge.
    pub(super) lead_in: Option<LeadIn>,
    /// Per rendition, what was shown last and its text.
    shown: HashMap<usize, (String, Arc<Body>, Arc<str>)>,
}

impl Session {
    /// The playlist of a rendition now.
    pub(super) fn show(
        &mut self,
        world: &mut World,
        viewer: usize,
        rendition: usize,
        at_ms: i64,
    ) -> Option<Arc<str>> {
        self.seen_ms = Some(at_ms);
        if world.channel.view().is_some_and(|view| view.is_due(clock(at_ms))) {
            world.channel.waited(clock(at_ms));
        }
        let mut making = Making::default();
        loop {
            self.join(world, viewer, rendition, at_ms)?;
            let view = Arc::clone(world.channel.view()?);
            if let Some(settled) =
                self.timeline.as_ref().filter(|_| world.scenario.settles)?.settle(&view)
            {
                self.timeline = Some(settled);
            }
            let published = world.published(&view);
            let (sight, numbers) = published.sight(rendition, self.timeline.as_ref()?, &Names)?;
            self.notice(world, viewer, at_ms, false);
            if sight.held.is_some() {
                for serial in std::mem::take(&mut self.turns) {
                    self.send(world, viewer, serial, at_ms);
                }
            }
            let overdue = sight.held.filter(|held| self.is_overdue(*held, &view, clock(at_ms)));
            match making.next(overdue.map(|held| held.serial), !self.late.is_empty()) {
                Step::FallBack(serial) => self.fall_back(world, serial),
                Step::UseLate => {
                    let waiting: Vec<_> = self.late.keys().copied().collect();
                    waiting.into_iter().for_each(|serial| self.use_late(world, serial));
                }
                Step::Show => {
                    let starts = self.timeline.as_ref().and_then(|known| known.starts);
                    let header = stitch::header(&numbers) + &stitch::start(starts);
                    let text = self.text(rendition, &sight.body, &header);
                    self.compare(&view, rendition, &numbers, &text);
                    return Some(text);
                }
            }
        }
    }

    /// What is put together from shared parts is what would be written in one go.
    fn compare(&self, view: &View, rendition: usize, numbers: &Numbers, text: &str) {
        let Some(timeline) =
            self.timeline.as_ref().filter(|_| self.history.len().is_multiple_of(8))
        else {
            return;
        };
        let whole =
            stitch::playlist(view, rendition, timeline).zip(view.tracks[rendition].as_ref());
        let (playlist, track) = whole.expect("what was shown can be shown again");
        let body = stitch::render(track, rendition, &playlist.outline, &Names);
        assert_eq!(*text, stitch::header(numbers) + &stitch::start(timeline.starts) + &body);
    }

    /// The same lines are not written twice.
    fn text(&mut self, rendition: usize, body: &Arc<Body>, header: &str) -> Arc<str> {
        if let Some((known, of, text)) = self.shown.get(&rendition)
            && known == header
            && Arc::ptr_eq(of, body)
        {
            return Arc::clone(text);
        }
        let whole = body.whole(header).concat();
        let text: Arc<str> = String::from_utf8(whole).expect("playlists are text").into();
        let shown = (header.to_owned(), Arc::clone(body), Arc::clone(&text));
        self.shown.insert(rendition, shown);
        text
    }

    fn join(
        &mut self,
        world: &mut World,
        viewer: usize,
        rendition: usize,
        at_ms: i64,
    ) -> Option<()> {
        if self.timeline.is_none() {
            let view = world.channel.view()?;
            let nothing = Timeline::new(view.edge, view.edge);
            stitch::playlist(view, rendition, &nothing)?;
            if !self.lead_in(world, viewer, at_ms) {
                self.timeline = Some(nothing);
            }
        }
        Some(())
    }

    /// Starts asking for every break the session has not been asked about.
    pub(super) fn notice(&mut self, world: &mut World, viewer: usize, at_ms: i64, patient: bool) {
        let Some(timeline) = &self.timeline else { return };
        let Some(view) = world.channel.view().cloned() else { return };
        let Some(newest) = view.breaks.last().map(|newest| newest.serial) else { return };
        if self.asked.is_some_and(|asked| asked >= newest) {
            return;
        }
        let asked = self.asked.replace(newest);
        let new = view.breaks_since(timeline.join).iter();
        let new = new.filter(|known| timeline.takes_part(known)).map(|known| known.serial);
        for serial in new.filter(|serial| asked.is_none_or(|asked| *serial > asked)) {
            let half = world.origin.target_duration * 500;
            let delay = if patient { world.random.between(0, half) } else { 0 };
            self.turns.insert(serial.0);
            world.agenda.add(at_ms + delay, Event::Ask { viewer, serial: serial.0 });
        }
    }

    /// The turn has come, unless a waiting playlist hurried it.
    pub(super) fn ask(&mut self, world: &mut World, viewer: usize, serial: u32, at_ms: i64) {
        if self.turns.remove(&serial) {
            self.send(world, viewer, serial, at_ms);
        }
    }

    fn send(&self, world: &mut World, viewer: usize, serial: u32, at_ms: i64) {
        let mood = mood(world, viewer, serial);
        let ad_break = world.channel.view().and_then(|view| view.ad_break(BreakSerial(serial)));
        let timeline = self.timeline.as_ref();
        if timeline.zip(ad_break).is_some_and(|(known, ad_break)| !known.may_fill(ad_break)) {
            world.agenda.add(at_ms, Event::Answer { viewer, serial });
            return;
        }
        if let Some(delay) = mood.delay {
            world.agenda.add(at_ms + delay, Event::Answer { viewer, serial });
        }
    }

    /// What is there of an answer is used at once, the rest when it is made. An answer of which nothing
    /// is there has not come.
    pub(super) fn answered(&mut self, world: &mut World, viewer: usize, serial: u32, at_ms: i64) {
        let offered = mood(world, viewer, serial).offered;
        let Ok(ads) = offered else { return self.settle(world, serial, offered) };
        let made = makings(world, viewer, serial, ads.len());
        for (ad, took) in made.iter().enumerate().filter_map(|(ad, took)| Some((ad, (*took)?))) {
            world.agenda.add(at_ms + took, Event::Made { viewer, serial, ad });
        }
        let there = ads.into_iter().zip(&made).filter(|(_, took)| took.is_none());
        let there: Vec<_> = there.map(|(ad, _)| ad).collect();
        if !there.is_empty() {
            self.settle(world, serial, Ok(there));
        }
    }

    /// An ad of an answer has been made.
    pub(super) fn made(&mut self, world: &World, viewer: usize, serial: u32, ad: usize) {
        let known = world.channel.view().and_then(|view| view.ad_break(BreakSerial(serial)));
        if known.is_none_or(|known| known.end.is_some()) {
            return;
        }
        let ads = mood(world, viewer, serial).offered.unwrap_or_default();
        let ads = ads.into_iter().skip(ad).take(1).collect();
        self.settle(world, serial, Ok(ads));
    }

    fn settle(&mut self, world: &World, serial: u32, offered: Result<Vec<pod::Ad>, Unfilled>) {
        let serial = BreakSerial(serial);
        let suppresses = |known: &Timeline| {
            let ad_break = world.channel.view().and_then(|view| view.ad_break(serial));
            known.decision(serial).is_none()
                && ad_break.is_some_and(|ad_break| known.suppresses(ad_break).is_some())
        };
        if self.timeline.as_ref().is_some_and(suppresses) {
            self.fall_back(world, serial);
        }
        let Some(timeline) = &self.timeline else { return };
        if timeline.decision(serial).is_some() {
            if let Ok(ads) = offered {
                self.late.entry(serial).or_default().extend(ads);
                self.use_late(world, serial);
            }
            return;
        }
        let Some(view) = world.channel.view() else { return };
        let Some(ad_break) = view.ad_break(serial) else { return };
        let fills = offered.as_ref().map(|ads| fills(ads));
        let ads: Result<Fills<'_>, Unfilled> = match &fills {
            Ok(fills) => Ok(fills),
            Err(why) => Err(**why),
        };
        let supply = Supply { ads, fillers: world.shelf.fillers.clone(), threshold: None };
        let (decision, _) = timeline.plan(ad_break, view, supply);
        self.decide(ad_break, decision);
    }

    /// Keeps a decision, and what it names for the judge.
    pub(super) fn decide(&mut self, ad_break: &Break, decision: Decision) {
        let names = |fill: &Fill| match fill {
            Fill::Content(_) => Vec::new(),
            Fill::Slate(clip) | Fill::Bumper(clip) => vec![clip.clone()],
            Fill::Pod(pod) => pod.ads.clone(),
        };
        let ads = decision.spans.iter().flat_map(|span| names(&span.fill));
        let ads = ads.filter_map(|ad| ad.info.ad_id.clone()).collect();
        let (break_id, start) = (ad_break.id.to_string(), ad_break.begins().as_nanos());
        self.plans.retain(|plan| plan.break_id != break_id);
        self.plans.push(Plan { break_id, start, ads });
        self.timeline = self.timeline.take().map(|known| known.with(Arc::new(decision)));
    }

    fn is_overdue(&mut self, held: Held, view: &View, now: ProgramTime) -> bool {
        let undecided = |known: &Timeline| known.decision(held.serial).is_none();
        if !self.timeline.as_ref().is_some_and(undecided) {
            return false;
        }
        let first = *self.held.entry(held.serial).or_insert(now);
        session::is_overdue(first, held.stands_since, view.target_duration, now)
    }

    fn fall_back(&mut self, world: &World, serial: BreakSerial) {
        let Some(timeline) = &self.timeline else { return };
        let Some(view) = world.channel.view() else { return };
        let Some(ad_break) = view.ad_break(serial) else { return };
        let decision = timeline.fall_back(ad_break, view, world.shelf.fillers.clone(), None);
        self.decide(ad_break, decision);
    }

    fn use_late(&mut self, world: &World, serial: BreakSerial) {
        let (Some(timeline), Some(view)) = (&self.timeline, world.channel.view()) else { return };
        let Some(ads) = self.late.remove(&serial) else { return };
        let Some(ad_break) = view.ad_break(serial) else { return };
        let placed = {
            let fills = fills(&ads);
            timeline.place_late(ad_break, view, &fills, world.shelf.fillers.clone())
        };
        match placed {
            Late::Never => {}
            Late::NotYet => {
                self.late.insert(serial, ads);
            }
            Late::Now(appended, after, _) => {
                let known = timeline.decision(serial).filter(|known| known.spans.len() == after);
                let Some(known) = known else { return };
                let whole = known.followed_by(appended);
                self.decide(ad_break, whole);
            }
        }
    }
}

pub(super) fn fills(ads: &[pod::Ad]) -> impl Fn(Room) -> Filled + '_ {
    move |room| {
        let (ads, skipped) = pod::fit(ads.to_vec(), room);
        Filled { ads, skipped }
    }
}
