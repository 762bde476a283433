//! Ad segments: the moment that counts, then the way to the creative.

use axum::{
    extract::State,
    http::{HeaderValue, Method, StatusCode, Uri, header},
    response::{IntoResponse, Response},
};
use serde::Deserialize;

use super::{
    error::Refusal,
    extract::Path,
    manifest::{ANY_ORIGIN, NO_STORE},
};
use crate::{
    creative::Blank,
    playback::{Asked, Error, Leads},
};

/// The parts of an ad segment's address. Whatever stands in place of its numbers, its link leads
/// where it leads.
#[derive(Debug, Deserialize)]
pub(super) struct Address {
    configuration: String,
    session: String,
    r#break: String,
    rendition: String,
    position: String,
    link: String,
}

impl Address {
    /// `None` where it names no segment that anybody was given.
    fn asked(&self) -> Option<Asked<'_>> {
        Some(Asked {
            configuration: &self.configuration,
            session: self.session.parse().ok()?,
            break_id: &self.r#break,
            rendition: self.rendition.parse().ok()?,
            position: self.position.parse().ok()?,
        })
    }
}

/// Counts the request if it is a GET of a known session, and redirects in any case (302: the next
/// viewer's request of the same creative must be counted too).
pub(super) async fn segment(
    State(state): State<super::State>,
    method: Method,
    uri: Uri,
    Path(address): Path<Address>,
) -> Result<Response, Refusal> {
    let leads = state.playback.lead(&address.link).ok_or(Error::NotAnAdSegment)?;
    if method == Method::GET
        && let Some(asked) = address.asked()
    {
        state.playback.count(&asked).await;
    }
    let mut response = match leads {
        Leads::Blank(Blank { media_type, bytes }) => {
            let kind = [(header::CONTENT_TYPE, HeaderValue::from_static(media_type))];
            (kind, bytes).into_response()
        }
        Leads::To(creative) => found_at(creative.as_str())?,
        Leads::Kept(kept) => {
            found_at(&state.playback.kept_at(&address.configuration, &kept, &up(uri.path())))?
        }
    };
    response.headers_mut().insert(header::CACHE_CONTROL, NO_STORE);
    response.headers_mut().insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, ANY_ORIGIN);
    Ok(response)
}

fn found_at(location: &str) -> Result<Response, Error> {
    let location = HeaderValue::from_str(location).map_err(|_| Error::NotAnAdSegment)?;
    Ok((StatusCode::FOUND, [(header::LOCATION, location)]).into_response())
}

/// The way from an address below `/v1/` back to that, whatever stands before it at a proxy.
fn up(path: &str) -> String {
    let below = path.split_once("/v1/").map_or(path, |(_, below)| below);
    "../".repeat(below.matches('/').count())
}
