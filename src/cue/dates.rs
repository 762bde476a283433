//! Where in a playlist a date is.

use super::place::Place;
use crate::{
    hls::MediaPlaylist,
    units::{MediaDuration, ProgramTime},
};

/// The dated places of a playlist, the end included.
pub(super) struct Dates {
    /// By date.
    places: Vec<(ProgramTime, Place)>,
    nearness: MediaDuration,
}

/// Where a date is.
pub(super) enum Found {
    /// Where the window reaches, or shortly after: at that place.
    Listed(Place),
    /// Shortly before the window.
    Passed(Place),
    /// Not to be said: too far away to be on the same clock, or no clock at all.
    Nowhere,
}

impl Dates {
    pub(super) fn of(playlist: &MediaPlaylist) -> Self {
        let places = super::place::places(playlist);
        let mut places: Vec<_> =
            places.filter_map(|(place, _)| Some((place.time?, place))).collect();
        places.sort_by_key(|(date, _)| *date);
        Self { places, nearness: playlist.target_duration }
    }

    pub(super) fn known(&self) -> bool {
        !self.places.is_empty()
    }

    /// The date at which the window ends.
    pub(super) fn edge(&self) -> Option<ProgramTime> {
        self.places.last().map(|(date, _)| *date)
    }

    /// The place nearest to a date, with that date.
    pub(super) fn find(&self, date: ProgramTime) -> Found {
        let (Some((first, head)), Some((last, edge))) = (self.places.first(), self.places.last())
        else {
            return Found::Nowhere;
        };
        let on = |place: &Place| Place { time: Some(date), ..*place };
        if date >= *last {
            return if date - *last <= FORESIGHT {
                Found::Listed(on(edge))
            } else {
                Found::Nowhere
            };
        }
        if date < *first && *first - date > self.nearness.half() {
            let recent = *first - date <= FORESIGHT;
            return if recent { Found::Passed(on(head)) } else { Found::Nowhere };
        }
        let after = self.places.partition_point(|(start, _)| *start < date);
        let around = self.places[after.saturating_sub(1)..].iter().take(2);
        let nearest = around.rev().min_by_key(|(start, _)| (*start - date).abs());
        let nearest = nearest.filter(|(start, _)| (*start - date).abs() <= self.nearness);
        nearest.map_or(Found::Nowhere, |(_, place)| Found::Listed(on(place)))
    }
}

/// How far outside the window a date is believed: less than clocks differ that count in different
/// zones.
const FORESIGHT: MediaDuration = MediaDuration::from_secs(840);
