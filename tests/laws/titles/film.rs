//! A random film as its origin lists it.

use std::{fmt::Write as _, sync::Arc};

use midroll::{
    creative::{self, Container, Creative},
    cue::{Cue, Trust},
    hls::{MediaPlaylist, RenditionInfo, RenditionKind},
    pod::{self, AdInfo},
    stitch::Links,
    units::MediaDuration,
};
use url::Url;

use crate::{
    random::Random,
    time::{MILLI, Ns, SECOND, show_date, show_seconds},
};

/// What the origin has.
pub(super) struct Film {
    pub(super) renditions: Vec<Rendition>,
    pub(super) ads: Vec<pod::Ad>,
    pub(super) length: Ns,
    pub(super) target_duration: i64,
    pub(super) dated: bool,
    /// What may be left out, in content time.
    pub(super) given_away: Vec<(Ns, Ns)>,
}

pub(super) struct Rendition {
    pub(super) kind: RenditionKind,
    pub(super) text: String,
}

/// How a film's playlists are written.
struct Style {
    dated: bool,
    fmp4: bool,
    keys: bool,
    ranges: bool,
    /// Segments of the picture that begin another timeline.
    turns: Vec<usize>,
    /// By segment of the picture: first and one past the last.
    marks: Vec<(usize, usize)>,
}

impl Film {
    pub(super) fn new(seed: u64) -> Self {
        let mut random = Random::new(seed ^ 0xf11f);
        let step = random.pick(&[2, 4, 5, 6]);
        let count = usize::try_from(random.between(12, 60)).unwrap_or(12);
        let audio_every = random.pick(&[1, 1, 2]);
        let style = Style::new(&mut random, count, audio_every);
        let picture: Vec<Ns> = vec![step * SECOND; count];
        let sound = sound(&picture, audio_every);
        let words = match random.chance(50) {
            true => vec![picture.iter().sum()],
            false => picture.clone(),
        };
        let kinds = [
            (RenditionKind::Video, "v", &picture),
            (RenditionKind::Video, "w", &picture),
            (RenditionKind::Audio, "a", &sound),
            (RenditionKind::Subtitles, "s", &words),
        ];
        let target_duration = step * i64::from(audio_every);
        let renditions = kinds.map(|(kind, name, lengths)| Rendition {
            kind,
            text: style.write(name, lengths, target_duration, &picture),
        });
        let ns = |n: usize| i64::try_from(n).unwrap_or(0) * step * SECOND;
        Self {
            ads: ads(&mut random, style.fmp4),
            length: picture.iter().sum(),
            target_duration,
            dated: style.dated,
            given_away: style.marks.iter().map(|(from, to)| (ns(*from), ns(*to))).collect(),
            renditions: renditions.into(),
        }
    }

    /// Some cue, for places that nothing in the film marks.
    pub(super) fn cue(&self) -> Cue {
        let text = "#EXTM3U\n#EXT-X-TARGETDURATION:6\n#EXT-X-CUE-OUT:0\n#EXTINF:6,\na.ts\n";
        let (playlist, _) = MediaPlaylist::parse(text).expect("a playlist");
        midroll::cue::cues(&playlist, Trust::ALL).remove(0)
    }
}

impl Style {
    /// Another timeline begins in picture and sound alike.
    fn new(random: &mut Random, count: usize, every: i32) -> Self {
        let last = i64::try_from(count).unwrap_or(0);
        let mut marks = Vec::new();
        let mut from = random.between(0, 6);
        while random.chance(80) && from <= last && marks.len() < 4 {
            let to = from + random.pick(&[0, 0, 3, 6]);
            marks.push((from, to.min(last)));
            from = to + random.between(2, 10);
        }
        let index = |n: i64| usize::try_from(n).unwrap_or(0);
        let turns = (1..last).filter(|n| n % i64::from(every) == 0 && random.chance(4));
        let turns = turns.map(index).collect();
        Self {
            dated: random.chance(50),
            fmp4: random.chance(50),
            keys: random.chance(40),
            ranges: random.chance(30),
            turns,
            marks: marks.into_iter().map(|(from, to)| (index(from), index(to))).collect(),
        }
    }

