//! How ad servers are asked, within a `[[playback_configuration]]`.

use toml::de::DeValue;

use super::{
    section::Section,
    value::{self, Read},
    variables,
};
use crate::{
    configuration::{AdsHttp, PreRoll, PrefetchTimeouts, StreamingMedia, Suppression},
    fetch::{HeaderName, HeaderValue, header},
    pod::LONGEST_UNKNOWN,
    units::MediaDuration,
    vast::{self, Sequencing, template::expand_braces, variables::Aliases},
};

/// How long asking may take.
pub(super) struct Timeouts {
    /// One request.
    pub(super) each: MediaDuration,
    /// All for a break, and all for a recorded programme.
    pub(super) whole: (MediaDuration, MediaDuration),
    /// Where ads are asked for before their break.
    pub(super) prefetch: PrefetchTimeouts,
}

/// With MediaTailor's defaults and bounds; it sets no bound to all that is asked ahead of a break, so
/// the longest it takes is the default here.
pub(super) fn timeouts(section: &mut Section<'_, '_>) -> Timeouts {
    let each = section.value("ads_request_timeout_milliseconds", value::whole(250..=6000));
    let each = each.unwrap_or(3000);
    let mut whole = |name| {
        let all = section.value(name, value::whole(250..=10_000)).unwrap_or(10_000);
        if all < each {
            section.warning(name, "is shorter than that of one request, which it cuts off");
        }
        MediaDuration::from_millis(all)
    };
    let whole = (whole(BREAK_TIMEOUT), whole(TITLE_TIMEOUT));
    let ahead = section.value(PREFETCH_TIMEOUT, value::whole(250..=10_000)).unwrap_or(each);
    let all_ahead = section.value(PREFETCH_BREAK_TIMEOUT, value::whole(250..=600_000));
    if all_ahead.is_some_and(|all| all < ahead) {
        section.warning(
            PREFETCH_BREAK_TIMEOUT,
            "is shorter than that of one request, which it cuts off",
        );
    }
    let prefetch = PrefetchTimeouts {
        each: MediaDuration::from_millis(ahead),
        all: all_ahead.map_or(PrefetchTimeouts::default().all, MediaDuration::from_millis),
    };
    Timeouts { each: MediaDuration::from_millis(each), whole, prefetch }
}

/// What is sent, and what the sequence of ads in an answer means, live and in recorded programmes.
pub(super) fn decision_server(
    section: &mut Section<'_, '_>,
) -> (AdsHttp, (Sequencing, Sequencing)) {
    let http = section.section("http_request", http);
    let mode = section
        .section("vast_response", |answer| answer.value("ad_sequencing_mode", sequencing_mode));
    (http, mode.unwrap_or_default())
}

fn http(section: &mut Section<'_, '_>) -> AdsHttp {
    let method = section.value("method", value::choice(&["GET", "POST"]));
    let body = section.value("body", value::text(100_000));
    // They may hold what an ad server knows its customers by.
    let headers = section.secret("headers", headers).unwrap_or_default();
    let compress = section.value("compress_request", value::choice(&["NONE", "GZIP"]));
    let is_post = method == Some("POST");
    if body.is_some() && !is_post {
        section.warning("body", "is sent only with the method `POST`");
    }
    if compress == Some("GZIP") && !is_post {
        section.warning("compress_request", "is of the body, sent only with the method `POST`");
    }
    for oddity in body.iter().flat_map(|body| variables::oddities_in_braces(body)) {
        section.warning("body", &oddity);
    }
    for (name, value) in &headers {
        for oddity in variables::oddities_in_braces(value) {
            section.warning("headers", &format!("`{name}` {oddity}"));
        }
    }
    AdsHttp {
        body: is_post.then(|| body.unwrap_or_default()),
        headers,
        gzip: compress == Some("GZIP"),
    }
}

/// Headers that can be sent.
fn headers(value: &DeValue<'_>) -> Read<Vec<(String, String)>> {
    let headers = value::texts(4096)(value)?;
    for (name, value) in &headers {
        let known = HeaderName::from_bytes(name.as_bytes());
        let known = known.map_err(|_| format!("`{name}` is no header's name"))?;
        if OF_CONNECTIONS.contains(&known) {
            return Err(format!("`{name}` is not to be set: each request says it of itself"));
        }
        // What players say in place of variables is looked at when it is sent.
        if HeaderValue::from_str(&expand_braces(value, |_| Some(String::new()))).is_err() {
            return Err(format!("of `{name}` expected printable characters"));
        }
    }
    Ok(headers)
}

