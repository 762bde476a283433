//! By which part of their names segments are known again.

use crate::hls::{MediaPlaylist, Segment};

/// What names a segment at every reload: so many last parts of its path, as origins sign addresses
/// anew in their query or before it.
pub(super) fn name(segment: &Segment, parts: usize) -> &str {
    let path = segment.uri().split(['?', '#']).next().unwrap_or_default();
    let Some(before) = parts.checked_sub(1) else { return "" };
    path.rmatch_indices('/').nth(before).map_or(path, |(slash, _)| &path[slash + 1..])
}

/// How many last parts of their paths tell a playlist's neighbours apart; none if no few do.
pub(super) fn telling_parts(playlist: &MediaPlaylist) -> usize {
    let apart = |parts: &usize| {
        let pairs = playlist.segments.windows(2);
        pairs.into_iter().all(|pair| name(&pair[0], *parts) != name(&pair[1], *parts))
    };
    (1..=MOST_PARTS).find(apart).unwrap_or(0)
}

/// Names deeper than this are not looked for.
const MOST_PARTS: usize = 4;
