//! How an advertiser's file becomes segments like a channel's: what ffmpeg is told, what has to come
//! of it, and the playlists over it.
//!
//! Pure: a [`Plan`] is a function of the channel's profile, the probed file and a few settings. All
//! renditions are cut on one grid in time, pictures by whole frames, sound at the first audio
//! frame on or after each line. There are no pictures that need later ones (B-frames) and the packet
//! that an AAC encoder sends ahead is dropped, so that picture and sound, which are written apart,
//! begin at the same presentation time.

use crate::{
    creative::{Container, Unfit},
    media::Media,
    profile::{Picture, Profile, Sound},
    units::MediaDuration,
};

mod arguments;
mod black;
mod check;
mod filters;
mod grid;
mod loudness;
mod playlists;
#[cfg(test)]
mod tests;

pub use arguments::probe;
pub use black::black;
pub use check::Fault;
pub use grid::Grid;
pub use loudness::{Level, Loudness};
pub use playlists::Made;

/// What holds for all creatives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settings {
    /// How long segments are, unless the channel's have to be shorter.
    pub segment: MediaDuration,
    /// How loud ads are made.
    pub loudness: Level,
    /// The longest creative.
    pub longest: MediaDuration,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            segment: MediaDuration::from_secs(2),
            loudness: Level::lkfs(-24),
            longest: MediaDuration::from_secs(600),
        }
    }
}

/// What is to be made of one file for one profile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// Where all renditions are cut.
    pub grid: Grid,
    /// What is encoded, in the profile's order: pictures, then sounds.
    pub outputs: Vec<Output>,
    source: Media,
    profile: Profile,
    settings: Settings,
    /// The languages of its captions, a rendition each.
    texts: Vec<Option<String>>,
}

/// One rendition to be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Output {
    /// Its folder, and its playlist without `.m3u8`: `v0`, `a0`.
    pub name: String,
    /// Its picture.
    pub picture: Option<PictureOutput>,
    /// The sound in its segments.
    pub sound: Option<SoundOutput>,
}

/// The picture of a rendition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PictureOutput {
    /// What it has to be.
    pub wanted: Picture,
    /// Frames in all.
    pub frames: i64,
    /// Frames of one segment; the last may have fewer.
    pub per_segment: i64,
}

/// The sound of a rendition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SoundOutput {
    /// What it has to be.
    pub wanted: Sound,
    /// Audio frames in all: the fewest that are not shorter than the picture (G-05).
    pub frames: i64,
    /// Which of [`Plan::mixes`] it is.
    pub mix: usize,
}

impl Plan {
    /// The plan for a file that was probed.
    ///
    /// # Errors
    /// Why nothing can be made of it.
    pub fn of(profile: &Profile, source: Media, settings: Settings) -> Result<Self, Unfit> {
        let length = length(profile, &source)?;
        if length > settings.longest {
            return Err(Unfit::TooLong { length, limit: settings.longest });
        }
        let grid = Grid::of(profile, length, settings.segment)?;
        let mut plan = Self {
            grid,
            outputs: Vec::new(),
            source,
            profile: profile.clone(),
            settings,
            texts: Vec::new(),
        };
        let (pictures, sounds) = (profile.pictures.iter(), profile.sounds.iter());
        let pictures = pictures.enumerate().map(|(at, picture)| plan.picture(at, picture));
        let sounds = sounds.enumerate().map(|(at, sound)| Output {
            name: format!("a{at}"),
            picture: None,
            sound: Some(plan.sound(sound)),
        });
        plan.outputs = pictures.chain(sounds).collect();
        Ok(plan)
    }

    /// The same with captions in these languages, a rendition each.
    #[must_use]
    pub fn with_texts(self, texts: Vec<Option<String>>) -> Self {
        Self { texts, ..self }
    }

    /// How its pictures and sounds are packed.
    pub const fn container(&self) -> Container {
        self.profile.packing.container()
    }

    fn picture(&self, at: usize, wanted: &Picture) -> Output {
        let (wanted, times) = self.grid.rate_for(wanted);
        let sound = wanted.sound.as_ref().map(|sound| self.sound(sound));
        let picture = PictureOutput {
            frames: self.grid.frames * times,
            per_segment: self.grid.per_segment * times,
            wanted,
        };
        Output { name: format!("v{at}"), picture: Some(picture), sound }
    }

    fn sound(&self, wanted: &Sound) -> SoundOutput {
        let shape = |sound: &Sound| (sound.channels, sound.rate);
        let mix = self.mixes().iter().position(|mix| *mix == shape(wanted)).unwrap_or(0);
        let samples = i128::from(self.grid.length().as_nanos()) * i128::from(wanted.rate);
        let frame = i128::from(wanted.codec.frame()) * 1_000_000_000;
        // A nanosecond that was rounded up asks for no further frame.
        let frames = (samples - i128::from(wanted.rate) + frame - 1).div_euclid(frame);
        SoundOutput { wanted: wanted.clone(), frames: i64::try_from(frames).unwrap_or(0), mix }
    }

    /// Channels and samples per second of each mix that has to be made of the file's sound.
    pub fn mixes(&self) -> Vec<(u32, u32)> {
        let muxed = self.profile.pictures.iter().filter_map(|picture| picture.sound.as_ref());
        let mut mixes = Vec::new();
        for sound in muxed.chain(&self.profile.sounds) {
            let mix = (sound.channels, sound.rate);
            if !mixes.contains(&mix) {
                mixes.push(mix);
            }
        }
        mixes
    }

    /// Whether the file has a sound of its own.
    pub fn has_sound(&self) -> bool {
        !self.source.sounds.is_empty()
    }
}

/// How long what can be shown of a file is.
fn length(profile: &Profile, source: &Media) -> Result<MediaDuration, Unfit> {
    let span = match (&source.picture, source.sounds.first()) {
        (Some(picture), _) if !profile.pictures.is_empty() => {
            let (width, height) = picture.size;
            if width.max(height) > LARGEST_SIDE {
                return Err(Unfit::TooLarge { width, height, limit: LARGEST_SIDE });
            }
            picture.span
        }
        (_, Some(sound)) if profile.pictures.is_empty() => sound.span,
        _ => return Err(Unfit::NoPicture),
    };
    let (length, claimed) = (span.ends, source.claimed.unwrap_or(span.ends));
    if claimed - length.max(longest_sound(source)) > MISSING {
        return Err(Unfit::Truncated { length, claimed });
    }
    Ok(span.length())
}

fn longest_sound(source: &Media) -> MediaDuration {
    source.sounds.iter().map(|sound| sound.span.ends).max().unwrap_or_default()
}

/// 8K; more needs memory by the gigabyte.
const LARGEST_SIDE: u32 = 8_192;
/// A file that ends so much before it says it does has been cut short.
const MISSING: MediaDuration = MediaDuration::from_millis(500);
