use proptest::prelude::*;
use url::Url;

use crate::{
    creative::{Container, Outline, Playlist, Rendition, Segment, Slot, Unusable},
    hls::{Multivariant, RenditionInfo},
    vast::{self, Kind},
};

use super::*;

mod choosing;
mod codes;

/// A creative of one muxed rendition in segments of two seconds at most.
pub(crate) fn creative(millis: i64) -> Arc<Creative> {
    let mut segments = Vec::new();
    let uri = Url::parse("https://cdn.example.com/ad/0.ts").unwrap();
    let mut left = millis;
    while left > 0 {
        let duration = MediaDuration::from_millis(left.min(2_000));
        segments.push(Segment { uri: uri.clone(), duration, map: None, byte_range: None });
        left -= 2_000;
    }
    let rendition =
        Rendition { info: RenditionInfo::default(), container: Container::MpegTs, segments };
    let duration = MediaDuration::from_millis(millis);
    Arc::new(Creative { url: uri, duration, renditions: vec![rendition] })
}

fn ad(millis: i64) -> Ad {
    Ad { creative: creative(millis), matched: [0].into(), info: Arc::default() }
}

fn room(length: i64, carried: i64, segment: i64) -> Room {
    let millis = MediaDuration::from_millis;
    Room { length: Some(millis(length)), carried: millis(carried), segment: millis(segment) }
}

/// The lengths of the ads taken and of those skipped.
fn fitted(ads: &[i64], room: Room) -> (Vec<i64>, Vec<i64>) {
    let (taken, skipped) = fit(ads.iter().copied().map(ad).collect(), room);
    let taken = taken.iter().map(|ad| ad.creative.duration.as_millis()).collect();
    let skipped = skipped.iter().map(|ad| ad.measured.unwrap().as_millis()).collect();
    (taken, skipped)
}

#[test]
fn ads_are_taken_in_order_while_they_fit() {
    for (ads, room, taken, skipped) in [
        // Two "15 s" ads of 15.04 s fill a break of 30 s.
        (&[15_040, 15_040][..], room(30_000, 0, 6_000), &[15_040, 15_040][..], &[][..]),
        // One too long makes place for the next.
        (&[20_000, 15_000, 10_000], room(30_000, 0, 6_000), &[20_000, 10_000], &[15_000]),
        // Short segments leave less tolerance: half a segment.
        (&[30_500], room(30_000, 0, 1_000), &[30_500], &[]),
        (&[30_501], room(30_000, 0, 1_000), &[], &[30_501]),
        // Long ones leave no more than 0.9 s.
        (&[30_900], room(30_000, 0, 6_000), &[30_900], &[]),
        (&[30_901], room(30_000, 0, 6_000), &[], &[30_901]),
        // What earlier breaks left behind is taken off.
        (&[30_000], room(30_000, 901, 6_000), &[], &[30_000]),
        (&[30_000], room(30_000, 900, 6_000), &[30_000], &[]),
        // A viewer who is ahead may not get more than 0.9 s beyond the break.
        (&[31_000], room(30_000, -5_000, 6_000), &[], &[31_000]),
        (&[30_900], room(30_000, -5_000, 6_000), &[30_900], &[]),
        (&[], room(30_000, 0, 6_000), &[], &[]),
        (&[1_000], room(0, 0, 6_000), &[], &[1_000]),
    ] {
        assert_eq!(fitted(ads, room), (taken.to_vec(), skipped.to_vec()), "{ads:?} in {room:?}");
    }
}

#[test]
fn a_break_of_unknown_length_has_a_limit() {
    let unknown = Room { length: None, ..room(0, 7_000, 6_000) };
    assert_eq!(
        fitted(&[200_000, 100_001, 100_000], unknown),
        (vec![200_000, 100_000], vec![100_001])
    );
    assert_eq!(fitted(&[1_000; 250], unknown).0.len(), MOST_ADS);
}

#[test]
fn what_passes_the_break_is_skipped_for_that() {
    let (_, skipped) = fit(vec![ad(31_000)], room(30_000, 0, 6_000));
    let expected = Skipped {
        info: Arc::default(),
        reason: SkipReason::AvailDurationExceeded,
        why: None,
        measured: Some(MediaDuration::from_secs(31)),
    };
    assert_eq!(skipped, [expected]);
}

#[test]
fn a_pod_counts_its_segments_and_time() {
    let pod = Pod { ads: vec![ad(15_040), ad(4_000)] };
    assert_eq!((pod.segments(), pod.duration().to_string()), (10, String::from("19.04")));
}

#[test]
fn labels_are_all_different() {
    let mut labels: Vec<_> = SkipReason::ALL.iter().map(|reason| reason.as_str()).collect();
    labels.sort_unstable();
    labels.dedup();
    assert_eq!(labels.len(), SkipReason::ALL.len());
}

prop_compose! {
    fn any_room()(
        length in prop::option::of(0_i64..400_000),
        carried in -10_000_i64..10_000,
        segment in 500_i64..10_000,
    ) -> Room {
        Room { length: length.map(MediaDuration::from_millis), ..room(0, carried, segment) }
    }
}

proptest! {
    /// A pod never passes its room by more than the design allows, and an ad is left out only if
    /// it would have.
    #[test]
    fn a_pod_never_exceeds_its_break(
        ads in prop::collection::vec(250_i64..120_000, 0..12),
        room in any_room(),
    ) {
        let (taken, skipped) = fitted(&ads, room);
        let sum: i64 = taken.iter().sum();
        if let Some(length) = room.length.filter(|_| !taken.is_empty()) {
            let (length, carried) = (length.as_millis(), room.carried.as_millis());
            prop_assert!(sum + carried <= length + (room.segment.as_millis() / 2).min(900));
            prop_assert!(sum <= length + 900);
        } else {
            prop_assert!(sum <= 300_000);
        }
        prop_assert_eq!(taken.len() + skipped.len(), ads.len());
        // In order, and every refusal was right when it was made.
        let mut rest = taken.iter();
        let mut next = rest.next();
        let mut used = 0;
        for &ad in &ads {
            let fits = room.takes(MediaDuration::from_millis(used + ad));
            prop_assert_eq!(fits, next == Some(&ad) && fits);
            if fits {
                used += ad;
                next = rest.next();
            }
        }
        prop_assert_eq!(next, None);
    }
}
