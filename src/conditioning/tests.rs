use std::{
    path::Path,
    sync::atomic::{AtomicUsize, Ordering},
};

use axum::{
    Router,
    body::Body,
    extract::Request,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};

use super::*;
use crate::{
    creative::{self, Container},
    fetch::tests::support::{Names, Server, client, guard},
    media::Rate,
    profile::{AudioCodec, Packing, Picture, Sound, VideoCodec},
};

mod bound;
mod captions;
mod claims;
mod fillers;
mod folder;
mod found;
mod identity;
mod makings;
mod noted;
mod packed;
mod playlists;
mod s3;
mod silent;
mod zoo;

use folder::Folder;

/// A folder of sources behind a server, and conditioning with a folder of its own.
struct Workshop {
    folder: Folder,
    server: Server,
    /// For whole files.
    requests: Arc<AtomicUsize>,
    conditioning: Conditioning,
}

impl Workshop {
    async fn open() -> Self {
        let folder = Folder::new();
        std::fs::create_dir_all(folder.path("sources")).unwrap();
        let requests = Arc::new(AtomicUsize::new(0));
        let (sources, count) = (folder.path("sources"), Arc::clone(&requests));
        let router = Router::new().fallback(move |request: Request| {
            if !request.headers().contains_key(header::RANGE) {
                count.fetch_add(1, Ordering::SeqCst);
            }
            let slow = request.uri().path().contains("slow").then(|| Duration::from_millis(200));
            let answer = answer(&sources, &request);
            async move {
                tokio::time::sleep(slow.unwrap_or_default()).await;
                answer
            }
        });
        let server = Server::start(router).await;
        let conditioning = start(&folder, &server);
        Self { folder, server, requests, conditioning }
    }

    /// As after a restart.
    fn reopen(&mut self) {
        self.reopen_with(settings(&self.folder));
    }

    fn reopen_with(&mut self, settings: Settings) {
        let doors = doors(&self.server, self.storage());
        self.conditioning = Conditioning::start(doors, settings).unwrap();
    }

    fn storage(&self) -> Storage {
        Storage::local(&self.folder.path("kept")).unwrap()
    }

    fn wanted(&self, name: &str, profile: &Profile) -> Wanted {
        wanted(self.server.url(&format!("/{name}")), profile.clone())
    }

    /// Has ffmpeg make a source; `made` is what it is told but for the file's name.
    async fn source(&self, name: &str, made: &str) {
        let mut arguments = words("-nostdin -v error -y");
        arguments.extend(words(made));
        arguments.push(self.folder.path("sources").join(name).to_string_lossy().into_owned());
        let transcoder = Transcoder::find().unwrap();
        transcoder.ffmpeg(&arguments, Duration::from_secs(60), |_| {}).await.unwrap();
    }

    fn write(&self, name: &str, bytes: &[u8]) {
        std::fs::write(self.folder.path("sources").join(name), bytes).unwrap();
    }

    async fn condition(&self, name: &str, profile: &Profile) -> Result<Arc<Creative>, Unusable> {
        self.conditioning.creative(&self.wanted(name, profile)).await
    }

    /// The text of what is kept at an address.
    fn kept(&self, url: &Url) -> String {
        std::fs::read_to_string(self.place(url)).unwrap()
    }

    /// Where what has that address is kept.
    fn place(&self, url: &Url) -> PathBuf {
        self.folder.path("kept/creatives").join(url.path().trim_start_matches('/'))
    }

    fn asked(&self) -> usize {
        self.requests.load(Ordering::SeqCst)
    }
}

fn wanted(source: Url, profile: Profile) -> Wanted {
    Wanted::new(source, Arc::new(profile), ProgramTime::from_millis(0))
}

fn start(folder: &Folder, server: &Server) -> Conditioning {
    let storage = Storage::local(&folder.path("kept")).unwrap();
    Conditioning::start(doors(server, storage), settings(folder)).unwrap()
}

fn doors(server: &Server, storage: Storage) -> Doors {
    Doors {
        client: client(guard(&[server.url("/")]), Names::loopback()),
        clock: Clock::real(),
        transcoder: Transcoder::find().unwrap(),
        storage,
    }
}

fn settings(folder: &Folder) -> Settings {
    Settings {
        backoff: MediaDuration::from_millis(20),
        source_bytes: 4 << 20,
        ..Settings::new(folder.path("work"))
    }
}

