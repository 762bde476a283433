//! A host that fails again and again is left alone for a moment.
//!
//! Every question to a dead host costs its whole time limit, and a break's worth of viewers waits
//! in its queue. After some failures in a row nothing is asked for a while; then one question is let
//! through, and its outcome decides.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use url::Url;

use crate::{
    creative::Failure,
    guard::HostPort,
    units::{MediaDuration, ProgramTime},
};

/// What is known of a host.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Circuit {
    /// Failures in a row after which it rests.
    most: u32,
    rest: MediaDuration,
    failures: u32,
    /// When the next question may go, while it rests.
    rests_until: Option<ProgramTime>,
}

impl Circuit {
    /// Of a host that is left alone for `rest` after `most` failures in a row.
    pub const fn new(most: u32, rest: MediaDuration) -> Self {
        Self { most, rest, failures: 0, rests_until: None }
    }

    /// May it be asked now? While it rests one question is let through each time the rest is over.
    ///
    /// # Errors
    /// How often it has failed in a row.
    pub fn ask(&mut self, now: ProgramTime) -> Result<(), u32> {
        match self.rests_until {
            Some(until) if now < until => Err(self.failures),
            Some(_) => {
                self.rests_until = Some(now + self.rest);
                Ok(())
            }
            None => Ok(()),
        }
    }

    fn rests(&self, now: ProgramTime) -> bool {
        self.rests_until.is_some_and(|until| now < until)
    }

    /// Is there anything to remember of it?
    pub const fn has_failed(&self) -> bool {
        self.failures > 0
    }

    /// Takes note of an outcome.
    pub fn note(&mut self, failed: bool, now: ProgramTime) {
        if !failed {
            *self = Self::new(self.most, self.rest);
            return;
        }
        self.failures = self.failures.saturating_add(1);
        if self.failures >= self.most {
            self.rests_until = Some(now + self.rest);
        }
    }
}

/// The circuits of all hosts that have failed last.
#[derive(Debug)]
pub struct Circuits {
    new: Circuit,
    hosts: Mutex<HashMap<HostPort, Circuit>>,
}

impl Circuits {
    /// Of hosts that are left alone for `rest` after `most` failures in a row.
    pub fn new(most: u32, rest: MediaDuration) -> Self {
        Self { new: Circuit::new(most, rest), hosts: Mutex::default() }
    }

    /// May the host of an address be asked now? As [`Circuit::ask`].
    ///
    /// # Errors
    /// It rests.
    pub fn ask(&self, url: &Url, now: ProgramTime) -> Result<(), Failure> {
        let mut hosts = self.hosts();
        let known = HostPort::of(url).and_then(|host| hosts.get_mut(&host));
        let asked = known.map_or(Ok(()), |circuit| circuit.ask(now));
        asked.map_err(|tries| Failure::Silent { tries })
    }

    /// Does the host of an address rest? This takes nobody's question after the rest.
    ///
    /// # Errors
    /// It does.
    pub fn look(&self, url: &Url, now: ProgramTime) -> Result<(), Failure> {
        let hosts = self.hosts();
        let known = HostPort::of(url).and_then(|host| hosts.get(&host));
        let resting = known.filter(|circuit| circuit.rests(now));
        resting.map_or(Ok(()), |circuit| Err(Failure::Silent { tries: circuit.failures }))
    }

    /// Takes note of an outcome.
    pub fn note(&self, url: &Url, failed: bool, now: ProgramTime) {
        let Some(host) = HostPort::of(url) else { return };
        let mut hosts = self.hosts();
        if !failed {
            hosts.remove(&host);
            return;
        }
        if hosts.len() >= MOST_HOSTS && !hosts.contains_key(&host) {
            hosts.retain(|_, circuit| circuit.rests(now));
        }
        if hosts.len() < MOST_HOSTS || hosts.contains_key(&host) {
            hosts.entry(host).or_insert(self.new).note(true, now);
        }
    }

    fn hosts(&self) -> MutexGuard<'_, HashMap<HostPort, Circuit>> {
        self.hosts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Names of hosts come from ads; of more than so many it is not known whether they answer.
const MOST_HOSTS: usize = 1_000;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_that_fails_rests_and_is_tried_again() {
        let at = ProgramTime::from_millis;
        let new = Circuit::new(20, MediaDuration::from_secs(2));
        let mut circuit = new;
        for _ in 1..20 {
            circuit.note(true, at(0));
        }
        assert_eq!(circuit.ask(at(0)), Ok(()));
        circuit.note(true, at(0));
        assert_eq!(circuit.ask(at(1_999)), Err(20));
        // One goes, the others wait for what comes of it.
        assert_eq!((circuit.ask(at(2_000)), circuit.ask(at(2_001))), (Ok(()), Err(20)));
        circuit.note(true, at(2_300));
        assert_eq!(circuit.ask(at(4_299)), Err(21));
        assert_eq!(circuit.ask(at(4_300)), Ok(()));
        circuit.note(false, at(4_400));
        assert_eq!(circuit, new);
    }

    #[test]
    fn hosts_that_fail_are_remembered_and_no_more_than_so_many() {
        let at = ProgramTime::from_millis;
        let circuits = Circuits::new(2, MediaDuration::from_secs(2));
        let url = |n: usize| Url::parse(&format!("https://{n}.example/ad?{n}")).unwrap();
        let asked = |n, now| circuits.ask(&url(n), at(now));
        for n in 0..=MOST_HOSTS {
            circuits.note(&url(n), true, at(0));
            circuits.note(&url(n), true, at(0));
        }
        // There was no room for the last one as long as the others rest.
        let silent = Err(Failure::Silent { tries: 2 });
        assert_eq!([asked(0, 0), asked(1, 1), asked(MOST_HOSTS, 1)], [silent, silent, Ok(())]);
        circuits.note(&url(1), false, at(1));
        assert_eq!(asked(1, 1), Ok(()));
        for n in [MOST_HOSTS, MOST_HOSTS + 1] {
            circuits.note(&url(n), true, at(2_000));
        }
        assert_eq!(circuits.hosts().len(), 1);
    }
    #[test]
    fn whoever_only_looks_takes_no_question_of_those_who_ask() {
        let at = ProgramTime::from_millis;
        let circuits = Circuits::new(1, MediaDuration::from_secs(2));
        let url = Url::parse("https://a.example/ad").unwrap();
        circuits.note(&url, true, at(0));
        let silent = Err(Failure::Silent { tries: 1 });
        let looked = [1_999, 2_000, 2_000].map(|now| circuits.look(&url, at(now)));
        assert_eq!(looked, [silent, Ok(()), Ok(())]);
        let asked = [2_000, 2_000].map(|now| circuits.ask(&url, at(now)));
        assert_eq!(asked, [Ok(()), silent]);
        assert_eq!(circuits.look(&url, at(2_001)), silent);
    }
}
