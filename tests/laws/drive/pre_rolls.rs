//! Viewers who begin with ads: the laws, and an independent look at where those stand.

use super::{
    play,
    tests::{number, told},
};
use crate::{
    checker::{Finding, Reload},
    reader::{self, Segment},
    scenario::Scenario,
    time::{MILLI, Ns, SECOND},
};

fn scenario(seed: u64) -> Scenario {
    Scenario { pre_roll: Some(20_000), ..Scenario::random(seed) }
}

/// The segments of the first playlist that a viewer was shown of each rendition he asked for at once.
fn first_shown(history: &[Reload]) -> Vec<Vec<Segment>> {
    let mut known = Vec::new();
    let mut all = Vec::new();
    let began = history.first().map(|first| first.at_ms);
    for answer in history.iter().filter(|answer| Some(answer.at_ms) == began) {
        if !known.contains(&answer.rendition) {
            known.push(answer.rendition);
            all.push(reader::read(&answer.text).0.segments);
        }
    }
    all
}

fn leads_in(segment: &Segment) -> bool {
    segment.uri.starts_with("ad/preroll/")
}

#[test]
fn viewers_who_begin_with_ads_keep_the_laws() {
    let (mut reloads, mut began, mut of) = (0, 0, 0);
    let mut failed = Vec::new();
    let first = number("MIDROLL_LAWS_SEED", 1);
    for seed in first..first + number("MIDROLL_LAWS_SEEDS", SEEDS) {
        let case = scenario(seed);
        let outcome = play(&case);
        reloads += outcome.reloads;
        for (viewer, history) in outcome.histories.iter().enumerate() {
            let first = first_shown(history);
            of += usize::from(!first.is_empty());
            let with_ads = |all: &Vec<Segment>| all.first().is_some_and(leads_in);
            if !first.iter().any(with_ads) {
                continue;
            }
            began += 1;
            if let Err(why) = looks_right(&first, history) {
                failed.push(format!("seed {seed}, viewer {viewer}: {why}"));
            }
        }
        let findings: Vec<&Finding> = outcome.findings.iter().flatten().collect();
        if !findings.is_empty() {
            failed.push(told(&case));
        }
    }
    assert!(
        failed.is_empty(),
        "{} fail in {reloads} reloads:\n{}",
        failed.len(),
        failed.join("\n")
    );
    // Renditions of many are not cut alike.
    assert!(began * 5 > of, "{began} of {of} viewers began with ads");
}

/// All renditions begin with the same moment of the same ads, and the programme comes back where they
/// end.
fn looks_right(first: &[Vec<Segment>], history: &[Reload]) -> Result<(), String> {
    let dates: Vec<Ns> = first.iter().filter_map(|all| all.first()?.date).collect();
    let (earliest, latest) = (dates.iter().min(), dates.iter().max());
    if earliest.zip(latest).is_some_and(|(earliest, latest)| latest - earliest > 100 * MILLI) {
        return Err(format!("renditions begin at {dates:?}"));
    }
    for all in first {
        let ads = all.iter().take_while(|segment| leads_in(segment)).count();
        if ads == 0 || all[ads..].iter().any(leads_in) {
            return Err(format!("{ads} ads in front, and others behind"));
        }
    }
    let whole: Vec<_> =
        history.iter().map(|answer| reader::read(&answer.text).0.segments).collect();
    for all in whole {
        let Some(last) = all.iter().rposition(leads_in) else { continue };
        let (Some(back), Some(ad)) = (all.get(last + 1), all.get(last)) else { continue };
        let (Some(from), Some(to)) = (ad.end(), back.start) else { continue };
        if !back.uri.starts_with("ad/") && !(-SECOND..=9 * SECOND).contains(&(to - from)) {
            return Err(format!("the programme is back {} ns after them", to - from));
        }
    }
    Ok(())
}

const SEEDS: u64 = 30;
