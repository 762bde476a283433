//! Asking the ad server for a session's break, and fetching what it offers.

use std::sync::Arc;

use super::{
    Playback,
    session::{Session, told},
    slate::suits,
};
use crate::{
    adserver::{Question, log},
    channel::Break,
    creative::Creative,
    cue::Asset,
    library::Channel,
    pod::{Offers, Unfilled},
    units::MediaDuration,
    vast::variables::{Avail, Scte},
};

impl Playback {
    /// What the ad server offers for a break, media and all; how it went is in the decision log.
    pub(super) async fn offers(
        self: &Arc<Self>,
        session: &Arc<Session>,
        ad_break: &Break,
        index: u32,
    ) -> Result<Offers, Unfilled> {
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
        let asked = self.doors.adserver.ask(&configuration, &question).await;
        self.measure_asked(&configuration.name, &asked, ad_break.length());
        let scene = log::Scene {
            time: asked.at,
            request_id: &asked.transaction_id,
            ..self.scene(session, ad_break)
        };
        let making = log::making_ads_request(&scene, &asked, &session.headers);
        let scene = log::Scene { time: self.doors.clock.now(), ..scene };
        let answered = log::answered(&scene, &asked);
        let hops = asked
            .hops
            .iter()
            .flat_map(|hop| log::redirected(&log::Scene { time: hop.at + hop.took, ..scene }, hop));
        let rows: Vec<_> = [making, answered].into_iter().chain(hops).collect();
        self.write_rows(session, rows).await;
        self.report_no_ad(session, ad_break, &asked);
        let why = asked.unfilled();
        match why {
            None => {
                let live = &session.live;
                let suits = |creative: &Creative| suits(live, creative).map(drop);
                let (profile, by) = (live.profile(), ad_break.begins());
                let channel = Channel { profile, suits: &suits, by };
                Ok(self.doors.library.offers(&asked, PATIENCE, &channel).await)
            }
            Some(why) => Err(why),
        }
    }
}

fn question(session: &Session, ad_break: &Break, index: u32) -> Question {
    Question {
        session: told(session.id, &session.opening.device),
        avail: Avail {
            duration: ad_break.length(),
            index: u64::from(index),
            source_time: Some(ad_break.begins()),
        },
        scte: Scte { event_id: ad_break.cue.event_id, splice: ad_break.cue.splice.clone() },
        asset: ad_break.cue.asset.as_deref().map(Asset::to_map).unwrap_or_default(),
        player_params: session.opening.player_params.clone(),
    }
}

/// How long creatives that are read for the first time may take before the others go without them.
const PATIENCE: MediaDuration = MediaDuration::from_secs(3);
