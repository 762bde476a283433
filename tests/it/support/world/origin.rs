//! The origin: a channel that is live, media that are files, a film.

use std::{
    fmt::Write as _,
    sync::{Arc, atomic::Ordering},
};

use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use midroll::units::{MediaDuration, ProgramTime};

use super::{STEP, Weather, World};

/// Segments the origin lists.
pub(super) const WINDOW: i64 = 8;

impl World {
    fn playlist(&self, name: &str, edge: i64) -> String {
        let over = *self.event.lock().unwrap();
        let sound = *self.sound.lock().unwrap();
        let step = sound.filter(|_| name == "a").unwrap_or(self.step);
        let (began, window) = (self.began * self.step / step, WINDOW * self.step / step);
        let edge = (self.began + edge) * self.step / step - began;
        let (first, edge) = over.map_or((edge - window, edge), |over| (0, edge.min(over)));
        let breaks = self.breaks.lock().unwrap();
        let mut text = format!(
            "#EXTM3U\n#EXT-X-VERSION:8\n#EXT-X-TARGETDURATION:{}\n#EXT-X-MEDIA-SEQUENCE:{}\n\
             #EXT-X-DEFINE:IMPORT=\"place\"\n",
            self.step.max(sound.unwrap_or(0)),
            began + first
        );
        if over.is_some() {
            text.push_str("#EXT-X-PLAYLIST-TYPE:EVENT\n");
        }
        for n in first..edge {
            for (start, end) in breaks.iter() {
                if n == *start {
                    let _ = writeln!(text, "#EXT-X-CUE-OUT:{}", (end - start) * step);
                } else if n == *end {
                    text.push_str("#EXT-X-CUE-IN\n");
                }
            }
            let date = ProgramTime::from_millis((began + n) * step * 1_000);
            let _ = writeln!(text, "#EXT-X-PROGRAM-DATE-TIME:{date}");
            let _ = writeln!(text, "#EXTINF:{},", MediaDuration::from_secs(step));
            let kind = if name == "s" { "vtt" } else { "ts" };
            let _ = writeln!(text, "{{$place}}/{name}-{}.{kind}", began + n);
        }
        if over == Some(edge) {
            text.push_str("#EXT-X-ENDLIST\n");
        }
        text
    }
}

/// Its media playlists take the place of their segments from it.
pub(super) async fn channel(State(world): State<Arc<World>>) -> Response {
    match *world.weather.lock().unwrap() {
        Weather::Down => StatusCode::SERVICE_UNAVAILABLE.into_response(),
        Weather::Garbage => "<!doctype html><html><body>sorry</body></html>".into_response(),
        _ => (*world.channel.lock().unwrap()).into_response(),
    }
}

/// A segment of the stage's, whatever its number.
pub(super) async fn segment(State(world): State<Arc<World>>, Path(file): Path<String>) -> Response {
    let name = file.split('-').next().unwrap_or_default();
    world.stage().map_or_else(
        || StatusCode::NOT_FOUND.into_response(),
        |stage| std::fs::read(stage.folder.join(format!("{name}.ts"))).unwrap().into_response(),
    )
}

pub(super) async fn file(State(world): State<Arc<World>>, Path(file): Path<String>) -> Response {
    let Some(stage) = world.stage() else { return StatusCode::NOT_FOUND.into_response() };
    if file.starts_with("ad") {
        tokio::time::sleep(stage.delay).await;
    }
    std::fs::read(stage.folder.join(file)).unwrap().into_response()
}

pub(super) const NAMES_ALONE: &str = "#EXTM3U\n\
     #EXT-X-DEFINE:NAME=\"place\",VALUE=\"media\"\n\
     #EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"aac\",NAME=\"en\",LANGUAGE=\"en\",DEFAULT=YES,URI=\"a.m3u8\"\n\
     #EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID=\"s\",NAME=\"en\",LANGUAGE=\"en\",URI=\"s.m3u8\"\n\
     #EXT-X-STREAM-INF:BANDWIDTH=1000000,CODECS=\"avc1.4d401f,mp4a.40.2\",RESOLUTION=640x360,AUDIO=\"aac\",SUBTITLES=\"s\"\n\
     v.m3u8\n";

