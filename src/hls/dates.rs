//! Dates of segments that carry none.

use super::Segment;

/// Dates every segment by its neighbours, forward from dated ones and back from the first.
///
/// A discontinuity without a date is continued by durations: it is where a player would go on, too.
pub(super) fn extrapolate(segments: &mut [Segment]) {
    let mut next = None;
    for segment in &mut *segments {
        segment.start = segment.start.or(next);
        next = segment.end();
    }
    let undated = segments.iter().take_while(|segment| segment.start.is_none()).count();
    let mut next = segments.get(undated).and_then(|first| first.start);
    for segment in segments[..undated].iter_mut().rev() {
        segment.start = next.map(|next| next - segment.duration);
        next = segment.start;
    }
}
