//! What a media playlist says about itself.

use super::{Line, OddityKind, PlaylistType, Tag, oddity::Oddities};
use crate::units::MediaDuration;

/// The tags about a whole media playlist that Midroll acts on; the first of each counts.
#[derive(Debug, Default)]
pub(super) struct Head {
    pub(super) version: Option<u8>,
    pub(super) target_duration: Option<MediaDuration>,
    pub(super) media_sequence: Option<u64>,
    pub(super) discontinuity_sequence: Option<u64>,
    pub(super) playlist_type: Option<PlaylistType>,
    pub(super) i_frames_only: bool,
    pub(super) end_list: bool,
}

impl Head {
    /// Takes in a line; `late` if a segment came before, where only the list's end counts.
    pub(super) fn read(&mut self, line: &Line, late: bool, oddities: &mut Oddities) {
        if line.tag == Tag::EndList {
            self.end_list = true;
        } else if late && once(line.tag) || is_foreign(line.tag) {
            oddities.note(OddityKind::Misplaced, line.number);
        } else if let Err(kind) = self.set(line) {
            oddities.note(kind, line.number);
        }
    }

    fn set(&mut self, line: &Line) -> Result<(), OddityKind> {
        let value = line.value();
        match line.tag {
            Tag::Version => set_once(&mut self.version, value.parse().ok()),
            Tag::TargetDuration => self.set_target_duration(value),
            Tag::MediaSequence => set_once(&mut self.media_sequence, value.parse().ok()),
            Tag::DiscontinuitySequence => {
                set_once(&mut self.discontinuity_sequence, value.parse().ok())
            }
            Tag::PlaylistType => set_once(&mut self.playlist_type, playlist_type(value)),
            Tag::IFramesOnly => {
                self.i_frames_only = true;
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn set_target_duration(&mut self, value: &str) -> Result<(), OddityKind> {
        let written: Option<MediaDuration> = value.parse().ok();
        let whole = written.map(MediaDuration::rounded_secs).filter(|secs| SENSIBLE.contains(secs));
        let whole = whole.map(MediaDuration::from_secs);
        set_once(&mut self.target_duration, whole)?;
        if whole == written { Ok(()) } else { Err(OddityKind::FractionalTargetDuration) }
    }
}

fn set_once<T>(slot: &mut Option<T>, value: Option<T>) -> Result<(), OddityKind> {
    if slot.is_some() {
        return Err(OddityKind::Duplicate);
    }
    *slot = value;
    slot.as_ref().map(|_| ()).ok_or(OddityKind::BadNumber)
}

fn playlist_type(value: &str) -> Option<PlaylistType> {
    match value {
        "EVENT" => Some(PlaylistType::Event),
        "VOD" => Some(PlaylistType::Vod),
        _ => None,
    }
}

/// The tags that may stand once in a media playlist, before its first segment
/// (rfc8216bis §4.4.3).
fn once(tag: Tag) -> bool {
    use Tag::*;
    matches!(
        tag,
        Version
            | TargetDuration
            | MediaSequence
            | DiscontinuitySequence
            | PlaylistType
            | IFramesOnly
    )
}

/// The tags of multivariant playlists that some packagers put into media playlists, too.
fn is_foreign(tag: Tag) -> bool {
    matches!(tag, Tag::SessionData | Tag::SessionKey | Tag::ContentSteering)
}

/// Target durations in seconds: what waits for one must not wait for ever.
const SENSIBLE: std::ops::RangeInclusive<i64> = 1..=86_400;
