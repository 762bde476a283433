//! Rows of the decision log: the plan of a break when it is made, and what became of it.

use std::sync::Arc;

use futures_util::{FutureExt as _, future::join_all};
use serde_json::Value;

use super::{Playback, account::Outcome, seen::Seen, session::Session};
use crate::{
    adserver::log::{self, Ended, Filling, Scene},
    channel::{Break, View},
    journal::Row,
    metrics::Observed,
    pod::{Ad, Skipped},
    session::{
        Decision, Fill, Part, Replacement, Timeline, pieces, replacements, unfilled, unshown,
    },
    units::MediaDuration,
};

impl Playback {
    /// What every row of a session's break begins with.
    pub(super) fn scene<'a>(&self, session: &'a Session, ad_break: &'a Break) -> Scene<'a> {
        Scene {
            time: self.doors.clock.now(),
            configuration: &session.configuration.name,
            session: session.id,
            request_id: "",
            avail_id: ad_break.id.as_str(),
        }
    }

    /// Writes rows in their order. Ads have a time limit, so nobody waits where the disk is slow: then a
    /// task waits for room, all of them at once, and no longer than the log lets rows wait.
    pub(super) fn write_rows(&self, session: &Session, rows: impl IntoIterator<Item = Value>) {
        let row = |row| Row::new(Some(session.id), &row).about(session.person());
        let rows: Vec<_> = rows.into_iter().map(row).collect();
        let log = self.doors.decisions.clone();
        let mut writing = Box::pin(async move {
            // A row that could not be kept is counted and said by the log itself.
            join_all(rows.into_iter().map(|row| log.write(row))).await;
        });
        if writing.as_mut().now_or_never().is_none() {
            self.tasks.spawn(writing);
        }
    }

    /// Writes a row from where nobody may wait.
    fn write_soon(&self, session: &Session, row: &Value) {
        let row = Row::new(Some(session.id), row).about(session.person());
        let log = self.doors.decisions.clone();
        self.tasks.spawn(async move {
            let _ = log.write(row).await;
        });
    }

    /// `FILLED_AVAIL`: what a break is going to show.
    pub(super) fn log_filled(
        &self,
        session: &Session,
        ad_break: &Break,
        decision: &Decision,
        skipped: &[Skipped],
    ) {
        let mut prefetched = None;
        if let Some(account) = session.work().accounts.of(ad_break.serial) {
            account.skipped(skipped);
            prefetched.clone_from(&account.prefetched);
        }
        let ads: Vec<Ad> = decision.pods().flat_map(|pod| pod.ads.iter().cloned()).collect();
        let length = ad_break.length();
        let filled: MediaDuration = ads.iter().map(|ad| ad.creative.duration).sum();
        let rest = length.map_or(MediaDuration::ZERO, |length| length - filled);
        let slate = decision.spans.iter().find_map(|span| match &span.fill {
            Fill::Slate(slate) => Some((slate.creative.as_ref(), rest.max(MediaDuration::ZERO))),
            _ => None,
        });
        let unfilled = ads.is_empty().then(|| decision.why(ad_break.begins()));
        let filling = Filling { length, ads: &ads, slate, skipped, unfilled };
        let row = log::filled_avail(&self.scene(session, ad_break), &filling);
        let row = match prefetched {
            Some(schedule) => log::prefetched(row, &schedule),
            None => row,
        };
        self.write_soon(session, &row);
    }

    /// `ADS_SKIPPED`: ads that a break does not show, whatever its plan says. Who asked for them is told.
    pub(super) fn skip(&self, session: &Arc<Session>, ad_break: &Break, skipped: &[Skipped]) {
        if skipped.is_empty() {
            return;
        }
        self.measure_skipped(session, skipped);
        if let Some(account) = session.work().accounts.of(ad_break.serial) {
            account.skipped(skipped);
        }
        self.write_soon(session, &log::ads_skipped(&self.scene(session, ad_break), skipped));
        self.report_plan(session, ad_break, skipped, std::iter::empty());
    }

