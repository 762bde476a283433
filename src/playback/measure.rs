//! What playback counts.

use std::collections::HashMap;

use super::{Error, Live, Playback, account::Hold, session::Session};
use crate::{
    adserver::Asked,
    channel::{BreakSerial, View},
    cue::OddityKind,
    fetch,
    ids::ConfigurationName,
    metrics::{Observed, Request},
    origin,
    pod::{Ad, Skipped, Unfilled},
    session::{Decision, Shortfall},
    units::{MediaDuration, ProgramTime},
    vast,
};

impl Playback {
    /// A playlist that ends at `edge` was made of `view`.
    pub(super) fn measure_playlist(
        &self,
        session: &Session,
        view: &View,
        edge: ProgramTime,
        began: ProgramTime,
    ) {
        let (players, name) = (&self.doors.metrics.players, &session.configuration.name);
        let now = self.doors.clock.now();
        players.manifest(name, now - began, now - view.edge_at);
        players.edge_lag(name, view.edge - edge);
    }

    /// A title's playlist took so long, its decisions included where it was the first.
    pub(super) fn measure_title(&self, session: &Session, took: MediaDuration) {
        let name = &session.configuration.name;
        self.doors.metrics.players.manifest(name, took, MediaDuration::ZERO);
    }

    /// An ad server was asked for a break of this length.
    pub(super) fn measure_asked(
        &self,
        name: &ConfigurationName,
        asked: &Asked,
        length: Option<MediaDuration>,
    ) {
        let ads = &self.doors.metrics.ads;
        let load = self.doors.adserver.load();
        ads.set_requests(load.in_flight, load.waiting);
        match (&asked.outcome, asked.unfilled()) {
            (Ok(response), None) => {
                let linear = response.ads.iter().filter_map(vast::Ad::linear);
                let lengths: Vec<_> = linear.filter_map(|(_, linear)| linear.duration).collect();
                ads.answered(name, asked.took, &lengths, length);
            }
            (_, why) => {
                let why = why.unwrap_or(Unfilled::NoAds);
                ads.failed(name, asked.took, why);
            }
        }
    }

    /// A break was decided.
    pub(super) fn measure_plan(
        &self,
        session: &Session,
        length: Option<MediaDuration>,
        decision: &Decision,
        skipped: &[Skipped],
    ) {
        let (metrics, name) = (&self.doors.metrics, &session.configuration.name);
        let count = decision.pods().map(|pod| pod.ads.len()).sum();
        let filled = decision.pods().map(|pod| pod.duration()).sum();
        metrics.ads.inserted(name, count);
        self.measure_skipped(session, skipped);
        if let Some(length) = length {
            metrics.avails.planned(name, length, filled);
        }
    }

    /// Ads that came late were put into a break that was decided before.
    pub(super) fn measure_added(&self, session: &Session, ads: &[Ad], skipped: &[Skipped]) {
        let (metrics, name) = (&self.doors.metrics, &session.configuration.name);
        metrics.ads.inserted(name, ads.len());
        metrics.avails.filled_later(name, ads.iter().map(|ad| ad.creative.duration).sum());
        self.measure_skipped(session, skipped);
    }

    /// Ads are not shown.
    pub(super) fn measure_skipped(&self, session: &Session, skipped: &[Skipped]) {
        for ad in skipped {
            self.doors.metrics.ads.skipped(&session.configuration.name, ad.reason);
        }
    }

    /// A playlist waited for a break's decision from its first waiting until now.
    pub(super) fn measure_hold(&self, session: &Session, serial: BreakSerial, missed: bool) {
        let length = {
            let mut work = session.work();
            let Some(since) = work.held.get(&serial).copied() else { return };
            let length = self.doors.clock.now() - since;
            if let Some(account) = work.accounts.of(serial) {
                account.held = Some(Hold { since, length: Some(length), missed });
            }
            length
        };
        let name = &session.configuration.name;
        self.doors.metrics.players.held_back(name, length, missed);
    }

    /// A break is over for a session.
    pub(super) fn measure_ended(
        &self,
        session: &Session,
        (planned, observed): (MediaDuration, Observed),
        unfilled: &[Shortfall],
        carried: MediaDuration,
    ) {
        let (metrics, name) = (&self.doors.metrics, &session.configuration.name);
        metrics.avails.ended(name, planned, observed);
        for part in unfilled {
            metrics.avails.unfilled(name, part.length, part.reason);
        }
        metrics.players.carried(name, carried);
    }

    /// An origin was asked.
    pub(super) fn measure_origin(
        &self,
        live: &Live,
        took: MediaDuration,
        answer: Result<Option<usize>, &origin::Error>,
    ) {
        let (origin, name) = (&self.doors.metrics.origin, &live.configuration);
        match answer {
            Ok(bytes) => origin.answered(name, took, bytes),
            Err(error) => {
                origin.failed(name, took, error.label());
                match error {
                    origin::Error::Fetch(fetch::Error::TimedOut { .. }) => origin.timed_out(name),
                    origin::Error::Fetch(fetch::Error::TooLarge { .. }) => origin.too_large(name),
                    _ => {}
                }
            }
        }
    }

    /// A break was read for the first time.
    pub(super) fn measure_break(&self, live: &Live) {
        self.doors.metrics.avails.seen(&live.configuration);
    }

    /// A break is left alone in the whole channel.
    pub(super) fn measure_refusal(&self, live: &Live, why: Unfilled) {
        self.doors.metrics.avails.refused(&live.configuration, why);
    }

    /// A marker was read of which something cannot be.
    pub(super) fn measure_odd_cue(&self, live: &Live, what: &OddityKind) {
        self.doors.metrics.avails.odd_cue(&live.configuration, what.as_str());
    }

    /// A break was ended by its limit.
    pub(super) fn measure_run_out(&self, live: &Live) {
        self.doors.metrics.avails.odd_cue(&live.configuration, "no_end");
    }

    /// A request to the API was answered with this status; `configuration` is what its path says,
    /// which counts where there is one of that name.
    pub fn measure_answer(&self, configuration: Option<&str>, endpoint: &'static str, status: u16) {
        let (players, settings) = (&self.doors.metrics.players, self.settings.load());
        let known = configuration.and_then(|name| settings.configurations.get(name));
        let configuration = known.map(|known| &known.name);
        players.requested(Request { configuration, endpoint, status });
        if let Some(name) = configuration.filter(|_| endpoint == "manifest" && status >= 400) {
            players.manifest_failed(name);
        }
    }

    /// A session was not begun.
    pub(super) fn measure_refused(&self, name: &ConfigurationName, why: &Error) {
        let reason = match why {
            Error::TooManySessions { .. } => "sessions",
            Error::TooManyFromAddress { .. } => "sessions_per_address",
            Error::TooManyChannels { .. } => "channels",
            _ => "other",
        };
        self.doors.metrics.players.session_refused(name, reason);
    }

    /// The stalest playlist of each configuration, and how many are read.
    pub(super) fn measure_channels(&self, now: ProgramTime) {
        let (mut refreshers, mut oldest) = (0, HashMap::new());
        for live in &self.channels {
            let ages = live.ages(now);
            refreshers += ages.len();
            for age in ages {
                let known = oldest.entry(live.configuration.clone()).or_insert(age);
                *known = age.max(*known);
            }
        }
        self.doors.metrics.origin.set_oldest_snapshots(oldest);
        self.doors.metrics.origin.set_refreshers(refreshers);
    }
}
