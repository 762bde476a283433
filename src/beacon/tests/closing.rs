//! What closes a break is named once, whatever is appended to the break meanwhile.

use super::*;

/// Two segments of five seconds, the how-manieth of so many ads of its break.
fn of_break(index: usize, ads: usize, others: &[&Schedule]) -> Schedule {
    let stand = Stand::of(index, ads, others.iter().copied());
    let moments = moments(&AdInfo::default(), MediaDuration::from_secs(10), stand);
    Schedule::new([MediaDuration::from_secs(5); 2], moments, BeaconPacing::Media)
}

/// Both segments of an ad are asked for: does it name the break's end?
fn closes(schedule: &mut Schedule) -> bool {
    let mut due = schedule.requested(0, seconds(0));
    due.extend(schedule.requested(1, seconds(5)));
    due.iter().any(|due| due.moment.event == Event::BreakEnd)
}

#[test]
fn the_last_ad_closes_its_break() {
    let mut first = of_break(0, 2, &[]);
    let mut second = of_break(1, 2, &[&first]);
    assert_eq!((closes(&mut first), closes(&mut second)), (false, true));
}

#[test]
fn an_ad_appended_after_the_end_was_named_does_not_name_it_again() {
    let mut first = of_break(0, 1, &[]);
    assert!(closes(&mut first));
    let mut appended = of_break(1, 2, &[&first]);
    assert!(!closes(&mut appended));
}

#[test]
fn an_ad_that_others_are_appended_to_meanwhile_leaves_the_end_to_them() {
    let mut first = of_break(0, 1, &[]);
    let begun = first.requested(0, seconds(0));
    assert!(begun.iter().all(|due| due.moment.event != Event::BreakEnd));
    first.stands(Stand::of(0, 2, [&first.clone()].into_iter()));
    let rest = first.requested(1, seconds(5));
    assert!(rest.iter().all(|due| due.moment.event != Event::BreakEnd));
    let mut appended = of_break(1, 2, &[&first]);
    assert!(closes(&mut appended));
}
