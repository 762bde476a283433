use proptest::prelude::*;

use super::*;
use crate::units::ProgramTime;

const fn millis(millis: i64) -> MediaDuration {
    MediaDuration::from_millis(millis)
}

fn at(millis: i64) -> ProgramTime {
    ProgramTime::from_millis(millis)
}

fn segment(length: i64) -> Event {
    Event::Advanced { target_duration: millis(6_000), newest_segment: millis(length) }
}

/// When the looks come that follow these events, each taking place when it is due.
fn looks(events: &[Event]) -> Vec<i64> {
    let mut now = at(0);
    let mut cadence = Cadence::new(now);
    let mut times = Vec::new();
    for event in events {
        let (next, due) = cadence.after(*event, now, 0);
        cadence = next;
        now = due;
        times.push(now.as_millis());
    }
    times
}

#[test]
fn at_first_the_moment_of_change_is_searched_in_quarters_and_then_waited_for() {
    let events =
        [segment(6_000), Event::Unchanged, Event::Unchanged, segment(6_000), segment(6_000)];
    assert_eq!(looks(&events), [1_500, 3_000, 4_500, 10_500, 16_500]);
}

#[test]
fn a_segment_that_is_late_is_asked_for_every_quarter() {
    let known = [segment(6_000), Event::Unchanged, segment(6_000)];
    let events = [&known[..], &[Event::Unchanged; 3]].concat();
    assert_eq!(looks(&events), [1_500, 3_000, 9_000, 10_500, 12_000, 13_500]);
}

#[test]
fn where_lengths_differ_the_next_segment_may_be_as_short_as_any_lately() {
    let known = [segment(6_000), Event::Unchanged, segment(6_000)];
    let events = [&known[..], &[segment(4_800), segment(5_400), segment(6_000)]].concat();
    assert_eq!(looks(&events), [1_500, 3_000, 9_000, 13_800, 18_600, 23_400]);
}

#[test]
fn after_a_shorter_segment_than_expected_the_moment_is_searched_again() {
    let events = [segment(6_000), Event::Unchanged, segment(6_000), segment(2_000)];
    assert_eq!(looks(&events), [1_500, 3_000, 9_000, 10_500]);
}

#[test]
fn a_failing_origin_is_asked_less_often_up_to_once_per_target_duration() {
    let events = [&[segment(6_000)][..], &[Event::Failed; 5]].concat();
    let calm = |jitter| {
        let (mut cadence, mut now, mut waits) = (Cadence::new(at(0)), at(0), Vec::new());
        for event in &events {
            let (next, due) = cadence.after(*event, now, jitter);
            waits.push((due - now).as_millis());
            (cadence, now) = (next, due);
        }
        waits
    };
    assert_eq!(calm(0), [1_500, 750, 1_500, 3_000, 3_000, 3_000]);
    assert_eq!(calm(255), [1_500, 1_497, 2_994, 5_988, 5_988, 5_988]);
}

#[test]
fn an_origin_that_answers_again_is_asked_as_before() {
    let events = [segment(6_000), Event::Failed, Event::Failed, Event::Unchanged, segment(6_000)];
    assert_eq!(looks(&events), [1_500, 2_250, 3_750, 5_250, 11_250]);
}

#[test]
fn an_ended_playlist_is_looked_at_ever_more_rarely() {
    let ended = Event::Ended { target_duration: millis(6_000) };
    let events = [&[segment(6_000), ended][..], &[Event::Unchanged; 5]].concat();
    assert_eq!(looks(&events), [1_500, 7_500, 19_500, 43_500, 91_500, 151_500, 211_500]);
    // Whose addresses are signed anew each time has another text each time.
    assert_eq!(looks(&[ended; 4]), [6_000, 18_000, 42_000, 90_000]);
}

#[test]
fn a_playlist_that_goes_on_after_its_end_is_followed_again() {
    let ended = Event::Ended { target_duration: millis(6_000) };
    assert_eq!(looks(&[ended, segment(6_000), Event::Unchanged]), [6_000, 7_500, 9_000]);
    assert_eq!(looks(&[ended, Event::Rewritten, Event::Unchanged]), [6_000, 7_500, 9_000]);
}

#[test]
fn a_clock_set_back_does_not_stop_the_looks() {
    let (cadence, _) = Cadence::new(at(0)).after(segment(6_000), at(100_000), 0);
    let (cadence, _) = cadence.after(Event::Unchanged, at(101_500), 0);
    let (cadence, _) = cadence.after(segment(6_000), at(103_000), 0);
    let (_, due) = cadence.after(Event::Unchanged, at(10_000), 0);
    assert!(due <= at(16_000));
}

#[test]
fn nothing_a_playlist_says_stops_the_looks_or_makes_them_a_storm() {
    for length in [i64::MIN, -1, 0, 1, i64::MAX] {
        let event = Event::Advanced {
            target_duration: MediaDuration::from_nanos(length),
            newest_segment: MediaDuration::from_nanos(length),
        };
        let (_, due) = Cadence::new(at(0)).after(event, at(0), 0);
        assert!((at(250)..=at(37_500)).contains(&due), "{length}: {due:?}");
    }
}

/// A simulated origin that publishes a segment of each length in turn, each `late` milliseconds
/// after it was due; returns for each segment how late it was seen, and the number of looks.
fn simulate(lengths: &[i64], late: &[i64], start: i64) -> (Vec<i64>, usize) {
    let mut published = Vec::new();
    let (mut end, mut last) = (0, 0);
    for (length, late) in lengths.iter().zip(late) {
        end += length;
        last = last.max(end + late);
        published.push((last, *length));
    }
    let (mut cadence, mut now, mut seen, mut looks) = (Cadence::new(at(start)), at(start), 0, 0);
    let mut lags = Vec::new();
    while seen < published.len() {
        looks += 1;
        let there = published.iter().take_while(|(time, _)| at(*time) <= now).count();
        let event = if there > seen { segment(published[there - 1].1) } else { Event::Unchanged };
        for (time, _) in &published[seen..there.max(seen)] {
            lags.push((now - at(*time)).as_millis());
        }
        seen = there.max(seen);
        let (next, due) = cadence.after(event, now, 0);
        cadence = next;
        now = due;
    }
    (lags, looks)
}

proptest! {
    /// Wherever the first look falls, segments are soon seen within a quarter target duration, at
    /// little more than one look each.
    #[test]
    fn a_steady_origin_is_followed_closely_and_cheaply(start in 0_i64..6_000) {
        let (lags, looks) = simulate(&[6_000; 100], &[0; 100], start);
        prop_assert!(lags[2..].iter().all(|lag| *lag <= 1_500), "{:?}", lags);
        prop_assert!(looks <= 120, "{}", looks);
    }

    /// Unsteady origins too: no segment is seen a target duration late, and after a while of
    /// steadiness all is well again.
    #[test]
    fn an_unsteady_origin_is_found_again(
        start in 0_i64..6_000,
        lengths in prop::collection::vec(1_000_i64..6_000, 20),
        late in prop::collection::vec(0_i64..3_000, 20),
    ) {
        let lengths = [lengths, vec![6_000; 30]].concat();
        let late = [late, vec![0; 30]].concat();
        let (lags, looks) = simulate(&lengths, &late, start);
        prop_assert!(lags[35..].iter().all(|lag| *lag <= 1_500), "{:?}", lags);
        prop_assert!(lags[2..].iter().all(|lag| *lag <= 6_000), "{:?}", lags);
        prop_assert!(looks <= 250, "{}", looks);
    }
}
