//! Black for what is missing at the programme's return.

use super::*;
use crate::{
    creative::Creative,
    pod::{Ad, AdInfo, Filled, fit, tests::creative},
};

/// Segments of 6 s, the third of which begins a break of 30 s that the source ends after `length`.
pub(super) fn channel(length: usize) -> Channel {
    let mut text = String::from(
        "#EXTM3U\n#EXT-X-TARGETDURATION:6\n#EXT-X-PROGRAM-DATE-TIME:2026-01-01T00:00:00Z\n",
    );
    for segment in 0..9 {
        match segment {
            2 => text.push_str("#EXT-X-CUE-OUT:30\n"),
            _ if segment == 2 + length => text.push_str("#EXT-X-CUE-IN\n"),
            _ => {}
        }
        text += &format!("#EXTINF:6,\n{segment}.ts\n");
    }
    let now = ProgramTime::parse("2026-01-01T00:00:54Z").unwrap();
    let mut channel = Channel::new(&[RenditionKind::Video]);
    channel.loaded(0, &MediaPlaylist::parse(text).unwrap().0, now);
    channel
}

pub(super) fn ad(steps: &[i64]) -> Ad {
    let mut media = Creative::clone(&creative(1_000));
    for rendition in &mut media.renditions {
        let one = rendition.segments[0].clone();
        rendition.segments.clear();
        for millis in steps {
            let duration = MediaDuration::from_millis(*millis);
            rendition.segments.push(crate::creative::Segment { duration, ..one.clone() });
        }
    }
    media.duration = steps.iter().map(|millis| MediaDuration::from_millis(*millis)).sum();
    Ad { creative: Arc::new(media), matched: [0].into(), info: Arc::new(AdInfo::default()) }
}

/// What stands in the break, and how far the viewer's clock then is behind the source's.
fn shown(offered: &[&[i64]], slate: Option<&[i64]>, pad: bool, length: usize) -> String {
    let channel = channel(length);
    let view = channel.view().unwrap();
    let ad_break = &view.breaks[0];
    let fills = |room| {
        let (ads, skipped) = fit(offered.iter().map(|steps| ad(steps)).collect(), room);
        Filled { ads, skipped }
    };
    let pad = pad.then(|| ad(&[1_000; 10]));
    let of_pad = pad.as_ref().map(|pad| Arc::clone(&pad.creative));
    let supply = Supply {
        ads: Ok(&fills),
        fillers: Fillers { slate: slate.map(ad), pad, ..Fillers::default() },
        threshold: None,
    };
    let before = ad_break.begins() - MediaDuration::from_secs(6);
    let (decision, _) = Timeline::new(before, before).plan(ad_break, view, supply);
    told(&decision, view, of_pad.as_ref())
}

/// What stands in a break that its source ends after 12 s, long after it was decided.
fn cut_short(steps: &[i64]) -> String {
    let channel = channel(2);
    let view = channel.view().unwrap();
    let (pod, pad) = (Pod { ads: vec![ad(steps)] }, ad(&[1_000; 10]));
    let spans = vec![Span::from_start(Fill::Pod(Arc::new(pod)))];
    let decision = Decision::new(&view.breaks[0], spans, Some(pad.clone()));
    told(&decision, view, Some(&pad.creative))
}

fn told(decision: &Decision, view: &View, pad: Option<&Arc<Creative>>) -> String {
    let all = replacements(decision, &view.breaks[0], view, MediaDuration::ZERO);
    let name = |group: &Group| match group.part {
        Part::Ad => "ad",
        _ if pad.is_some_and(|pad| Arc::ptr_eq(pad, &group.creative)) => "pad",
        _ => "slate",
    };
    let groups = all.iter().flat_map(|one| &one.groups);
    let mut told: Vec<_> =
        groups.map(|group| format!("{} {}", name(group), length_of(group))).collect();
    let off: MediaDuration = all.iter().map(Replacement::difference).sum();
    told.push(format!("off by {off}"));
    told.join(", ")
}

fn length_of(group: &Group) -> MediaDuration {
    length(std::slice::from_ref(group))
}

#[test]
fn black_stands_between_ads_and_the_return_where_a_second_or_more_is_missing() {
    let fifteen: &[i64] = &[5_000; 3];
    let twelve: &[i64] = &[4_000; 3];
    assert_eq!(shown(&[fifteen], None, false, 5), "ad 15.0, off by -3.0");
    assert_eq!(shown(&[fifteen], None, true, 5), "ad 15.0, pad 3.0, off by 0.0");
    // It ends where the programme is back, and is not shown for less than is noticed.
    assert_eq!(shown(&[twelve], None, true, 5), "ad 12.0, off by 0.0");
    assert_eq!(shown(&[&[4_000, 4_000, 3_200]], None, true, 5), "ad 11.2, off by -0.8");
    assert_eq!(shown(&[&[4_000, 4_000, 2_400]], None, true, 5), "ad 10.4, pad 2.0, off by 0.4");
    // Nor where there are no ads: then the programme is.
    assert_eq!(shown(&[], None, true, 5), "off by 0.0");
}

/// Dates would not rise from an ad's short end to a programme that had begun before it.
#[test]
fn the_programme_returns_behind_the_beginning_of_the_last_segment() {
    assert_eq!(shown(&[&[6_000, 6_000, 800]], None, false, 5), "ad 12.8, off by -5.2");
    assert_eq!(shown(&[&[6_000, 5_000, 1_800]], None, false, 5), "ad 12.8, off by 0.8");
}

/// What is left open is no more than ads may run past the next return, so that black makes it good.
#[test]
fn black_stands_where_nine_tenths_of_a_second_are_missing() {
    assert_eq!(shown(&[&[4_000, 4_000, 3_120]], None, true, 5), "ad 11.12, off by -0.88");
    assert_eq!(shown(&[&[4_000, 4_000, 3_100]], None, true, 5), "ad 11.1, pad 1.0, off by 0.1");
}

#[test]
fn black_stands_where_an_early_return_cuts_an_ad_or_slate_is_too_coarse() {
    assert_eq!(cut_short(&[5_000; 6]), "ad 10.0, pad 2.0, off by 0.0");
    let coarse: &[i64] = &[4_000, 4_000];
    assert_eq!(
        shown(&[&[5_000; 3]], Some(coarse), false, 5),
        "ad 15.0, slate 8.0, slate 4.0, off by -3.0"
    );
    assert_eq!(
        shown(&[&[5_000; 3]], Some(coarse), true, 5),
        "ad 15.0, slate 8.0, slate 4.0, pad 3.0, off by 0.0"
    );
}
