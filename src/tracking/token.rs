//! `NextToken`: where a client goes on reading.
//!
//! Opaque to clients; inside it looks as MediaTailor's do, `PT502.289S_2026-11-23T12:00:00.000Z_1`
//! in base64, with the number of the last ad behind it: two beacons may start at the same time.

use base64::{Engine as _, engine::general_purpose::STANDARD as BASE64};
use url::form_urlencoded;

use super::Last;
use crate::units::{MediaDuration, MediaSequence, ProgramTime, Viewer};

/// A token read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Token {
    /// The last ad the client knows.
    pub last: Last,
    /// When that was.
    pub given: ProgramTime,
}

/// It is none of ours, or more than a day old.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadToken {
    /// It is none.
    #[error("`NextToken` was not given by this service")]
    Unreadable,
    /// It is too old.
    #[error("`NextToken` is more than 24 hours old")]
    Old,
}

impl Token {
    /// Reads one at `now`, percent-encoded or not.
    ///
    /// # Errors
    /// [`BadToken`].
    pub fn read(text: &str, now: ProgramTime) -> Result<Self, BadToken> {
        let token = Self::parse(&decoded(text)).ok_or(BadToken::Unreadable)?;
        if now - token.given > LIFETIME { Err(BadToken::Old) } else { Ok(token) }
    }

    fn parse(text: &str) -> Option<Self> {
        let bytes = BASE64.decode(text).ok()?;
        let mut parts = std::str::from_utf8(&bytes).ok()?.split('_');
        let ends = parts.next()?.strip_prefix("PT")?.strip_suffix('S')?.parse().ok()?;
        let given = ProgramTime::parse(parts.next()?)?;
        let msn = parts.next().filter(|version| *version == "1").and(parts.next())?;
        let msn = Viewer(MediaSequence(msn.parse().ok()?));
        Some(Self { last: Last { msn, ends }, given })
    }
}

impl std::fmt::Display for Token {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { last: Last { msn, ends }, given } = self;
        let text = BASE64.encode(format!("PT{ends}S_{given}_1_{}", msn.0));
        form_urlencoded::byte_serialize(text.as_bytes()).try_for_each(|part| f.write_str(part))
    }
}

/// `%3D` back to `=`; a `+` stays one.
fn decoded(text: &str) -> String {
    let text = text.replace('+', "%2B");
    form_urlencoded::parse(text.as_bytes()).map(|(key, _)| key.into_owned()).collect()
}

const LIFETIME: MediaDuration = MediaDuration::from_secs(86_400);
