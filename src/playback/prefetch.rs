//! Ads asked for before their break, as the configuration's prefetch schedules say. Looked after once a
//! second, so that no playlist request has anything to do with it.

use std::{collections::HashMap, sync::Arc};

use super::{
    Playback,
    offers::{hops, prefetch_question},
    session::Session,
};
use crate::{
    adserver::{Question, log},
    channel::BreakSerial,
    configuration::prefetch::{Prefetch, Watcher},
    pod::Offers,
    units::{MediaDuration, ProgramTime},
};

/// What has been asked for a session ahead of time.
#[derive(Debug, Default)]
pub(super) struct Stock {
    /// By schedule, when.
    asked: HashMap<String, ProgramTime>,
    /// By schedule, what is there and since when.
    held: HashMap<String, (ProgramTime, Offers)>,
    /// The newest break that has ended, and when that was seen.
    ended: Option<(BreakSerial, ProgramTime)>,
}

impl Playback {
    /// Asks for a session whatever its configuration's schedules say is due.
    pub(super) fn prefetch(self: &Arc<Self>, session: &Arc<Session>, now: ProgramTime) {
        let settings = self.settings.load();
        let name = session.configuration.name.as_str();
        let Some(schedules) = settings.prefetches.get(name) else { return };
        let Some(published) = session.live.published().filter(|_| !session.is_title()) else {
            return;
        };
        let patience = published.view.target_duration.times(3);
        if !session.has_played() || now - session.last_seen() > patience {
            return;
        }
        let ended = published.view.breaks.iter().rev().find(|known| known.end.is_some());
        let ended = ended.map(|known| known.serial);
        for schedule in schedules.iter() {
            if self.is_due(session, schedule, ended, now) {
                let (this, session) = (Arc::clone(self), Arc::clone(session));
                let schedule = schedule.clone();
                self.tasks.spawn(async move {
                    tokio::select! {
                        () = this.retrieve(&session, &schedule) => {}
                        () = this.stopping.cancelled() => {}
                    }
                });
            }
        }
    }

    /// Takes note that it is due, so that it is so once.
    fn is_due(
        &self,
        session: &Session,
        schedule: &Prefetch,
        ended: Option<BreakSerial>,
        now: ProgramTime,
    ) -> bool {
        let mut work = session.work();
        let stock = &mut work.stock;
        if let Some(serial) = ended.filter(|e| stock.ended.is_none_or(|(known, _)| *e > known)) {
            stock.ended = Some((serial, now));
        }
        let watcher = Watcher {
            stream: session.opening.stream.as_deref(),
            since: session.created,
            place: i64::try_from(session.id.bits() % 1_000).unwrap_or(0),
            break_ended: stock.ended.map(|(_, at)| at),
            asked: stock.asked.get(&schedule.name).copied(),
        };
        let due = schedule.is_due(&watcher, now);
        if due {
            stock.asked.insert(schedule.name.clone(), now);
        }
        due
    }

    async fn retrieve(self: &Arc<Self>, session: &Arc<Session>, schedule: &Prefetch) {
        let configuration = self.current(session);
        if !configuration.ads_enabled {
            return;
        }
        self.prepare_profile(session);
        let index = session.work().avails + 1;
        let question = prefetch_question(session, schedule, index);
        let patient = configuration.of_prefetch();
        let asked = self.doors.adserver.ask(&patient, &question).await;
        self.measure_asked(&configuration.name, &asked, None);
        let scene = log::Scene {
            request_id: &asked.transaction_id,
            avail_id: "prefetch",
            ..self.scene_of_title(session, asked.at)
        };
        let making = log::making_ads_request(&scene, &asked, &session.headers);
        let scene = log::Scene { time: self.doors.clock.now(), ..scene };
        let rows = [making, log::answered(&scene, &asked)].into_iter().chain(hops(&scene, &asked));
        let rows = rows.map(|row| log::prefetched(row, &schedule.name)).collect::<Vec<_>>();
        self.write_rows(session, rows).await;
        if asked.unfilled().is_some() {
            return; // the break is asked about when it comes
        }
        let offers = self.media_for(session, &asked, PATIENCE, self.doors.clock.now()).await;
        let now = self.doors.clock.now();
        session.work().stock.held.insert(schedule.name.clone(), (now, offers));
    }

    /// Ads that were asked for before a break and are for it, and by which schedule; they are used once.
    pub(super) fn take_prefetched(
        &self,
        session: &Session,
        question: &Question,
    ) -> Option<(String, Offers)> {
        let settings = self.settings.load();
        let schedules = settings.prefetches.get(session.configuration.name.as_str())?;
        let (configuration, now) = (self.current(session), self.doors.clock.now());
        let mut work = session.work();
        let held = &mut work.stock.held;
        let suits = |schedule: &&Prefetch| {
            let retrieved = held.get(&schedule.name).map(|(at, _)| *at);
            retrieved.is_some_and(|at| schedule.is_for(at, now))
                && schedule.matches(|name| question.value(name, &configuration.aliases))
        };
        let name = schedules.iter().find(suits)?.name.clone();
        let (_, offers) = held.remove(&name)?;
        Some((name, offers))
    }
}

/// There is time; what takes longer is made for whoever asks next.
const PATIENCE: MediaDuration = MediaDuration::from_secs(30);
