use scte35_splice::descriptors::{
    SegmentationDescriptor, SegmentationTypeId, SegmentationUpidType,
};

use super::*;

/// A `splice_null` that carries descriptors.
fn carrying(descriptors: &[Vec<u8>]) -> Vec<u8> {
    let whole = descriptors.concat();
    let length = u16::try_from(whole.len()).unwrap().to_be_bytes();
    commanding(0, &[], &[&length[..], &whole].concat())
}

fn segmentation(id: u32) -> Vec<u8> {
    let descriptor = SegmentationDescriptor {
        segmentation_event_id: id,
        segmentation_type_id: SegmentationTypeId::from_u8(0x34),
        ..SegmentationDescriptor::default()
    };
    descriptor.try_to_bytes().unwrap()
}

#[test]
fn every_descriptor_is_read() {
    let unknown = [&[0x99, 5][..], b"CUEI", &[3]].concat();
    let descriptors = [written::others(), vec![unknown]].concat();
    let info = SpliceInfo::parse(&carrying(&descriptors)).unwrap();
    insta::assert_snapshot!(serde_json::to_string_pretty(&info.descriptors).unwrap(), @r#"
    [
      {
        "descriptor": "avail",
        "provider_avail_id": 309
      },
      {
        "descriptor": "dtmf",
        "preroll_tenths": 45,
        "tones": "*12#"
      },
      {
        "descriptor": "time",
        "tai_seconds": 1767225637,
        "tai_nanoseconds": 500000000,
        "utc_offset": 37
      },
      {
        "descriptor": "audio",
        "streams": [
          {
            "component_tag": 255,
            "language": "eng",
            "bit_stream_mode": 2,
            "channels": 9,
            "full_service": true
          }
        ]
      },
      {
        "descriptor": "foreign",
        "tag": 240,
        "identifier": 1482250839,
        "hex": "0102"
      },
      {
        "descriptor": "foreign",
        "tag": 153,
        "identifier": 1129661769,
        "hex": "03"
      }
    ]
    "#);
    assert_eq!(info.oddities, []);
}

#[test]
fn a_segmentation_with_everything_is_read() {
    let descriptor = SegmentationDescriptor {
        segmentation_duration: Some((1 << 40) - 1),
        segmentation_upid_type: SegmentationUpidType::AdId,
        segmentation_upid: b"ABCD0123456H",
        segmentation_type_id: SegmentationTypeId::from_u8(0x36),
        ..written::opportunity()
    };
    let info = SpliceInfo::parse(&carrying(&[descriptor.try_to_bytes().unwrap()])).unwrap();
    insta::assert_snapshot!(serde_json::to_string_pretty(&info.segmentations).unwrap(), @r#"
    [
      {
        "event_id": 7,
        "cancelled": false,
        "type": {
          "id": 54,
          "name": "Distributor Placement Opportunity Start"
        },
        "duration": 1099511627775,
        "upid": {
          "type": 3,
          "name": "Ad-ID",
          "hex": "414243443031323334353648",
          "value": "ABCD0123456H"
        },
        "segment_num": 1,
        "segments_expected": 2,
        "sub_segment_num": 3,
        "sub_segments_expected": 4,
        "restrictions": {
          "web_delivery_allowed": true,
          "no_regional_blackout": false,
          "archive_allowed": true,
          "device_restrictions": 1
        },
        "components": [
          {
            "tag": 3,
            "pts_offset": 90000
          }
        ]
      }
    ]
    "#);
}

#[test]
fn sub_segments_are_read_of_the_types_that_have_them() {
    let read = |kind| {
        let descriptor = SegmentationDescriptor {
            segmentation_type_id: SegmentationTypeId::from_u8(kind),
            sub_segments: Some((1, 2)),
            ..SegmentationDescriptor::default()
        };
        let info = SpliceInfo::parse(&carrying(&[descriptor.try_to_bytes().unwrap()])).unwrap();
        info.segmentations[0].sub_segments_expected
    };
    let with: Vec<u8> = (0..=u8::MAX).filter(|kind| read(*kind).is_some()).collect();
    assert_eq!(with, [0x30, 0x32, 0x34, 0x36, 0x38, 0x3A, 0x44, 0x46]);
}

#[test]
fn a_cancelled_segmentation_says_no_more() {
    let descriptor = written::taken_back(7);
    let info = SpliceInfo::parse(&carrying(&[descriptor.try_to_bytes().unwrap()])).unwrap();
    assert_eq!((info.segmentations[0].event_id, info.segmentations[0].cancelled), (7, true));
}

#[test]
fn one_bad_descriptor_is_passed_over() {
    let bad = [
        [&[0x02, 9][..], b"CUEI", &[0, 0, 0, 7, 0x7F]].concat(),
        [&[0x00, 5][..], b"CUEI", &[1]].concat(),
        [&[0x01, 6][..], b"CUEI", &[1, 0xFF]].concat(),
        [&[0x03, 4][..], b"CUEI"].concat(),
        [&[0x04, 5][..], b"CUEI", &[0x20]].concat(),
        vec![0x05, 3, b'C', b'U', b'E'],
        vec![0x06, 0],
    ];
    for (at, bad) in bad.into_iter().enumerate() {
        let tag = bad[0];
        let info = SpliceInfo::parse(&carrying(&[segmentation(1), bad, segmentation(2)])).unwrap();
        let events: Vec<_> = info.segmentations.iter().map(|one| one.event_id).collect();
        assert_eq!((events.as_slice(), &info.descriptors), (&[1, 2][..], &vec![]), "{at}");
        assert_eq!(info.oddities, [Oddity::BadDescriptor { tag }], "{at}");
    }
}

#[test]
fn a_descriptor_that_reaches_past_the_loop_is_the_last() {
    let mut overlong = segmentation(2);
    overlong[1] += 1;
    let info = SpliceInfo::parse(&carrying(&[segmentation(1), overlong])).unwrap();
    assert_eq!(info.segmentations.len(), 1);
    assert_eq!(info.oddities, [Oddity::BadDescriptor { tag: 2 }]);
}
