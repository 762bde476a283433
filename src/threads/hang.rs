//! Threads that do not come back: a disk of a network may hang for hours.

use std::sync::{Mutex, MutexGuard, PoisonError};

/// Whether a thread hangs in what it does. Nobody looks at a clock for it: whoever has waited in vain for
/// as long as anybody shall says so, and then nobody else needs to, until it comes back.
#[derive(Debug, Default)]
pub struct Hang(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    hangs: bool,
    returns: u64,
}

impl Hang {
    /// Does it hang, as far as anybody has found out?
    pub fn is_on(&self) -> bool {
        self.state().hangs
    }

    /// How often it has come back so far; to be asked before a wait.
    pub fn returns(&self) -> u64 {
        self.state().returns
    }

    /// It has come back; true if it was taken to hang.
    pub fn returned(&self) -> bool {
        let mut state = self.state();
        state.returns += 1;
        std::mem::take(&mut state.hangs)
    }

    /// Somebody has waited since it had come back so often. True if it is found out by this that it hangs.
    pub fn waited_in_vain(&self, since: u64) -> bool {
        let mut state = self.state();
        let is_news = state.returns == since && !state.hangs;
        state.hangs |= is_news;
        is_news
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_hangs_from_a_wait_in_which_it_never_came_back_until_it_does() {
        let hang = Hang::default();
        let before = hang.returns();
        assert!(!hang.returned());
        assert!(!hang.waited_in_vain(before), "it came back meanwhile");
        let since = hang.returns();
        assert_eq!([(); 2].map(|()| hang.waited_in_vain(since)), [true, false]);
        assert!(hang.is_on());
        assert!(hang.returned());
        assert!(!hang.is_on());
    }
}
