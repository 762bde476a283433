//! The origin obeys the rules itself: what it lists over time passes the reader and the checker.

use std::sync::Arc;

use super::{
    Dating, Dialect, Feature, Kind, Origin, Packaging, Protection, Shape, Signal, Track, start,
};
use crate::{
    checker::{self, Reload},
    truth::{Listing, Truth},
};

fn shape() -> Shape {
    let track = |kind, lengths: &[i64], aac| Track {
        kind,
        lengths: lengths.to_vec(),
        aac,
        latency: 500,
        jitter: 1_500,
        ..Track::default()
    };
    Shape {
        seed: 1,
        renditions: vec![
            track(Kind::Video, &[6_000, 5_000, 5_500], false),
            track(Kind::Video, &[6_000, 5_000, 5_500], false),
            track(Kind::Audio, &[4_800], true),
            track(Kind::Subtitles, &[6_000], false),
        ],
        window: 5,
        breaks: vec![
            Signal {
                at: 60_000,
                planned: Some(30_000),
                actual: Some(30_000),
                cue_in: true,
                common: true,
            },
            Signal { at: 90_000, planned: None, actual: Some(17_000), cue_in: true, common: true },
        ],
        turns: vec![130_000],
        ranges: true,
        length: 200_000,
        ends: true,
        ..Shape::default()
    }
}

/// What a player of the origin itself gets, with absolute names.
fn served(origin: &Origin) -> (Vec<Reload>, Truth) {
    let mut renditions = origin.renditions.clone();
    let mut history = Vec::new();
    for second in 10..260 {
        let at_ms = start() + second * 1_000;
        for (rendition, truth) in renditions.iter_mut().enumerate() {
            let (Some(listed), Some(text)) =
                (origin.listed(rendition, at_ms), origin.playlist(rendition, at_ms))
            else {
                continue;
            };
            let ended = origin.has_ended(rendition, listed.end);
            truth.listings.push(Listing { at_ms, first: listed.start, end: listed.end, ended });
            let text = text.replace("\nr", &format!("\n{}r", super::BASE));
            let text = text.replace("URI=\"", &format!("URI=\"{}", super::BASE));
            history.push(Reload { at_ms, rendition, text: Arc::from(text) });
        }
    }
    let truth = Truth {
        target_duration: origin.target_duration,
        renditions,
        breaks: origin.breaks(),
        ads: std::collections::BTreeMap::new(),
        plans: Vec::new(),
        lead_in: None,
        pad: true,
        piece: |_| None,
    };
    (history, truth)
}

#[test]
fn the_origin_keeps_the_rules() {
    for (dating, packaging) in [
        (Dating::Every, Packaging::Ts),
        (Dating::Sparse, Packaging::Fmp4),
        (Dating::None, Packaging::Ranges),
    ] {
        for protection in [Protection::Clear, Protection::Drm] {
            let features = match protection {
                Protection::Clear => Vec::new(),
                _ => vec![Feature::Gaps, Feature::Bitrates, Feature::EarlyStart, Feature::Event],
            };
            let shape = Shape { dating, packaging, protection, features, ..shape() };
            let ranges = shape.ranges && dating != Dating::None;
            let origin = Origin::new(Shape { ranges, ..shape });
            let (history, truth) = served(&origin);
            let findings = checker::check(&history, &truth);
            assert!(findings.is_empty(), "{findings:#?}\n{}", history[400].text);
        }
    }
}

#[test]
fn a_date_range_is_a_cue_too() {
    let shape = Shape { dialect: Dialect::DateRange, ranges: false, ..shape() };
    let origin = Origin::new(shape);
    let text = origin.playlist(0, start() + 99_000).expect("a playlist");
    let ranges: Vec<_> = text.lines().filter(|line| line.contains("DATERANGE")).collect();
    let brief: Vec<_> = ranges.iter().map(|line| line.replace("#EXT-X-DATERANGE:", "")).collect();
    assert_eq!(
        brief,
        [
            "ID=\"splice-1\",START-DATE=\"2026-01-01T00:01:00.000Z\",PLANNED-DURATION=30.000,\
             SCTE35-OUT=0xFC302000000000000000FFF00F05000000017FFFFE002932E00001000000004B6FCB04",
            "ID=\"splice-1\",START-DATE=\"2026-01-01T00:01:00.000Z\",PLANNED-DURATION=30.000,\
             DURATION=30.000,\
             SCTE35-IN=0xFC301B00000000000000FFF00A05000000017F5F00010000000091A78E9E",
            "ID=\"splice-2\",START-DATE=\"2026-01-01T00:01:30.000Z\",\
             SCTE35-OUT=0xFC301B00000000000000FFF00A05000000027FDF000100000000AEB783E6",
        ]
    );
}
