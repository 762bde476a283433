//! Where playlists without dates stand that say nothing of what is known of their rendition.
//!
//! Renditions without dates have to be cut and numbered alike: what carries the same media sequence
//! number in two of them is shown at the same time.

use super::{
    Channel, TOLERANCE,
    track::{Timed, Track},
};
use crate::{
    hls::MediaPlaylist,
    units::{MediaDuration, ProgramTime},
};

impl Channel {
    /// Where it begins: what follows on its rendition's own does so at its end, and so does what begins
    /// anew, but not before what others show of it or have shown meanwhile. Otherwise it is where another
    /// rendition has the same number, the reference before others; or it ends now.
    pub(super) fn place(
        &self,
        rendition: usize,
        playlist: &MediaPlaylist,
        now: ProgramTime,
    ) -> ProgramTime {
        let alike = || self.numbered_alike(rendition, playlist);
        let last = self.tracks.get(rendition).and_then(|own| own.segments.back());
        let steps = last.zip(playlist.segments.first());
        let steps = steps.map(|(last, first)| (last, first.msn.since(last.segment.msn)));
        match steps {
            Some((last, 1)) => last.end(),
            Some((last, ..1)) => {
                let anew = alike().into_iter().chain(self.shown_longer(last));
                anew.filter(|at| *at > last.end() + TOLERANCE).max().unwrap_or_else(|| last.end())
            }
            _ => alike().unwrap_or_else(|| now - length(playlist, playlist.segments.len())),
        }
    }

    fn numbered_alike(&self, rendition: usize, playlist: &MediaPlaylist) -> Option<ProgramTime> {
        let others = (0..self.tracks.len()).filter(|at| *at != self.reference && *at != rendition);
        let reference = Some(self.reference).filter(|at| *at != rendition);
        let others = reference.into_iter().chain(others);
        let others: Vec<&Track> = others.filter_map(|at| self.tracks.get(at)).collect();
        playlist.segments.iter().enumerate().find_map(|(at, segment)| {
            let same = others.iter().find_map(|other| other.numbered(segment.msn))?;
            Some(same.start - length(playlist, at))
        })
    }

    /// Up to where another rendition shows the encoder's run that this segment is of, if longer.
    fn shown_longer(&self, last: &Timed) -> Option<ProgramTime> {
        let newest = self.tracks.iter().filter_map(|track| track.segments.back());
        newest.filter(|other| other.segment.msn > last.segment.msn).map(Timed::end).max()
    }
}

/// How long its first segments are.
fn length(playlist: &MediaPlaylist, segments: usize) -> MediaDuration {
    playlist.segments.iter().take(segments).map(|segment| segment.duration).sum()
}