/// Sound (0), subtitles (1), two pictures (2, 3) and pictures to seek by (4).
pub(crate) const LADDER: &str = "#EXTM3U\n\
     #EXT-X-DEFINE:NAME=\"place\",VALUE=\"media\"\n\
     #EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"aac\",NAME=\"en\",LANGUAGE=\"en\",DEFAULT=YES,URI=\"a.m3u8\"\n\
     #EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID=\"s\",NAME=\"en\",LANGUAGE=\"en\",URI=\"s.m3u8\"\n\
     #EXT-X-STREAM-INF:BANDWIDTH=1000000,CODECS=\"avc1.4d401f,mp4a.40.2\",RESOLUTION=640x360,AUDIO=\"aac\",SUBTITLES=\"s\"\n\
     v.m3u8\n\
     #EXT-X-STREAM-INF:BANDWIDTH=2000000,CODECS=\"avc1.4d401f,mp4a.40.2\",RESOLUTION=640x360,AUDIO=\"aac\",SUBTITLES=\"s\"\n\
     w.m3u8\n\
     #EXT-X-I-FRAME-STREAM-INF:BANDWIDTH=100000,CODECS=\"avc1.4d401f\",RESOLUTION=640x360,URI=\"i.m3u8\"\n";

pub(super) async fn multivariant() -> &'static str {
    "#EXTM3U\n\
     #EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"aac\",NAME=\"en\",LANGUAGE=\"en\",DEFAULT=YES,URI=\"a.m3u8\"\n\
     #EXT-X-STREAM-INF:BANDWIDTH=1000000,CODECS=\"avc1.4d401f,mp4a.40.2\",RESOLUTION=640x360,AUDIO=\"aac\"\n\
     v.m3u8\n"
}

pub(super) async fn playlist(
    State(world): State<Arc<World>>,
    Path(file): Path<String>,
) -> Response {
    world.playlists.fetch_add(1, Ordering::Relaxed);
    let name = file.trim_end_matches(".m3u8").to_owned();
    let weather = *world.weather.lock().unwrap();
    match weather {
        Weather::Fine => world.playlist(&name, world.edge()).into_response(),
        Weather::Stale(by) => world.playlist(&name, world.edge() - by).into_response(),
        Weather::Down => StatusCode::SERVICE_UNAVAILABLE.into_response(),
        Weather::Garbage => "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\n\u{0}\n".into_response(),
    }
}

/// Segments of a film.
const FILM: i64 = 30;

/// A film of one picture and one sound, with what is marked in it.
pub(super) async fn film(State(world): State<Arc<World>>, Path(file): Path<String>) -> Response {
    if file == "main.m3u8" {
        return multivariant().await.into_response();
    }
    if let Some((name, _)) = file.split_once('-') {
        let name = if name == "v" { "v0" } else { name };
        return segment(State(world), Path(name.to_owned())).await;
    }
    world.playlists.fetch_add(1, Ordering::Relaxed);
    let name = file.trim_end_matches(".m3u8");
    let mut text = format!(
        "#EXTM3U\n#EXT-X-VERSION:6\n#EXT-X-TARGETDURATION:{STEP}\n#EXT-X-PLAYLIST-TYPE:VOD\n"
    );
    let marks = world.marks.lock().unwrap().clone();
    for n in 0..FILM {
        for (start, end) in &marks {
            if n == *start {
                let _ = writeln!(text, "#EXT-X-CUE-OUT:{}", (end - start) * STEP);
            }
            if n == *end {
                text.push_str("#EXT-X-CUE-IN\n");
            }
        }
        let _ = writeln!(text, "#EXTINF:{},\n{name}-{n}.ts", MediaDuration::from_secs(STEP));
    }
    (text + "#EXT-X-ENDLIST\n").into_response()
}
