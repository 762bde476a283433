//! Viewers who begin with ads: the laws, and an independent look at where those stand.

use std::collections::BTreeMap;

use super::{
    play,
    tests::{number, told},
};
use crate::{
    checker::{Finding, Reload},
    origin::{Fault, Feature, Kind},
    reader::{self, Segment},
    scenario::Scenario,
    time::{MILLI, Ns, SECOND},
};

fn scenario(seed: u64) -> Scenario {
    let mut case = Scenario { pre_roll: Some(LONGEST), ..Scenario::random(seed) };
    case.ads.retain(|ad| ad.iter().sum::<i64>() <= LONGEST);
    if case.ads.is_empty() {
        case.ads.push(vec![2_000; 5]);
    }
    case
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
            of += usize::from(!first.is_empty() && is_old_enough(&case, viewer));
            let with_ads = |all: &Vec<Segment>| all.first().is_some_and(leads_in);
            if !first.iter().any(with_ads) {
                continue;
            }
            began += usize::from(is_old_enough(&case, viewer));
            let apart = returns_apart(&case, history);
            if apart > SECOND + 100 * MILLI {
                failed.push(format!("seed {seed}, viewer {viewer} returns {apart} ns apart"));
            }
            if let Err(why) = looks_right(&case, &first, history) {
                let all = &case.shape.renditions;
                let kinds: Vec<_> = all.iter().map(|track| (track.kind, &track.lengths)).collect();
                failed.push(format!("seed {seed}, viewer {viewer}: {why}, of {kinds:?}"));
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
    assert!(began * 20 > of * 19, "{began} of {of} viewers began with ads");
}

/// Has the channel had as much, when a viewer comes, as he begins behind its edge, and could be read?
fn is_old_enough(case: &Scenario, viewer: usize) -> bool {
    let from = case.viewers[viewer].from;
    let tracks = &case.shape.renditions;
    let lengths = || tracks.iter().flat_map(|track| &track.lengths);
    let (longest, shortest) =
        (lengths().max().map_or(0, |ms| *ms), lengths().min().map_or(0, |ms| *ms));
    // Where all are not cut alike again and again, ads are to be over where it has been read.
    let steady = tracks.iter().all(|track| track.lengths == tracks[0].lengths);
    let (enough, listed) = match steady {
        true => (5 * longest, i64::MAX),
        false => (LONGEST + 5 * longest, case.shape.window * shortest),
    };
    let mut faults = tracks.iter().flat_map(|track| &track.faults).map(|fault| match fault {
        Fault::Missing { from, to } | Fault::Stale { from, to, .. } => *from..*to + enough,
    });
    // The past of an event stands before them.
    let is_event = case.shape.has(Feature::Event);
    from > enough
        && listed > LONGEST + 2 * longest
        && !is_event
        && !faults.any(|ill| ill.contains(&from))
}

/// Half of a rendition's longest segment: its cut that is nearest to another's is no farther away.
fn half(case: &Scenario, rendition: usize) -> Ns {
    case.shape.renditions[rendition].lengths.iter().max().map_or(0, |longest| longest / 2 * MILLI)
}

/// How far from the picture the programme's sound returns behind the ads.
fn returns_apart(case: &Scenario, history: &[Reload]) -> Ns {
    let mut returns = BTreeMap::new();
    let heard = |at: usize| case.shape.renditions[at].kind != Kind::Subtitles;
    for answer in history.iter().filter(|answer| heard(answer.rendition)) {
        let all = reader::read(&answer.text).0.segments;
        let back = all.windows(2).find(|pair| leads_in(&pair[0]) && !leads_in(&pair[1]));
        let back = back.filter(|pair| !pair[1].uri.starts_with("ad/"));
        if let Some(start) = back.and_then(|pair| pair[1].start) {
            returns.entry(answer.rendition).or_insert(start);
        }
    }
    let apart = |start: &Ns| Some((start - returns.get(&0)?).abs());
    returns.values().filter_map(apart).max().unwrap_or(0)
}

/// All renditions begin with the same moment of the same ads, and the programme comes back where they
/// end.
fn looks_right(case: &Scenario, first: &[Vec<Segment>], history: &[Reload]) -> Result<(), String> {
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
    let tracks = &case.shape.renditions;
    let alike = tracks.iter().all(|track| track.lengths == tracks[0].lengths);
    for answer in history {
        let all = reader::read(&answer.text).0.segments;
        let Some(last) = all.iter().rposition(leads_in) else { continue };
        let (Some(back), Some(ad)) = (all.get(last + 1), all.get(last)) else { continue };
        let (Some(from), Some(to)) = (ad.end(), back.start) else { continue };
        // A splice nobody told of breaks the grid by which a return was foretold.
        let early = SECOND + if alike { 0 } else { half(case, answer.rendition) };
        if !back.uri.starts_with("ad/") && !(-early..=9 * SECOND).contains(&(to - from)) {
            let (of, late) = (answer.rendition, to - from);
            return Err(format!("the programme is back in {of} {late} ns after them"));
        }
    }
    Ok(())
}

const SEEDS: u64 = 30;
/// What viewers begin with is no longer, in milliseconds.
const LONGEST: i64 = 20_000;
