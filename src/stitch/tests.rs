//! Pictures of channels and what a viewer is shown of them.

use std::{fmt::Write as _, sync::Arc};

use url::Url;

use super::*;
use crate::{
    channel::{Channel, View},
    creative::{self, Container, Creative},
    hls::{MediaPlaylist, RenditionInfo, RenditionKind},
    pod::{Ad, AdInfo, Pod, Unfilled},
    session::{Decision, Fill, From, Span, Timeline},
    units::{MediaDuration, MediaSequence, ProgramTime, Viewer},
};

mod kinds;
mod multivariant;
mod random;
mod titles;

/// Seconds from the channel's beginning, as a time of day at which things happen too.
fn at(secs: i64) -> ProgramTime {
    ProgramTime::from_millis(1_767_225_600_000 + secs * 1_000)
}

/// A source rendition: segments of `step` seconds, breaks at these seconds.
struct Source {
    name: &'static str,
    step: i64,
    window: usize,
    breaks: Vec<(i64, i64)>,
}

impl Source {
    /// What the origin lists once everything up to `edge` seconds has been made.
    fn playlist(&self, edge: i64) -> MediaPlaylist {
        let last = edge / self.step;
        let first = (last - i64::try_from(self.window).unwrap()).max(0);
        let mut text = format!(
            "#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-TARGETDURATION:6\n#EXT-X-MEDIA-SEQUENCE:{}\n",
            first + 100
        );
        for n in first..last {
            let (start, end) = (n * self.step, (n + 1) * self.step);
            for (out, back) in &self.breaks {
                if *out == start {
                    let _ = writeln!(text, "#EXT-X-CUE-OUT:{}", back - out);
                } else if *back == start {
                    text.push_str("#EXT-X-CUE-IN\n");
                }
            }
            let _ = writeln!(text, "#EXT-X-PROGRAM-DATE-TIME:{}", at(start));
            let _ = writeln!(text, "#EXTINF:{}.000,\n{}{start}-{end}.ts", end - start, self.name);
        }
        MediaPlaylist::parse(text).unwrap().0
    }
}

/// An ad with segments of these seconds in video and audio.
fn ad(name: &str, steps: &[i64]) -> Ad {
    let rendition = |kind, letter: &str| creative::Rendition {
        info: RenditionInfo { kind, ..RenditionInfo::default() },
        container: Container::MpegTs,
        segments: steps
            .iter()
            .enumerate()
            .map(|(n, secs)| creative::Segment {
                uri: Url::parse(&format!("http://ads/{name}/{letter}{n}.ts")).unwrap(),
                duration: MediaDuration::from_secs(*secs),
                map: None,
                byte_range: None,
            })
            .collect(),
    };
    Ad {
        creative: Arc::new(Creative {
            url: Url::parse(&format!("http://ads/{name}.m3u8")).unwrap(),
            duration: MediaDuration::from_secs(steps.iter().sum()),
            renditions: vec![
                rendition(RenditionKind::Video, "v"),
                rendition(RenditionKind::Audio, "a"),
            ],
        }),
        matched: Arc::from([0, 1]),
        info: Arc::new(AdInfo::default()),
    }
}

struct Plain;

impl Links for Plain {
    fn content(&self, _: usize, uri: &str) -> String {
        crate::hls::absolute(&Url::parse("http://origin/").unwrap(), uri)
    }

    fn ad(&self, address: &Url) -> String {
        address.path().replace('/', "_")
    }
}

/// A channel of one video and one audio rendition, read up to some second.
struct Rig {
    channel: Channel,
    sources: Vec<Source>,
    timeline: Option<Timeline>,
}

impl Rig {
    fn new(breaks: &[(i64, i64)]) -> Self {
        let source = |name, step| Source { name, step, window: 8, breaks: breaks.to_vec() };
        Self {
            channel: Channel::new(&[RenditionKind::Video, RenditionKind::Audio]),
            sources: vec![source("v", 5), source("a", 6)],
            timeline: None,
        }
    }

