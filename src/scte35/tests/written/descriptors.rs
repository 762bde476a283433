//! Descriptors that say everything they can.

use broadcast_common::Serialize;
use scte35_splice::descriptors::{
    AudioComponent, AudioDescriptor, AvailDescriptor, DeviceRestrictions, DtmfDescriptor,
    SegmentationComponent, SegmentationDescriptor, SegmentationTypeId, SegmentationUpidType,
    TimeDescriptor, segmentation::DeliveryRestrictions,
};

/// A placement opportunity of 30 s with an id of two parts, of one component, for some viewers.
pub(crate) fn opportunity() -> SegmentationDescriptor<'static> {
    SegmentationDescriptor {
        segmentation_event_id: 7,
        program_segmentation_flag: false,
        components: vec![SegmentationComponent { component_tag: 3, pts_offset: 90_000 }],
        delivery_restrictions: Some(DeliveryRestrictions {
            web_delivery_allowed: true,
            no_regional_blackout: false,
            archive_allowed: true,
            device_restrictions: DeviceRestrictions::from_bits(1),
        }),
        segmentation_duration: Some(2_700_000),
        segmentation_upid_type: SegmentationUpidType::from_u8(0x0D),
        segmentation_upid: b"\x0e\x05LA309\x08\x08\0\0\0\0\x2e\x53\x84\x81",
        segmentation_type_id: SegmentationTypeId::from_u8(0x34),
        segment_num: 1,
        segments_expected: 2,
        sub_segments: Some((3, 4)),
        ..SegmentationDescriptor::default()
    }
}

/// A segmentation that is taken back.
pub(crate) fn taken_back(id: u32) -> SegmentationDescriptor<'static> {
    SegmentationDescriptor {
        segmentation_event_id: id,
        segmentation_event_cancel_indicator: true,
        ..SegmentationDescriptor::default()
    }
}

/// One of each other kind that SCTE 35 defines, and one of somebody else.
pub(crate) fn others() -> Vec<Vec<u8>> {
    let avail = AvailDescriptor { provider_avail_id: 309, ..AvailDescriptor::default() };
    let dtmf =
        DtmfDescriptor { preroll: 45, dtmf_chars: b"*12#".to_vec(), ..DtmfDescriptor::default() };
    let time = TimeDescriptor {
        tai_seconds: 1_767_225_637,
        tai_ns: 500_000_000,
        utc_offset: 37,
        ..TimeDescriptor::default()
    };
    let english = AudioComponent {
        component_tag: 0xFF,
        iso_code: *b"eng",
        bit_stream_mode: 2,
        num_channels: 9,
        full_srvc_audio: true,
    };
    let audio = AudioDescriptor { components: vec![english], ..AudioDescriptor::default() };
    let written =
        [avail.try_to_bytes(), dtmf.try_to_bytes(), time.try_to_bytes(), audio.try_to_bytes()];
    let foreign = [&[0xF0, 6][..], b"XYZW", &[1, 2]].concat();
    written.into_iter().map(Result::unwrap).chain([foreign]).collect()
}
