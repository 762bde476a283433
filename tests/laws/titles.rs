//! Recorded programmes: random films with random ads, judged from the texts alone.

use std::sync::Arc;

use midroll::{
    channel::{Break, BreakSerial},
    cue::{Cue, Trust},
    hls::{MediaPlaylist, RenditionKind},
    ids::BreakId,
    pod::{self, Pod},
    session::{Decision, Fill, Span},
    stitch::Recording,
    title::{Programme, Roll, Spot, Title, plan},
    units::MediaDuration,
    vast::{AdBreak, BreakOffset},
};

use crate::random::Random;

mod film;
mod judge;

use film::{Film, Names};
use judge::{Served, judge};

/// A film as one viewer is served it, every rendition.
fn serve(film: &Film, recording: &Recording, seed: u64) -> Vec<Served> {
    let title = &recording.title;
    let mut random = Random::new(seed);
    let mut rolls = Vec::new();
    for (serial, (spot, cue)) in spots(film, title, &mut random).into_iter().enumerate() {
        let serial = u32::try_from(serial).unwrap_or(0);
        let identity = (BreakId::new(format!("b{serial}")), BreakSerial(serial));
        let ad_break =
            Break::recorded(identity, cue, title.date(spot.at), spot.planned, title.zero);
        let room = midroll::title::room(title, spot, MediaDuration::ZERO);
        let wanted = (0..random.between(0, 3)).map(|_| random.pick(&[0, 1, 2, 3]));
        let wanted: Vec<pod::Ad> = wanted.map(|at: usize| film.ads[at].clone()).collect();
        let (ads, _) = pod::fit(wanted, room);
        let fill = match ads.is_empty() {
            true => Fill::Content(pod::Unfilled::NoAds),
            false => Fill::Pod(Arc::new(Pod { ads })),
        };
        let decision = Decision::new(&ad_break, vec![Span::from_start(fill)], None);
        rolls.push(Roll::new(title, Arc::new(ad_break), spot, Arc::new(decision)));
    }
    let programme = Programme::new(Arc::clone(title), rolls);
    let served = (0..film.renditions.len()).map(|rendition| {
        let text = |recording: &Recording| {
            let (header, body) = recording.playlist(&programme, rendition, &Names).expect("read");
            String::from_utf8(body.whole(&header).concat()).expect("playlists are text")
        };
        let text_of = text(recording);
        // Identity: what is shared is what would be written for one viewer alone, and again.
        assert_eq!(text_of, text(&Recording::new(Arc::clone(title))), "shared parts differ");
        Served { rendition, text: text_of }
    });
    served.collect()
}

/// Where breaks are: where the film marks them, else where a plan says.
fn spots(film: &Film, title: &Title, random: &mut Random) -> Vec<(Spot, Cue)> {
    if !title.marks.is_empty() {
        let marks = title.marks.iter();
        return marks.filter_map(|mark| Some((mark.spot.ok()?, mark.cue.clone()))).collect();
    }
    let secs = film.length / crate::time::SECOND;
    let mut offsets: Vec<BreakOffset> = (0..random.between(0, 4))
        .map(|_| BreakOffset::At(MediaDuration::from_secs(random.between(0, secs))))
        .collect();
    offsets.extend(random.chance(50).then_some(BreakOffset::Start));
    offsets.extend(random.chance(50).then_some(BreakOffset::End));
    offsets.extend(random.chance(50).then_some(BreakOffset::MilliPercent(33_333)));
    let breaks = offsets.into_iter().map(|offset| AdBreak {
        offset: Some(offset),
        linear: true,
        ..AdBreak::default()
    });
    let breaks: Vec<_> = breaks.collect();
    plan(title, &breaks).0.into_iter().map(|(_, spot)| (spot, film.cue())).collect()
}

fn recording(film: &Film) -> Recording {
    let kinds: Vec<RenditionKind> = film.renditions.iter().map(|one| one.kind).collect();
    let parse = |text: &str| Some(Arc::new(MediaPlaylist::parse(text).expect("a playlist").0));
    let playlists: Vec<_> = film.renditions.iter().map(|one| parse(&one.text)).collect();
    let title = Title::of(&kinds, &playlists, Trust::ALL).expect("a film");
    Recording::new(Arc::new(title))
}

/// One film for some viewers, who share what is written of it.
fn case(seed: u64) {
    let film = Film::new(seed);
    let recording = recording(&film);
    for viewer in 0..3 {
        let served = serve(&film, &recording, seed ^ (viewer + 1));
        let found = judge(&film, &served);
        assert!(found.is_empty(), "seed {seed}, viewer {viewer}: {found:#?}\n{}", served[0].text);
    }
}

#[test]
fn films_keep_the_laws() {
    (1..=120).for_each(case);
}

/// The judge can fail: each fault is found, by the rule it breaks.
#[test]
fn a_film_with_a_fault_is_found_out() {
    type Fault = fn(&mut Vec<Served>);
    let faults: [(&str, Fault); 7] = [
        ("law-4", |served| served[0].drop_content()),
        ("law-4", |served| served[0].repeat_content()),
        ("law-4", |served| served[0].swap_content()),
        ("A-30", |served| served[0].remove("#EXT-X-DISCONTINUITY\n")),
        ("A-94", |served| served[0].remove("#EXT-X-ENDLIST\n")),
        ("A-105", |served| served[1].drop_ad()),
        ("A-54", |served| served[0].unmove_dates()),
    ];
    for (rule, fault) in faults {
        let found = (1..=60).any(|seed| {
            let film = Film::new(seed);
            let mut served = serve(&film, &recording(&film), seed);
            let before = served.iter().map(|one| one.text.clone()).collect::<Vec<_>>();
            fault(&mut served);
            let changed = served.iter().zip(&before).any(|(one, before)| one.text != *before);
            let found = judge(&film, &served);
            assert!(found.iter().all(|one| !changed || !one.is_empty()));
            changed && found.iter().any(|one| one.starts_with(rule))
        });
        assert!(found, "{rule} is never found");
    }
}
