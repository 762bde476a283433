//! Holding what was made against what it has to be, and writing the playlists over it.

use std::path::Path;

use super::{
    Shop,
    job::Step,
    steps::{MAIN, Trouble, broken},
};
use crate::{
    encoding::{Level, Loudness, Made, Output, Plan},
    media::Media,
};

impl Shop {
    /// Checks every segment of every rendition, and writes the playlists; gives the files to be
    /// kept.
    pub(super) async fn verify(&self, plan: &Plan, made: &Path) -> Result<Vec<String>, Trouble> {
        let mut files = Vec::new();
        for output in &plan.outputs {
            let checked = self.decode(plan, output, made).await?;
            self.inspect(plan, output, made, &checked).await?;
            files.extend(plan.initialisation(output));
            files.extend((0..checked.segments.len()).map(|at| plan.segment_name(output, at)));
            let text = plan.media_playlist(output, &checked);
            files.push(write(made, format!("{}.m3u8", output.name), text).await?);
        }
        self.listen(plan, made).await?;
        files.push(write(made, MAIN.to_owned(), plan.multivariant()).await?);
        Ok(files)
    }

    /// Decodes every segment alone.
    async fn decode(&self, plan: &Plan, output: &Output, made: &Path) -> Result<Made, Trouble> {
        let mut said = Vec::new();
        for batch in plan.batches() {
            let arguments = plan.decoding(output, batch, made);
            let ran = self.doors.transcoder.ffmpeg(&arguments, self.patience(plan), |_| {}).await;
            said.push(ran.map_err(|error| broken(Step::Verify, &error))?.out);
        }
        plan.judge(output, &said).map_err(|fault| broken(Step::Verify, &fault))
    }

    /// Looks at how segments begin, and at what kind of media they are.
    async fn inspect(
        &self,
        plan: &Plan,
        output: &Output,
        made: &Path,
        checked: &Made,
    ) -> Result<(), Trouble> {
        for segment in 0..checked.segments.len() {
            let read = tokio::fs::read(made.join(plan.segment_name(output, segment))).await;
            let bytes = read.map_err(|error| broken(Step::Verify, &error))?;
            let start = plan.judge_start(output, segment, &bytes);
            start.map_err(|fault| broken(Step::Verify, &fault))?;
        }
        let arguments = plan.probing(output, made);
        let said = self.doors.transcoder.ffprobe(&arguments, self.patience(plan)).await;
        let said = said.map_err(|error| broken(Step::Verify, &error))?;
        let media = Media::read(&said.out).map_err(|error| broken(Step::Verify, &error))?;
        plan.judge_kind(output, &media).map_err(|fault| broken(Step::Verify, &fault))
    }

    /// Measures how loud each mix has become; silence is as loud as it was.
    async fn listen(&self, plan: &Plan, made: &Path) -> Result<(), Trouble> {
        let target = self.settings.encoding.loudness;
        for mix in 0..plan.mixes().len() {
            let of_mix = |output: &&Output| output.sound.as_ref().is_some_and(|s| s.mix == mix);
            let Some(output) = plan.outputs.iter().find(of_mix) else { continue };
            let arguments = plan.listening(output, made);
            let ran = self.doors.transcoder.ffmpeg(&arguments, self.patience(plan), |_| {}).await;
            let said = ran.map_err(|error| broken(Step::Verify, &error))?;
            let heard = Loudness::read(&said.err).and_then(|heard| heard.integrated);
            let off = heard.map(|heard| heard.away_from(target));
            if let Some(off) = off.filter(|off| *off > TOLERANCE) {
                // Short or nearly silent ads cannot always be brought there; they are shown.
                let output = output.name.as_str();
                tracing::warn!(output, %off, "a creative's loudness is off its target");
            }
        }
        Ok(())
    }
}

async fn write(made: &Path, name: String, text: String) -> Result<String, Trouble> {
    let written = tokio::fs::write(made.join(&name), text).await;
    written.map(|()| name).map_err(|error| broken(Step::Verify, &error))
}

/// What a target is missed by at most.
const TOLERANCE: Level = Level::lkfs(1);
