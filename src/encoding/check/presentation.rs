//! Whether the playlists over what was made say what it is.

use super::{
    super::{Made, Output, Plan},
    EXACT, Fault,
};
use crate::{
    creative::{Creative, Rendition},
    units::MediaDuration,
};

impl Plan {
    /// Holds a creative that was read from the playlists against what its segments were found to be, in
    /// the order of the outputs: every segment is listed with its own length, every codec is one that
    /// the channel lists, and all together are as long as the picture is planned.
    ///
    /// # Errors
    /// The first thing that is other.
    pub fn judge_presentation(&self, creative: &Creative, made: &[Made]) -> Result<(), Fault> {
        for (output, made) in self.outputs.iter().zip(made) {
            let first = self.kept_name(output, 0);
            let is_its = |rendition: &&Rendition| {
                let segment = rendition.segments.first();
                segment.is_some_and(|segment| segment.uri.path().ends_with(&first))
            };
            let listed = creative.renditions.iter().find(is_its);
            let listed = listed.ok_or_else(|| Fault::Unlisted { output: output.name.clone() })?;
            judge_lengths(output, listed, made)?;
            self.judge_codecs(output, listed)?;
        }
        let off = creative.duration - self.grid.length();
        if off.abs() > self.grid.rate.begins(1) {
            return Err(Fault::Sum { off });
        }
        Ok(())
    }

    fn judge_codecs(&self, output: &Output, listed: &Rendition) -> Result<(), Fault> {
        let pictures = self.profile.pictures.iter();
        let within = pictures.clone().filter_map(|picture| picture.sound.as_ref());
        let sounds = self.profile.sounds.iter().chain(within).map(|sound| sound.codec.as_str());
        let known: Vec<_> = pictures.map(|picture| picture.codec.as_str()).chain(sounds).collect();
        match listed.info.codecs.iter().find(|codec| !known.contains(&codec.as_str())) {
            Some(codec) => Err(Fault::Codec { output: output.name.clone(), codec: codec.clone() }),
            None => Ok(()),
        }
    }
}

fn judge_lengths(output: &Output, listed: &Rendition, made: &Made) -> Result<(), Fault> {
    let (expected, segments) = (made.segments.len(), listed.segments.len());
    if expected != segments {
        return Err(Fault::Segments { output: output.name.clone(), segments, expected });
    }
    let both = listed.segments.iter().map(|segment| segment.duration).zip(&made.segments);
    for (segment, (said, is)) in both.enumerate() {
        let is: MediaDuration = *is;
        if (said - is).abs() > EXACT {
            return Err(Fault::Length { output: output.name.clone(), segment, said, is });
        }
    }
    Ok(())
}
