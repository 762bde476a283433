//! Holds a session's whole history of playlists against the laws.
//!
//! Two passes: each playlist by itself and against what the same rendition said before (so that a
//! timeline of the session arises), then the timelines against the source and each other. Rules are
//! the checklist's numbers; `law-4`, `join` and `law-2` are the design's.

use std::{collections::HashMap, fmt, rc::Rc, sync::Arc};

use crate::{
    reader::{self, Note, Playlist},
    truth::Truth,
};

mod breaks;
mod dates;
mod ending;
mod identity;
mod lead;
mod ranges;
mod renditions;
mod segments;
pub(crate) mod source;
mod stall;
mod timeline;
mod window;

pub(crate) use timeline::{Entry, Place, Timeline};

/// One answer to a viewer.
#[derive(Clone)]
pub(crate) struct Reload {
    /// On the wall clock.
    pub(crate) at_ms: i64,
    pub(crate) rendition: usize,
    pub(crate) text: Arc<str>,
}

/// A broken rule.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Finding {
    pub(crate) rule: &'static str,
    /// Which answer of the history shows it.
    pub(crate) reload: usize,
    pub(crate) text: String,
}

impl fmt::Debug for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} at reload {}: {}", self.rule, self.reload, self.text)
    }
}

/// An answer, read.
pub(crate) struct Seen {
    pub(crate) reload: usize,
    pub(crate) at_ms: i64,
    pub(crate) rendition: usize,
    pub(crate) playlist: Rc<Playlist>,
    /// The same text as this rendition's answer before.
    pub(crate) repeated: bool,
}

/// Findings in the making; a rule broken again and again is written down a few times.
#[derive(Default)]
pub(crate) struct Findings {
    all: Vec<Finding>,
    counts: HashMap<&'static str, usize>,
}

impl Findings {
    pub(crate) fn add(&mut self, rule: &'static str, reload: usize, text: impl Into<String>) {
        assert!(RULES.contains(&rule), "`{rule}` is not among the rules that are proved");
        let count = self.counts.entry(rule).or_default();
        *count += 1;
        if *count <= KEPT_PER_RULE {
            self.all.push(Finding { rule, reload, text: text.into() });
        }
    }
}

/// Everything a history breaks. Reloads stand in order of time.
pub(crate) fn check(history: &[Reload], truth: &Truth) -> Vec<Finding> {
    let mut findings = Findings::default();
    let seen = read(history, &mut findings);
    let mut timelines = timeline::empty(truth);
    for answer in &seen {
        if answer.repeated {
            continue;
        }
        segments::check(answer, truth, &timelines, &mut findings);
        if let Some(timeline) = timelines.get_mut(answer.rendition) {
            timeline.take(answer, &mut findings);
        }
    }
    identity::headers(&seen, &mut findings);
    ranges::check(&seen, truth, &mut findings);
    ending::check(&seen, truth, &mut findings);
    window::check(&seen, truth, &timelines, &mut findings);
    stall::check(&seen, truth, &timelines, &mut findings);
    for timeline in &timelines {
        source::check(timeline, truth, &mut findings);
        breaks::check(timeline, truth, &mut findings);
        dates::check(timeline, truth, &mut findings);
    }
    breaks::join(&seen, truth, &timelines, &mut findings);
    renditions::check(&seen, truth, &timelines, &mut findings);
    findings.all
}

fn read(history: &[Reload], findings: &mut Findings) -> Vec<Seen> {
    let mut newest: HashMap<usize, (Arc<str>, Rc<Playlist>)> = HashMap::new();
    let mut seen = Vec::with_capacity(history.len());
    for (reload, answer) in history.iter().enumerate() {
        let Reload { at_ms, rendition, text } = answer;
        let known = newest.get(rendition).filter(|(known, _)| same(known, text));
        let known = known.map(|(_, playlist)| Rc::clone(playlist));
        let repeated = known.is_some();
        let playlist = known.unwrap_or_else(|| {
            let (playlist, notes) = reader::read(text);
            notes.into_iter().for_each(|Note { rule, text }| findings.add(rule, reload, text));
            Rc::new(playlist)
        });
        newest.insert(*rendition, (Arc::clone(text), Rc::clone(&playlist)));
        seen.push(Seen { reload, at_ms: *at_ms, rendition: *rendition, playlist, repeated });
    }
    seen
}

fn same(one: &Arc<str>, other: &Arc<str>) -> bool {
    Arc::ptr_eq(one, other) || one == other
}

const KEPT_PER_RULE: usize = 5;

/// Every rule the checker knows.
pub(crate) const RULES: [&str; 76] = [
    "A-01", "A-03", "A-04", "A-05", "A-06", "A-07", "A-08", "A-09", "A-10", "A-11", "A-12", "A-15",
    "A-16", "A-17", "A-20", "A-21", "A-22", "A-23", "A-24", "A-30", "A-31", "A-32", "A-33", "A-34",
    "A-35", "A-36", "A-40", "A-41", "A-42", "A-43", "A-44", "A-50", "A-51", "A-52", "A-53", "A-55",
    "A-56", "A-58", "A-60", "A-61", "A-62", "A-63", "A-64", "A-67", "A-68", "A-70", "A-71", "A-72",
    "A-73", "A-74", "A-77", "A-80", "A-81", "A-82", "A-83", "A-84", "A-90", "A-91", "A-92", "A-93",
    "A-94", "A-95", "A-96", "A-97", "A-100", "A-101", "A-102", "A-103", "A-104", "A-105", "A-106",
    "A-130", "A-131", "join", "law-2", "law-4",
];
