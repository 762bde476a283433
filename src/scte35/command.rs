//! Commands (ANSI/SCTE 35 2023r1 §9.7).

use scte35_splice::{
    commands::{AnyCommand, SpliceInsert, splice_schedule::SpliceScheduleEvent},
    time::{BreakDuration, SpliceTime, pts_add_wrapping},
};
use serde::Serialize;

use super::{Ticks, as_hex};

/// `splice_command` (§9.7).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "type")]
pub enum Command {
    /// Nothing: a heartbeat, or a carrier of descriptors.
    Null,
    /// Events to come; each is announced again by an insert (§9.7.2).
    Schedule {
        /// The events in order.
        events: Vec<Scheduled>,
    },
    /// Out of the programme or back into it.
    Insert(Insert),
    /// A moment for the segmentation descriptors.
    TimeSignal {
        /// That moment; `None` is now.
        pts: Option<Ticks>,
    },
    /// Keeps its place in a multiplex.
    BandwidthReservation,
    /// Somebody's own.
    Private {
        /// Whose.
        identifier: u32,
        /// What.
        #[serde(serialize_with = "as_hex", rename = "hex")]
        bytes: Vec<u8>,
    },
    /// Not to be read without a key.
    Encrypted {
        /// `encryption_algorithm` (§11.3).
        algorithm: u8,
        /// `cw_index`: which key.
        cw_index: u8,
    },
    /// A type the standard reserves.
    Unknown {
        /// `splice_command_type`.
        command_type: u8,
    },
}

/// `splice_insert` (§9.7.3).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Insert {
    /// `splice_event_id`.
    pub event_id: u32,
    /// The event is taken back; nothing below is said.
    pub cancelled: bool,
    /// Whether it leads out of the programme.
    pub out_of_network: bool,
    /// Whether it is for now, not for `pts`.
    pub immediate: bool,
    /// When; that of the first component where they have their own.
    pub pts: Option<Ticks>,
    /// The components it is about; none where it is about the whole programme.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub components: Vec<Component>,
    /// How long the break is.
    pub duration: Option<Ticks>,
    /// Whether it ends by itself after `duration`; `None` without one.
    pub auto_return: Option<bool>,
    /// `unique_program_id`.
    pub unique_program_id: u16,
    /// Which avail of the programme this is.
    pub avail_num: u8,
    /// How many avails the programme has.
    pub avails_expected: u8,
}

/// A part of the programme with a moment of its own (component splice mode, deprecated).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Component {
    /// `component_tag`.
    pub tag: u8,
    /// When; `None` is now.
    pub pts: Option<Ticks>,
}

/// An event of a `splice_schedule` (§9.7.2).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Scheduled {
    /// `splice_event_id`.
    pub event_id: u32,
    /// The event is taken back; nothing below is said.
    pub cancelled: bool,
    /// Whether it leads out of the programme.
    pub out_of_network: bool,
    /// When, in seconds of GPS time; that of the first component where they have their own.
    pub gps_seconds: Option<u32>,
    /// How long the break is.
    pub duration: Option<Ticks>,
    /// Whether it ends by itself after `duration`; `None` without one.
    pub auto_return: Option<bool>,
    /// `unique_program_id`.
    pub unique_program_id: u16,
    /// Which avail of the programme this is.
    pub avail_num: u8,
    /// How many avails the programme has.
    pub avails_expected: u8,
}

impl Command {
    /// What was read, with `adjustment` added to its times (modulo 2³³, §9.6.1).
    pub(super) fn of(read: &AnyCommand<'_>, adjustment: Ticks) -> Self {
        match read {
            AnyCommand::SpliceNull(_) => Self::Null,
            AnyCommand::SpliceSchedule(schedule) => {
                Self::Schedule { events: schedule.events.iter().map(Scheduled::from).collect() }
            }
            AnyCommand::SpliceInsert(insert) => Self::Insert(Insert::of(insert, adjustment)),
            AnyCommand::TimeSignal(signal) => {
                Self::TimeSignal { pts: adjusted(Some(signal.splice_time), adjustment) }
            }
            AnyCommand::BandwidthReservation(_) => Self::BandwidthReservation,
            AnyCommand::PrivateCommand(private) => Self::Private {
                identifier: private.identifier,
                bytes: private.private_bytes.to_vec(),
            },
            other => Self::Unknown { command_type: other.command_type() },
        }
    }
}

impl Insert {
    fn of(read: &SpliceInsert, adjustment: Ticks) -> Self {
        let pts = |time| adjusted(time, adjustment);
        let components = read.components.iter();
        let components: Vec<_> = components
            .map(|one| Component { tag: one.component_tag, pts: pts(one.splice_time) })
            .collect();
        Self {
            event_id: read.splice_event_id,
            cancelled: read.splice_event_cancel_indicator,
            out_of_network: read.out_of_network_indicator,
            immediate: read.splice_immediate_flag,
            pts: pts(read.splice_time).or_else(|| components.first()?.pts),
            components,
            duration: read.break_duration.map(ticks),
            auto_return: read.break_duration.map(|duration| duration.auto_return),
            unique_program_id: read.unique_program_id,
            avail_num: read.avail_num,
            avails_expected: read.avails_expected,
        }
    }
}

impl From<&SpliceScheduleEvent> for Scheduled {
    fn from(read: &SpliceScheduleEvent) -> Self {
        let component = read.components.first().map(|component| component.utc_splice_time);
        Self {
            event_id: read.splice_event_id,
            cancelled: read.splice_event_cancel_indicator,
            out_of_network: read.out_of_network_indicator,
            gps_seconds: read.utc_splice_time.or(component),
            duration: read.break_duration.map(ticks),
            auto_return: read.break_duration.map(|duration| duration.auto_return),
            unique_program_id: read.unique_program_id,
            avail_num: read.avail_num,
            avails_expected: read.avails_expected,
        }
    }
}

fn adjusted(time: Option<SpliceTime>, adjustment: Ticks) -> Option<Ticks> {
    Some(Ticks(pts_add_wrapping(time?.pts_time?, adjustment.0)))
}

fn ticks(duration: BreakDuration) -> Ticks {
    Ticks(duration.duration)
}
