//! Drives the product's pure core through simulated time and lets the checker judge what each
//! viewer was served. What the application does around the core (who is asked when, deadlines, late
//! answers) is done here in the same way, without sockets and clocks.

use std::{collections::BTreeMap, sync::Arc};

use midroll::{
    channel::{Channel, Reading, View},
    hls::{MediaPlaylist, RenditionKind},
    origin::{self, Cadence},
    stitch::Published,
    units::ProgramTime,
};

use crate::{
    checker::{self, Finding, Reload},
    origin::{Kind, Origin, start},
    random::Random,
    scenario::{Habit, Scenario},
    time::MILLI,
    truth::{Listing, Rendition, Truth},
};

mod ads;
mod lead_in;
#[cfg(test)]
mod day;
#[cfg(test)]
mod pre_rolls;
mod server;
mod session;
#[cfg(test)]
mod tests;

use ads::Shelf;
use session::Session;

/// What came of a case.
pub(crate) struct Outcome {
    pub(crate) reloads: usize,
    /// Per viewer.
    pub(crate) findings: Vec<Vec<Finding>>,
    pub(crate) histories: Vec<Vec<Reload>>,
    /// Breaks in which a viewer was shown an ad.
    pub(crate) filled: usize,
    /// Breaks in which one was shown a clip around the ads.
    pub(crate) framed: usize,
    /// What the product remembers of the breaks, for those who look into a failure.
    pub(crate) ledger: String,
    /// When each rendition was read how far, by the channel's start in milliseconds.
    pub(crate) readings: String,
}

/// Something that happens at a moment.
#[derive(Clone, Debug)]
pub(crate) enum Event {
    /// A rendition's playlist is read.
    Refresh(usize),
    /// A viewer asks for one of his renditions.
    Poll { viewer: usize, at: usize },
    /// A viewer's turn to ask the ad server has come.
    Ask { viewer: usize, serial: u32 },
    /// The ad server answers.
    Answer { viewer: usize, serial: u32 },
    /// An ad of its answer has been made.
    Made { viewer: usize, serial: u32, ad: usize },
}

/// What is to happen, in order.
#[derive(Default)]
pub(crate) struct Agenda {
    events: BTreeMap<(i64, u64), Event>,
    next: u64,
}

impl Agenda {
    pub(crate) fn add(&mut self, at_ms: i64, event: Event) {
        self.events.insert((at_ms, self.next), event);
        self.next += 1;
    }
}

/// A case under way.
pub(crate) struct World {
    pub(crate) scenario: Scenario,
    pub(crate) origin: Origin,
    pub(crate) channel: Channel,
    pub(crate) shelf: Shelf,
    pub(crate) agenda: Agenda,
    pub(crate) random: Random,
    cadences: Vec<Cadence>,
    published: Option<Arc<Published>>,
    listings: Vec<Vec<Listing>>,
    sessions: Vec<Session>,
}

/// Plays a case to its end and judges it.
pub(crate) fn play(scenario: &Scenario) -> Outcome {
    let mut world = World::new(scenario.clone());
    while let Some(((at_ms, _), event)) = world.agenda.events.pop_first() {
        world.happen(at_ms, &event);
    }
    world.judge()
}

/// The service's clock.
pub(crate) const fn clock(at_ms: i64) -> ProgramTime {
    ProgramTime::from_millis(at_ms)
}

impl World {
    fn new(scenario: Scenario) -> Self {
        let origin = Origin::new(scenario.shape.clone());
        let kinds: Vec<_> =
            scenario.shape.renditions.iter().map(|track| kind(track.kind)).collect();
        let mut agenda = Agenda::default();
        let mut random = Random::new(scenario.seed ^ 0xd21e);
        let first = scenario.viewers.iter().map(|viewer| viewer.from).min().unwrap_or(0);
        for rendition in 0..kinds.len() {
            agenda.add(start() + first + random.between(1, 300), Event::Refresh(rendition));
        }
        for (viewer, who) in scenario.viewers.iter().enumerate() {
            agenda.add(start() + who.from, Event::Poll { viewer, at: 0 });
        }
        Self {
            channel: Channel::new(&kinds),
            shelf: Shelf::new(&scenario),
            published: None,
            cadences: vec![Cadence::new(clock(start() + first)); kinds.len()],
            listings: vec![Vec::new(); kinds.len()],
            sessions: (0..scenario.viewers.len()).map(|_| Session::default()).collect(),
            scenario,
            origin,
            agenda,
            random,
        }
    }

