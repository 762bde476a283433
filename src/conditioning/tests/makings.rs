//! Who makes what has many addresses.

use super::*;
use crate::conditioning::makings::{Makings, Turn};

fn job(address: &str) -> Arc<Job> {
    let (source, profile) = (Url::parse(address).unwrap(), profile(Packing::MpegTs));
    let (profile, by) = (Arc::new(profile), ProgramTime::from_millis(0));
    let wanted = Wanted::new(source, profile, by);
    Arc::new(Job::new(Job::id(&wanted), &wanted, by))
}

#[test]
fn one_job_makes_what_many_want_and_a_failure_holds_for_all_of_them_for_a_time() {
    let makings = Makings::default();
    let bytes = Key::of_digest(&[7; 32]);
    let (one, other) = (job("https://ads.example/a.mp4?1"), job("https://ads.example/a.mp4?2"));
    let turn = |job: &Arc<Job>, secs: i64| {
        let (now, keep) = (ProgramTime::from_millis(secs * 1_000), MediaDuration::from_secs(60));
        match makings.take_on(&bytes, job, now, keep) {
            Turn::Ours => "ours".to_owned(),
            Turn::Theirs(theirs) => format!("of {}", theirs.source),
            Turn::Nobodys(why) => why.to_string(),
        }
    };
    assert_eq!(turn(&one, 0), "ours");
    assert_eq!(turn(&other, 1), "of https://ads.example/a.mp4?1");
    // Who has it keeps it, and nobody else ends it.
    assert_eq!(turn(&one, 2), "ours");
    let at = |secs: i64| ProgramTime::from_millis(secs * 1_000);
    makings.end(&bytes, &other, None, at(3));
    assert_eq!(turn(&other, 4), "of https://ads.example/a.mp4?1");
    makings.end(&bytes, &one, Some(&Unusable::NoPlayableMedia), at(10));
    assert_eq!(turn(&other, 69), Unusable::NoPlayableMedia.to_string());
    assert_eq!(turn(&other, 70), "ours");
    makings.end(&bytes, &other, None, at(80));
    assert_eq!(turn(&one, 81), "ours");
}
