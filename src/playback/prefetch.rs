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
    channel::{Break, BreakSerial},
    configuration::prefetch::{Prefetch, PrefetchId, Watcher},
    library::Answer,
    units::{MediaDuration, ProgramTime},
};

/// What has been asked for a session ahead of time.
#[derive(Debug, Default)]
pub(super) struct Stock {
    /// By schedule, when.
    asked: HashMap<PrefetchId, ProgramTime>,
    /// By schedule, what is there and since when.
    held: HashMap<PrefetchId, (ProgramTime, Answer)>,
    /// The newest break that has ended, and when that was seen.
    ended: Option<(BreakSerial, ProgramTime)>,
}

impl Stock {
    /// Lets go of what no break can use any more: its schedule is over, or gone.
    fn keep(&mut self, schedules: &[Prefetch], now: ProgramTime) {
        let known = |id: &PrefetchId| schedules.iter().find(|schedule| schedule.id == *id);
        self.asked.retain(|id, _| known(id).is_some());
        self.held.retain(|id, (at, _)| known(id).is_some_and(|one| !one.is_past(*at, now)));
    }
}

impl Playback {
    /// Asks for a session whatever its configuration's schedules say is due.
    pub(super) fn prefetch(self: &Arc<Self>, session: &Arc<Session>, now: ProgramTime) {
        let settings = self.settings.load();
        let name = session.configuration.name.as_str();
        let schedules = settings.prefetches.get(name).map(Vec::as_slice).unwrap_or_default();
        session.work().stock.keep(schedules, now);
        if schedules.is_empty() {
            return;
        }
        let Some(published) = session.live.published().filter(|_| !session.is_title()) else {
            return;
        };
        let patience = published.view.target_duration.times(3);
        if !session.has_played() || now - session.last_seen() > patience {
            return;
        }
        let ended = published.view.breaks.iter().rev().find(|known| known.end.is_some());
        let ended = ended.map(|known| known.serial);
        for schedule in schedules {
            if self.is_due(session, schedule, ended, now) {
                let (this, session) = (Arc::clone(self), Arc::clone(session));
                let schedule = schedule.clone();
                self.aside(async move {
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
            asked: stock.asked.get(&schedule.id).copied(),
        };
        let due = schedule.is_due(&watcher, now);
        if due {
            stock.asked.insert(schedule.id.clone(), now);
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
        let asked = self.doors.adserver.ask_ahead(&configuration, &question).await;
        self.measure_asked(&configuration.name, &asked, None);
        let scene = log::Scene {
            request_id: &asked.transaction_id,
            avail_id: "prefetch",
            ..self.scene_of_title(session, asked.at)
        };
        let making = log::making_ads_request(&scene, &asked, &session.headers);
        let scene = log::Scene { time: self.doors.clock.now(), ..scene };
        let rows = [making, log::answered(&scene, &asked)].into_iter().chain(hops(&scene, &asked));
        let rows = rows.map(|row| log::prefetched(row, &schedule.id.name)).collect::<Vec<_>>();
        self.write_rows(session, rows);
        if asked.unfilled().is_some() {
            return; // the break is asked about when it comes
        }
        let answer = self.media_for(session, &asked, PATIENCE, self.doors.clock.now()).await;
        let now = self.doors.clock.now();
        session.work().stock.held.insert(schedule.id.clone(), (now, answer));
    }

    /// Ads that were asked for before a break and are for it, if any of them can still be shown. Those of
    /// which none can are told so, and leave the break to others.
    pub(super) async fn prefetched(
        self: &Arc<Self>,
        session: &Arc<Session>,
        ad_break: &Break,
        question: &Question,
    ) -> Option<Answer> {
        while let Some((schedule, answer)) = self.take_prefetched(session, question) {
            let channel = self.channel_of(session, ad_break.begins(), &|_| Ok(()));
            let mut answer = self.doors.library.renewed(answer, &channel).await;
            answer.offers.expire(self.doors.clock.now());
            if answer.offers.is_at_hand() || !answer.makings.is_empty() {
                if let Some(account) = session.work().accounts.of(ad_break.serial) {
                    account.prefetched = Some(schedule);
                }
                return Some(answer);
            }
            self.leave_out(session, ad_break, Ok(answer.offers));
        }
        None
    }

    /// Ads that were asked for before a break and are for it, and by which schedule; they are used once.
    fn take_prefetched(&self, session: &Session, question: &Question) -> Option<(String, Answer)> {
        let settings = self.settings.load();
        let schedules = settings.prefetches.get(session.configuration.name.as_str())?;
        let (configuration, now) = (self.current(session), self.doors.clock.now());
        let mut work = session.work();
        let held = &mut work.stock.held;
        let suits = |schedule: &&Prefetch| {
            let retrieved = held.get(&schedule.id).map(|(at, _)| *at);
            retrieved.is_some_and(|at| schedule.is_for(at, now))
                && schedule.matches(|name| question.value(name, &configuration.aliases))
        };
        let id = schedules.iter().find(suits)?.id.clone();
        let (_, answer) = held.remove(&id)?;
        Some((id.name, answer))
    }
}

/// There is time; what takes longer may be there when the break is.
const PATIENCE: MediaDuration = MediaDuration::from_secs(30);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        configuration::prefetch::{Timing, Window},
        playback::{
            Settings,
            offers::question,
            tests::{Scene, offers},
        },
        pod::{AdInfo, Offers, Unfilled},
    };

    const fn at(secs: i64) -> ProgramTime {
        ProgramTime::from_millis(secs * 1_000)
    }

    fn id(name: &str, created: i64) -> PrefetchId {
        PrefetchId { name: name.to_owned(), created: at(created) }
    }

    fn schedule(timing: Timing) -> Prefetch {
        Prefetch {
            id: id("one", 0),
            stream: None,
            variables: std::collections::BTreeMap::new(),
            matching: Vec::new(),
            spread: MediaDuration::ZERO,
            timing,
        }
    }

    #[test]
    fn ads_that_no_break_can_use_any_more_are_let_go() {
        let window = |from, to| Window { from: at(from), to: at(to) };
        let single = Timing::Single { retrieval: window(30, 60), consumption: window(50, 90) };
        let delay = MediaDuration::ZERO;
        let recurring = |lifetime: Option<i64>| {
            let lifetime = lifetime.map(MediaDuration::from_secs);
            Timing::Recurring { window: window(0, 90), delay, lifetime }
        };
        for (timing, past) in [(single, 90), (recurring(None), 90), (recurring(Some(20)), 55)] {
            let mut stock = Stock::default();
            stock.held.insert(id("one", 0), (at(35), Answer::default()));
            stock.keep(&[schedule(timing)], at(past - 1));
            assert_eq!(stock.held.len(), 1, "{timing:?}");
            stock.keep(&[schedule(timing)], at(past));
            assert_eq!(stock.held.len(), 0, "{timing:?}");
        }
        let mut stock = Stock::default();
        stock.asked.insert(id("gone", 0), at(0));
        stock.keep(&[], at(1));
        assert!(stock.asked.is_empty());
    }

    /// An operator corrects a schedule by deleting it and creating another of its name, within
    /// milliseconds: sweeps see no time without one.
    #[tokio::test]
    async fn what_is_fetched_for_a_schedule_is_not_used_for_another_of_its_name() {
        let scene = Scene::new("prefetch-replaced", 4);
        let (playback, session) = (&scene.playback, &scene.session);
        let now = playback.doors.clock.now();
        let always = Window { from: at(0), to: now + MediaDuration::from_secs(600) };
        let old = schedule(Timing::Single { retrieval: always, consumption: always });
        let new = Prefetch { id: id("one", 1), ..old.clone() };
        let take_effect = |schedule: &Prefetch| {
            let prefetches = HashMap::from([("news".to_owned(), vec![schedule.clone()])]);
            playback.configure(Settings { prefetches, ..Settings::default() });
        };
        let question = question(session, &scene.ad_break(), 1);
        let uses = || playback.take_prefetched(session, &question).is_some();
        let fetch = |schedule: &Prefetch| {
            assert!(playback.is_due(session, schedule, None, now));
            assert!(!playback.is_due(session, schedule, None, now));
            session.work().stock.held.insert(schedule.id.clone(), (now, Answer::default()));
        };
        take_effect(&old);
        fetch(&old);
        take_effect(&new);
        assert!(!uses());
        fetch(&new);
        assert!(uses());
    }
    /// What was fetched for a break, and what the ad server is asked when it comes.
    async fn with_fetched(name: &str, fetched: Offers) -> (Result<usize, Unfilled>, Vec<String>) {
        let scene = Scene::new(name, 4);
        let (playback, session) = (&scene.playback, &scene.session);
        let now = playback.doors.clock.now();
        let always = Window { from: at(0), to: now + MediaDuration::from_secs(600) };
        let schedule = schedule(Timing::Single { retrieval: always, consumption: always });
        let configurations = playback.settings.load().configurations.clone();
        let prefetches = HashMap::from([("news".to_owned(), vec![schedule.clone()])]);
        playback.configure(Settings { configurations, prefetches, ..Settings::default() });
        let answer = Answer { offers: fetched, makings: Vec::new() };
        session.work().stock.held.insert(schedule.id, (now, answer));
        let offered = playback.offers(session, &scene.ad_break(), 1).await;
        let mut rows = scene.rows().await;
        rows.sort_unstable();
        (offered.map(|answer| answer.offers.pod.len()), rows)
    }

    #[tokio::test]
    async fn a_break_for_which_nothing_that_was_fetched_can_be_shown_is_asked_about() {
        let (used, rows) = with_fetched("prefetch-used", offers(&[15])).await;
        assert_eq!((used, rows.len()), (Ok(1), 0));
        let mut old = offers(&[15]);
        let expires = Some((5, at(5)));
        old.pod[0].info = Arc::new(AdInfo { expires, ..(*old.pod[0].info).clone() });
        let (used, rows) = with_fetched("prefetch-expired", old).await;
        assert_eq!(used, Err(Unfilled::NoAdServer));
        assert_eq!(
            rows,
            [
                "ADS_SKIPPED a:EXPIRED",
                "MAKING_ADS_REQUEST",
                "WARNING_NO_ADVERTISEMENTS for NO_AD_SERVER"
            ]
        );
    }
}