    fn happen(&mut self, at_ms: i64, event: &Event) {
        match *event {
            Event::Refresh(rendition) => self.refresh(rendition, at_ms),
            Event::Poll { viewer, at } => self.poll(viewer, at, at_ms),
            Event::Ask { viewer, serial } => {
                self.with(viewer, |world, s| s.ask(world, viewer, serial, at_ms));
            }
            Event::Answer { viewer, serial } => {
                self.with(viewer, |world, s| s.answered(world, viewer, serial, at_ms));
            }
            Event::Made { viewer, serial, ad } => {
                self.with(viewer, |world, s| s.made(world, viewer, serial, ad));
            }
        }
    }

    /// What viewers share of a view, and still share of those before it.
    pub(crate) fn published(&mut self, view: &Arc<View>) -> Arc<Published> {
        let known = self.published.as_ref();
        let next = match known.filter(|known| Arc::ptr_eq(&known.view, view)) {
            Some(known) => Arc::clone(known),
            None => Arc::new(Published::after(known.map(Arc::as_ref), Arc::clone(view))),
        };
        self.published = Some(Arc::clone(&next));
        next
    }

    fn with(&mut self, viewer: usize, act: impl FnOnce(&mut Self, &mut Session)) {
        let mut session = std::mem::take(&mut self.sessions[viewer]);
        act(self, &mut session);
        self.sessions[viewer] = session;
    }

    /// Reads a playlist when a refresher does.
    fn refresh(&mut self, rendition: usize, at_ms: i64) {
        let target = self.origin.target_duration * 1_000;
        let over = start() + self.scenario.shape.length + 8 * target;
        let until = self.scenario.viewers.iter().map(|viewer| viewer.until).max().unwrap_or(0);
        if at_ms > over.min(start() + until) {
            return;
        }
        let now = clock(at_ms);
        let mut event = origin::Event::Failed;
        match (self.origin.playlist(rendition, at_ms), self.origin.listed(rendition, at_ms)) {
            (Some(text), Some(listed)) => {
                let (playlist, _) =
                    MediaPlaylist::parse(text).expect("the origin writes playlists");
                let known = self.channel.view().map_or(0, |view| view.breaks.len());
                let reading = self.channel.loaded(rendition, &playlist, now);
                let ended = self.origin.has_ended(rendition, listed.end);
                let newest = self.listings[rendition].last().map_or(0, |listing| listing.end);
                if listed.end >= newest {
                    let (first, end) = (listed.start, listed.end);
                    self.listings[rendition].push(Listing { at_ms, first, end, ended });
                }
                let newest = playlist.segments.last().map(|segment| segment.duration);
                event = match (reading, newest) {
                    (Reading::Advanced, Some(newest_segment)) => origin::Event::Advanced {
                        target_duration: playlist.target_duration,
                        newest_segment,
                    },
                    _ => origin::Event::Unchanged,
                };
                if self.channel.view().is_some_and(|view| view.breaks.len() > known) {
                    self.announce(at_ms);
                }
            }
            _ => {
                self.channel.failed(rendition, now);
            }
        }
        let jitter = u8::try_from(self.random.between(0, 255)).unwrap_or(0);
        let (next, due) = self.cadences[rendition].after(event, now, jitter);
        self.cadences[rendition] = next;
        let wait = (due - now).as_millis();
        self.agenda.add(at_ms + wait.max(50), Event::Refresh(rendition));
    }

    /// A break was read for the first time: everybody who is there gets his turn to ask.
    fn announce(&mut self, at_ms: i64) {
        let patience = 3 * self.origin.target_duration * 1_000;
        for viewer in 0..self.sessions.len() {
            if self.sessions[viewer].seen_ms.is_some_and(|seen| at_ms - seen <= patience) {
                self.with(viewer, |world, session| session.notice(world, viewer, at_ms, true));
            }
        }
    }

