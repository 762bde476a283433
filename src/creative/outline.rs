//! A creative's first playlist: what else has to be fetched to know it.

use std::collections::HashMap;

use url::Url;

use crate::hls::{Given, Multivariant, NotAPlaylist, RenditionInfo, RenditionKind};

use super::{OWN_SCHEME, Unusable, Which};

/// What a creative's address answers: a multivariant playlist, or a media playlist alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outline {
    pub(super) url: Url,
    pub(super) content: Content,
    /// What its multivariant playlist defines.
    pub(super) variables: HashMap<String, String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Content {
    /// Renditions and where their playlists are.
    Renditions(Vec<(RenditionInfo, Url)>),
    /// The one media playlist there is.
    Media(Playlist),
}

/// A media playlist as it was fetched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Playlist {
    /// Where it came from in the end, after redirects: what its addresses refer to.
    pub url: Url,
    /// Its text.
    pub text: String,
}

impl Outline {
    /// Reads `main`, what was answered for `url`. I-frame playlists are passed over.
    ///
    /// # Errors
    /// What is no playlist, has too many renditions, or renditions at no HTTP address.
    pub fn read(url: Url, main: Playlist) -> Result<Self, Unusable> {
        let given = Given { variables: None, query: main.url.query().unwrap_or_default() };
        let multivariant = match Multivariant::parse_given(main.text.as_str(), given) {
            Ok((multivariant, _)) => multivariant,
            Err(NotAPlaylist::Media { .. }) => {
                let (content, variables) = (Content::Media(main), HashMap::new());
                return Ok(Self { url, content, variables });
            }
            Err(why) => return Err(Unusable::NotAPlaylist { which: Which::Main, why }),
        };
        let variables = multivariant.variables;
        let used = multivariant.renditions.into_iter().filter(|info| is_used(info.kind));
        let renditions = used
            .map(|info| Ok((address(&main.url, &info.uri)?, info)))
            .map(|pair| pair.map(|(at, info)| (info, at)))
            .collect::<Result<Vec<_>, Unusable>>()?;
        let text = |(info, _): &(RenditionInfo, Url)| info.kind == RenditionKind::Subtitles;
        match renditions.len() {
            count if count > MAX_RENDITIONS => {
                Err(Unusable::TooManyRenditions { count, limit: MAX_RENDITIONS })
            }
            _ if renditions.iter().all(text) => Err(Unusable::NO_RENDITIONS),
            _ => Ok(Self { url, content: Content::Renditions(renditions), variables }),
        }
    }

    /// Where the media playlists are that [`super::Creative::read`] needs, in that order.
    pub fn playlists(&self) -> impl Iterator<Item = &Url> {
        let renditions = match &self.content {
            Content::Renditions(renditions) => renditions.as_slice(),
            Content::Media(_) => &[],
        };
        renditions.iter().map(|(_, url)| url)
    }
}

fn is_used(kind: RenditionKind) -> bool {
    kind != RenditionKind::IFrame
}

/// An address as a playlist at `base` writes it; not too long.
pub(super) fn address(base: &Url, written: &str) -> Result<Url, Unusable> {
    let reachable = |url: &Url| match url.scheme() {
        "http" | "https" => true,
        // Only what is kept here may name more of it.
        scheme => scheme == OWN_SCHEME && base.scheme() == OWN_SCHEME,
    };
    let url = base.join(written).ok().filter(reachable);
    let url =
        url.ok_or_else(|| Unusable::Address { url: written.chars().take(MAX_SHOWN).collect() })?;
    match url.as_str().len() {
        length if length > MAX_ADDRESS => Err(Unusable::LongAddress { length, limit: MAX_ADDRESS }),
        _ => Ok(url),
    }
}

/// A creative has some ten renditions; each is a request.
const MAX_RENDITIONS: usize = 50;
/// Bytes of an address. Signed ones have one or two thousand; every segment's begins with that of
/// its playlist, and stands in every viewer's.
const MAX_ADDRESS: usize = 4 << 10;
/// Characters of an unusable address that are shown.
const MAX_SHOWN: usize = 200;
