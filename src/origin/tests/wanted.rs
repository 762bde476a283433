use super::*;
use crate::units::ProgramTime;

const IDLE: MediaDuration = MediaDuration::from_secs(12);

fn at(secs: i64) -> ProgramTime {
    ProgramTime::from_millis(secs * 1_000)
}

#[test]
fn it_ends_when_nobody_has_asked_for_long_enough() {
    let wanted = Wanted::new(at(0));
    assert!(!wanted.ended(at(11), IDLE));
    assert_eq!(wanted.clone().ask(at(11)), Ok(()));
    assert!(!wanted.ended(at(22), IDLE));
    assert_eq!(wanted.asleep_at(IDLE), at(23));
    assert!(wanted.ended(at(23), IDLE));
}

#[test]
fn once_over_it_stays_over() {
    let wanted = Wanted::new(at(0));
    assert!(wanted.ended(at(20), IDLE));
    assert_eq!(wanted.ask(at(20)), Err(Over));
    assert!(wanted.ended(at(21), IDLE));
}

#[test]
fn an_older_request_that_comes_late_changes_nothing() {
    let wanted = Wanted::new(at(10));
    assert_eq!(wanted.ask(at(5)), Ok(()));
    assert_eq!(wanted.asleep_at(IDLE), at(22));
}
