//! A source that is HLS itself: its best rendition and the sound to it, put into one file.

use std::path::{Path, PathBuf};

use futures_util::{StreamExt as _, stream};
use tokio::{fs::File, io::AsyncWriteExt as _};
use url::Url;

use super::{
    Shop,
    job::{Job, Step},
    trouble::{Trouble, again, broken, lasting, undone},
};
use crate::{
    creative::{
        ByteRange, Container, Creative, Failure, Outline, Playlist, Rendition, Unfit, Unusable,
    },
    fetch::{Request, range},
    hls::RenditionKind,
    units::MediaDuration,
};

impl Shop {
    /// The file to go on with: `file` itself, unless what is in it is a playlist, which came from
    /// `url`; then what the playlist leads to, all of which is fetched within the time of one file.
    pub(super) async fn gather(
        &self,
        job: &Job,
        file: &Path,
        url: &Url,
    ) -> Result<PathBuf, Trouble> {
        let Some(text) = playlist(file).await else { return Ok(file.to_owned()) };
        let main = Playlist { url: url.clone(), text };
        let within = self.settings.fetch_timeout;
        let gathered = async {
            let gathered = tokio::time::timeout(within, self.gather_all(file, main)).await;
            let limit = MediaDuration::from_std(within);
            let late = || again(Step::Fetch, Unusable::fetching(url, Failure::TimedOut { limit }));
            gathered.unwrap_or_else(|_| Err(late()))
        };
        self.step(job, Step::Fetch, gathered).await
    }

    async fn gather_all(&self, file: &Path, main: Playlist) -> Result<PathBuf, Trouble> {
        let creative = self.read_source(main).await.map_err(|why| lasting(Step::Fetch, why))?;
        let (length, limit) = (creative.duration, self.settings.encoding.longest);
        if length > limit {
            return Err(lasting(Step::Fetch, Unfit::TooLong { length, limit }.into()));
        }
        let (picture, sound) = best(&creative);
        let mut room = self.settings.source_bytes;
        let mut inputs = Vec::new();
        for (name, rendition) in [("picture", Some(picture)), ("sound", sound)] {
            let Some(rendition) = rendition else { continue };
            let path = file.with_file_name(name);
            self.collect(rendition, &path, &mut room).await?;
            inputs.push((path, rendition.container));
        }
        let whole = file.with_file_name("source.mkv");
        let ran = self.doors.transcoder.ffmpeg(&joining(&inputs, &whole), LONGEST, |_| {}).await;
        ran.map_err(|why| undone(Step::Fetch, &why))?;
        Ok(whole)
    }

    /// What its playlists say, as of any creative.
    async fn read_source(&self, main: Playlist) -> Result<Creative, Unusable> {
        let outline = Outline::read(main.url.clone(), main)?;
        let addresses: Vec<Url> = outline.playlists().cloned().collect();
        let playlists: Vec<_> = stream::iter(addresses)
            .map(|address| async move {
                let body = self.part(&address, None, LARGEST_PLAYLIST).await?;
                let text = String::from_utf8(body.to_vec());
                let text = text.map_err(|_| Unusable::fetching(&address, Failure::NotText))?;
                Ok(Playlist { url: address, text })
            })
            .buffered(AT_ONCE)
            .collect()
            .await;
        Creative::read(outline, &playlists)
    }

    /// A rendition's segments one after another, behind their initialisation section.
    async fn collect(
        &self,
        rendition: &Rendition,
        path: &Path,
        room: &mut u64,
    ) -> Result<(), Trouble> {
        let file = File::create(path).await;
        let mut file = file.map_err(|error| broken(Step::Fetch, &error))?;
        let map = rendition.segments.first().and_then(|first| first.map.as_ref());
        let parts: Vec<_> = map
            .map(|map| (map.uri.clone(), map.byte_range))
            .into_iter()
            .chain(rendition.segments.iter().map(|one| (one.uri.clone(), one.byte_range)))
            .collect();
        let mut fetched = stream::iter(parts)
            .map(|(url, part)| async move { self.part(&url, part, LARGEST_SEGMENT).await })
            .buffered(AT_ONCE);
        while let Some(bytes) = fetched.next().await {
            let bytes = bytes.map_err(|unusable| again(Step::Fetch, unusable))?;
            let left = room.checked_sub(u64::try_from(bytes.len()).unwrap_or(u64::MAX));
            *room = left.ok_or_else(|| self.too_large(rendition))?;
            file.write_all(&bytes).await.map_err(|error| broken(Step::Fetch, &error))?;
        }
        file.flush().await.map_err(|error| broken(Step::Fetch, &error))
    }

