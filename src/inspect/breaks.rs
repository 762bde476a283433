//! Breaks from cues, as far as one playlist tells.

use crate::{
    cue::{self, Cue, Signal, Trust},
    hls::MediaPlaylist,
    units::MediaDuration,
};

/// A break.
pub(super) struct Break {
    /// Its beginning, or the first sign of one that began before the playlist.
    pub(super) begin: Cue,
    /// Its end, where it is told.
    pub(super) end: Option<Cue>,
    /// How far into the playlist it is listed to begin.
    pub(super) offset: MediaDuration,
    /// How long the listed part of it is, where its end is told.
    pub(super) lasts: Option<MediaDuration>,
}

impl Break {
    /// Whether it began before the playlist.
    pub(super) fn is_under_way(&self) -> bool {
        matches!(self.begin.signal, Signal::Continue { .. })
    }
}

/// The breaks of a playlist in order.
pub(super) fn breaks(playlist: &MediaPlaylist) -> Vec<Break> {
    let mut breaks = paired(cue::cues(playlist, Trust::ALL));
    for one in &mut breaks {
        one.offset = offset(playlist, &one.begin);
        one.lasts = one.end.as_ref().map(|end| {
            let dated = end.time.zip(one.begin.time).map(|(end, begin)| end - begin);
            dated.unwrap_or_else(|| offset(playlist, end) - one.offset)
        });
    }
    breaks
}

fn offset(playlist: &MediaPlaylist, cue: &Cue) -> MediaDuration {
    let before = playlist.segments.iter().take_while(|segment| segment.msn < cue.at);
    before.map(|segment| segment.duration).sum()
}

/// The breaks of cues. A beginning inside a break of another event ends that; one of the
/// same, or of none, repeats it; an end without a beginning is none.
fn paired(cues: Vec<Cue>) -> Vec<Break> {
    let mut breaks: Vec<Break> = Vec::new();
    for cue in cues {
        let open = breaks.last_mut().filter(|last| last.end.is_none());
        match (cue.signal, open) {
            (Signal::In, Some(open)) if cue.closes(&open.begin) => open.end = Some(cue),
            (Signal::In, _) | (Signal::Continue { .. }, Some(_)) => {}
            (Signal::Out { .. }, Some(open)) if repeats(&cue, &open.begin) => {}
            (_, open) => {
                if let Some(open) = open {
                    open.end = Some(cue.clone());
                }
                breaks.push(Break {
                    begin: cue,
                    end: None,
                    offset: MediaDuration::ZERO,
                    lasts: None,
                });
            }
        }
    }
    breaks
}

/// Whether a beginning tells of the break that is open; one without a message is taken to until
/// that must be over.
fn repeats(cue: &Cue, open: &Cue) -> bool {
    if cue.is_inside(open) {
        return true;
    }
    match (cue.event_id, open.event_id) {
        (Some(one), Some(other)) => one == other,
        _ => !is_over(open, cue),
    }
}

fn is_over(open: &Cue, cue: &Cue) -> bool {
    let Signal::Out { duration: Some(duration) } = open.signal else { return false };
    open.time.zip(cue.time).is_some_and(|(start, now)| now >= start + duration)
}
