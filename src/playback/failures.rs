//! Telling ad servers which of their ads were not shown, and why (VAST §2.3.6, rules D4).

use std::sync::Arc;

use super::{Playback, beacons, session::Session};
use crate::{
    adserver::Asked,
    beacon::{BeaconId, Event, Moment},
    channel::Break,
    dispatch::Beacon,
    pod::{Ad, AdInfo, INTERACTIVE_NOT_EXECUTED, Skipped},
    units::MediaDuration,
    vast::{
        MAX_URLS,
        macros::{Context, ServerSide, expand_macros},
    },
};

/// An ad whose error URLs are to be called with a code.
type Failed<'a> = (&'a Arc<AdInfo>, u16);

impl Playback {
    /// The ads that were left out are told so, at every level of their chains; so are those planned that
    /// play without the program that belongs to them (rule D-31). What has been told is not to be told
    /// again.
    pub(super) fn report_plan(
        &self,
        session: &Arc<Session>,
        ad_break: &Break,
        skipped: &[Skipped],
        planned: impl Iterator<Item = Ad>,
    ) {
        let planned: Vec<_> = planned.filter(|ad| !ad.info.interactive.is_empty()).collect();
        let skipped = skipped.iter().map(|ad| (&ad.info, ad.code()));
        let silent = planned.iter().map(|ad| (&ad.info, INTERACTIVE_NOT_EXECUTED));
        self.fire_errors(session, ad_break, skipped.chain(silent).collect());
    }

    /// An answer without ads may name whom to tell (rule D-05).
    pub(super) fn report_no_ad(&self, session: &Arc<Session>, ad_break: &Break, asked: &Asked) {
        let Ok(response) = &asked.outcome else { return };
        if response.ads.is_empty() {
            self.report_empty(session, ad_break, &response.errors, &asked.host);
        }
    }

    /// So may each break of a plan (rule D-84).
    pub(super) fn report_empty(
        &self,
        session: &Arc<Session>,
        ad_break: &Break,
        errors: &[String],
        ads_host: &str,
    ) {
        if !errors.is_empty() {
            let info = Arc::new(AdInfo::of_no_ad(errors, ads_host));
            self.fire_errors(session, ad_break, vec![(&info, NO_AD)]);
        }
    }

    fn fire_errors(&self, session: &Arc<Session>, ad_break: &Break, failed: Vec<Failed<'_>>) {
        let Some(published) = session.live.published() else { return };
        let target = published.view.target_duration;
        let beacons = failed
            .into_iter()
            .take(MOST)
            .flat_map(|failed| self.error_beacons(session, ad_break, failed, target));
        let beacons: Vec<_> = beacons.take(MOST_CALLS).collect();
        if !beacons.is_empty() {
            let dispatcher = self.doors.dispatcher.clone();
            self.tasks.spawn(async move { dispatcher.schedule(beacons).await });
        }
    }

    fn error_beacons(
        &self,
        session: &Arc<Session>,
        ad_break: &Break,
        (info, code): Failed<'_>,
        target_duration: MediaDuration,
    ) -> Vec<Beacon> {
        let now = self.doors.clock.now();
        // A break's ads are told of by and by: what names a call is the ad's place in its answer.
        let place = info.place;
        let showing = beacons::showing(session, ad_break, place, info, target_duration);
        let showing = Arc::new(showing);
        let mut templates: Vec<&String> = info.errors.iter().collect();
        templates.sort_unstable();
        templates.dedup();
        // Each wrapper on the way adds as many as an answer may name.
        templates.truncate(MAX_URLS);
        let beacon = |template: &String| {
            let moment = Moment { offset: MediaDuration::ZERO, event: Event::Error };
            let id = BeaconId::of(session.id, &ad_break.id, place, moment, template);
            let context = Context {
                now: Some(now),
                error_code: Some(code),
                random: u64::try_from(id.spread(99_999_999)).unwrap_or(0),
                server_side: Some(ServerSide::OwnDecision),
                ..beacons::of_ad(session, ad_break, info)
            };
            Beacon {
                id,
                event: Event::Error,
                url: expand_macros(template, &context),
                due_at: now,
                rendition: None,
                tracking_id: None,
                showing: Arc::clone(&showing),
            }
        };
        templates.into_iter().map(beacon).collect()
    }
}

/// No ad, after wrappers or without any.
const NO_AD: u16 = 303;
/// Ads of one answer that are reported: an answer may hold thousands.
const MOST: usize = 100;
/// Calls about one answer: for all whom wrappers name together, of ads that were not even shown.
const MOST_CALLS: usize = 1_000;
