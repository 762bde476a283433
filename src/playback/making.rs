//! Ads that are made in the break that they are asked for.
//!
//! An answer of which nothing is there yet is an answer that has not come: playlists wait for it no
//! longer than for the ad server, and then show slate or programme. What is made while its break still
//! runs is used as what comes late is, behind what has been shown. What is not shown after all is told
//! of when that is certain, and not before.

use std::{sync::Arc, time::Duration};

use futures_util::{FutureExt, Stream, StreamExt, stream::FuturesUnordered};

use super::{Playback, session::Session};
use crate::{
    channel::{Break, BreakSerial},
    library::{Answer, Making},
    pod::{AdInfo, Offer, Offers, SkipReason, Skipped},
};

impl Playback {
    /// Shows what there is of an answer, and each of the other ads once it is made.
    pub(super) async fn settle_as_made(
        &self,
        session: &Arc<Session>,
        ad_break: &Break,
        answer: Answer,
    ) {
        let Answer { offers, mut makings } = answer;
        // What would only stand in for others is not worth waiting for.
        makings.retain(|making| offers.asks_for(&making.info));
        if makings.is_empty() {
            return self.settle(session, ad_break, Ok(offers));
        }
        let waiting: Vec<_> = makings.iter().map(Making::offer).collect();
        let channel = &self.channel_of(session, ad_break.begins(), &|_| Ok(()));
        let library = &self.doors.library;
        let made = |making| async move { library.made(&making, channel).await };
        let made: FuturesUnordered<_> = makings.into_iter().map(made).collect();
        self.settle_each(session, ad_break, (offers, waiting), made).await;
    }

    /// The same, where `waiting` come one after another.
    pub(super) async fn settle_each(
        &self,
        session: &Arc<Session>,
        ad_break: &Break,
        (mut offers, mut waiting): (Offers, Vec<Offer>),
        mut made: impl Stream<Item = Offer> + Unpin,
    ) {
        session.work().makings.insert(ad_break.serial, infos(&waiting));
        let mut is_open = !offers.is_at_hand();
        if !is_open {
            self.settle(session, ad_break, Ok(offers.clone()));
        }
        while let Some(first) = self.in_time(session, ad_break.serial, made.next()).await {
            let mut fresh = vec![first];
            fresh.extend(std::iter::from_fn(|| made.next().now_or_never().flatten()));
            for one in &fresh {
                offers.put(one);
            }
            waiting.retain(|known| !fresh.iter().any(|one| Arc::ptr_eq(&one.info, &known.info)));
            if is_open && !offers.is_at_hand() && !waiting.is_empty() {
                continue;
            }
            let fresh = Offers { pod: fresh, stand_ins: Vec::new() };
            let fresh = if is_open { offers.clone() } else { fresh };
            self.settle_made(session, ad_break, fresh, &waiting);
            is_open = false;
        }
        if is_open {
            session.work().makings.remove(&ad_break.serial);
            self.settle(session, ad_break, Ok(offers));
        } else {
            self.wait_no_more(session, ad_break, waiting);
        }
    }

    /// Shows what is there, while `waiting` are still being made. Nobody decides in between: what is made
    /// no more is there.
    fn settle_made(
        &self,
        session: &Arc<Session>,
        ad_break: &Break,
        there: Offers,
        waiting: &[Offer],
    ) {
        let turn = session.turn();
        session.work().makings.insert(ad_break.serial, infos(waiting));
        self.settle_in(turn, session, ad_break, Ok(there));
    }

    /// Those that were not made in time are told of, and are on offer no more.
    fn wait_no_more(&self, session: &Arc<Session>, ad_break: &Break, waiting: Vec<Offer>) {
        let turn = session.turn();
        {
            let mut work = session.work();
            work.makings.remove(&ad_break.serial);
            if let Some(late) = work.late.get_mut(&ad_break.serial) {
                late.without(&waiting);
            }
        }
        drop(turn);
        if !waiting.is_empty() {
            let rest = Offers { pod: waiting, stand_ins: Vec::new() };
            self.leave_out(session, ad_break, Ok(rest));
        }
    }

    /// The next that is made, as long as it can still be shown.
    async fn in_time(
        &self,
        session: &Session,
        serial: BreakSerial,
        made: impl Future<Output = Option<Offer>>,
    ) -> Option<Offer> {
        let over = async {
            let mut changes = session.live.changes();
            while !is_over(session, serial) {
                // A channel that nobody watches any more changes no more.
                let _ = tokio::time::timeout(LOOK_UP, changes.changed()).await;
            }
        };
        tokio::select! {
            biased;
            () = self.stopping.cancelled() => None,
            () = over => None,
            made = made => made,
        }
    }
}

/// Is there no place for more ads in the break?
fn is_over(session: &Session, serial: BreakSerial) -> bool {
    let Some(published) = session.live.published() else { return true };
    let known = published.view.ad_break(serial);
    let runs = known.is_some_and(|known| known.end.is_none() && known.refusal.is_none());
    !runs || session.turn().is_over()
}

fn infos(offers: &[Offer]) -> Vec<Arc<AdInfo>> {
    offers.iter().map(|offer| Arc::clone(&offer.info)).collect()
}

impl Session {
    /// What is left out of a break for good: what is still being made may yet be shown.
    pub(super) fn without_makings(
        &self,
        serial: BreakSerial,
        mut skipped: Vec<Skipped>,
    ) -> Vec<Skipped> {
        if let Some(makings) = self.work().makings.get(&serial) {
            let is_made = |ad: &Skipped| makings.iter().any(|info| Arc::ptr_eq(info, &ad.info));
            skipped.retain(|ad| ad.reason != SkipReason::TranscodeInProgress || !is_made(ad));
        }
        skipped
    }
}

/// How often it is looked whether the session is still there.
const LOOK_UP: Duration = Duration::from_secs(5);