    fn poll(&mut self, viewer: usize, at: usize, at_ms: i64) {
        let who = self.scenario.viewers[viewer].clone();
        let rendition = who.renditions[at];
        let mut text = None;
        self.with(viewer, |world, session| text = session.show(world, viewer, rendition, at_ms));
        let shown = text.is_some();
        if let Some(text) = text {
            self.sessions[viewer].history.push(Reload { at_ms, rendition, text });
        }
        let over = self.scenario.shape.length + if self.scenario.shape.ends { 60_000 } else { 0 };
        if at_ms > start() + who.until.min(over) {
            return;
        }
        if shown && at + 1 < who.renditions.len() {
            self.agenda.add(at_ms + who.apart, Event::Poll { viewer, at: at + 1 });
            return;
        }
        let wait = match who.habit {
            _ if !shown => 100,
            Habit::Every(ms) => ms,
            Habit::Between(low, high) => self.random.between(low, high),
            Habit::Pausing(_, pause) if self.random.chance(4) => pause,
            Habit::Pausing(ms, _) => ms,
        };
        self.agenda.add(at_ms + wait.max(1), Event::Poll { viewer, at: 0 });
    }

    fn truth(&self) -> Truth {
        let renditions = self.origin.renditions.iter().zip(&self.listings);
        let renditions = renditions.map(|(rendition, listings)| Rendition {
            listings: listings.clone(),
            ..rendition.clone()
        });
        Truth {
            target_duration: self.origin.target_duration,
            renditions: renditions.collect(),
            breaks: self.origin.breaks(),
            ads: self.shelf.truth(),
            plans: Vec::new(),
            lead_in: None,
            pad: self.pads(),
            piece: ads::piece,
        }
    }

    /// Is there a pad, or slate fine enough to fill what is left of any break? What a coarser one
    /// leaves open can never be made good: a return may not pass the source's by a second.
    fn pads(&self) -> bool {
        self.scenario.pad
            || self.scenario.slate.iter().flatten().max().is_some_and(|step| *step <= 1_000)
    }

    /// A line per reading that brought something new.
    fn readings(&self) -> String {
        let mut lines = Vec::new();
        for (at, (rendition, listings)) in
            self.origin.renditions.iter().zip(&self.listings).enumerate()
        {
            let mut known = 0;
            for listing in listings.iter().filter(|listing| listing.end > 0) {
                if std::mem::replace(&mut known, listing.end) == listing.end {
                    continue;
                }
                let new = &rendition.segments[listing.end - 1];
                let (from, to) = (new.start / MILLI - start(), new.end() / MILLI - start());
                let turn = if new.discontinuity { ", turned" } else { "" };
                let read = listing.at_ms - start();
                let first = rendition.segments[listing.first].start / MILLI - start();
                lines.push((
                    read,
                    format!("{read}: {at} lists {first} … {from}-{to}, epoch {}{turn}", new.epoch),
                ));
            }
        }
        lines.sort();
        lines.into_iter().map(|(_, line)| line + "\n").collect()
    }

    fn judge(self) -> Outcome {
        let mut truth = self.truth();
        let judged = |session: &Session| {
            truth.plans.clone_from(&session.plans);
            truth.lead_in(session.lead_in.clone());
            checker::check(&session.history, &truth)
        };
        let findings = self.sessions.iter().map(judged).collect();
        let reloads = self.sessions.iter().map(|session| session.history.len()).sum();
        let readings = self.readings();
        let sessions = self.sessions;
        let histories: Vec<_> = sessions.into_iter().map(|session| session.history).collect();
        let filled = histories.iter().map(|history| ads::breaks_filled(history));
        let (filled, framed) =
            filled.fold((0, 0), |all, breaks| (all.0 + breaks.0, all.1 + breaks.1));
        let ledger =
            self.channel.view().map_or_else(String::new, |view| format!("{:#?}", view.breaks));
        Outcome { reloads, findings, histories, filled, framed, ledger, readings }
    }
}

const fn kind(kind: Kind) -> RenditionKind {
    match kind {
        Kind::Video => RenditionKind::Video,
        Kind::Audio => RenditionKind::Audio,
        Kind::Subtitles => RenditionKind::Subtitles,
    }
}

/// A length of the simulation as the product counts it.
pub(crate) const fn media(ns: crate::time::Ns) -> midroll::units::MediaDuration {
    midroll::units::MediaDuration::from_nanos(ns)
}
