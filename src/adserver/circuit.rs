//! A host that fails again and again is left alone for a moment.
//!
//! Every question to a dead host costs its whole time limit, and a break's worth of viewers waits
//! in its queue. After some failures in a row nothing is asked for a while; then one question is let
//! through, and its outcome decides.

use crate::units::{MediaDuration, ProgramTime};

/// What is known of a host.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Circuit {
    failures: u32,
    /// When the next question may go, while it rests.
    rests_until: Option<ProgramTime>,
}

impl Circuit {
    /// May it be asked now? While it rests one question is let through each time the rest is over.
    ///
    /// # Errors
    /// How often it has failed in a row.
    pub(super) fn ask(&mut self, now: ProgramTime) -> Result<(), u32> {
        match self.rests_until {
            Some(until) if now < until => Err(self.failures),
            Some(_) => {
                self.rests_until = Some(now + REST);
                Ok(())
            }
            None => Ok(()),
        }
    }

    /// Is there anything to remember of it?
    pub(super) const fn has_failed(&self) -> bool {
        self.failures > 0
    }

    /// Takes note of an outcome.
    pub(super) fn note(&mut self, failed: bool, now: ProgramTime) {
        if !failed {
            *self = Self::default();
            return;
        }
        self.failures = self.failures.saturating_add(1);
        if self.failures >= MOST_FAILURES {
            self.rests_until = Some(now + REST);
        }
    }
}

/// Failures in a row after which a host rests.
const MOST_FAILURES: u32 = 20;
/// How long.
const REST: MediaDuration = MediaDuration::from_secs(2);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_that_fails_rests_and_is_tried_again() {
        let at = ProgramTime::from_millis;
        let mut circuit = Circuit::default();
        for _ in 1..MOST_FAILURES {
            circuit.note(true, at(0));
        }
        assert_eq!(circuit.ask(at(0)), Ok(()));
        circuit.note(true, at(0));
        assert_eq!(circuit.ask(at(1_999)), Err(MOST_FAILURES));
        // One goes, the others wait for what comes of it.
        assert_eq!((circuit.ask(at(2_000)), circuit.ask(at(2_001))), (Ok(()), Err(MOST_FAILURES)));
        circuit.note(true, at(2_300));
        assert_eq!(circuit.ask(at(4_299)), Err(MOST_FAILURES + 1));
        assert_eq!(circuit.ask(at(4_300)), Ok(()));
        circuit.note(false, at(4_400));
        assert_eq!(circuit, Circuit::default());
    }
}
