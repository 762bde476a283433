//! Segmentation descriptors (ANSI/SCTE 35 2023r1 §10.3.3).

use scte35_splice::descriptors::{
    SegmentationComponent, SegmentationDescriptor, SegmentationTypeId,
};
use serde::{Serialize, Serializer, ser::SerializeStruct};

use super::{Ticks, Upid};

/// `segmentation_descriptor`: that something begins, ends or is at this moment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Segmentation {
    /// `segmentation_event_id`.
    pub event_id: u32,
    /// The event is taken back; nothing below is said.
    pub cancelled: bool,
    /// What begins, ends or is.
    #[serde(rename = "type")]
    pub kind: SegmentationType,
    /// How long it is.
    pub duration: Option<Ticks>,
    /// Its name elsewhere.
    pub upid: Option<Upid>,
    /// Which of its kind it is.
    pub segment_num: u8,
    /// How many of its kind there are.
    pub segments_expected: u8,
    /// Which part of it begins, where it is told.
    pub sub_segment_num: Option<u8>,
    /// How many parts it has, where it is told.
    pub sub_segments_expected: Option<u8>,
    /// Where it may not be shown; `None`: anywhere.
    pub restrictions: Option<Restrictions>,
    /// The components it is about; none where it is about the whole programme.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub components: Vec<Offset>,
}

/// A part of the programme whose moment is another (component segmentation mode, deprecated).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Offset {
    /// `component_tag`.
    pub tag: u8,
    /// How much later than the message's.
    pub pts_offset: Ticks,
}

/// `segmentation_type_id` (Table 23).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct SegmentationType(pub u8);

impl SegmentationType {
    /// What the standard calls it.
    pub fn name(self) -> &'static str {
        SegmentationTypeId::from_u8(self.0).name()
    }
}

/// Number and name.
impl Serialize for SegmentationType {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let mut both = to.serialize_struct("SegmentationType", 2)?;
        both.serialize_field("id", &self.0)?;
        both.serialize_field("name", self.name())?;
        both.end()
    }
}

/// `delivery_not_restricted_flag` = 0 and what follows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Restrictions {
    /// May be shown on the web.
    pub web_delivery_allowed: bool,
    /// May be shown in every region.
    pub no_regional_blackout: bool,
    /// May be kept.
    pub archive_allowed: bool,
    /// `device_restrictions` (Table 21); 3: none.
    pub device_restrictions: u8,
}

impl From<&SegmentationDescriptor<'_>> for Segmentation {
    fn from(read: &SegmentationDescriptor<'_>) -> Self {
        let kind = read.segmentation_type_id;
        // What stands after the last field means parts only for some types (§10.3.3.1).
        let parts = read.sub_segments.filter(|_| kind.has_sub_segments());
        Self {
            event_id: read.segmentation_event_id,
            cancelled: read.segmentation_event_cancel_indicator,
            kind: SegmentationType(kind.to_u8()),
            duration: read.segmentation_duration.map(Ticks),
            upid: upid(read),
            segment_num: read.segment_num,
            segments_expected: read.segments_expected,
            sub_segment_num: parts.map(|(num, _)| num),
            sub_segments_expected: parts.map(|(_, expected)| expected),
            restrictions: read.delivery_restrictions.map(|restrictions| Restrictions {
                web_delivery_allowed: restrictions.web_delivery_allowed,
                no_regional_blackout: restrictions.no_regional_blackout,
                archive_allowed: restrictions.archive_allowed,
                device_restrictions: restrictions.device_restrictions.bits(),
            }),
            components: read.components.iter().map(Offset::from).collect(),
        }
    }
}

impl From<&SegmentationComponent> for Offset {
    fn from(read: &SegmentationComponent) -> Self {
        Self { tag: read.component_tag, pts_offset: Ticks(read.pts_offset) }
    }
}

fn upid(read: &SegmentationDescriptor<'_>) -> Option<Upid> {
    let kind = read.segmentation_upid_type.to_u8();
    let used = kind != 0 || !read.segmentation_upid.is_empty();
    used.then(|| Upid { kind, bytes: read.segmentation_upid.to_vec() })
}
