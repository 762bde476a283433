//! What has been read of a channel's playlists that will not change any more.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::super::live::Live;
use crate::{cue::Trust, hls::MediaPlaylist, stitch::Recording, title::Title};

/// Whole playlists by rendition, and the title they make.
#[derive(Debug)]
pub(in crate::playback) struct Recordings {
    trust: Trust,
    kept: Mutex<Kept>,
}

#[derive(Debug, Default)]
struct Kept {
    playlists: Vec<Option<Reading>>,
    made: Option<Made>,
}

#[derive(Debug)]
struct Reading {
    playlist: Arc<MediaPlaylist>,
    /// Since the refreshers were started last; others may say what holds no more.
    is_new: bool,
}

#[derive(Debug)]
struct Made {
    of: Vec<Option<Arc<MediaPlaylist>>>,
    recording: Arc<Recording>,
}

impl Recordings {
    /// Of so many renditions, none of them read.
    pub(in crate::playback) fn new(renditions: usize, trust: Trust) -> Self {
        let playlists = (0..renditions).map(|_| None).collect();
        Self { trust, kept: Mutex::new(Kept { playlists, made: None }) }
    }

    /// Keeps a playlist that has ended; another text makes another title for those who come later.
    pub(in crate::playback) fn keep(&self, rendition: usize, playlist: &MediaPlaylist) {
        let mut kept = self.kept();
        let Some(slot) = kept.playlists.get_mut(rendition) else { return };
        match slot {
            Some(known) if *known.playlist == *playlist => known.is_new = true,
            other => *other = Some(Reading { playlist: Arc::new(playlist.clone()), is_new: true }),
        }
    }

    /// The refreshers are about to be started: what was read before is not taken for what is there now,
    /// so that no title is made of playlists that were never there together.
    pub(in crate::playback) fn fall_asleep(&self) {
        let mut kept = self.kept();
        kept.playlists.iter_mut().flatten().for_each(|known| known.is_new = false);
    }

    /// A playlist goes on after its end: who comes now watches it live.
    pub(in crate::playback) fn take_back(&self, rendition: usize) {
        if let Some(slot) = self.kept().playlists.get_mut(rendition) {
            *slot = None;
        }
    }

    fn has(&self, rendition: usize) -> bool {
        let kept = self.kept();
        kept.playlists.get(rendition).and_then(Option::as_ref).is_some_and(|known| known.is_new)
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Kept {
    /// What has been read of late.
    fn latest(&self) -> Vec<Option<Arc<MediaPlaylist>>> {
        let new = |slot: &Option<Reading>| {
            let known = slot.as_ref().filter(|known| known.is_new)?;
            Some(Arc::clone(&known.playlist))
        };
        self.playlists.iter().map(new).collect()
    }
}

impl Made {
    fn is_of(&self, playlists: &[Option<Arc<MediaPlaylist>>]) -> bool {
        let address = |known: &Option<Arc<MediaPlaylist>>| known.as_ref().map(Arc::as_ptr);
        self.of.iter().map(address).eq(playlists.iter().map(address))
    }
}

impl Live {
    /// The title that has been read; none where none has been.
    pub(in crate::playback) fn recording(&self) -> Option<Arc<Recording>> {
        let kinds: Vec<_> = self.renditions.iter().map(|rendition| rendition.kind).collect();
        let mut kept = self.recorded.kept();
        let new = kept.latest();
        if let Some(made) = kept.made.as_ref().filter(|made| made.is_of(&new)) {
            return Some(Arc::clone(&made.recording));
        }
        let title = Title::of(&kinds, &new, self.recorded.trust)?;
        let recording = Arc::new(Recording::new(Arc::new(title)));
        kept.made = Some(Made { of: new, recording: Arc::clone(&recording) });
        Some(recording)
    }

    /// Has every rendition that is offered been read to its end, or failed, since the refreshers were
    /// started last?
    pub(in crate::playback) fn is_read_whole(&self) -> bool {
        (0..self.renditions.len()).all(|at| {
            !self.is_read(at)
                || self.recorded.has(at)
                || self.is_heard(at) && self.failure(at).is_some()
        })
    }
}
