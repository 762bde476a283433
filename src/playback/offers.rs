//! Asking the ad server for a session's break, and fetching what it offers.

use std::{collections::BTreeMap, sync::Arc};

use serde_json::Value;

use super::{
    Playback,
    session::{Session, told},
    slate::suits,
};
use crate::{
    adserver::{Asked, Hop, Question, SoFar, log},
    channel::Break,
    configuration::prefetch::Prefetch,
    creative::{Creative, Unusable},
    cue::Asset,
    library::{Answer, Channel},
    pod::Unfilled,
    units::{MediaDuration, ProgramTime},
    vast::variables::{Avail, Scte},
};

impl Playback {
    /// What the ad server offers for a break, media and all; how it went is in the decision log.
    pub(super) async fn offers(
        self: &Arc<Self>,
        session: &Arc<Session>,
        ad_break: &Break,
        index: u32,
    ) -> Result<Answer, Unfilled> {
        self.prepare_profile(session);
        self.prepare_slate(session);
        self.prepare_pad(session);
        let configuration = self.current(session);
        if !configuration.ads_enabled {
            return Err(Unfilled::AdsDisabled);
        }
        if let Some(why) = ad_break.refusal {
            return Err(why);
        }
        let question = question(session, ad_break, index);
        if let Some(answer) = self.prefetched(session, ad_break, &question).await {
            return Ok(answer);
        }
        let so_far = SoFar::default();
        let answer = async {
            let asked = self.doors.adserver.ask_in_sight(&configuration, &question, &so_far).await;
            self.note_asked(session, ad_break, &asked);
            match asked.unfilled() {
                None => {
                    let by = ad_break.begins();
                    Ok(self.media_of(session, ad_break, &asked, PATIENCE, by).await)
                }
                Some(why) => Err(why),
            }
        };
        self.hearing(session, ad_break, &so_far, answer).await
    }

    /// Writes down how asking went, and tells those who are to be told of an answer without ads.
    pub(super) fn note_asked(
        self: &Arc<Self>,
        session: &Arc<Session>,
        ad_break: &Break,
        asked: &Asked,
    ) {
        let name = &session.configuration.name;
        self.measure_asked(name, asked, ad_break.length());
        if let Some(account) = session.work().accounts.of(ad_break.serial) {
            account.asked(asked);
        }
        let scene = log::Scene {
            time: asked.at,
            request_id: &asked.transaction_id,
            ..self.scene(session, ad_break)
        };
        let making = log::making_ads_request(&scene, asked, &session.headers);
        let scene = log::Scene { time: self.doors.clock.now(), ..scene };
        let answered = log::answered(&scene, asked);
        let hops = hops(&scene, asked);
        let rows: Vec<_> = [making, answered].into_iter().chain(hops).collect();
        self.write_rows(session, rows);
        self.report_no_ad(session, ad_break, asked);
    }

    /// Reads the media of the ads of an answer, which is shown at `by`; what takes longer than `patience`
    /// is left out.
    pub(super) async fn media_of(
        &self,
        session: &Session,
        ad_break: &Break,
        asked: &Asked,
        patience: MediaDuration,
        by: ProgramTime,
    ) -> Answer {
        let began = self.doors.clock.now();
        let answer = self.media_for(session, asked, patience, by).await;
        if let Some(account) = session.work().accounts.of(ad_break.serial) {
            account.media_took = Some(self.doors.clock.now() - began);
        }
        answer
    }

    /// The same for a break that is not known yet.
    pub(super) async fn media_for(
        &self,
        session: &Session,
        asked: &Asked,
        patience: MediaDuration,
        by: ProgramTime,
    ) -> Answer {
        let live = &session.live;
        let suits = |creative: &Creative| suits(live, creative).map(drop);
        let channel = self.channel_of(session, by, &suits);
        self.doors.library.offers(asked, patience, &channel).await
    }

    /// What creatives are wanted for, where they are shown at `by`.
    pub(super) fn channel_of<'a>(
        &self,
        session: &'a Session,
        by: ProgramTime,
        suits: &'a (dyn Fn(&Creative) -> Result<(), Unusable> + Sync),
    ) -> Channel<'a> {
        let streaming = self.current(session).streaming_media;
        Channel { by, streaming, ..Channel::of(session.live.profile(), suits) }
    }
}

/// The rows about an answer's wrappers.
pub(super) fn hops(scene: &log::Scene<'_>, asked: &Asked) -> Vec<Value> {
    let row = |hop: &Hop| log::redirected(&log::Scene { time: hop.at + hop.took, ..*scene }, hop);
    asked.hops.iter().flat_map(row).collect()
}

pub(super) fn question(session: &Session, ad_break: &Break, index: u32) -> Question {
    Question {
        session: told(session.id, &session.opening.device),
        avail: Avail {
            duration: ad_break.length(),
            index: u64::from(index),
            source_time: Some(ad_break.begins()),
            ..Avail::default()
        },
        scte: Scte { event_id: ad_break.cue.event_id, splice: ad_break.cue.splice.clone() },
        asset: ad_break.cue.asset.as_deref().map(Asset::to_map).unwrap_or_default(),
        player_params: session.opening.player_params.clone(),
        given: BTreeMap::new(),
    }
}

/// What is asked where a break is still to come.
pub(super) fn prefetch_question(session: &Session, schedule: &Prefetch, index: u32) -> Question {
    Question {
        session: told(session.id, &session.opening.device),
        avail: Avail { index: u64::from(index), ..Avail::default() },
        scte: Scte { event_id: None, splice: None },
        asset: BTreeMap::new(),
        player_params: session.opening.player_params.clone(),
        given: schedule.variables.clone(),
    }
}

/// How long creatives that are read for the first time may take before the others go without them.
pub(super) const PATIENCE: MediaDuration = MediaDuration::from_secs(3);
