use super::*;

const START: ProgramTime = ProgramTime::from_millis(1_000_000);

#[test]
fn a_clock_moved_by_hand_shows_what_the_hand_set() {
    let (clock, hand) = Clock::by_hand(START);
    let clone = clock.clone();
    hand.advance(MediaDuration::from_secs(3));
    assert_eq!(clone.now(), START + MediaDuration::from_secs(3));
    hand.set(START);
    assert_eq!(clock.now(), START);
}

#[test]
fn the_real_clock_is_past_the_day_this_was_written() {
    assert!(Clock::real().now() > ProgramTime::parse("2025-01-01T00:00:00Z").unwrap());
}

#[tokio::test]
async fn a_sleeper_wakes_when_the_hand_passes_its_time_and_not_before() {
    let (clock, hand) = Clock::by_hand(START);
    let sleeper = tokio::spawn(async move {
        clock.sleep(MediaDuration::from_secs(2)).await;
        clock.now()
    });
    tokio::task::yield_now().await;
    hand.advance(MediaDuration::from_secs(1));
    tokio::task::yield_now().await;
    assert!(!sleeper.is_finished());
    hand.advance(MediaDuration::from_secs(4));
    assert_eq!(sleeper.await.unwrap(), START + MediaDuration::from_secs(5));
}

#[tokio::test]
async fn a_time_that_has_passed_is_not_waited_for() {
    Clock::real().sleep_until(START).await;
}
