//! Random channels, readings and decisions: identity over reloads, and the same discontinuities at
//! the same dates in all renditions.

use std::collections::HashMap;

use super::*;
use crate::{
    pod::Filled,
    session::{Fillers, Supply},
};

struct Dice(u64);

impl Dice {
    fn roll(&mut self, below: i64) -> i64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        i64::try_from(self.0 % u64::try_from(below).unwrap()).unwrap()
    }

    fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[usize::try_from(self.roll(i64::try_from(from.len()).unwrap())).unwrap()]
    }
}

struct Listed {
    msn: u64,
    dsn: u64,
    what: String,
    date: Option<String>,
}

fn listed(text: &str) -> Vec<Listed> {
    let (mut msn, mut dsn, mut all, mut date, mut extinf) = (0, 0, Vec::new(), None, "");
    for line in text.lines() {
        if let Some(value) = line.strip_prefix("#EXT-X-MEDIA-SEQUENCE:") {
            msn = value.parse().unwrap();
        } else if let Some(value) = line.strip_prefix("#EXT-X-DISCONTINUITY-SEQUENCE:") {
            dsn = value.parse().unwrap();
        } else if line == "#EXT-X-DISCONTINUITY" {
            dsn += 1;
        } else if let Some(value) = line.strip_prefix("#EXT-X-PROGRAM-DATE-TIME:") {
            date = Some(value.to_owned());
        } else if line.starts_with("#EXTINF") {
            extinf = line;
        } else if !line.starts_with('#') {
            all.push(Listed { msn, dsn, what: format!("{extinf} {line}"), date: date.take() });
            msn += 1;
        }
    }
    all
}

type Known = HashMap<u64, (u64, String, Option<String>)>;

struct Viewer {
    known: [Known; 2],
    last: [(u64, u64); 2],
}

impl Viewer {
    /// Identity and windows that only go on (law 1).
    fn reads(&mut self, rendition: usize, text: &str, when: &str) {
        let all = listed(text);
        let span = (all[0].msn, all.last().unwrap().msn);
        let last = self.last[rendition];
        assert!(span.0 >= last.0 && span.1 >= last.1, "{when}: {last:?} went back\n{text}");
        self.last[rendition] = span;
        for entry in all {
            let now = (entry.dsn, entry.what, entry.date);
            let was = self.known[rendition].entry(entry.msn).or_insert_with(|| now.clone());
            assert_eq!((was.0, &was.1), (now.0, &now.1), "{when}: {} changed\n{text}", entry.msn);
            match (&was.2, now.2) {
                (Some(was), Some(now)) => assert_eq!(*was, now, "{when}: date of {}", entry.msn),
                (None, Some(now)) => was.2 = Some(now),
                _ => {}
            }
        }
    }

    /// The date at which each discontinuity begins.
    fn dates(&self, rendition: usize) -> HashMap<u64, String> {
        let mut firsts: HashMap<u64, (u64, String)> = HashMap::new();
        for (msn, (dsn, _, date)) in &self.known[rendition] {
            let first = (*msn, date.clone().unwrap_or_default());
            let known = firsts.entry(*dsn).or_insert_with(|| first.clone());
            if first.0 < known.0 {
                *known = first;
            }
        }
        firsts.into_iter().map(|(dsn, (_, date))| (dsn, date)).collect()
    }
}

fn breaks(dice: &mut Dice) -> Vec<(i64, i64)> {
    let (mut all, mut next) = (Vec::new(), 60);
    while next < 900 {
        let length = dice.pick(&[30, 60, 90, 30]);
        all.push((next, next + length));
        next += length + 30 * dice.roll(3);
    }
    all
}

fn decide(rig: &mut Rig, dice: &mut Dice, slate: Option<&Ad>) {
    let view = Arc::clone(rig.channel.view().unwrap());
    let timeline = rig.timeline.clone().unwrap();
    for ad_break in view.breaks_since(timeline.join) {
        if timeline.decision(ad_break.serial).is_some() || dice.roll(3) != 0 {
            continue;
        }
        let offers =
            [&[5, 5, 5][..], &[5, 5], &[4, 4, 4, 3], &[2, 2, 2, 2, 2]].map(|steps| ad("x", steps));
        let ads: Vec<Ad> = (0..dice.roll(7))
            .map(|_| offers[usize::try_from(dice.roll(4)).unwrap()].clone())
            .collect();
        let fills = |room| {
            let (ads, skipped) = crate::pod::fit(ads.clone(), room);
            Filled { ads, skipped }
        };
        let fillers = Fillers { slate: slate.cloned(), ..Fillers::default() };
        let supply = Supply { ads: Ok(&fills), fillers, threshold: None };
        let (decision, _) = timeline.plan(ad_break, &view, supply);
        rig.timeline = Some(rig.timeline.take().unwrap().with(Arc::new(decision)));
    }
}

fn watch(seed: u64) {
    let mut dice = Dice(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
    let mut rig = Rig::new(&breaks(&mut dice));
    let window = dice.pick(&[3, 5, 10, 40]);
    rig.sources.iter_mut().for_each(|source| source.window = window);
    let step = dice.pick(&[5, 6]);
    rig.sources[1].step = step;
    let slate = (dice.roll(2) == 0).then(|| ad("s", &[1, 1, 1]));
    let mut viewer = Viewer { known: [Known::new(), Known::new()], last: [(0, 0); 2] };
    rig.join(50);
    for secs in 51..1_000 {
        for rendition in 0..2 {
            // Never so late that a rendition counts as stale: then it is left out on purpose.
            if dice.roll(3) == 0 || secs % 4 == 0 {
                let playlist = rig.sources[rendition].playlist(secs);
                rig.channel.loaded(rendition, &playlist, at(secs));
            }
        }
        decide(&mut rig, &mut dice, slate.as_ref());
        let view = Arc::clone(rig.channel.view().unwrap());
        if let Some(settled) = rig.timeline.as_ref().unwrap().settle(&view) {
            rig.timeline = Some(settled);
        }
        for rendition in 0..2 {
            let timeline = rig.timeline.as_ref().unwrap();
            let Some(playlist) = playlist(&view, rendition, timeline) else { continue };
            let track = view.tracks[rendition].as_ref().unwrap();
            let body = render(track, rendition, &playlist.outline, &Plain);
            let text = header(&playlist.numbers) + &body;
            viewer.reads(rendition, &text, &format!("seed {seed}, {secs} s, {rendition}"));
        }
    }
    let (video, audio) = (viewer.dates(0), viewer.dates(1));
    assert!(
        video.len() > 5 || slate.is_none() && step == 6,
        "seed {seed}: a channel without ads proves nothing"
    );
    // In a short window the first segment after a discontinuity may never be seen.
    for (dsn, date) in video.iter().filter(|(dsn, _)| **dsn > 0 && window >= 10) {
        if let Some(other) = audio.get(dsn) {
            assert_eq!(date, other, "seed {seed}: discontinuity {dsn}");
        }
    }
}

#[test]
fn random_channels_keep_identity_and_the_same_breaks_everywhere() {
    (1..16).for_each(watch);
}
