//! The macros and where their values come from.

use crate::units::MediaDuration;

use super::{Context, ServerSide, encode, encode_list};

/// Gives a macro's encoded value.
type Value = fn(&Context<'_>) -> Option<String>;

/// Every macro of the standard, sorted by name.
pub(super) const VALUES: [(&str, Value); 59] = [
    ("ADCATEGORIES", unknown),
    ("ADCOUNT", |c| Some(c.ad_count?.to_string())),
    ("ADPLAYHEAD", |c| c.ad_playhead.map(playhead)),
    ("ADSERVINGID", |c| c.ad_serving_id.map(encode)),
    ("ADTYPE", |c| c.ad_type.map(encode)),
    ("APIFRAMEWORKS", unknown),
    ("APPBUNDLE", unknown),
    ("ASSETURI", |c| c.asset_uri.map(encode)),
    ("BLOCKEDADCATEGORIES", blocked_categories),
    ("BREAKMAXADLENGTH", |c| c.break_max_duration.map(whole_secs)),
    ("BREAKMAXADS", unknown),
    ("BREAKMAXDURATION", |c| c.break_max_duration.map(whole_secs)),
    ("BREAKMINADLENGTH", unknown),
    ("BREAKPOSITION", |c| Some(c.break_position?.to_string())),
    ("CACHEBUSTING", |c| Some(format!("{:08}", c.random % 100_000_000))),
    ("CLICKPOS", unknown),
    ("CLICKTYPE", unknown),
    ("CLIENTUA", unknown),
    ("CONTENTCAT", unknown),
    ("CONTENTID", unknown),
    ("CONTENTPLAYHEAD", |c| c.media_playhead.map(playhead)),
    ("CONTENTURI", |c| c.content_uri.map(encode)),
    ("DEVICEIP", |c| Some(encode(&c.device_ip?.to_string()))),
    ("DEVICEUA", |c| c.device_ua.map(encode)),
    ("DOMAIN", unknown),
    ("DSAPARAMS", unknown),
    ("DSAPUBRENDER", unknown),
    ("DSAREQUIRED", unknown),
    ("ERRORCODE", |c| Some(c.error_code?.to_string())),
    ("EXTENSIONS", unknown),
    ("GDPRCONSENT", unknown),
    ("GPPSECTIONID", unknown),
    ("GPPSTRING", unknown),
    ("IFA", unknown),
    ("IFATYPE", unknown),
    ("INVENTORYSTATE", unknown),
    ("LATLONG", unknown),
    ("LIMITADTRACKING", unknown),
    ("MEDIAMIME", |c| Some(encode_list(media_types(c).iter().copied()))),
    ("MEDIAPLAYHEAD", |c| c.media_playhead.map(playhead)),
    ("OMIDPARTNER", unknown),
    ("PAGEURL", |c| c.page_url.map(encode)),
    ("PLACEMENTTYPE", |_| Some(String::from("1"))),
    ("PLAYBACKMETHODS", unknown),
    ("PLAYERCAPABILITIES", unknown),
    ("PLAYERSIZE", unknown),
    ("PLAYERSTATE", unknown),
    ("PODSEQUENCE", |c| Some(c.pod_sequence?.to_string())),
    ("REASON", |c| Some(c.reason?.to_string())),
    ("REGULATIONS", unknown),
    ("SERVERSIDE", |c| c.server_side.map(server_side)),
    ("SERVERUA", |c| c.server_ua.map(encode)),
    ("STOREID", unknown),
    ("STOREURL", unknown),
    ("TIMESTAMP", |c| Some(encode(&c.now?.to_string()))),
    ("TRANSACTIONID", |c| c.transaction_id.map(encode)),
    ("UNIVERSALADID", universal_ad_ids),
    ("VASTVERSIONS", |_| Some(encode_list(VERSIONS))),
    ("VERIFICATIONVENDORS", unknown),
];

fn unknown(_: &Context<'_>) -> Option<String> {
    None
}

fn server_side(side: ServerSide) -> String {
    let number = match side {
        ServerSide::OnBehalf => "1",
        ServerSide::OwnDecision => "2",
    };
    String::from(number)
}

fn blocked_categories(context: &Context<'_>) -> Option<String> {
    let codes = context.blocked_categories.iter().map(|category| category.code.as_str());
    (!context.blocked_categories.is_empty()).then(|| encode_list(codes))
}

/// `{registry} {value}`, several joined by commas.
fn universal_ad_ids(context: &Context<'_>) -> Option<String> {
    let ids: Vec<String> =
        context.universal_ad_ids.iter().map(|id| format!("{} {}", id.registry, id.value)).collect();
    (!ids.is_empty()).then(|| encode_list(ids.iter().map(String::as_str)))
}

/// Playlists are stitched as they are; files where there is something to make segments of them.
const fn media_types(context: &Context<'_>) -> &'static [&'static str] {
    match context.takes_files {
        true => &["application/x-mpegURL", "video/mp4", "video/quicktime"],
        false => &["application/x-mpegURL"],
    }
}

/// `HH:MM:SS.mmm`, encoded.
fn playhead(at: MediaDuration) -> String {
    let millis = at.as_millis().max(0);
    let (secs, millis) = (millis / 1_000, millis % 1_000);
    let (hours, minutes, secs) = (secs / 3_600, secs / 60 % 60, secs % 60);
    encode(&format!("{hours:02}:{minutes:02}:{secs:02}.{millis:03}"))
}

fn whole_secs(length: MediaDuration) -> String {
    length.rounded_secs().to_string()
}

/// What is read here, as AdCOM numbers them: VAST 2.0, 3.0, 4.0, 4.1, 4.2, 4.3, each without and
/// with wrappers.
const VERSIONS: [&str; 12] = ["2", "3", "5", "6", "7", "8", "11", "12", "13", "14", "15", "16"];
