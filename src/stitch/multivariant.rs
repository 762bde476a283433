//! Writing a viewer's multivariant playlist.

use url::Url;

use crate::hls::{Line, Multivariant, RenditionInfo, Tag, absolute};

/// The channel's multivariant playlist with a viewer's addresses: each rendition's as `address` says
/// (none if it names one that `address` does not know), every other one absolute, resolved at
/// `base`.
///
/// Attributes stay as they came. Variables are expanded and none defined.
/// What is not stitched goes: I-frame and image playlists would show the origin's own time beside
/// personalised renditions. So does the promise that every segment can be decoded by
/// itself, which speaks of ads too, and where players begin, which each media playlist says as it
/// is there: two of them may not say two things (rfc8216bis §4.4.2).
pub fn multivariant(
    playlist: &Multivariant,
    base: &Url,
    address: impl Fn(&RenditionInfo) -> Option<String>,
) -> Option<String> {
    let addresses: Vec<_> = playlist.renditions.iter().map(&address).collect();
    let mut lines = playlist.lines.iter();
    let steering = lines.position(|line| line.tag == Tag::ContentSteering);
    let steering = steering.and_then(|at| playlist.lines.get(at)).map(|line| line.number);
    let keeps = |line: &Line| match line.tag {
        Tag::ContentSteering => Some(line.number) == steering,
        tag => stays(tag),
    };
    let mut missing = false;
    let text = playlist.rewrite(
        keeps,
        |at, _| {
            let known = addresses.get(at).cloned().flatten();
            missing |= known.is_none();
            known.unwrap_or_default()
        },
        |other| absolute(base, other),
    );
    let whole = format!("#EXTM3U\n{}", text.trim_start());
    (!missing).then_some(whole)
}

const fn stays(tag: Tag) -> bool {
    use Tag::*;
    !matches!(tag, M3u | Define | IndependentSegments | Start | IFrameStreamInf | ImageStreamInf)
}
