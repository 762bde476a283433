//! Which of an ad's media files to take.

use crate::vast;

/// The media files of an ad that may be of use: the address of an HLS playlist, and that of a file
/// to make segments of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Files<'a> {
    /// The playlist to stitch as it is.
    pub playlist: Option<&'a str>,
    /// The file to condition.
    pub file: Option<&'a str>,
}

impl<'a> Files<'a> {
    /// Those of an ad. A playlist: rather one for streaming, in document order (rule D-26). A file:
    /// the mezzanine, which is made for that (VAST §3.9.2), else the best of those for playing.
    /// Programs that call themselves media are passed over, and so is what has no address to be fetched
    /// from, such as `rtmp:`, unless there is nothing else.
    pub fn of(linear: &'a vast::Linear) -> Self {
        let media = || linear.media_files.iter().filter(|file| file.api_framework.is_none());
        let playlists = || media().filter(|file| is_playlist(&file.mime));
        let playlist =
            playlists().rev().max_by_key(|file| (is_fetched(&file.uri), is_streaming(file)));
        let mezzanines = linear.mezzanines.iter().map(|master| master.uri.as_str());
        let progressive = media().filter(|file| is_file(&file.mime)).rev();
        let progressive = progressive.max_by_key(|file| (is_fetched(&file.uri), quality(file)));
        let files = mezzanines.chain(progressive.map(|file| file.uri.as_str()));
        Self {
            playlist: playlist.map(|file| file.uri.as_str()),
            // Of equals the last is taken, so they are looked at from behind.
            file: files.rev().max_by_key(|uri| is_fetched(uri)),
        }
    }

    /// The one that the ad is told by.
    pub fn named(self) -> Option<&'a str> {
        let mut both = [self.playlist, self.file].into_iter().flatten();
        both.find(|uri| is_fetched(uri)).or(self.playlist).or(self.file)
    }
}

/// More pixels than any television has are no better, and take longer to fetch and decode.
fn quality(file: &vast::MediaFile) -> (u32, Option<u32>) {
    (file.height.unwrap_or(0).min(ENOUGH), file.bitrate)
}

fn is_fetched(uri: &str) -> bool {
    let scheme = uri.split_once("://").map_or("", |(scheme, _)| scheme);
    ["http", "https"].iter().any(|known| scheme.eq_ignore_ascii_case(known))
}

fn is_streaming(file: &vast::MediaFile) -> bool {
    file.delivery.eq_ignore_ascii_case("streaming")
}

fn is_playlist(mime: &str) -> bool {
    PLAYLIST_TYPES.contains(&essence(mime).as_str())
}

/// Whatever calls itself video, and is no manifest of another kind of streaming.
fn is_file(mime: &str) -> bool {
    let mime = essence(mime);
    !is_playlist(&mime) && (mime.starts_with("video/") || FILE_TYPES.contains(&mime.as_str()))
}

fn essence(mime: &str) -> String {
    mime.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

/// The names under which HLS is served.
const PLAYLIST_TYPES: [&str; 5] = [
    "application/x-mpegurl",
    "application/vnd.apple.mpegurl",
    "application/mpegurl",
    "audio/mpegurl",
    "audio/x-mpegurl",
];
/// Other names of files with pictures, or with sound alone.
const FILE_TYPES: [&str; 5] =
    ["application/mxf", "application/mp4", "audio/mp4", "audio/mpeg", "audio/aac"];
const ENOUGH: u32 = 1_080;
