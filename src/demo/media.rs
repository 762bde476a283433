//! The media inside the binary: programme, ads and slate, as `scripts/media` made them.

use std::borrow::Cow;

use rust_embed::Embed;

use super::channel::Channel;
use crate::units::ProgramTime;

#[derive(Embed)]
#[folder = "src/demo/media"]
#[include = "**/*.m3u8"]
#[include = "**/*.ts"]
struct Media;

/// The file at a path such as `ads/fjord-bikes/v0/000.ts`.
pub(super) fn file(path: &str) -> Option<Cow<'static, [u8]>> {
    Media::get(path).map(|file| file.data)
}

/// The paths of all files.
#[cfg(test)]
pub(super) fn names() -> impl Iterator<Item = Cow<'static, str>> {
    Media::iter()
}

/// The names and media playlists of one loop of the programme.
pub(super) fn loops() -> [(&'static str, String); 4] {
    RENDITIONS.map(|name| (name, text(&format!("programme/{name}.m3u8"))))
}

/// The channel over the embedded programme, for a process started at `started`.
pub(super) fn channel(started: ProgramTime) -> Channel {
    let playlists = loops();
    Channel::new(started, playlists.iter().map(|(name, text)| (*name, text.as_str())))
}

/// The channel's multivariant playlist.
pub(super) fn multivariant() -> String {
    text("programme/main.m3u8")
}

fn text(path: &str) -> String {
    let bytes = file(path).expect("the programme is embedded");
    String::from_utf8(bytes.into_owned()).expect("playlists are text")
}

const RENDITIONS: [&str; 4] = ["v0", "v1", "v2", "a0"];