/// A file with its length and time as validator, an endless body, or nothing.
fn answer(sources: &Path, request: &Request) -> Response {
    let name = request.uri().path().trim_start_matches('/');
    if name == "endless" {
        let piece = || Ok::<_, std::io::Error>(vec![0; 64 << 10]);
        let stream = futures_util::stream::repeat_with(piece);
        return Body::from_stream(stream).into_response();
    }
    let Ok(bytes) = std::fs::read(sources.join(name)) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let etag = format!(
        "\"{}\"",
        hex::encode(aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, &bytes))
    );
    if request.headers().get(header::IF_NONE_MATCH).is_some_and(|known| known == etag.as_str()) {
        return StatusCode::NOT_MODIFIED.into_response();
    }
    if request.headers().get(header::RANGE).is_some_and(|range| range == "bytes=0-0") {
        let Some(first) = bytes.first() else {
            return StatusCode::RANGE_NOT_SATISFIABLE.into_response();
        };
        let range = format!("bytes 0-0/{}", bytes.len());
        let headers = [(header::ETAG, etag), (header::CONTENT_RANGE, range)];
        return (StatusCode::PARTIAL_CONTENT, headers, vec![*first]).into_response();
    }
    ([(header::ETAG, etag)], bytes).into_response()
}

fn words(text: &str) -> Vec<String> {
    text.split_whitespace().map(str::to_owned).collect()
}

/// Two small rungs and sound beside them.
pub(super) fn profile(packing: Packing) -> Profile {
    let picture = |codec, size, bandwidth| Picture {
        codec: VideoCodec::parse(codec).unwrap(),
        size,
        rate: Rate::new(25, 1).unwrap(),
        bandwidth,
        sound: None,
    };
    Profile {
        packing,
        target_seconds: 4,
        pictures: vec![
            picture("avc1.64000d", (320, 180), 600_000),
            picture("avc1.4d400c", (160, 90), 300_000),
        ],
        sounds: vec![Sound {
            codec: AudioCodec::Aac,
            rate: 48_000,
            channels: 2,
            variant: None,
            packed: false,
        }],
    }
}

fn told(found: &Result<Arc<Creative>, Unusable>) -> String {
    match found {
        Ok(made) => {
            // Blank subtitles are added to every creative.
            let is_blank = |rendition: &creative::Rendition| {
                rendition.segments.iter().any(|segment| segment.uri.scheme() == "data")
            };
            let is_media = |rendition: &&creative::Rendition| {
                matches!(rendition.container, Container::MpegTs | Container::Fmp4)
                    && !is_blank(rendition)
            };
            let media = made.renditions.iter().filter(is_media).count();
            format!("{} s in {} segments, {media} renditions", made.duration, made.segments())
        }
        Err(why) => why.to_string(),
    }
}

const AD: &str = "-f lavfi -i testsrc2=s=256x144:r=30:d=5 -f lavfi -i sine=f=440:r=44100:d=5 \
                  -c:v libx264 -preset ultrafast -c:a aac";

