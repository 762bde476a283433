//! Prefetch schedules: ads asked for before their break comes, so that an ad server has minutes instead
//! of seconds, and a crowd is spread (§1.14 of MediaTailor's reference).

use std::collections::BTreeMap;

use crate::units::{MediaDuration, ProgramTime};

/// One schedule of a configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Prefetch {
    /// Its name among the configuration's, and when it was created.
    pub id: PrefetchId,
    /// Only for sessions of this stream, where it names one.
    pub stream: Option<String>,
    /// What the ad server is told: values of dynamic variables, which no break is there to give.
    pub variables: BTreeMap<String, String>,
    /// Variables whose value in a break must be that in `variables`, or the ads are not for it.
    pub matching: Vec<String>,
    /// Over how long the sessions' questions are spread.
    pub spread: MediaDuration,
    /// When.
    pub timing: Timing,
}

/// Which schedule: one that is deleted may leave its name to another.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct PrefetchId {
    /// Its name among the configuration's.
    pub name: String,
    /// When it was created; before everything where that is not known.
    pub created: ProgramTime,
}

/// When ads are asked for, and for which breaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Timing {
    /// Once, for one break.
    Single {
        /// When they are asked for.
        retrieval: Window,
        /// When their break begins.
        consumption: Window,
    },
    /// Again after each break, for the next.
    Recurring {
        /// When all of it is.
        window: Window,
        /// So long after a break's end.
        delay: MediaDuration,
        /// How long the ads may be used; absent: until the window ends.
        lifetime: Option<MediaDuration>,
    },
}

/// A stretch of time on the service's clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    /// Its beginning.
    pub from: ProgramTime,
    /// Its end.
    pub to: ProgramTime,
}

impl Window {
    /// Is it then?
    pub fn has(self, time: ProgramTime) -> bool {
        self.from <= time && time < self.to
    }
}

/// What a schedule has to know of a session.
#[derive(Clone, Copy, Debug)]
pub struct Watcher<'a> {
    /// Its stream, if it was opened with one.
    pub stream: Option<&'a str>,
    /// When it was opened.
    pub since: ProgramTime,
    /// Its place among all, in thousandths.
    pub place: i64,
    /// When its newest break ended.
    pub break_ended: Option<ProgramTime>,
    /// When it was last asked for by this schedule.
    pub asked: Option<ProgramTime>,
}

impl Prefetch {
    /// Is it time to ask for a session? Once where the schedule is single; else once at the beginning
    /// and once after each break.
    pub fn is_due(&self, watcher: &Watcher<'_>, now: ProgramTime) -> bool {
        if self.stream.is_some() && self.stream.as_deref() != watcher.stream {
            return false;
        }
        let turn = MediaDuration::from_millis(self.spread.as_millis() * watcher.place / 1_000);
        match self.timing {
            Timing::Single { retrieval, .. } => {
                let begins = retrieval.from + turn;
                watcher.asked.is_none() && retrieval.has(now) && now >= begins
            }
            Timing::Recurring { window, delay, .. } => {
                let ended = watcher.break_ended.map(|ended| ended + delay);
                let begins = ended.unwrap_or(watcher.since).max(window.from) + turn;
                let since = watcher.break_ended;
                let asked = watcher.asked.is_some_and(|asked| since.is_none_or(|s| asked >= s));
                !asked && window.has(now) && now >= begins
            }
        }
    }

    /// May ads that were there at `retrieved` be used for a break that begins now?
    pub fn is_for(&self, retrieved: ProgramTime, now: ProgramTime) -> bool {
        match self.timing {
            Timing::Single { consumption, .. } => consumption.has(now),
            Timing::Recurring { window, lifetime, .. } => {
                window.has(now) && lifetime.is_none_or(|lifetime| now < retrieved + lifetime)
            }
        }
    }

    /// Can ads that were there at `retrieved` be used for no break any more?
    pub fn is_past(&self, retrieved: ProgramTime, now: ProgramTime) -> bool {
        match self.timing {
            Timing::Single { consumption, .. } => now >= consumption.to,
            Timing::Recurring { window, lifetime, .. } => {
                now >= window.to || lifetime.is_some_and(|lifetime| now >= retrieved + lifetime)
            }
        }
    }

    /// Does a break with these values match? A variable that the schedule gives no value matches none.
    pub fn matches(&self, value: impl Fn(&str) -> Option<String>) -> bool {
        let same = |name: &String| {
            let wanted = self.variables.get(name);
            wanted.is_some_and(|wanted| value(name).as_ref() == Some(wanted))
        };
        self.matching.iter().all(same)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn at(secs: i64) -> ProgramTime {
        ProgramTime::from_millis(secs * 1_000)
    }

    const fn window(from: i64, to: i64) -> Window {
        Window { from: at(from), to: at(to) }
    }

    fn schedule(timing: Timing) -> Prefetch {
        Prefetch {
            id: PrefetchId { name: "one".to_owned(), created: at(0) },
            stream: None,
            variables: [("scte.event_id".to_owned(), "7".to_owned())].into(),
            matching: vec!["scte.event_id".to_owned()],
            spread: MediaDuration::from_secs(10),
            timing,
        }
    }

    /// The seconds of 200 at which a session is asked for, of which a break ends at 100.
    fn asked_at(schedule: &Prefetch, place: i64) -> Vec<i64> {
        let mut asked = Vec::new();
        for second in 0..200 {
            let watcher = Watcher {
                stream: Some("a"),
                since: at(5),
                place,
                break_ended: (second >= 100).then(|| at(100)),
                asked: asked.last().map(|second| at(*second)),
            };
            if second >= 5 && schedule.is_due(&watcher, at(second)) {
                asked.push(second);
            }
        }
        asked
    }

    #[test]
    fn a_single_schedule_asks_once_in_its_window_each_in_his_turn() {
        let (retrieval, consumption) = (window(30, 60), window(50, 90));
        let single = schedule(Timing::Single { retrieval, consumption });
        assert_eq!(asked_at(&single, 0), [30]);
        assert_eq!(asked_at(&single, 500), [35]);
        let used: Vec<_> = [49, 50, 89, 90].map(|now| single.is_for(at(35), at(now))).into();
        assert_eq!(used, [false, true, true, false]);
        let other = Prefetch { stream: Some("b".to_owned()), ..single };
        assert_eq!(asked_at(&other, 0), [0; 0]);
    }

    #[test]
    fn a_recurring_schedule_asks_after_each_break() {
        let delay = MediaDuration::from_secs(20);
        let lifetime = Some(MediaDuration::from_secs(60));
        let recurring = schedule(Timing::Recurring { window: window(10, 180), delay, lifetime });
        assert_eq!(asked_at(&recurring, 0), [10, 120]);
        assert_eq!(asked_at(&recurring, 500), [15, 125]);
        let used: Vec<_> = [9, 10, 69, 70].map(|now| recurring.is_for(at(10), at(now))).into();
        assert_eq!(used, [false, true, true, false]);
    }

    #[test]
    fn ads_are_for_breaks_that_match() {
        let window = window(0, 1);
        let single = schedule(Timing::Single { retrieval: window, consumption: window });
        assert!(single.matches(|_| Some("7".to_owned())));
        assert!(!single.matches(|_| Some("8".to_owned())));
        assert!(!single.matches(|_| None));
        let vague = Prefetch { variables: BTreeMap::new(), ..single.clone() };
        assert!(!vague.matches(|_| Some("7".to_owned())));
        assert!(Prefetch { matching: Vec::new(), ..vague }.matches(|_| None));
    }
}