/// Which breaks stay programme at a session's beginning.
pub(super) fn suppression(section: &mut Section<'_, '_>) -> Suppression {
    let modes = value::choice(&["OFF", "BEHIND_LIVE_EDGE", "AFTER_LIVE_EDGE"]);
    let mode = section.value("mode", modes).unwrap_or("OFF");
    let period = section.value("value", clock);
    let policy = value::choice(&["FULL_AVAIL_ONLY", "PARTIAL_AVAIL"]);
    let policy = section.value("fill_policy", policy).unwrap_or("PARTIAL_AVAIL");
    if mode == "OFF" && period.is_some() {
        section.warning("value", "means nothing with the mode `OFF`");
    }
    if mode == "AFTER_LIVE_EDGE" && period.is_none() {
        section.warning("mode", "needs a `value`, and is off without one");
    }
    if mode == "BEHIND_LIVE_EDGE" {
        section.warning("mode", "changes nothing: no break that began before a session is filled");
    }
    Suppression::of(mode, period, policy)
}

/// The ads that live sessions begin with, whose server `server` reads; none where it is not named.
pub(super) fn pre_roll<'a, 't>(
    section: &mut Section<'a, 't>,
    server: impl FnOnce(&mut Section<'a, 't>) -> Option<String>,
) -> Option<PreRoll> {
    let url = server(section);
    let longest = section.value("max_duration_seconds", value::whole(1..=86_400));
    let longest = longest.map_or(LONGEST_UNKNOWN, MediaDuration::from_secs);
    let modes = value::choice(&["IGNORE_AD_SEQUENCE", "FOLLOW_AD_SEQUENCE"]);
    let mode = section.section("ad_decision_server_configuration", |server| {
        server.section("vast_response", |answer| answer.value("ad_sequencing_mode", modes))
    });
    if url.is_none() && !section.is_empty() {
        section.warning("ad_decision_server_url", "is missing: live sessions begin without ads");
    }
    if longest > LONGEST_UNKNOWN {
        section.warning("max_duration_seconds", "is more than the 300 that are shown at most");
    }
    let sequencing = match mode {
        Some("FOLLOW_AD_SEQUENCE") => Sequencing::Follow,
        _ => Sequencing::Ignore,
    };
    let longest = longest.min(LONGEST_UNKNOWN);
    Some(PreRoll { ad_decision_server_url: url?, longest, sequencing })
}

/// What is done with ads' playlists.
pub(super) fn conditioning(section: &mut Section<'_, '_>) -> StreamingMedia {
    let choice = value::choice(&["TRANSCODE", "NONE"]);
    match section.value("streaming_media_file_conditioning", choice) {
        Some("TRANSCODE") => StreamingMedia::Transcode,
        Some(_) => StreamingMedia::AsItIs,
        None => StreamingMedia::IfItSuits,
    }
}

/// `HH:MM:SS`.
fn clock(value: &DeValue<'_>) -> Read<MediaDuration> {
    let text = value::text(64)(value)?;
    vast::clock(&text).ok_or_else(|| String::from("expected a time such as `00:00:30`"))
}

/// What players' parameters stand for: tables of aliases by variable.
pub(super) fn aliases(value: &DeValue<'_>) -> Read<Aliases> {
    let tables = value.as_table().ok_or_else(|| String::from("expected a table"))?;
    let one = |(name, table): (_, &toml::Spanned<DeValue<'_>>)| {
        let name: &toml::Spanned<std::borrow::Cow<'_, str>> = name;
        if !name.get_ref().starts_with("player_params.") {
            return Err(format!("`{}` is no `player_params.…`", name.get_ref()));
        }
        let aliases = value::texts(25_000)(table.get_ref())?;
        Ok((name.get_ref().to_string(), aliases.into_iter().collect()))
    };
    tables.iter().map(one).collect()
}

fn sequencing_mode(value: &DeValue<'_>) -> Read<(Sequencing, Sequencing)> {
    use Sequencing::{Follow, Ignore};
    match value::text(64)(value)?.as_str() {
        "FOLLOW_AD_SEQUENCE" => Ok((Follow, Follow)),
        "FOLLOW_AD_SEQUENCE_ONLY_LIVE" => Ok((Follow, Ignore)),
        "FOLLOW_AD_SEQUENCE_ONLY_VOD" => Ok((Ignore, Follow)),
        "IGNORE_AD_SEQUENCE" => Ok((Ignore, Ignore)),
        _ => Err(String::from(
            "expected `FOLLOW_AD_SEQUENCE` or `IGNORE_AD_SEQUENCE`, the first also with \
             `_ONLY_LIVE` or `_ONLY_VOD`",
        )),
    }
}

/// What goes by the request and its connection, and would spoil both.
const OF_CONNECTIONS: [HeaderName; 3] =
    [header::CONNECTION, header::CONTENT_LENGTH, header::TRANSFER_ENCODING];

const BREAK_TIMEOUT: &str = "live_maximum_ads_personalization_time_milliseconds";

const TITLE_TIMEOUT: &str = "vod_maximum_ads_personalization_time_milliseconds";

const PREFETCH_TIMEOUT: &str = "prefetch_ads_request_timeout_milliseconds";

const PREFETCH_BREAK_TIMEOUT: &str = "prefetch_maximum_ads_personalization_time_milliseconds";
