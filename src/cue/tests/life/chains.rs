//! Breaks that are signalled as a chain of single ads (B-49b).

use super::*;

/// A chain of three ads of 12 s.
fn chain() -> Vec<(u64, String)> {
    let link = |ends: Option<u8>, begins: Option<u8>| {
        let ends = ends.map(|num| segmentation(0x31, 100 + u32::from(num), None, (num, 3)));
        let begins = begins.map(|num| segmentation(0x30, 100 + u32::from(num), Some(12), (num, 3)));
        let descriptors = [ends, begins].into_iter().flatten().flatten().collect::<Vec<_>>();
        oatcls(&written::base64(written::signal(), &descriptors))
    };
    vec![
        (102, link(None, Some(1))),
        (104, link(Some(1), Some(2))),
        (106, link(Some(2), Some(3))),
        (108, link(Some(3), None)),
    ]
}

#[test]
fn single_ads_end_to_end_are_one_break_that_grows() {
    let chain = chain();
    let reloads = [1, 2, 3, 4].map(|lines| said(&chain[..lines]));
    insta::assert_snapshot!(reloads.join("\n"), @"
    102 00:00:12.000 out 12.0 #101 EXT-OATCLS-SCTE35 +message

    102 00:00:12.000 out 24.0 #101 EXT-OATCLS-SCTE35 +message
    104 00:00:24.000 on 12.0/24.0 #102 EXT-OATCLS-SCTE35 +message

    102 00:00:12.000 out 36.0 #101 EXT-OATCLS-SCTE35 +message
    104 00:00:24.000 on 12.0/24.0 #102 EXT-OATCLS-SCTE35 +message
    106 00:00:36.000 on 24.0/36.0 #103 EXT-OATCLS-SCTE35 +message

    102 00:00:12.000 out 36.0 #101 EXT-OATCLS-SCTE35 +message
    104 00:00:24.000 on 12.0/24.0 #102 EXT-OATCLS-SCTE35 +message
    106 00:00:36.000 on 24.0/36.0 #103 EXT-OATCLS-SCTE35 +message
    108 00:00:48.000 in #103 EXT-OATCLS-SCTE35 +message
    ");
    // Its beginning is no longer listed.
    insta::assert_snapshot!(from(103, &chain), @"
    104 00:00:24.000 on 0.0/12.0 #102 EXT-OATCLS-SCTE35 +message
    106 00:00:36.000 on 12.0/24.0 #103 EXT-OATCLS-SCTE35 +message
    108 00:00:48.000 in #103 EXT-OATCLS-SCTE35 +message
    ");
}

#[test]
fn single_ads_whose_ends_are_not_told_are_one_break_too() {
    let part = |num: u8| {
        let descriptor = segmentation(0x30, u32::from(num), Some(12), (num, 3));
        oatcls(&written::base64(written::signal(), &descriptor))
    };
    insta::assert_snapshot!(said(&[(102, part(1)), (104, part(2)), (107, part(3))]), @"
    102 00:00:12.000 out 24.0 #1 EXT-OATCLS-SCTE35 +message
    104 00:00:24.000 on 12.0/24.0 #2 EXT-OATCLS-SCTE35 +message
    107 00:00:42.000 out 12.0 #3 EXT-OATCLS-SCTE35 +message
    ");
}

#[test]
fn the_end_of_a_chains_last_ad_closes_what_the_first_began() {
    let found = cues(
        &window(12, &chain().iter().map(|(at, line)| (*at, line.as_str())).collect::<Vec<_>>()),
        Trust::ALL,
    );
    let (first, last) = (found.first().unwrap(), found.last().unwrap());
    assert!(last.closes(first));
    let remaining: Vec<_> =
        found.iter().map(|cue| cue.remaining().map(|left| left.rounded_secs())).collect();
    assert_eq!(remaining, [Some(36), Some(12), Some(12), None]);
}
