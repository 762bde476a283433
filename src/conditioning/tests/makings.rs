//! Who makes what has many addresses.

use super::*;
use crate::{
    conditioning::makings::{Makings, Turn},
    creative::Failure,
};

fn job(address: &str, bytes: &Key) -> Arc<Job> {
    let (source, profile) = (Url::parse(address).unwrap(), profile(Packing::MpegTs));
    let (profile, by) = (Arc::new(profile), ProgramTime::from_millis(0));
    let wanted = Wanted::new(source, profile, by);
    let job = Job::new(Job::id(&wanted), &wanted, by);
    job.set_bytes(Some(bytes.clone()));
    Arc::new(job)
}

fn at(secs: i64) -> ProgramTime {
    ProgramTime::from_millis(secs * 1_000)
}

/// Whose turn it is when a job asks.
fn turn(makings: &Makings, job: &Arc<Job>, secs: i64) -> String {
    let keep = MediaDuration::from_secs(60);
    match makings.take_on(&job.bytes().unwrap(), job, at(secs), keep) {
        Turn::Ours => "ours".to_owned(),
        Turn::Theirs(theirs) => format!("of {}", theirs.source),
        Turn::Nobodys(why) => why.to_string(),
    }
}

#[test]
fn one_job_makes_what_many_want_and_a_failure_holds_for_all_of_them_for_a_time() {
    let makings = Makings::default();
    let bytes = Key::of_digest(&[7; 32]);
    let (one, other) =
        (job("https://ads.example/a.mp4?1", &bytes), job("https://ads.example/a.mp4?2", &bytes));
    let turn = |job, secs| turn(&makings, job, secs);
    assert_eq!(turn(&one, 0), "ours");
    assert_eq!(turn(&other, 1), "of https://ads.example/a.mp4?1");
    // Who has it keeps it, and nobody else ends it.
    assert_eq!(turn(&one, 2), "ours");
    assert!(makings.end(&other, None, at(3)).is_none());
    assert_eq!(turn(&other, 4), "of https://ads.example/a.mp4?1");
    assert!(makings.end(&one, Some(&Unusable::NoPlayableMedia), at(10)).is_none());
    assert_eq!(turn(&other, 69), Unusable::NoPlayableMedia.to_string());
    assert_eq!(turn(&other, 70), "ours");
    assert!(makings.end(&other, None, at(80)).is_none());
    assert_eq!(turn(&one, 81), "ours");
}

#[test]
fn an_address_whose_token_ran_out_hands_the_making_to_the_newest_one() {
    let makings = Makings::default();
    let bytes = Key::of_digest(&[7; 32]);
    let jobs: Vec<_> =
        (0..4).map(|n| job(&format!("https://ads.example/a.mp4?{n}"), &bytes)).collect();
    let refused = Unusable::Fetch { host: "ads.example".to_owned(), failure: Failure::Status(403) };
    for job in &jobs[..3] {
        turn(&makings, job, 0);
    }
    let heir = makings.end(&jobs[0], Some(&refused), at(30)).unwrap();
    assert!(Arc::ptr_eq(&heir, &jobs[2]));
    assert_eq!(turn(&makings, &jobs[0], 31), "of https://ads.example/a.mp4?2");
    // Whoever comes with that very address again has another job, and must not make it beside the first.
    let again = job("https://ads.example/a.mp4?2", &bytes);
    assert_eq!(turn(&makings, &again, 32), "of https://ads.example/a.mp4?2");
    assert!(makings.end(&again, None, at(33)).is_none());
    assert_eq!(turn(&makings, &jobs[0], 34), "of https://ads.example/a.mp4?2");
    // Nobody else has asked: the next who does is asked for it.
    let (one, two) = (&jobs[1], &jobs[2]);
    assert!(Arc::ptr_eq(&makings.end(two, Some(&refused), at(40)).unwrap(), &jobs[0]));
    assert!(makings.end(&jobs[0], Some(&refused), at(50)).is_none());
    assert_eq!(turn(&makings, one, 51), "ours");
}
