//! What an SCTE-35 message means for breaks.

use crate::{
    scte35::{Command, Insert, Segmentation, SpliceInfo},
    units::MediaDuration,
};

/// What a message opens and closes; one may do both, ending one event where the next begins.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Meaning {
    pub(super) closes: Option<Event>,
    pub(super) opens: Option<Event>,
    /// Whether it speaks of overlays, which replace nothing.
    pub(super) overlays: bool,
}

/// An event a message is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Event {
    pub(super) id: Option<u32>,
    pub(super) kind: Kind,
    pub(super) duration: Option<MediaDuration>,
    /// Whether it is numbered as one of several.
    pub(super) chained: bool,
    /// Whether another of these is to follow.
    pub(super) followed: bool,
}

/// Kinds of events, the innermost first (ANSI/SCTE 35 2023r1 §10.3.3.7).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    /// Whatever it was, taken back.
    Cancelled,
    /// A splice, on no level.
    Splice,
    /// An ad: 0x30, 0x32.
    Ad(u8),
    /// A block of ads: 0x44, 0x46.
    AdBlock(u8),
    /// A placement opportunity: 0x34, 0x36.
    Opportunity(u8),
    /// A break: 0x22.
    Break,
    /// A programme, whose end ends all that is in it: 0x11, 0x12.
    Programme,
    /// The next programme, whose beginning (0x10) ends what has no other end.
    NextProgramme,
}

impl Kind {
    /// How far out it is, where that can be said.
    pub(super) fn level(self) -> Option<u8> {
        match self {
            Self::Cancelled | Self::Splice => None,
            Self::Ad(_) => Some(0),
            Self::AdBlock(_) => Some(1),
            Self::Opportunity(_) => Some(2),
            Self::Break => Some(3),
            Self::Programme | Self::NextProgramme => Some(4),
        }
    }

    /// What a segmentation type begins. Programmes, chapters, promos and networks are not for ads.
    pub(super) fn begun_by(segmentation_type: u8) -> Option<Self> {
        match segmentation_type {
            0x22 => Some(Self::Break),
            0x30 | 0x32 => Some(Self::Ad(segmentation_type)),
            0x34 | 0x36 => Some(Self::Opportunity(segmentation_type)),
            0x44 | 0x46 => Some(Self::AdBlock(segmentation_type)),
            _ => None,
        }
    }

    /// What a segmentation type ends: an end is numbered one above its beginning.
    pub(super) fn ended_by(segmentation_type: u8) -> Option<Self> {
        match segmentation_type {
            0x10 => Some(Self::NextProgramme),
            0x11 | 0x12 => Some(Self::Programme),
            odd if odd % 2 == 1 => Self::begun_by(odd - 1),
            _ => None,
        }
    }
}

/// What a message means. A schedule means nothing yet: an insert follows (§9.7.2).
pub(super) fn of(splice: &SpliceInfo) -> Meaning {
    match &splice.command {
        Command::Insert(insert) => of_insert(insert),
        Command::TimeSignal { .. } => of_segmentations(&splice.segmentations),
        _ => Meaning::default(),
    }
}

/// Whether a message opens a break that only another message ends.
pub(super) fn waits_for_end(splice: &SpliceInfo) -> bool {
    match &splice.command {
        Command::Insert(insert) => insert.auto_return == Some(false),
        _ => of(splice).opens.is_some_and(|event| event.followed),
    }
}

/// The events a message takes back (§9.4).
pub(super) fn cancelled(splice: &SpliceInfo) -> impl Iterator<Item = u32> {
    let insert = match &splice.command {
        Command::Insert(insert) => Some(insert),
        _ => None,
    };
    let insert = insert.filter(|insert| insert.cancelled).map(|insert| insert.event_id);
    let segmentations = splice.segmentations.iter().filter(|at| at.cancelled);
    insert.into_iter().chain(segmentations.map(|at| at.event_id))
}

/// What has begun cannot be undone, only ended.
fn of_insert(insert: &Insert) -> Meaning {
    let event = |kind| Event {
        id: Some(insert.event_id),
        kind,
        duration: insert.duration.map(|ticks| ticks.to_duration()),
        chained: false,
        followed: false,
    };
    if insert.cancelled {
        Meaning { closes: Some(event(Kind::Cancelled)), ..Meaning::default() }
    } else if insert.out_of_network {
        Meaning { opens: Some(event(Kind::Splice)), ..Meaning::default() }
    } else {
        Meaning { closes: Some(event(Kind::Splice)), ..Meaning::default() }
    }
}

fn of_segmentations(segmentations: &[Segmentation]) -> Meaning {
    let known = || segmentations.iter().filter(|segmentation| !segmentation.cancelled);
    let opens = known().filter_map(|at| Some(event(at, Kind::begun_by(at.kind.0)?)));
    let closes = known().filter(|at| is_last(at));
    let closes = closes.filter_map(|at| Some(event(at, Kind::ended_by(at.kind.0)?)));
    let cancelled = segmentations.iter().filter(|at| at.cancelled);
    let closes = closes.chain(cancelled.map(|at| event(at, Kind::Cancelled)));
    // That the next programme begins says least of what is over.
    let (begins, closes): (Vec<_>, Vec<_>) =
        closes.partition(|event| event.kind == Kind::NextProgramme);
    let closes = outermost(closes.into_iter()).or_else(|| outermost(begins.into_iter()));
    let overlays = known().any(|at| matches!(at.kind.0, 0x38..=0x3B));
    Meaning { closes, opens: outermost(opens), overlays }
}

/// A programme's end is the end of whatever break is in it.
fn event(segmentation: &Segmentation, kind: Kind) -> Event {
    Event {
        id: (kind < Kind::Programme).then_some(segmentation.event_id),
        kind,
        duration: segmentation.duration.map(|ticks| ticks.to_duration()),
        chained: segmentation.segments_expected > 1,
        followed: segmentation.segment_num < segmentation.segments_expected
            && segmentation.segments_expected > 1,
    }
}

/// Of several opportunities under one event only the last one's end is the event's (§10.3.3.13).
fn is_last(segmentation: &Segmentation) -> bool {
    let Segmentation { kind, segment_num, segments_expected, .. } = segmentation;
    !matches!(kind.0, 0x35 | 0x37) || *segments_expected <= 1 || segment_num >= segments_expected
}

/// The first of the outermost kind.
fn outermost(events: impl Iterator<Item = Event>) -> Option<Event> {
    events
        .reduce(|outer, event| if event.kind.level() > outer.kind.level() { event } else { outer })
}