    fn too_large(&self, rendition: &Rendition) -> Trouble {
        let limit = usize::try_from(self.settings.source_bytes).unwrap_or(usize::MAX);
        let failure = Failure::TooLarge { limit };
        lasting(Step::Fetch, Unusable::fetching(&rendition.segments[0].uri, failure))
    }

    pub(super) async fn part(
        &self,
        url: &Url,
        part: Option<ByteRange>,
        limit: usize,
    ) -> Result<bytes::Bytes, Unusable> {
        let (headers, timeout) = (range(part), self.settings.fetch_timeout);
        let request = Request { headers, validators: None, limit, timeout };
        Ok(self.doors.client.media(url, request).await?.body)
    }
}

/// The text of a file that begins as playlists do.
async fn playlist(file: &Path) -> Option<String> {
    let length = tokio::fs::metadata(file).await.ok()?.len();
    if length > u64::try_from(LARGEST_PLAYLIST).unwrap_or(0) {
        return None;
    }
    let text = String::from_utf8(tokio::fs::read(file).await.ok()?).ok()?;
    text.trim_start_matches('\u{feff}').starts_with("#EXTM3U").then_some(text)
}

/// The largest picture, and the sound beside it where it has none within.
fn best(creative: &Creative) -> (&Rendition, Option<&Rendition>) {
    let of = |kind| creative.renditions.iter().filter(move |r| r.info.kind == kind);
    let size = |rendition: &&Rendition| (rendition.info.resolution, rendition.info.bandwidth);
    let picture = of(RenditionKind::Video).max_by_key(size);
    let sound = of(RenditionKind::Audio).max_by_key(|sound| sound.info.default);
    let muxed = picture
        .is_some_and(|picture| picture.info.codecs_of(RenditionKind::Audio).next().is_some());
    match picture {
        Some(picture) => (picture, sound.filter(|_| !muxed)),
        None => (sound.unwrap_or(&creative.renditions[0]), None),
    }
}

/// ffmpeg's arguments to put them side by side as they are, on one clock where they have one.
fn joining(inputs: &[(PathBuf, Container)], whole: &Path) -> Vec<String> {
    let words = |text: &str| text.split(' ').map(str::to_owned).collect::<Vec<_>>();
    let mut arguments = words("-nostdin -v error -y");
    if inputs.iter().all(|(_, container)| *container != Container::PackedAudio) {
        arguments.push(String::from("-copyts"));
    }
    for (path, _) in inputs {
        arguments.extend(words(READING));
        arguments.push(format!("file:{}", path.display()));
    }
    arguments.extend(words("-map 0:v? -map 0:a?"));
    if inputs.len() > 1 {
        arguments.extend(words("-map 1:a"));
    }
    arguments.extend(words("-c copy -f matroska"));
    arguments.push(whole.display().to_string());
    arguments
}

/// What came as a segment may be a playlist or a script, which would make ffmpeg read other files:
/// only what renditions are packed in is opened.
const READING: &str = "-protocol_whitelist file -format_whitelist mov,mpegts,aac,ac3,eac3,mp3 -i";
const AT_ONCE: usize = 4;
const LARGEST_PLAYLIST: usize = 2 << 20;
/// Ten seconds of 4K; so many are in memory at a time.
const LARGEST_SEGMENT: usize = 64 << 20;
const LONGEST: std::time::Duration = std::time::Duration::from_secs(60);
