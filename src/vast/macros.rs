//! VAST's macros (VAST §6): what stands for what in the URLs we request.
//!
//! Every macro of the standard is known here. One without a value becomes `-1` (rule D-71), one
//! that is none stays as it stands. Since whoever requests a URL replaces its macros (rule D-72),
//! URLs handed to a player are not expanded here.

use std::{collections::BTreeMap, net::IpAddr};

use crate::units::{MediaDuration, ProgramTime};

use super::{
    Category, UniversalAdId,
    template::{encode, encode_list, expand},
};

mod client;
mod table;
#[cfg(test)]
mod tests;

use table::VALUES;

/// What is known at the moment a URL is requested. What is not known is `None` or empty.
#[derive(Clone, Copy, Debug, Default)]
pub struct Context<'a> {
    /// The moment itself (`TIMESTAMP`).
    pub now: Option<ProgramTime>,
    /// A random number, of which eight digits are used (`CACHEBUSTING`). The same in all attempts
    /// of one beacon.
    pub random: u64,
    /// One for a chain of ad requests and all that follows from it (`TRANSACTIONID`).
    pub transaction_id: Option<&'a str>,
    /// VAST's error code, in error URLs only.
    pub error_code: Option<u16>,
    /// On whose decision the request is made.
    pub server_side: Option<ServerSide>,
    /// The viewer's address; the same as in `X-Device-IP`.
    pub device_ip: Option<IpAddr>,
    /// The viewer's `User-Agent`; the same as in `X-Device-User-Agent`.
    pub device_ua: Option<&'a str>,
    /// Who we are (`SERVERUA`).
    pub server_ua: Option<&'a str>,
    /// How far into the ad.
    pub ad_playhead: Option<MediaDuration>,
    /// How far into the programme, ads aside.
    pub media_playhead: Option<MediaDuration>,
    /// The media file that plays.
    pub asset_uri: Option<&'a str>,
    /// The longest the break may be.
    pub break_max_duration: Option<MediaDuration>,
    /// Where the break stands: 1 before, 2 in, 3 after the programme.
    pub break_position: Option<u8>,
    /// How many ads are asked for, or played.
    pub ad_count: Option<u32>,
    /// `Ad@adType`.
    pub ad_type: Option<&'a str>,
    /// `Ad@sequence` of the ad that plays.
    pub pod_sequence: Option<u32>,
    /// What the wrappers so far block, in requests.
    pub blocked_categories: &'a [Category],
    /// The creative's names.
    pub universal_ad_ids: &'a [UniversalAdId],
    /// `AdServingId` of the ad that plays.
    pub ad_serving_id: Option<&'a str>,
    /// The programme's address.
    pub content_uri: Option<&'a str>,
    /// The session's page, as its `Referer` says.
    pub page_url: Option<&'a str>,
    /// Why a verification was not executed, in its URLs only (VAST §3.17): 1 refused, 2 not
    /// supported, 3 not loaded.
    pub reason: Option<u8>,
    /// Whether files are made into what is stitched, beside playlists (`MEDIAMIME`).
    pub takes_files: bool,
    /// What the player said of itself and its viewer (`ads.*`): macros that only it can know take
    /// the parameter of their name.
    pub player_params: Option<&'a BTreeMap<String, String>>,
}

/// On whose decision a URL is requested (`SERVERSIDE`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ServerSide {
    /// The service requests it because the player gave a sign, such as requesting a segment.
    OnBehalf,
    /// The service requests it by its own decision.
    OwnDecision,
}

/// Replaces the macros in a URL, once, in all places.
pub fn expand_macros(url: &str, context: &Context<'_>) -> String {
    expand(url, |name| macro_value(name, context))
}

/// The encoded value of one macro; `None` for what is no macro.
pub fn macro_value(name: &str, context: &Context<'_>) -> Option<String> {
    // VMAP spells it with an underscore (rule D-84).
    let name = if name == "ERROR_CODE" { "ERRORCODE" } else { name };
    let at = VALUES.binary_search_by_key(&name, |(known, _)| known).ok()?;
    let (_, value) = VALUES[at];
    let value = value(context).or_else(|| client::told(name, context));
    Some(value.unwrap_or_else(|| String::from(UNKNOWN)))
}

/// Stands for a value nobody knows (VAST §6.1).
const UNKNOWN: &str = "-1";
