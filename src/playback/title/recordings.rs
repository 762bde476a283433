//! What has been read of a channel's playlists that will not change any more.

use std::sync::{Arc, Mutex, PoisonError};

use super::super::live::Live;
use crate::{
    cue::Trust,
    hls::{MediaPlaylist, RenditionKind},
    stitch::Recording,
    title::Title,
};

/// Whole playlists by rendition, and the title they make.
#[derive(Debug)]
pub(in crate::playback) struct Recordings {
    trust: Trust,
    kept: Mutex<Kept>,
}

#[derive(Debug, Default)]
struct Kept {
    playlists: Vec<Option<Arc<MediaPlaylist>>>,
    made: Option<Arc<Recording>>,
}

impl Recordings {
    /// Of so many renditions, none of them read.
    pub(in crate::playback) fn new(renditions: usize, trust: Trust) -> Self {
        let kept = Kept { playlists: vec![None; renditions], made: None };
        Self { trust, kept: Mutex::new(kept) }
    }

    /// Keeps a playlist that has ended; another text makes another title for those who come later.
    pub(in crate::playback) fn keep(&self, rendition: usize, playlist: &MediaPlaylist) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let Kept { playlists, made } = &mut *kept;
        let Some(slot) = playlists.get_mut(rendition) else { return };
        if slot.as_deref() != Some(playlist) {
            *slot = Some(Arc::new(playlist.clone()));
            *made = None;
        }
    }

    /// A playlist goes on after its end: who comes now watches it live.
    pub(in crate::playback) fn take_back(&self, rendition: usize) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let Kept { playlists, made } = &mut *kept;
        if playlists.get_mut(rendition).and_then(Option::take).is_some() {
            *made = None;
        }
    }

    fn has(&self, rendition: usize) -> bool {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.playlists.get(rendition).is_some_and(Option::is_some)
    }
}

impl Live {
    /// The title that has been read; none where none has been.
    pub(in crate::playback) fn recording(&self) -> Option<Arc<Recording>> {
        let kinds: Vec<_> = self.renditions.iter().map(|rendition| rendition.kind).collect();
        let mut kept = self.recorded.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.made.is_none() {
            let title = Title::of(&kinds, &kept.playlists, self.recorded.trust)?;
            kept.made = Some(Arc::new(Recording::new(Arc::new(title))));
        }
        kept.made.clone()
    }

    /// Has every rendition that is offered been read to its end, or failed?
    pub(in crate::playback) fn is_read_whole(&self) -> bool {
        let mut renditions = self.renditions.iter().enumerate();
        renditions.all(|(at, known)| {
            known.kind == RenditionKind::IFrame
                || self.recorded.has(at)
                || self.failure(at).is_some()
        })
    }
}