#[tokio::test(flavor = "multi_thread")]
async fn a_file_is_made_once_for_all_who_want_it() {
    let workshop = Workshop::open().await;
    workshop.source("ad.mp4", AD).await;
    let profile = profile(Packing::MpegTs);
    let want = || workshop.condition("ad.mp4", &profile);
    let (one, other, third) = tokio::join!(want(), want(), want());
    assert_eq!(told(&one), "5.0 s in 3 segments, 3 renditions");
    let same = |other: &Result<Arc<Creative>, _>| {
        Arc::ptr_eq(one.as_ref().unwrap(), other.as_ref().unwrap())
    };
    assert!(same(&other) && same(&third));
    assert_eq!(workshop.asked(), 1);
    let report = workshop.conditioning.report().remove(0);
    let steps: Vec<_> = report.steps.iter().map(|(step, _)| step.as_str()).collect();
    assert_eq!(steps, ["fetch", "probe", "measure", "encode", "verify", "publish"]);
    assert_eq!((report.state, report.attempts, report.last_error), ("ready", 0, None));
    // Nothing of the work is left but the name of who did it.
    assert_eq!(
        workshop.folder.files("work"),
        [workshop.folder.path("work").join("node").to_string_lossy()]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_made_is_found_after_a_restart_and_another_file_is_noticed() {
    let mut workshop = Workshop::open().await;
    workshop.source("ad.mp4", AD).await;
    let profile = profile(Packing::MpegTs);
    let first = workshop.condition("ad.mp4", &profile).await.unwrap();
    workshop.reopen();
    assert_eq!(workshop.condition("ad.mp4", &profile).await.unwrap(), first);
    assert_eq!((workshop.conditioning.report().remove(0).steps, workshop.asked()), (Vec::new(), 1));
    workshop.source("ad.mp4", &AD.replace("d=5", "d=3")).await;
    workshop.reopen();
    let other = workshop.condition("ad.mp4", &profile).await;
    assert_eq!(told(&other), "3.0 s in 2 segments, 3 renditions");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_that_was_cut_off_goes_on_after_a_restart() {
    let mut workshop = Workshop::open().await;
    workshop.source("ad.mp4", AD).await;
    let profile = profile(Packing::MpegTs);
    let source = workshop.server.url("/ad.mp4");
    let wanted = wanted(source, profile);
    let job = Job::new(Job::id(&wanted), &wanted, ProgramTime::from_millis(0));
    notes::begin(&workshop.folder.path("work"), &job).await;
    workshop.reopen();
    let mut states = {
        let jobs = workshop.conditioning.0.jobs();
        jobs.get(&job.id).expect("it was taken over").states()
    };
    states.wait_for(|state| state.outcome().is_some()).await.unwrap();
    assert_eq!(told(&states.borrow().outcome().unwrap()), "5.0 s in 3 segments, 3 renditions");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_made_is_refused_with_its_reason() {
    let workshop = Workshop::open().await;
    workshop.source("ad.mp4", &format!("{AD} -movflags +faststart")).await;
    let whole = std::fs::read(workshop.folder.path("sources").join("ad.mp4")).unwrap();
    workshop.write("cut.mp4", &whole[..whole.len() / 2]);
    workshop.write("page.mp4", b"<html>not found</html>");
    workshop.write("nothing.mp4", b"");
    // A playlist in disguise must not make ffmpeg open what it names.
    workshop.write(
        "playlist.mp4",
        b"#EXTM3U\n#EXT-X-TARGETDURATION:5\n#EXTINF:5,\nfile:///etc/passwd\n#EXT-X-ENDLIST\n",
    );
    workshop.source("short.mp4", "-f lavfi -i testsrc2=s=64x36:r=25 -frames:v 1").await;
    workshop.source("deaf.m4a", "-f lavfi -i sine=d=3 -c:a aac").await;
    let profile = profile(Packing::MpegTs);
    let names = [
        "cut.mp4",
        "page.mp4",
        "nothing.mp4",
        "playlist.mp4",
        "short.mp4",
        "deaf.m4a",
        "gone.mp4",
        "endless",
    ];
    let mut rows = Vec::new();
    for name in names {
        let found = workshop.condition(name, &profile).await;
        rows.push(format!("{name}: {}", told(&found)));
    }
    insta::assert_snapshot!(rows.join("\n"));
    assert_eq!(workshop.folder.files("kept"), Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_playlist_that_does_not_suit_is_made_anew_from_its_best_rendition() {
    let workshop = Workshop::open().await;
    let sources = workshop.folder.path("sources");
    let hls = format!(
        "{AD} -f hls -hls_time 5 -hls_playlist_type vod -hls_segment_filename {}/h%d.ts",
        sources.display()
    );
    workshop.source("high.m3u8", &hls).await;
    workshop.write(
        "main.m3u8",
        b"#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1,CODECS=\"avc1.64000c,mp4a.40.2\"\nhigh.m3u8\n",
    );
    let fragmented =
        format!("{AD} -f hls -hls_segment_type fmp4 -hls_time 5 -hls_playlist_type vod");
    workshop.source("fragmented.m3u8", &fragmented).await;
    let profile = profile(Packing::MpegTs);
    for name in ["main.m3u8", "fragmented.m3u8"] {
        let made = workshop.condition(name, &profile).await;
        assert_eq!(told(&made), "5.0 s in 3 segments, 3 renditions", "{name}");
    }
    workshop.write("live.m3u8", b"#EXTM3U\n#EXT-X-TARGETDURATION:5\n#EXTINF:5,\nh0.ts\n");
    let live = workshop.condition("live.m3u8", &profile).await;
    assert_eq!(told(&live), "rendition 0 has no end, as live playlists have none");
}
