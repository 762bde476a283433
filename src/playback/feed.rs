//! What refreshers bring, handed to the channel.

use std::sync::{Arc, Weak};

use super::{Live, Playback, live::News};
use crate::{
    channel::Reading,
    hls::{Given, MediaPlaylist, Multivariant, Tag},
    origin::{self, Fetched, Outcome, Reader},
    units::{MediaDuration, ProgramTime},
};

/// The reader of one rendition's playlist.
#[derive(Debug)]
pub(super) struct Feed {
    pub(super) playback: Weak<Playback>,
    pub(super) live: Arc<Live>,
    pub(super) rendition: usize,
}

impl Reader for Feed {
    fn loaded(&self, fetched: &Fetched, now: ProgramTime) -> Outcome {
        if let Some(base) = self.live.links.bases.get(self.rendition) {
            base.get_or_init(|| fetched.url.clone());
        }
        let given = Given {
            variables: Some(&self.live.multivariant.variables),
            query: fetched.url.query().unwrap_or_default(),
        };
        // Without whom it is for nobody reads it.
        let Some(playback) = self.playback.upgrade() else { return UNREADABLE };
        let (text, limits) = (Arc::clone(&fetched.text), playback.playlist_limits());
        let mut playlist = match MediaPlaylist::parse_given(text, limits, given) {
            Ok((playlist, _oddities)) => playlist,
            Err(error) => {
                tracing::warn!(rendition = self.rendition, %error, "unreadable playlist ignored");
                self.live.fail(self.rendition, error.to_string(), now);
                return UNREADABLE;
            }
        };
        start_as_all(&mut playlist, &self.live.multivariant);
        if playlist.end_list {
            self.live.recorded.keep(self.rendition, &playlist);
        }
        let News { reading, new_break, refusals, ran_out, odd } =
            self.live.read(self.rendition, &playlist, now);
        if !playlist.end_list && reading != Reading::Stale {
            self.live.recorded.take_back(self.rendition);
        }
        if reading == Reading::Stale {
            tracing::warn!(rendition = self.rendition, "playlist older than the known one ignored");
        }
        for oddity in &odd {
            tracing::warn!(rendition = self.rendition, line = oddity.line, "{}", oddity.kind);
        }
        odd.iter().for_each(|oddity| playback.measure_odd_cue(&self.live, &oddity.kind));
        refusals.into_iter().for_each(|why| playback.measure_refusal(&self.live, why));
        for _ in 0..ran_out {
            tracing::warn!("a break was ended by its limit: nothing told its length or its end");
            playback.measure_run_out(&self.live);
        }
        if new_break {
            playback.measure_break(&self.live);
            playback.announce(&self.live, now);
        }
        let newest = playlist.segments.last().map(|segment| segment.duration);
        Outcome {
            target_duration: playlist.target_duration,
            newest_segment: newest.unwrap_or(playlist.target_duration),
            advanced: reading == Reading::Advanced,
            ended: playlist.end_list,
        }
    }

    fn asked(&self, took: MediaDuration, answer: Result<Option<usize>, &origin::Error>) {
        let Some(playback) = self.playback.upgrade() else { return };
        playback.measure_origin(&self.live, took, answer);
    }

    fn unchanged(&self, now: ProgramTime) {
        self.live.wait(now);
    }

    fn failed(&self, error: &origin::Error, now: ProgramTime) {
        tracing::warn!(rendition = self.rendition, %error, "origin gave no playlist");
        self.live.fail(self.rendition, origin::told(error), now);
    }
}

/// Where players begin is said by each playlist for itself, as ads and a shorter hold-back move it
/// the multivariant playlist that leaves says it no more.
fn start_as_all(playlist: &mut MediaPlaylist, multivariant: &Multivariant) {
    if !playlist.header.iter().any(|line| line.tag == Tag::Start) {
        playlist.header.extend(multivariant.start().cloned());
    }
}

const UNREADABLE: Outcome = Outcome {
    target_duration: MediaDuration::from_secs(2),
    newest_segment: MediaDuration::from_secs(2),
    advanced: false,
    ended: false,
};
