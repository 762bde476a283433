//! What one line says, before the lines of a place are joined.

use std::sync::Arc;

use super::{
    Asset, Dialect, Signal,
    meaning::{self, Event, Meaning},
    value::plausible,
};
use crate::{
    scte35::SpliceInfo,
    units::{MediaDuration, MediaSequence, ProgramTime, Source},
};

/// What a line says.
#[derive(Clone, Debug)]
pub(super) struct Marker {
    pub(super) says: Says,
    pub(super) event_id: Option<u32>,
    pub(super) dialect: Dialect,
    pub(super) splice: Option<Arc<SpliceInfo>>,
    pub(super) asset: Option<Arc<Asset>>,
    /// The break its message began is none for whoever configured the channel.
    pub(super) refused: bool,
    /// Its tag says what it says; else its message does.
    pub(super) said: bool,
}

/// What a marker says on its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Says {
    /// What the tag's name says.
    Signal(Signal),
    /// What its message means.
    Message,
    /// What is shown.
    Asset,
}

/// A marker and where it is.
#[derive(Clone, Debug)]
pub(super) struct Placed {
    pub(super) at: Source<MediaSequence>,
    pub(super) time: Option<ProgramTime>,
    /// The segment before which the line stands that says it.
    pub(super) told: Source<MediaSequence>,
    pub(super) marker: Marker,
}

impl Marker {
    /// A break begins.
    pub(super) fn out(dialect: Dialect, duration: Option<MediaDuration>) -> Self {
        Self::signal(dialect, Signal::Out { duration: duration.and_then(plausible) })
    }

    /// A break goes on.
    pub(super) fn continues(
        dialect: Dialect,
        elapsed: Option<MediaDuration>,
        duration: Option<MediaDuration>,
    ) -> Self {
        let (elapsed, duration) = (elapsed.and_then(plausible), duration.and_then(plausible));
        Self::signal(dialect, Signal::Continue { elapsed, duration })
    }

    /// A break ends.
    pub(super) fn end(dialect: Dialect) -> Self {
        Self::signal(dialect, Signal::In)
    }

    /// A message, which says all there is.
    pub(super) fn message(dialect: Dialect, splice: Arc<SpliceInfo>) -> Self {
        Self { splice: Some(splice), ..Self::new(dialect, Says::Message) }
    }

    /// What is shown, for the marker beside it; it goes with the tags of `EXT-X-CUE-OUT`.
    pub(super) fn asset(asset: Asset) -> Self {
        Self { asset: Some(Arc::new(asset)), ..Self::new(Dialect::CueOut, Says::Asset) }
    }

    /// The same where the tag says nothing but that there is a message.
    pub(super) fn unsaid(self) -> Self {
        Self { said: false, ..self }
    }

    pub(super) fn about(self, event_id: Option<u32>) -> Self {
        Self { event_id: event_id.or(self.event_id), ..self }
    }

    pub(super) fn with(self, splice: Option<Arc<SpliceInfo>>) -> Self {
        Self { splice: splice.or(self.splice), ..self }
    }

    fn signal(dialect: Dialect, signal: Signal) -> Self {
        Self::new(dialect, Says::Signal(signal))
    }

    fn new(dialect: Dialect, says: Says) -> Self {
        let said = matches!(says, Says::Signal(_));
        Self { says, event_id: None, dialect, splice: None, asset: None, refused: false, said }
    }

    /// What its message opens.
    pub(super) fn opened(&self) -> Option<Event> {
        self.means()?.opens
    }

    /// What its message closes.
    pub(super) fn closed(&self) -> Option<Event> {
        self.means()?.closes
    }

    /// The events its message takes back.
    pub(super) fn cancelled(&self) -> impl Iterator<Item = u32> {
        self.splice.iter().flat_map(|splice| meaning::cancelled(splice))
    }

    /// Whether its message is about overlays alone.
    pub(super) fn overlays(&self) -> bool {
        self.means().is_some_and(|means| means.overlays && means.opens.is_none())
    }

    fn means(&self) -> Option<Meaning> {
        self.splice.as_deref().map(meaning::of)
    }
}
