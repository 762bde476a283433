//! Whether an ad's playlist is stitched as it is, or segments are made of what there is.

use url::Url;

use crate::{
    configuration::StreamingMedia,
    pod::{Media, Refused, SkipReason},
};

/// The playlist to try as it is.
pub(super) fn as_it_is(media: &Media, streaming: StreamingMedia, makes: bool) -> Option<&Url> {
    let is_tried = !makes || streaming != StreamingMedia::Transcode;
    media.playlist.as_ref().filter(|_| is_tried)
}

/// What segments are made of: a file, else a playlist's media, as far as that may be done. `refused`
/// is why the playlist was not taken as it is.
pub(super) fn to_be_made<'a>(
    media: &'a Media,
    streaming: StreamingMedia,
    refused: &Refused,
) -> Option<&'a Url> {
    let is_source = match streaming {
        StreamingMedia::IfItSuits => is_mendable(refused),
        StreamingMedia::Transcode => true,
        StreamingMedia::AsItIs => false,
    };
    media.file.as_ref().or(media.playlist.as_ref().filter(|_| is_source))
}

/// Whether encoding a playlist's media anew makes an ad of it: it can be read, and does not suit, or
/// may be read by us and not by players.
const fn is_mendable(refused: &Refused) -> bool {
    matches!(refused.reason, SkipReason::NoVariantMatch | SkipReason::NoCors)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn playlists_are_stitched_or_made_anew_as_the_configuration_says() {
        let url = |name: &str| Url::parse(&format!("https://ads.example/{name}")).unwrap();
        let both = Media { playlist: Some(url("p")), file: Some(url("f")), captions: Vec::new() };
        let alone = Media { file: None, ..both.clone() };
        let refused = |reason| Refused { reason, why: None };
        let (other, broken) =
            (refused(SkipReason::NoVariantMatch), refused(SkipReason::ImportError));
        let told = |url: Option<&Url>| url.map_or("-", |url| &url.path()[1..]).to_owned();
        let mut rows = Vec::new();
        for streaming in
            [StreamingMedia::IfItSuits, StreamingMedia::Transcode, StreamingMedia::AsItIs]
        {
            for (name, media) in [("both", &both), ("playlist", &alone)] {
                let tried = told(as_it_is(media, streaming, true));
                let made = [&other, &broken].map(|why| told(to_be_made(media, streaming, why)));
                rows.push(format!("{streaming:?}, {name}: {tried}, then {}", made.join(" or ")));
            }
        }
        assert_eq!(
            rows,
            [
                "IfItSuits, both: p, then f or f",
                "IfItSuits, playlist: p, then p or -",
                "Transcode, both: -, then f or f",
                "Transcode, playlist: -, then p or p",
                "AsItIs, both: p, then f or f",
                "AsItIs, playlist: p, then - or -",
            ]
        );
        // Without ffmpeg there is nothing but playlists.
        assert_eq!(told(as_it_is(&both, StreamingMedia::Transcode, false)), "p");
    }
}
