//! Threads of the service's own, none of which ends by a mistake, or hangs, without a word; and those
//! that stand back for others ([`Workers`]).
//!
//! A mistake (a panic) on a thread that others hand their work to would leave them as they are,
//! trusting that it is done. Here it is said, and whoever started the thread says what follows.
//! Deliberately absent: starting one anew. What it was at is lost with it; where nothing is, the
//! work itself is [`caught`].

use std::{
    any::Any,
    io,
    panic::{AssertUnwindSafe, catch_unwind},
    thread::{Builder, JoinHandle},
};

mod hang;
mod workers;

pub use hang::Hang;
pub use workers::Workers;

/// A mistake has ended what was to be done.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a mistake: {0}")]
pub struct Mistake(String);

/// Starts a thread. Where it ends by a mistake, all that it owned is gone when `mistaken` is called.
///
/// # Errors
/// The system has no thread to give.
pub fn start(
    name: &'static str,
    work: impl FnOnce() + Send + 'static,
    mistaken: impl FnOnce() + Send + 'static,
) -> io::Result<JoinHandle<()>> {
    Builder::new().name(name.to_owned()).spawn(move || {
        if let Err(mistake) = caught(work) {
            tracing::error!(thread = name, %mistake, "a thread has ended that should not");
            mistaken();
        }
    })
}

/// Does some work, and outlives a mistake in it. What the work has changed may be half-done.
///
/// # Errors
/// The mistake.
pub fn caught<T>(work: impl FnOnce() -> T) -> Result<T, Mistake> {
    catch_unwind(AssertUnwindSafe(work)).map_err(|mistake| Mistake(words(&*mistake)))
}

fn words(mistake: &(dyn Any + Send)) -> String {
    let text = mistake.downcast_ref::<&str>().map(|text| (*text).to_owned());
    let text = text.or_else(|| mistake.downcast_ref::<String>().cloned());
    text.unwrap_or_else(|| "without words".to_owned())
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::*;

    #[test]
    fn a_thread_that_ends_by_a_mistake_is_told_of_once_it_has_let_go_of_everything() {
        let ((owned, let_go), (told, heard)) = (mpsc::channel::<()>(), mpsc::channel());
        let work = move || {
            let _owned = owned;
            panic!("a mistake that a test asked for");
        };
        let mistaken = move || told.send(let_go.try_recv()).unwrap();
        start("mistaken", work, mistaken).unwrap().join().unwrap();
        assert_eq!(heard.recv().unwrap(), Err(mpsc::TryRecvError::Disconnected));
    }

    #[test]
    fn one_that_ends_by_itself_is_not() {
        let (told, heard) = mpsc::channel::<()>();
        start("good", || {}, move || told.send(()).unwrap()).unwrap().join().unwrap();
        assert!(heard.recv().is_err());
    }

    #[test]
    fn a_mistake_keeps_its_words() {
        let words = |work: fn()| caught(work).unwrap_err().to_string();
        assert_eq!(words(|| panic!("plain")), "a mistake: plain");
        assert_eq!(words(|| panic!("{}", 7)), "a mistake: 7");
        assert_eq!(words(|| std::panic::panic_any(7)), "a mistake: without words");
        assert_eq!(caught(|| 7), Ok(7));
    }
}