    /// Time goes on to `secs`; everybody reads the origin.
    fn read(&mut self, secs: i64) -> Arc<View> {
        for (rendition, source) in self.sources.iter().enumerate() {
            self.channel.loaded(rendition, &source.playlist(secs), at(secs));
        }
        Arc::clone(self.channel.view().unwrap())
    }

    fn join(&mut self, secs: i64) {
        let view = self.read(secs);
        self.timeline = Some(Timeline::new(view.edge, view.edge));
    }

    fn decide(&mut self, spans: Vec<Span>) {
        let view = Arc::clone(self.channel.view().unwrap());
        let ad_break = view.breaks.last().unwrap();
        let decision = Decision::new(ad_break, spans, None);
        self.timeline = Some(self.timeline.take().unwrap().with(Arc::new(decision)));
    }

    /// The playlist in short: the two numbers, then `|` for a discontinuity, segments by name.
    fn shown(&self, rendition: usize) -> String {
        let view = self.channel.view().unwrap();
        let playlist = playlist(view, rendition, self.timeline.as_ref().unwrap()).unwrap();
        let track = view.tracks[rendition].as_ref().unwrap();
        let text = render(track, rendition, &playlist.outline, &Plain);
        let mut short = format!("{}/{}", playlist.numbers.msn.0, playlist.numbers.dsn.0);
        for line in text.lines() {
            match line {
                "#EXT-X-DISCONTINUITY" => short.push_str(" |"),
                line if line.starts_with('#') => {}
                line => {
                    let name = line.rsplit('/').next().unwrap();
                    let _ = write!(short, " {}", name.trim_end_matches(".ts"));
                }
            }
        }
        short
    }
}

fn pod(ads: &[Ad]) -> Fill {
    Fill::Pod(Arc::new(Pod { ads: ads.to_vec() }))
}

#[test]
fn a_break_is_replaced_at_the_source_s_pace_and_left_where_it_ends() {
    let mut rig = Rig::new(&[(60, 90)]);
    rig.join(50);
    assert_eq!(rig.shown(0), "102/0 v10-15 v15-20 v20-25 v25-30 v30-35 v35-40 v40-45 v45-50");
    rig.read(65);
    assert_eq!(rig.shown(0), "105/0 v25-30 v30-35 v35-40 v40-45 v45-50 v50-55 v55-60");
    rig.decide(vec![Span::from_start(pod(&[ad("x", &[5, 5, 5]), ad("y", &[5, 5, 5])]))]);
    assert_eq!(rig.shown(0), "105/0 v25-30 v30-35 v35-40 v40-45 v45-50 v50-55 v55-60 | _x_v0");
    rig.read(80);
    assert_eq!(rig.shown(0), "108/0 v40-45 v45-50 v50-55 v55-60 | _x_v0 _x_v1 _x_v2 | _y_v0");
    assert_eq!(
        rig.shown(1),
        "105/0 a30-36 a36-42 a42-48 a48-54 a54-60 | _x_a0 _x_a1 _x_a2 | _y_a0"
    );
    rig.read(100);
    assert_eq!(rig.shown(0), "112/0 | _x_v0 _x_v1 _x_v2 | _y_v0 _y_v1 _y_v2 | v90-95 v95-100");
    assert_eq!(
        rig.shown(1),
        "108/0 a48-54 a54-60 | _x_a0 _x_a1 _x_a2 | _y_a0 _y_a1 _y_a2 | a90-96"
    );
    rig.read(140);
    assert_eq!(
        rig.shown(0),
        "120/3 v100-105 v105-110 v110-115 v115-120 v120-125 v125-130 v130-135 v135-140"
    );
    assert_eq!(
        rig.shown(1),
        "116/2 | a90-96 a96-102 a102-108 a108-114 a114-120 a120-126 a126-132 a132-138"
    );
}