    fn write(&self, name: &str, lengths: &[Ns], target: i64, picture: &[Ns]) -> String {
        let mut text = format!(
            "#EXTM3U\n#EXT-X-VERSION:7\n#EXT-X-TARGETDURATION:{}\n#EXT-X-PLAYLIST-TYPE:VOD\n",
            target.max(lengths.iter().max().map_or(1, |longest| longest.div_euclid(SECOND)))
        );
        let plain = name == "s";
        if self.fmp4 && !plain {
            let _ = writeln!(text, "#EXT-X-MAP:URI=\"{name}-init-0.mp4\"");
        }
        let begins = |n: usize| picture[..n].iter().sum::<Ns>();
        let near = |one: Ns, other: Ns| (one - other).abs() <= 50 * MILLI;
        let (mut start, mut offset) = (0, 0);
        for (at, length) in lengths.iter().enumerate() {
            for (from, to) in &self.marks {
                if near(begins(*from), start) {
                    let away = (begins(*to) - begins(*from)) / SECOND;
                    let _ = writeln!(text, "#EXT-X-CUE-OUT:{away}");
                }
                if near(begins(*to), start) {
                    text.push_str("#EXT-X-CUE-IN\n");
                }
            }
            if let Some(turn) = self.turns.iter().find(|n| near(begins(**n), start)) {
                text.push_str("#EXT-X-DISCONTINUITY\n");
                if self.fmp4 && !plain {
                    let _ = writeln!(text, "#EXT-X-MAP:URI=\"{name}-init-{turn}.mp4\"");
                }
            }
            if self.keys && !plain && at % 5 == 2 {
                let method = match at % 2 {
                    0 => format!("AES-128,URI=\"key-{at}\",IV=0x{at:032x}"),
                    _ => "NONE".to_owned(),
                };
                let _ = writeln!(text, "#EXT-X-KEY:METHOD={method}");
            }
            if self.dated {
                let _ = writeln!(text, "#EXT-X-PROGRAM-DATE-TIME:{}", show_date(EPOCH + start));
            }
            let _ = writeln!(text, "#EXTINF:{},", show_seconds(*length));
            if self.ranges {
                let _ = writeln!(text, "#EXT-X-BYTERANGE:1000@{offset}");
                let _ = writeln!(text, "{name}.seg");
            } else {
                let _ = writeln!(text, "{name}-{at}.seg");
            }
            offset += 1_000;
            start += length;
        }
        for (from, _) in self.marks.iter().filter(|(from, _)| *from == picture.len()) {
            let _ = writeln!(text, "#EXT-X-CUE-OUT:{}", from - picture.len());
        }
        text + "#EXT-X-ENDLIST\n"
    }
}

/// Cut at the nearest frame of 1024 samples at 48 kHz, at every so-manieth cut of the picture.
fn sound(picture: &[Ns], every: i32) -> Vec<Ns> {
    let every = usize::try_from(every).unwrap_or(1);
    let frame = |ns: Ns| (ns * 48 / MILLI + 512) / 1_024 * 1_024 * SECOND / 48_000;
    let mut end = 0;
    let chunks = picture.chunks(every).map(|chunk| {
        let next = end + chunk.iter().sum::<Ns>();
        let length = frame(next) - frame(end);
        end = next;
        length
    });
    chunks.collect()
}

fn ads(random: &mut Random, fmp4: bool) -> Vec<pod::Ad> {
    let steps = |random: &mut Random| -> Vec<Ns> {
        let count = random.between(1, 6);
        (0..count).map(|_| random.between(1, 4) * 500 * MILLI).collect()
    };
    (0..4).map(|n| ad(&format!("x{n}"), &steps(random), fmp4)).collect()
}

fn ad(name: &str, steps: &[Ns], fmp4: bool) -> pod::Ad {
    let address = |file: String| Url::parse(&format!("http://ads.example/{file}")).expect("a URL");
    let rendition = |at: usize, kind: RenditionKind| {
        let map = (fmp4 && at < 3).then(|| creative::Map {
            uri: address(format!("{name}/{at}/init.mp4")),
            byte_range: None,
        });
        let map = map.map(Arc::new);
        let segments = steps.iter().enumerate().map(|(n, length)| creative::Segment {
            uri: address(format!("{name}/{at}/{name}-{n}.seg")),
            duration: MediaDuration::from_nanos(*length),
            map: map.clone(),
            byte_range: None,
        });
        creative::Rendition {
            info: RenditionInfo { kind, ..RenditionInfo::default() },
            container: if fmp4 { Container::Fmp4 } else { Container::MpegTs },
            segments: segments.collect(),
        }
    };
    let kinds = [
        RenditionKind::Video,
        RenditionKind::Video,
        RenditionKind::Audio,
        RenditionKind::Subtitles,
    ];
    let creative = Creative {
        url: address(format!("{name}.m3u8")),
        duration: MediaDuration::from_nanos(steps.iter().sum()),
        renditions: kinds.iter().enumerate().map(|(at, kind)| rendition(at, *kind)).collect(),
    };
    pod::Ad {
        creative: Arc::new(creative),
        matched: Arc::from([0, 1, 2, 3]),
        info: Arc::new(AdInfo::default()),
    }
}

/// Names segments so that the judge can read them.
#[derive(Debug)]
pub(super) struct Names;

impl Links for Names {
    fn content(&self, _rendition: usize, uri: &str) -> String {
        uri.to_owned()
    }

    fn ad(&self, address: &Url) -> String {
        address.path().rsplit('/').next().unwrap_or_default().to_owned()
    }
}

const EPOCH: Ns = 1_767_225_600 * SECOND;
