//! `scte.*`: what the break's SCTE-35 message says.

use std::sync::Arc;

use crate::scte35::{Command, Insert, Segmentation, SpliceInfo, Upid};

/// What the break's SCTE-35 message says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scte {
    /// `scte.event_id`, also `scte.segmentation_event_id`, where the cue names one.
    pub event_id: Option<u32>,
    /// The message itself, where the cue carries one.
    pub splice: Option<Arc<SpliceInfo>>,
}

impl Scte {
    /// The value of `scte.{key}`; `None` where the message does not say it.
    pub(super) fn value(&self, key: &str) -> Option<String> {
        match key {
            "event_id" | "segmentation_event_id" => self.event().map(|id| id.to_string()),
            "unique_program_id" => Some(self.insert()?.unique_program_id.to_string()),
            "avail_num" => Some(self.insert()?.avail_num.to_string()),
            "avails_expected" => Some(self.insert()?.avails_expected.to_string()),
            "segment_num" => Some(self.segmentation()?.segment_num.to_string()),
            "segments_expected" => Some(self.segmentation()?.segments_expected.to_string()),
            "sub_segment_num" => Some(self.segmentation()?.sub_segment_num?.to_string()),
            "sub_segments_expected" => {
                Some(self.segmentation()?.sub_segments_expected?.to_string())
            }
            "segmentation_type_id" => Some(self.segmentation()?.kind.0.to_string()),
            _ => self.restriction(key).or_else(|| self.upid_value(key)),
        }
    }

    fn event(&self) -> Option<u32> {
        let of_insert = || self.insert().map(|insert| insert.event_id);
        self.event_id.or_else(of_insert).or_else(|| self.segmentation().map(|s| s.event_id))
    }

    fn insert(&self) -> Option<&Insert> {
        match &self.splice.as_ref()?.command {
            Command::Insert(insert) if !insert.cancelled => Some(insert),
            _ => None,
        }
    }

    /// The break's own descriptor, else the first.
    fn segmentation(&self) -> Option<&Segmentation> {
        let all = || self.splice.iter().flat_map(|splice| &splice.segmentations);
        let valid = || all().filter(|segmentation| !segmentation.cancelled);
        valid().find(|segmentation| Some(segmentation.event_id) == self.event_id).or(valid().next())
    }

    fn restriction(&self, key: &str) -> Option<String> {
        let restrictions = self.segmentation()?.restrictions;
        let flag = |set: bool| String::from(if set { "1" } else { "0" });
        match key {
            "delivery_not_restricted_flag" => Some(flag(restrictions.is_none())),
            "no_regional_blackout_flag" => Some(flag(restrictions?.no_regional_blackout)),
            "archive_allowed_flag" => Some(flag(restrictions?.archive_allowed)),
            "device_restrictions" => Some(restrictions?.device_restrictions.to_string()),
            _ => None,
        }
    }

    /// What MediaTailor tells of the names of three types: user defined, MPU and ADS information.
    fn upid_value(&self, key: &str) -> Option<String> {
        let path = key.strip_prefix("segmentation_upid")?;
        let upid = self.segmentation()?.upid.as_ref()?;
        let text = upid.text().filter(|_| matches!(upid.kind, USER_DEFINED | MPU | ADS))?;
        match path.strip_prefix('.') {
            None if path.is_empty() => Some(text.to_owned()),
            Some(path) => private_value(private_data(upid)?, path),
            None => None,
        }
    }
}

/// What follows the four bytes that say whose an MPU is.
fn private_data(upid: &Upid) -> Option<&str> {
    upid.text().filter(|_| upid.kind == MPU)?.get(4..)
}

/// A part between colons by its number, or a member of the JSON object the data is.
fn private_value(data: &str, path: &str) -> Option<String> {
    if let Some(number) = path.strip_prefix("private_data.") {
        let parts = data.strip_prefix(':').unwrap_or(data);
        return parts.split(':').nth(number.parse().ok()?).map(str::to_owned);
    }
    let object: serde_json::Value = serde_json::from_str(data).ok()?;
    let found = path.split('.').try_fold(&object, |value, name| value.get(name))?;
    match found {
        serde_json::Value::String(text) => Some(text.clone()),
        serde_json::Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// Types of `segmentation_upid` (SCTE 35 Table 22).
const USER_DEFINED: u8 = 0x01;
const MPU: u8 = 0x0C;
const ADS: u8 = 0x0E;
