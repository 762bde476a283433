//! How much memory a creative takes: it is its addresses, of which a few bytes of text can make many.

use super::{Creative, Rendition, Segment, Unusable};

impl Creative {
    /// Bytes it takes in memory, about.
    pub fn bytes(&self) -> usize {
        self.renditions.iter().map(Rendition::bytes).sum()
    }
}

impl Rendition {
    fn bytes(&self) -> usize {
        let maps = self.segments.chunk_by(|one, next| one.map == next.map);
        let maps = maps.filter_map(|group| group.first()?.map.as_ref());
        let maps: usize = maps.map(|map| map.uri.as_str().len()).sum();
        let segments = self.segments.iter();
        maps + segments.map(|one| size_of::<Segment>() + one.uri.as_str().len()).sum::<usize>()
    }
}

/// What a creative's renditions may still take.
pub(super) struct Room(usize);

impl Default for Room {
    fn default() -> Self {
        Self(MOST_BYTES)
    }
}

impl Room {
    /// Makes room for a rendition.
    pub(super) fn take(&mut self, rendition: Rendition) -> Result<Rendition, Unusable> {
        let left = self.0.checked_sub(rendition.bytes());
        self.0 = left.ok_or(Unusable::TooManyAddresses { limit: MOST_BYTES })?;
        Ok(rendition)
    }
}

/// An ad of an hour in segments of two seconds and twenty renditions, each with an address of 200
/// bytes, has less; usual ones have a hundredth of it.
const MOST_BYTES: usize = 16 << 20;