    /// Writes `AVAIL_ENDED` for each break that is past and has none yet, and before it which ads of its
    /// plan it ended before.
    pub(super) fn close_breaks(
        &self,
        session: &Arc<Session>,
        timeline: &Timeline,
        view: &View,
        is_past: impl Fn(&Break) -> bool,
    ) {
        let known = timeline.decisions.iter();
        let known = known.filter_map(|d| Some((d, view.ad_break(d.serial)?)));
        let past: Vec<_> = known.take_while(|(_, ad_break)| is_past(ad_break)).collect();
        // Whoever closes a break is the only one to do so.
        let closed = match past.last() {
            Some((newest, _)) => session.work().close(newest.serial),
            None => return,
        };
        for (decision, ad_break) in past {
            if closed.is_none_or(|closed| decision.serial > closed) {
                let replaced = replaced(ad_break, decision, timeline, view);
                let skipped: Vec<_> = unshown(decision, ad_break, &replaced).collect();
                self.skip(session, ad_break, &skipped);
                let outcome = self.outcome(session, ad_break, decision, timeline, view);
                self.log_ended(session, ad_break, outcome);
            }
        }
    }

    /// The session is over: its breaks are, as far as it was there for them.
    pub(super) fn close_all(&self, session: &Arc<Session>) {
        match session.seen() {
            Some(Seen::Live { timeline, published }) => {
                self.close_breaks(session, &timeline, &published.view, |_| true);
            }
            Some(Seen::Title(programme)) => self.close_rolls(session, &programme, |_| true),
            None => {}
        }
    }

    pub(super) fn log_ended(&self, session: &Session, ad_break: &Break, outcome: Outcome) {
        let Outcome { length, planned, published, requested, slate, pad, bumpers, .. } = outcome;
        let observed = Observed { duration: length, filled: published, slate, pad };
        let unfilled = &outcome.unfilled;
        self.measure_ended(session, (planned, observed), unfilled, outcome.carried);
        let ended = Ended { length, planned, published, requested, slate, pad, bumpers, unfilled };
        self.write_soon(session, &log::avail_ended(&self.scene(session, ad_break), &ended));
        if let Some(account) = session.work().accounts.of(ad_break.serial) {
            account.outcome = Some(outcome);
        }
    }

    /// What has become of a break so far.
    pub(super) fn outcome(
        &self,
        session: &Session,
        ad_break: &Break,
        decision: &Decision,
        timeline: &Timeline,
        view: &View,
    ) -> Outcome {
        let carried = timeline.carried(view, ad_break.begins());
        let asked_for = self.store.requested(session.id, decision.serial);
        let length = ad_break.length().unwrap_or_default();
        let planned = decision.pods().map(|pod| pod.duration()).sum();
        let (mut published, mut requested) = (MediaDuration::ZERO, MediaDuration::ZERO);
        let (mut slate, mut pad) = (MediaDuration::ZERO, MediaDuration::ZERO);
        let mut bumpers = MediaDuration::ZERO;
        let mut position = 0;
        let replaced = replaced(ad_break, decision, timeline, view);
        for replacement in &replaced {
            for piece in pieces(&replacement.groups) {
                let Some(group) = replacement.groups.get(piece.group) else { continue };
                match group.part {
                    Part::Ad => published += piece.duration,
                    Part::Bumper => bumpers += piece.duration,
                    Part::Slate if group.creative.is_pad() => pad += piece.duration,
                    Part::Slate => slate += piece.duration,
                }
                if group.is_ad() && asked_for.contains(&position) {
                    requested += piece.duration;
                }
                position += 1;
            }
        }
        let (length, unfilled) = match ad_break.serial.is_pre_roll() {
            true => (published + pad, Vec::new()),
            false => (length, unfilled(decision, ad_break, &replaced, view.edge)),
        };
        let carried = replaced.iter().map(Replacement::difference).fold(carried, |a, b| a + b);
        Outcome { length, planned, published, requested, slate, pad, bumpers, carried, unfilled }
    }
}

/// What a break shows instead of the programme.
fn replaced(
    ad_break: &Break,
    decision: &Decision,
    timeline: &Timeline,
    view: &View,
) -> Vec<Replacement> {
    match ad_break.refusal {
        Some(_) => Vec::new(),
        None => replacements(decision, ad_break, view, timeline.carried(view, ad_break.begins())),
    }
}
