//! What is known of an answer of which a part is still to come.
//!
//! A wrapper that says nothing holds an answer up until its time is over, and by then the break has
//! begun. So the ads that stand before it in the pod, which come first whatever it leads to, are read
//! meanwhile, and are shown where a playlist may wait no longer. What else there is of the answer
//! follows as what comes late does. Nothing is told of an ad that is not shown before the answer is
//! whole: it may have a place then.

use std::{convert::Infallible, sync::Arc};

use super::{Playback, deciding::Turn, session::Session};
use crate::{
    adserver::SoFar,
    channel::{Break, BreakSerial, View},
    pod::{self, Offers, Pod, SkipReason, Unfilled},
    session::Supply,
    units::MediaDuration,
};

/// The first ads of an answer.
#[derive(Debug, Default)]
pub(super) struct Heard {
    /// As far as they are there.
    pub(super) offers: Offers,
    /// Those that the break shows, by their places in the answer.
    pub(super) shown: Vec<usize>,
}

impl Playback {
    /// What comes of `answer`; until then what is known of it is there for the break.
    pub(super) async fn hearing<T>(
        &self,
        session: &Session,
        ad_break: &Break,
        so_far: &SoFar,
        answer: impl Future<Output = T>,
    ) -> T {
        tokio::select! {
            biased;
            answer = answer => answer,
            never = self.hear(session, ad_break, so_far) => match never {},
        }
    }

    async fn hear(&self, session: &Session, ad_break: &Break, so_far: &SoFar) -> Infallible {
        let (mut seen, mut is_there, mut first) = (0, true, None);
        loop {
            if is_there {
                so_far.changed().await;
            }
            self.doors.clock.sleep(LOOK).await;
            first = so_far.first(&mut seen).or(first);
            let Some(asked) = &first else { continue };
            let offers = self.media_for(session, asked, LOOK, ad_break.begins()).await.offers;
            let (there, all) = (until_one_is_being_read(&offers), offers.pod.len());
            is_there = there.pod.len() == all;
            session.work().heard.entry(ad_break.serial).or_default().offers = there;
        }
    }

    /// Decides a break for the ads that are known by now; false where there are none that it can show.
    pub(super) fn plan_heard(
        &self,
        turn: &Turn<'_>,
        session: &Arc<Session>,
        ad_break: &Break,
        view: &View,
    ) -> bool {
        let serial = ad_break.serial;
        let heard = session.work().heard.get(&serial).map(|heard| heard.offers.clone());
        let Some(offers) = heard.filter(Offers::is_at_hand) else { return false };
        let Some(known) = turn.timeline().filter(|_| ad_break.length().is_some()) else {
            return false;
        };
        let (slots, now) = (session.live.slots(view), self.doors.clock.now());
        let fills = |room| pod::fill_first(&offers, &slots, room, now);
        let (configuration, fillers) = (self.current(session), session.live.fillers());
        let is_open_behind = fillers.slate.is_some();
        let lasts = configuration.ads_request_timeout.times(2);
        let closes_soon = |pod: &Pod| pod.duration() < lasts || fillers.bumpers.end.is_some();
        let threshold = configuration.personalization_threshold;
        let supply = Supply { ads: Ok(&fills), fillers: fillers.clone(), threshold };
        let (decision, _) = known.plan(ad_break, view, supply);
        // Where the programme is back before the rest has come, nothing can follow.
        if decision.pods().next().is_none_or(|pod| !is_open_behind && closes_soon(pod)) {
            return false;
        }
        let decision = decision.because(ad_break.begins(), Unfilled::NoDecisionInTime);
        let Some(decision) = self.write(turn, session, decision, 0) else { return false };
        let planned: Vec<_> = decision.pods().flat_map(|pod| pod.ads.iter().cloned()).collect();
        if let Some(heard) = session.work().heard.get_mut(&serial) {
            heard.shown = planned.iter().map(|ad| ad.info.place).collect();
        }
        self.measure_hold(session, serial, true);
        self.measure_plan(session, ad_break.length(), &decision, &[]);
        self.tell_plan(session, ad_break, &decision, (planned, &[]));
        true
    }
}

impl Session {
    /// What a break does not show already of an answer to it.
    pub(super) fn not_shown(&self, serial: BreakSerial, mut offers: Offers) -> Offers {
        if let Some(heard) = self.work().heard.get(&serial) {
            offers.pod.retain(|offer| !heard.shown.contains(&offer.info.place));
        }
        offers
    }
}

/// An ad may not be shown before one whose media is on its way, or may be: of one that is being made that
/// has not been found out in so short a time.
fn until_one_is_being_read(offers: &Offers) -> Offers {
    use SkipReason::{ImportInProgress, TranscodeInProgress};
    let is_read = |why: SkipReason| matches!(why, ImportInProgress | TranscodeInProgress);
    let until = offers
        .pod
        .iter()
        .take_while(|offer| !offer.media.as_ref().is_err_and(|refused| is_read(refused.reason)));
    Offers { pod: until.cloned().collect(), stand_ins: Vec::new() }
}

/// How often it is looked whether more is known: most answers are whole by then, and what is seen of
/// one is in time for a playlist that waits half of the shortest target duration, a second.
const LOOK: MediaDuration = MediaDuration::from_millis(100);
