//! Making a failing case small.

use super::{Habit, Scenario, Server};
use crate::origin::{Dating, Dialect, Packaging, Protection};

impl Scenario {
    /// The smallest case that still fails, found by one simplification after the other.
    pub(crate) fn shrunk(&self, fails: impl Fn(&Self) -> bool) -> Self {
        let mut best = self.clone();
        while let Some(next) = best.simpler().into_iter().find(|case| fails(case)) {
            best = next;
        }
        best
    }

    /// Cases that are simpler in one thing, the greatest simplifications first.
    fn simpler(&self) -> Vec<Self> {
        let mut all = Vec::new();
        let mut push = |change: &dyn Fn(&mut Self)| {
            let mut case = self.clone();
            change(&mut case);
            if case != *self {
                all.push(case);
            }
        };
        if self.viewers.len() > 1 {
            (0..self.viewers.len())
                .for_each(|at| push(&|case| case.viewers = vec![self.viewers[at].clone()]));
        }
        (0..self.shape.breaks.len()).rev().for_each(|at| {
            push(&|case| {
                case.shape.breaks.remove(at);
            });
        });
        (1..self.shape.renditions.len()).rev().for_each(|at| push(&|case| case.without(at)));
        (0..self.ads.len().saturating_sub(1)).rev().for_each(|at| {
            push(&|case| {
                case.ads.remove(at);
            });
        });
        push(&|case| case.slate = None);
        push(&|case| case.pad = false);
        push(&|case| case.bumpers.start = None);
        push(&|case| case.bumpers.end = None);
        push(&|case| case.shape.turns.clear());
        push(&|case| case.shape.restarts.clear());
        push(&|case| case.shape.renditions.iter_mut().for_each(|track| track.faults.clear()));
        (0..self.shape.features.len()).for_each(|at| {
            push(&|case| {
                case.shape.features.remove(at);
            });
        });
        push(&|case| case.shape.protection = Protection::Clear);
        push(&|case| case.shape.packaging = Packaging::Ts);
        push(&|case| case.shape.dating = Dating::Every);
        push(&|case| case.shape.dialect = Dialect::CueOut);
        push(&|case| case.shape.ranges = false);
        push(&|case| case.shape.ends = false);
        push(&|case| case.settles = false);
        push(&|case| case.pre_roll = None);
        push(&|case| case.makes = false);
        self.calmer(&mut push);
        all
    }

    fn calmer(&self, push: &mut impl FnMut(&dyn Fn(&mut Self))) {
        push(&|case| case.shape.renditions.iter_mut().for_each(|track| track.jitter = 0));
        push(&|case| case.shape.renditions.iter_mut().for_each(|track| track.latency = 0));
        push(&|case| case.shape.renditions.iter_mut().for_each(|track| track.aac = false));
        push(&|case| case.shape.renditions.iter_mut().for_each(|track| track.lengths.truncate(1)));
        push(&|case| {
            case.shape.length = case.shape.length.min((case.shape.length - 20_000).max(40_000));
        });
        for at in 0..self.viewers.len() {
            push(&|case| case.viewers[at].server = Server::Prompt);
            push(&|case| case.viewers[at].apart = 0);
            push(&|case| case.viewers[at].habit = Habit::Every(1_000));
            push(&|case| case.viewers[at].renditions.truncate(1));
            push(&|case| {
                let keep = case.viewers[at].renditions.len().saturating_sub(1).max(1);
                case.viewers[at].renditions.truncate(keep);
            });
            push(&|case| {
                let viewer = &mut case.viewers[at];
                viewer.until = viewer.until.min((viewer.until - 10_000).max(viewer.from + 5_000));
            });
        }
        for at in 0..self.shape.breaks.len() {
            push(&|case| {
                let signal = &mut case.shape.breaks[at];
                signal.actual = signal.planned.or(signal.actual);
            });
            push(&|case| case.shape.breaks[at].cue_in = true);
            push(&|case| case.shape.breaks[at].common = true);
        }
    }

    fn without(&mut self, rendition: usize) {
        self.shape.renditions.remove(rendition);
        for viewer in &mut self.viewers {
            viewer.renditions.retain(|asked| *asked != rendition);
            for asked in viewer.renditions.iter_mut().filter(|asked| **asked > rendition) {
                *asked -= 1;
            }
            if viewer.renditions.is_empty() {
                viewer.renditions.push(0);
            }
        }
    }
}
