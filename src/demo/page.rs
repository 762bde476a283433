//! The player page inside the binary.
//!
//! hls.js is an npm dependency of the page and not part of the repository: where it was not installed
//! at build time, `/demo/page/hls.min.js` is not found, and the page says so.

use std::borrow::Cow;

use rust_embed::Embed;

#[derive(Embed)]
#[folder = "src/demo/page"]
#[include = "index.html"]
#[include = "page.css"]
#[include = "page.js"]
#[include = "player.js"]
#[include = "session.js"]
#[include = "stalls.js"]
#[include = "timeline.js"]
#[include = "panels.js"]
#[include = "node_modules/hls.js/dist/hls.min.js"]
struct Page;

/// A file of the page by the name it has in URLs.
pub(super) fn file(name: &str) -> Option<Cow<'static, [u8]>> {
    let path = match name {
        "hls.min.js" => "node_modules/hls.js/dist/hls.min.js",
        _ => name,
    };
    Page::get(path).map(|file| file.data)
}
