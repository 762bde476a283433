use std::sync::atomic::{AtomicU32, Ordering};

use super::*;
use crate::{
    clock::{Clock, Hand},
    units::{MediaDuration, ProgramTime},
};

/// Flights whose work counts its runs.
struct Runway {
    flights: Arc<Flights<&'static str, u32>>,
    runs: Arc<AtomicU32>,
    hand: Hand,
}

const KEPT: MediaDuration = MediaDuration::from_secs(2);

impl Runway {
    fn new(most: usize) -> Self {
        let (clock, hand) = Clock::by_hand(ProgramTime::from_millis(0));
        let flights = Arc::new(Flights::new(clock, most));
        Self { flights, runs: Arc::default(), hand }
    }

    /// The number of the run that answers.
    async fn ask(&self, key: &'static str) -> Result<u32, Lost> {
        let runs = Arc::clone(&self.runs);
        let work = || async move {
            tokio::time::sleep(Duration::from_millis(20)).await;
            (runs.fetch_add(1, Ordering::Relaxed) + 1, KEPT)
        };
        self.flights.get(key, work).await
    }
}

#[tokio::test]
async fn many_callers_share_one_run() {
    let runway = Runway::new(10);
    let answers = futures_util::future::join_all((0..500).map(|_| runway.ask("a"))).await;
    assert_eq!(answers, [Ok(1); 500]);
}

#[tokio::test]
async fn the_run_goes_on_when_the_first_caller_leaves() {
    let runway = Arc::new(Runway::new(10));
    let first = tokio::spawn({
        let runway = Arc::clone(&runway);
        async move { runway.ask("a").await }
    });
    tokio::task::yield_now().await;
    first.abort();
    assert_eq!(runway.ask("a").await, Ok(1));
}

#[tokio::test]
async fn a_result_is_kept_as_long_as_it_may_and_made_again_after() {
    let runway = Runway::new(10);
    assert_eq!(runway.ask("a").await, Ok(1));
    runway.hand.advance(MediaDuration::from_millis(1_999));
    assert_eq!(runway.ask("a").await, Ok(1));
    assert_eq!(runway.ask("b").await, Ok(2));
    runway.hand.advance(MediaDuration::from_millis(1));
    assert_eq!(runway.ask("a").await, Ok(3));
}

#[tokio::test]
async fn work_that_panics_strands_nobody() {
    let runway = Runway::new(10);
    let lost = runway.flights.get("a", || async { panic!("of the test") }).await;
    assert_eq!(lost, Err(Lost::CutOff));
    assert_eq!(runway.ask("a").await, Ok(1));
}

#[tokio::test]
async fn kept_results_make_room_and_runs_under_way_do_not() {
    let runway = Runway::new(2);
    assert_eq!((runway.ask("a").await, runway.ask("b").await), (Ok(1), Ok(2)));
    let (c, d, e) = tokio::join!(runway.ask("c"), runway.ask("d"), runway.ask("e"));
    assert_eq!((c, d, e), (Ok(3), Ok(4), Err(Lost::TooMany { most: 2 })));
}
