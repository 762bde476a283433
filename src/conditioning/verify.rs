//! Holding what was made against what it has to be, and writing the playlists over it.

use std::path::Path;

use super::{
    Shop,
    captions::Texts,
    job::Step,
    publish::MAIN,
    trouble::{Trouble, broken, undone},
};
use crate::{
    creative::{self, Creative, Outline, Playlist, Unusable},
    encoding::{Loudness, Made, Output, Plan},
    media::{Media, bare_audio},
    storage::{Key, address},
    units::MediaDuration,
};

/// What has been checked and is ready to be kept.
#[derive(Debug, Default)]
pub(super) struct Verified {
    /// The files, below the folder they are in.
    pub(super) files: Vec<String>,
    /// The presentation time of the first picture (90 kHz).
    pub(super) begins: Option<u64>,
}

impl Shop {
    /// Checks every segment of every rendition, and writes the captions and the playlists.
    pub(super) async fn verify(
        &self,
        plan: &Plan,
        texts: &Texts,
        key: &Key,
        made: &Path,
    ) -> Result<Verified, Trouble> {
        let (mut verified, mut all) = (Verified::default(), Vec::new());
        for output in &plan.outputs {
            let checked = self.decode(plan, output, made).await?;
            self.inspect(plan, output, made, &checked).await?;
            if verified.files.is_empty() {
                verified.begins = self.begins(plan, output, made).await;
                let begins = verified.begins.unwrap_or_default();
                self.subtitle(plan, texts, (&checked, begins), made, &mut verified.files).await?;
            }
            self.bare(plan, output, &checked, made).await?;
            let files = &mut verified.files;
            files.extend(plan.initialisation(output));
            files.extend((0..checked.segments.len()).map(|at| plan.kept_name(output, at)));
            let text = plan.media_playlist(output, &checked);
            files.push(write(made, format!("{}.m3u8", output.name), text).await?);
            all.push(checked);
        }
        self.listen(plan, made).await?;
        verified.files.push(write(made, MAIN.to_owned(), plan.multivariant()).await?);
        let creative = read_back(key, made).await?;
        let judged = plan.judge_presentation(&creative, &all);
        judged.map_err(|fault| broken(Step::Verify, &fault))?;
        Ok(verified)
    }

    /// Writes captions on the grid of the leading rendition, which begins at that time.
    async fn subtitle(
        &self,
        plan: &Plan,
        texts: &Texts,
        (lead, begins): (&Made, u64),
        made: &Path,
        files: &mut Vec<String>,
    ) -> Result<(), Trouble> {
        for (at, text) in texts.all.iter().enumerate() {
            let folder = tokio::fs::create_dir_all(made.join(Plan::text_name(at))).await;
            folder.map_err(|error| broken(Step::Verify, &error))?;
            let mut next = MediaDuration::ZERO;
            for (segment, length) in lead.segments.iter().enumerate() {
                let vtt = text.captions.segment(next, next + *length, begins);
                next += *length;
                files.push(write(made, Plan::text_segment(at, segment), vtt).await?);
            }
            let playlist = plan.text_playlist(at, lead);
            files.push(write(made, format!("{}.m3u8", Plan::text_name(at)), playlist).await?);
        }
        Ok(())
    }

    /// Takes bare frames out of the segments that are to be kept so.
    async fn bare(
        &self,
        plan: &Plan,
        output: &Output,
        checked: &Made,
        made: &Path,
    ) -> Result<(), Trouble> {
        for at in 0..checked.segments.len() {
            let (encoded, kept) = (plan.segment_name(output, at), plan.kept_name(output, at));
            if encoded == kept {
                return Ok(());
            }
            let bytes = tokio::fs::read(made.join(encoded)).await;
            let bytes = bytes.map_err(|error| broken(Step::Verify, &error))?;
            let bare = bare_audio(&bytes).ok_or_else(|| broken(Step::Verify, &"no sound in it"))?;
            let written = tokio::fs::write(made.join(kept), bare).await;
            written.map_err(|error| broken(Step::Verify, &error))?;
        }
        Ok(())
    }

    /// When an output begins, as its first bytes tell.
    async fn begins(&self, plan: &Plan, output: &Output, made: &Path) -> Option<u64> {
        let init = match plan.initialisation(output) {
            Some(name) => tokio::fs::read(made.join(name)).await.ok()?,
            None => Vec::new(),
        };
        let media = tokio::fs::read(made.join(plan.segment_name(output, 0))).await.ok()?;
        creative::first_pts(plan.container(), &init, &media)
    }

    /// Decodes every segment alone.
    async fn decode(&self, plan: &Plan, output: &Output, made: &Path) -> Result<Made, Trouble> {
        let mut said = Vec::new();
        for batch in plan.batches() {
            let arguments = plan.decoding(output, batch, made);
            let ran = self.doors.transcoder.ffmpeg(&arguments, self.patience(plan), |_| {}).await;
            said.push(ran.map_err(|why| undone(Step::Verify, &why))?.out);
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
        let said = said.map_err(|why| undone(Step::Verify, &why))?;
        let media = Media::read(&said.out).map_err(|error| broken(Step::Verify, &error))?;
        plan.judge_kind(output, &media).map_err(|fault| broken(Step::Verify, &fault))
    }

    /// Measures how loud each mix has become; silence is as loud as it was.
    async fn listen(&self, plan: &Plan, made: &Path) -> Result<(), Trouble> {
        for mix in 0..plan.mixes().len() {
            let of_mix = |output: &&Output| output.sound.as_ref().is_some_and(|s| s.mix == mix);
            let Some(output) = plan.outputs.iter().find(of_mix) else { continue };
            let arguments = plan.listening(output, made);
            let ran = self.doors.transcoder.ffmpeg(&arguments, self.patience(plan), |_| {}).await;
            let said = ran.map_err(|why| undone(Step::Verify, &why))?;
            let heard = Loudness::read(&said.err).and_then(|heard| heard.integrated);
            let Some(heard) = heard else { continue };
            let judged = plan.judge_loudness(output, heard);
            let quiet = judged.map_err(|fault| broken(Step::Verify, &fault))?;
            if let Some(off) = quiet {
                let output = output.name.as_str();
                tracing::warn!(output, %off, "a creative is quieter than its target");
            }
        }
        Ok(())
    }
}

/// The playlists as they lie on disk, read as they will be once they are published under that name.
async fn read_back(key: &Key, made: &Path) -> Result<Creative, Trouble> {
    let main = playlist(key, made, MAIN).await?;
    let unfit = |why: Unusable| broken(Step::Verify, &why);
    let outline = Outline::read(main.url.clone(), main).map_err(unfit)?;
    let mut playlists = Vec::new();
    for url in outline.playlists() {
        let name = url.path().rsplit('/').next().unwrap_or_default();
        playlists.push(Ok(playlist(key, made, name).await?));
    }
    Creative::read(outline, &playlists).map_err(unfit)
}

async fn playlist(key: &Key, made: &Path, name: &str) -> Result<Playlist, Trouble> {
    let text = tokio::fs::read_to_string(made.join(name)).await;
    let text = text.map_err(|error| broken(Step::Verify, &error))?;
    let url = address(key, name).ok_or_else(|| broken(Step::Verify, &"it has no address"))?;
    Ok(Playlist { url, text })
}

async fn write(made: &Path, name: String, text: String) -> Result<String, Trouble> {
    let written = tokio::fs::write(made.join(&name), text).await;
    written.map(|()| name).map_err(|error| broken(Step::Verify, &error))
}