#[test]
fn an_ad_that_is_too_short_is_followed_by_slate() {
    let mut rig = Rig::new(&[(60, 90)]);
    rig.join(50);
    rig.read(65);
    let slate = Span { from: From::Segment(5), fill: Fill::Slate(ad("s", &[1, 1, 1, 1])) };
    rig.decide(vec![Span::from_start(pod(&[ad("x", &[5, 5, 5]), ad("y", &[5, 5])])), slate]);
    rig.read(100);
    assert_eq!(
        rig.shown(0),
        "112/0 | _x_v0 _x_v1 _x_v2 | _y_v0 _y_v1 | _s_v0 _s_v1 _s_v2 _s_v3 | _s_v0 | v90-95 v95-100"
    );
    rig.read(120);
    assert_eq!(
        rig.shown(0),
        "116/2 _y_v1 | _s_v0 _s_v1 _s_v2 _s_v3 | _s_v0 | v90-95 v95-100 v100-105 v105-110 v110-115 v115-120"
    );
}

/// The sound cannot be read from the first break to the second, which begins where that ends: nothing of
/// it stands between their ads, and it has the numbers then that it was shown with.
#[test]
fn ads_follow_ads_where_a_rendition_is_silent() {
    let mut rig = Rig::new(&[(60, 90), (90, 120)]);
    rig.join(50);
    rig.read(75);
    rig.decide(vec![Span::from_start(pod(&[ad("x", &[5, 5, 5]), ad("y", &[5, 5, 5])]))]);
    let alone = |rig: &mut Rig, secs| {
        rig.channel.loaded(0, &rig.sources[0].playlist(secs), at(secs));
    };
    for secs in [80, 85, 90, 95] {
        alone(&mut rig, secs);
    }
    rig.decide(vec![Span::from_start(pod(&[ad("z", &[5, 5, 5, 5, 5, 5])]))]);
    let content = "104/0 a24-30 a30-36 a36-42 a42-48 a48-54 a54-60";
    let ads = "| _x_a0 _x_a1 _x_a2 | _y_a0 _y_a1 _y_a2 | _z_a0";
    assert_eq!(rig.shown(1), format!("{content} {ads}"));
    alone(&mut rig, 105);
    assert_eq!(rig.shown(1), format!("{content} {ads} _z_a1 _z_a2"));
    rig.read(125);
    let ads = "_z_a0 _z_a1 _z_a2 _z_a3 _z_a4 _z_a5";
    assert_eq!(rig.shown(1), format!("112/1 _x_a2 | _y_a0 _y_a1 _y_a2 | {ads}"));
    rig.read(135);
    assert_eq!(rig.shown(1), format!("114/2 _y_a1 _y_a2 | {ads} | a120-126 a126-132"));
}

#[test]
fn without_ads_the_programme_goes_on() {
    let mut rig = Rig::new(&[(60, 90)]);
    rig.join(50);
    rig.read(65);
    rig.decide(vec![Span::from_start(Fill::Content(Unfilled::NoAds))]);
    rig.read(100);
    assert_eq!(rig.shown(0), "112/0 v60-65 v65-70 v70-75 v75-80 v80-85 v85-90 v90-95 v95-100");
}

#[test]
fn a_compressed_playlist_is_the_same_playlist() {
    use std::io::Read as _;
    let head = header(&Numbers { msn: Viewer(MediaSequence(7)), dsn: Viewer::default() });
    let long = head.clone() + &"#EXT-X-DATERANGE:ID=\"1\"\n".repeat(6_000);
    assert!(long.len() > 2 * usize::from(u16::MAX));
    for (segments, parts, head) in [(50, 1, &head), (500, 4, &head), (500, 4, &long)] {
        let text = |name: &str| format!("#EXTINF:6.0,\n{name}.ts\n").repeat(segments);
        let written = head.clone() + &["a", "b", "a"].map(text).concat();
        let body = Body::of(["a", "b", "a"].map(|name| Chunk::new(text(name)).into()).to_vec());
        let (whole, packed) = (body.whole(head), body.gzip(head).concat());
        let mut unpacked = String::new();
        flate2::read::GzDecoder::new(&packed[..]).read_to_string(&mut unpacked).unwrap();
        assert_eq!(unpacked, written);
        assert_eq!((whole.len(), whole.concat()), (parts, written.into_bytes()));
        assert!(packed.len() - head.len() < (unpacked.len() - head.len()) / 5 + 64);
    }
}
