//! Beginning sessions, in MediaTailor's two ways (§1.4 of its reference).

use std::{collections::BTreeMap, sync::Arc};

use axum::{
    Json,
    extract::{FromRequestParts, RawQuery, State},
    http::{header, request::Parts},
    response::{IntoResponse, Response},
};
use serde_json::{Map, Value};
use url::form_urlencoded;

use super::{
    error::Refusal,
    extract::Body,
    manifest::{ANY_ORIGIN, NO_STORE, PLAYLIST},
};
use crate::{
    configuration::Suppression,
    playback::{Device, Opening, Playback, Session},
    tracking::Reporting,
    vast,
};

/// `GET /v1/master/{configuration}/{asset}`: an implicit session, or with `aws.sessionId` the
/// multivariant playlist of an explicit one.
pub(super) async fn implicit(
    State(state): State<super::State>,
    asset: Asset,
    RawQuery(query): RawQuery,
    device: Device,
) -> Result<Response, Refusal> {
    let query = query.unwrap_or_default();
    let pairs: Vec<_> = form_urlencoded::parse(query.as_bytes()).into_owned().collect();
    let known = pairs.iter().find(|(key, _)| key == "aws.sessionId");
    let session = match known {
        Some((_, id)) => {
            let id = id.parse().map_err(|_| Refusal::not_a_session(id))?;
            state.playback.session(&asset.configuration, id)?
        }
        None => {
            let opening = of_query(&pairs, Reporting::Server, device)?;
            state.playback.open(&asset.configuration, &asset.path, &query, opening).await?
        }
    };
    multivariant(&state.playback, &session, &asset.path).await
}

/// What a session is opened at.
#[derive(Debug)]
pub(super) struct Asset {
    configuration: String,
    /// Still percent-encoded, as the player wrote it: what it means is for the origin to say.
    path: String,
}

impl FromRequestParts<super::State> for Asset {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, _: &super::State) -> Result<Self, Refusal> {
        let mut path = parts.uri.path().splitn(5, '/').skip(3);
        let (configuration, asset) = (path.next(), path.next());
        let name = configuration.map(percent_decode);
        match (name, asset) {
            (Some(configuration), Some(asset)) => {
                Ok(Self { configuration, path: asset.to_owned() })
            }
            _ => Err(Refusal::not_found(parts.uri.path())),
        }
    }
}

fn percent_decode(name: &str) -> String {
    // These mean something only in forms.
    let name = name.replace('+', "%2B").replace('=', "%3D").replace('&', "%26");
    form_urlencoded::parse(name.as_bytes()).map(|(key, _)| key.into_owned()).collect()
}

/// Addresses are relative, so that a proxy in front may add a path of its own.
async fn multivariant(
    playback: &Playback,
    session: &Session,
    asset: &str,
) -> Result<Response, Refusal> {
    let up = "../".repeat(asset.matches('/').count() + 2);
    let text = playback.multivariant(session, &up).await?;
    let headers = [
        (header::CONTENT_TYPE, PLAYLIST),
        (header::CACHE_CONTROL, NO_STORE),
        (header::ACCESS_CONTROL_ALLOW_ORIGIN, ANY_ORIGIN),
    ];
    Ok((headers, text).into_response())
}

/// `POST /v1/session/{configuration}/{asset}`: with or without a body, whatever its content type.
pub(super) async fn explicit(
    State(state): State<super::State>,
    asset: Asset,
    RawQuery(query): RawQuery,
    device: Device,
    Body(body): Body,
) -> Result<Response, Refusal> {
    let body = match body.trim_ascii().is_empty() {
        true => Map::new(),
        false => serde_json::from_slice(&body).map_err(|error| {
            Refusal::bad_request(format!("the body is no JSON object: {error}"))
        })?,
    };
    let opening = of_body(&body, device)?;
    let query = forwarded(query.as_deref().unwrap_or_default(), &body);
    begin(&state.playback, &asset, &query, opening).await
}

/// `GET /v1/session/{configuration}/{asset}?ads.k=v`
pub(super) async fn explicit_by_query(
    State(state): State<super::State>,
    asset: Asset,
    RawQuery(query): RawQuery,
    device: Device,
) -> Result<Response, Refusal> {
    let query = query.unwrap_or_default();
    let pairs: Vec<_> = form_urlencoded::parse(query.as_bytes()).into_owned().collect();
    let opening = of_query(&pairs, Reporting::Client, device)?;
    begin(&state.playback, &asset, &query, opening).await
}

async fn begin(
    playback: &Arc<Playback>,
    asset: &Asset,
    query: &str,
    opening: Opening,
) -> Result<Response, Refusal> {
    let Asset { configuration, path } = asset;
    let session = playback.open(configuration, path, query, opening).await?;
    let id = session.id;
    let addresses = serde_json::json!({
        "manifestUrl": format!("/v1/master/{configuration}/{path}?aws.sessionId={id}"),
        "trackingUrl": format!("/v1/tracking/{configuration}/{id}"),
    });
    let headers =
        [(header::CACHE_CONTROL, NO_STORE), (header::ACCESS_CONTROL_ALLOW_ORIGIN, ANY_ORIGIN)];
    Ok((headers, Json(addresses)).into_response())
}

