//! The tracking document players poll: MediaTailor's JSON, with its keys and conventions (§1.12 of
//! its reference). Every list is `[]`, never null: Shaka Player's listeners depend on it.

use serde_json::{Map, Value, json};

use crate::{
    channel::{Break, View},
    pod::{Ad, AdInfo},
    session::{Timeline, pieces},
    stitch::{self, Placed},
    units::{MediaDuration, ProgramTime},
};

/// The avails whose ads stand in the window of `rendition`, without beacon URLs.
pub fn document(view: &View, rendition: usize, timeline: &Timeline) -> Value {
    let head = stitch::playlist(view, rendition, timeline).map(|playlist| playlist.head);
    let placed = stitch::placed(view, rendition, timeline);
    let avails: Vec<Value> = placed
        .iter()
        .filter(|placed| {
            let length = pieces(&placed.groups).map(|piece| piece.duration).sum::<MediaDuration>();
            head.is_none_or(|head| placed.start + length > head)
        })
        .filter_map(|placed| avail(view, timeline, placed))
        .collect();
    whole(&avails)
}

/// The document of a session nothing has been shown yet.
pub fn empty() -> Value {
    whole(&[])
}

fn whole(avails: &[Value]) -> Value {
    json!({
        "avails": avails,
        "dashAvailabilityStartTime": null,
        "hlsAnchorMediaSequenceNumber": null,
        "nextToken": "",
        "nonLinearAvails": [],
    })
}

fn avail(view: &View, timeline: &Timeline, placed: &Placed) -> Option<Value> {
    let ad_break = view.ad_break(placed.serial)?;
    let decision = timeline.decision(placed.serial)?;
    let pods: Vec<&Ad> = decision.pods().flat_map(|pod| &pod.ads).collect();
    let starts = placed.start - timeline.zero + placed.carried;
    let mut ads = Vec::new();
    let mut begun = pods.iter();
    let mut current: Option<(usize, &Ad)> = None;
    for (at, piece) in pieces(&placed.groups).enumerate() {
        let slate = placed.groups.get(piece.group).is_none_or(|group| group.slate);
        if slate || current.is_some_and(|(group, _)| group == piece.group) {
            continue;
        }
        let Some(&ad) = begun.next() else { break };
        current = Some((piece.group, ad));
        let id = placed.msn.plus(u64::try_from(at).unwrap_or(0)).0.to_string();
        ads.push(describe(ad, &id, starts + piece.begins, placed.start + piece.begins));
    }
    let length = length(ad_break, placed);
    let mut avail = Map::new();
    avail.insert("adBreakTrackingEvents".to_owned(), json!([]));
    avail.insert("adMarkerDuration".to_owned(), ad_break.planned.map_or(Value::Null, iso));
    avail.insert("ads".to_owned(), Value::Array(ads));
    avail.insert("availId".to_owned(), Value::String(placed.msn.0.to_string()));
    avail.insert("availProgramDateTime".to_owned(), date(placed.start));
    timed(&mut avail, length, starts);
    avail.insert("meta".to_owned(), Value::Null);
    avail.insert("nonLinearAdsList".to_owned(), json!([]));
    Some(Value::Object(avail))
}

/// As long as what it will show, where that is known: all its ads and the slate behind them.
fn length(ad_break: &Break, placed: &Placed) -> MediaDuration {
    let shown: MediaDuration = pieces(&placed.groups).map(|piece| piece.duration).sum();
    ad_break.length().map_or(shown, |length| length.max(shown))
}

fn describe(ad: &Ad, id: &str, starts: MediaDuration, dated: ProgramTime) -> Value {
    let info: &AdInfo = &ad.info;
    let text = |text: &Option<String>| json!(text.as_deref().unwrap_or(""));
    let mut entry = Map::new();
    entry.insert("adId".to_owned(), json!(id));
    entry.insert("adParameters".to_owned(), json!(""));
    entry.insert("adProgramDateTime".to_owned(), date(dated));
    entry.insert("adSystem".to_owned(), text(&info.ad_system));
    entry.insert("adTitle".to_owned(), text(&info.title));
    entry.insert("adVerifications".to_owned(), json!([]));
    entry.insert("companionAds".to_owned(), json!([]));
    entry.insert("creativeId".to_owned(), text(&info.creative_id));
    entry.insert("creativeSequence".to_owned(), json!(sequence(info)));
    timed(&mut entry, ad.creative.duration, starts);
    entry.insert("extensions".to_owned(), json!([]));
    entry.insert("icons".to_owned(), json!([]));
    entry.insert("mediaFiles".to_owned(), json!({ "mediaFilesList": [], "mezzanine": "" }));
    entry.insert("skipOffset".to_owned(), json!(info.skip_offset));
    entry.insert("trackingEvents".to_owned(), json!([]));
    entry.insert("vastAdId".to_owned(), text(&info.ad_id));
    Value::Object(entry)
}

fn sequence(info: &AdInfo) -> String {
    info.sequence.map(|sequence| sequence.to_string()).unwrap_or_default()
}

fn timed(entry: &mut Map<String, Value>, length: MediaDuration, starts: MediaDuration) {
    entry.insert("duration".to_owned(), iso(length));
    entry.insert("durationInSeconds".to_owned(), seconds(length));
    entry.insert("startTime".to_owned(), iso(starts));
    entry.insert("startTimeInSeconds".to_owned(), seconds(starts));
}

fn date(time: ProgramTime) -> Value {
    Value::String(time.to_string())
}

/// `PT15.1S`
fn iso(length: MediaDuration) -> Value {
    Value::String(format!("PT{length}S"))
}

/// Seconds with milliseconds, truncated as MediaTailor truncates them.
fn seconds(length: MediaDuration) -> Value {
    let text = MediaDuration::from_millis(length.as_millis()).to_string();
    text.parse::<serde_json::Number>().map_or(Value::Null, Value::Number)
}