fn of_query(
    pairs: &[(String, String)],
    default: Reporting,
    device: Device,
) -> Result<Opening, Refusal> {
    let params = pairs
        .iter()
        .filter_map(|(key, value)| Some((key.strip_prefix("ads.")?.to_owned(), value.clone())));
    let mode = pairs.iter().find(|(key, _)| key == "aws.reportingMode");
    let reporting = mode.map_or(Ok(default), |(_, mode)| reporting(mode))?;
    let said = |name: &str| {
        let mut of_name =
            pairs.iter().filter(|(key, _)| key.strip_prefix("aws.availSuppression") == Some(name));
        of_name.next().map(|(_, value)| value.as_str())
    };
    let suppression = suppression(said("Mode"), said("Value"), said("FillPolicy"));
    let signalling = pairs.iter().any(|(key, on)| key == "aws.adSignalingEnabled" && on == "true");
    let player_params = bounded(params.collect())?;
    let stream = pairs.iter().find(|(key, _)| key == "aws.streamId");
    let stream = stream.map(|(_, stream)| stream.clone());
    let pre_roll = pairs.iter().find(|(key, _)| key == "aws.preroll");
    let no_pre_roll = pre_roll.is_some_and(|(_, said)| is_disabled(said));
    Ok(Opening { device, player_params, reporting, signalling, suppression, stream, no_pre_roll })
}

/// MediaTailor writes it small for stitched sessions and large for guided ones.
fn reporting(mode: &str) -> Result<Reporting, Refusal> {
    match mode.to_ascii_lowercase().as_str() {
        "server" => Ok(Reporting::Server),
        "client" => Ok(Reporting::Client),
        _ => Err(Refusal::bad_request(format!(
            "the reporting mode is `{mode}`; expected `server` or `client`"
        ))),
    }
}

/// `adsParams`, or `playerParams` as one page of MediaTailor's guide calls it. Values are taken as
/// they stand; numbers and booleans as their text.
fn of_body(body: &Map<String, Value>, device: Device) -> Result<Opening, Refusal> {
    let mut params = BTreeMap::new();
    for family in ["playerParams", "adsParams"] {
        let given = match body.get(family) {
            None | Some(Value::Null) => continue,
            Some(Value::Object(given)) => given,
            Some(_) => return Err(Refusal::bad_request(format!("`{family}` is no JSON object"))),
        };
        for (key, value) in given {
            let text = match value {
                Value::String(text) => text.clone(),
                Value::Null => String::new(),
                other => other.to_string(),
            };
            params.insert(key.clone(), text);
        }
    }
    let reporting = match body.get("reportingMode") {
        None | Some(Value::Null) => Reporting::Client,
        Some(Value::String(mode)) => reporting(mode)?,
        Some(_) => return Err(Refusal::bad_request("`reportingMode` is no text")),
    };
    let said = |name: &str| body.get("availSuppression")?.get(name)?.as_str();
    let suppression = suppression(said("mode"), said("value"), said("fillPolicy"));
    // MediaTailor's guide writes a text there.
    let signalling = body.get("adSignaling").and_then(|signalling| signalling.get("enabled"));
    let signalling = signalling.is_some_and(|on| *on == "true" || *on == true);
    let stream = body.get("streamId").and_then(Value::as_str).map(str::to_owned);
    let player_params = bounded(params)?;
    let no_pre_roll = body.get("preroll").and_then(Value::as_str).is_some_and(is_disabled);
    Ok(Opening { device, player_params, reporting, signalling, suppression, stream, no_pre_roll })
}

/// Anything else means `enabled` (§1.4).
fn is_disabled(pre_roll: &str) -> bool {
    pre_roll.eq_ignore_ascii_case("disabled")
}

/// A session's own avail suppression (§1.4); mode and value come from one place, so a session that
/// names a mode takes nothing of the configuration's.
fn suppression(
    mode: Option<&str>,
    value: Option<&str>,
    fill_policy: Option<&str>,
) -> Option<Suppression> {
    let value = value.and_then(vast::clock);
    mode.map(|mode| Suppression::of(mode, value, fill_policy.unwrap_or("PARTIAL_AVAIL")))
}

fn bounded(params: BTreeMap<String, String>) -> Result<BTreeMap<String, String>, Refusal> {
    let size: usize = params.iter().map(|(key, value)| key.len() + value.len()).sum();
    match params.len() > MOST_PARAMS || size > MOST_BYTES {
        true => Err(Refusal::bad_request(format!(
            "{} ad parameters of {size} bytes; the limit is {MOST_PARAMS} of {MOST_BYTES}",
            params.len()
        ))),
        false => Ok(params),
    }
}

/// Top-level keys that are not Midroll's go to the origin as query parameters (§1.4).
fn forwarded(query: &str, body: &Map<String, Value>) -> String {
    let mut all = form_urlencoded::Serializer::new(String::new());
    all.extend_pairs(form_urlencoded::parse(query.as_bytes()));
    let texts = body.iter().filter_map(|(key, value)| Some((key, value.as_str()?)));
    all.extend_pairs(texts.filter(|(key, _)| !RESERVED.contains(&key.as_str())));
    all.finish()
}

const RESERVED: [&str; 12] = [
    "adsParams",
    "playerParams",
    "manifestParams",
    "reportingMode",
    "insertionMode",
    "streamId",
    "logMode",
    "overlayAvails",
    "availSuppression",
    "adSignaling",
    "startTime",
    "preroll",
];

const MOST_PARAMS: usize = 100;
const MOST_BYTES: usize = 32 * 1024;
