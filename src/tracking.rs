//! The tracking document players poll: MediaTailor's JSON, with its keys and conventions (§1.12 of
//! its reference). Every list is `[]`, never null: Shaka Player's listeners depend on it.
//!
//! Who reports decides what it holds ([`Reporting`]). Where the player does, every event comes with
//! its URLs, macros untouched, since who requests a URL replaces them (rule D-72). Where the server
//! does, the events it sends itself are listed without URLs, so that nothing is counted twice, and
//! those only a player can know (mute, skip, click) with theirs.

use std::sync::Arc;

use serde_json::{Map, Value, json};

use crate::{
    beacon::Stand,
    channel::{Break, BreakSerial},
    pod::{Ad, AdInfo},
    session::{Timeline, pieces},
    stitch::Placed,
    units::{MediaDuration, MediaSequence, ProgramTime, Viewer},
};

mod events;
mod extras;
mod signal;
#[cfg(test)]
mod tests;
mod token;

pub use events::{Named, named};
pub use signal::signals;
pub use token::{BadToken, Token};

/// Who sends a session's beacons (`reportingMode`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Reporting {
    /// The service; the document shows what is coming.
    #[default]
    Server,
    /// The player, by the document's URLs; the service sends none.
    Client,
}

/// One ad as it stands in a viewer's playlists.
#[derive(Clone, Copy, Debug)]
pub struct Listed<'a> {
    /// Its break.
    pub serial: BreakSerial,
    /// Its place among the session's ads in this break, from 0.
    pub index: usize,
    /// Number of its first segment: its `adId`.
    pub msn: Viewer<MediaSequence>,
    /// Where it begins on the programme's clock.
    pub begins: ProgramTime,
    /// Where it begins on the viewer's.
    pub starts: MediaDuration,
    /// The ad.
    pub ad: &'a Ad,
    /// Whether others stand before and behind it.
    pub stand: Stand,
}

/// A session's document, and where a client that has read it goes on.
#[derive(Clone, Debug, PartialEq)]
pub struct Document {
    /// The avails with ads behind the last one known.
    pub avails: Vec<Value>,
    /// The last ad in it; none if there is no ad.
    pub last: Option<Last>,
}

/// The last ad of a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Last {
    /// Its number.
    pub msn: Viewer<MediaSequence>,
    /// Where its last moment is on the viewer's clock.
    pub ends: MediaDuration,
}

/// What a session is shown.
pub struct Scene<'a> {
    /// Where its ads stand.
    pub placed: &'a [Placed],
    /// Since when its window lists anything; none: everything.
    pub head: Option<ProgramTime>,
    /// What was decided.
    pub timeline: &'a Timeline,
    /// Its breaks by serial.
    pub ad_break: &'a dyn Fn(BreakSerial) -> Option<Arc<Break>>,
}

impl std::fmt::Debug for Scene<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Scene").field("placed", &self.placed).finish_non_exhaustive()
    }
}

/// The avails whose ads stand in the window: those of ads behind `after`, and at most
/// so many ads.
pub fn document(
    scene: &Scene<'_>,
    reporting: Reporting,
    (after, most): (Option<Viewer<MediaSequence>>, usize),
) -> Document {
    let Scene { placed, head, timeline, .. } = *scene;
    let mut document = Document { avails: Vec::new(), last: None };
    let mut room = most;
    for placed in placed {
        let length = pieces(&placed.groups).map(|piece| piece.duration).sum::<MediaDuration>();
        let Some(ad_break) = (scene.ad_break)(placed.serial) else { continue };
        if head.is_some_and(|head| placed.start + length <= head) {
            continue;
        }
        let ads = listed(placed, timeline).into_iter();
        let new = ads.filter(|one| after.is_none_or(|after| one.msn > after)).take(room);
        let new: Vec<_> = new.collect();
        if new.is_empty() && after.is_some() {
            continue;
        }
        room -= new.len();
        let last =
            |one: &Listed<'_>| Last { msn: one.msn, ends: one.starts + one.ad.creative.duration };
        document.last = new.last().map(last).or(document.last);
        document.avails.push(avail(&ad_break, timeline, placed, &new, reporting));
        if room == 0 {
            break;
        }
    }
    document
}

/// The ads of every break that has not been settled, those that have left the window among them.
pub fn all_listed<'a>(placed: &'a [Placed], timeline: &'a Timeline) -> Vec<Listed<'a>> {
    placed.iter().flat_map(|placed| listed(placed, timeline)).collect()
}

/// The document of a session as JSON.
pub fn json(avails: &[Value], token: &str) -> Value {
    json!({
        "avails": avails,
        "dashAvailabilityStartTime": null,
        "hlsAnchorMediaSequenceNumber": null,
        "nextToken": token,
        "nonLinearAvails": [],
    })
}

fn listed<'a>(placed: &'a Placed, timeline: &'a Timeline) -> Vec<Listed<'a>> {
    let Some(decision) = timeline.decision(placed.serial) else { return Vec::new() };
    let pods: Vec<&Ad> = decision.pods().flat_map(|pod| &pod.ads).collect();
    let zero = placed.start - timeline.zero + placed.carried;
    let mut listed = Vec::new();
    let mut current = None;
    for (at, piece) in pieces(&placed.groups).enumerate() {
        let slate = placed.groups.get(piece.group).is_none_or(|group| !group.is_ad());
        if slate || current == Some(piece.group) {
            continue;
        }
        let index = listed.len();
        let Some(&ad) = pods.get(index) else { break };
        current = Some(piece.group);
        listed.push(Listed {
            serial: placed.serial,
            index,
            msn: placed.msn.plus(u64::try_from(at).unwrap_or(0)),
            begins: placed.start + piece.begins,
            starts: zero + piece.begins,
            ad,
            stand: Stand { first: index == 0, last: index + 1 == pods.len() },
        });
    }
    listed
}

fn avail(
    ad_break: &Break,
    timeline: &Timeline,
    placed: &Placed,
    ads: &[Listed<'_>],
    reporting: Reporting,
) -> Value {
    let starts = placed.start - timeline.zero + placed.carried;
    let mut avail = Map::new();
    let opening = events::of_break(ads, reporting);
    avail.insert("adBreakTrackingEvents".to_owned(), Value::Array(opening));
    avail.insert("adMarkerDuration".to_owned(), ad_break.planned.map_or(Value::Null, iso));
    let ads = ads.iter().map(|one| describe(one, reporting));
    avail.insert("ads".to_owned(), ads.collect());
    avail.insert("availId".to_owned(), Value::String(placed.msn.0.to_string()));
    avail.insert("availProgramDateTime".to_owned(), date(placed.start));
    timed(&mut avail, length(ad_break, placed), starts);
    avail.insert("meta".to_owned(), Value::Null);
    avail.insert("nonLinearAdsList".to_owned(), json!([]));
    Value::Object(avail)
}

/// As long as what it will show, where that is known: all its ads and the slate behind them.
fn length(ad_break: &Break, placed: &Placed) -> MediaDuration {
    let shown: MediaDuration = pieces(&placed.groups).map(|piece| piece.duration).sum();
    ad_break.length().map_or(shown, |length| length.max(shown))
}

fn describe(one: &Listed<'_>, reporting: Reporting) -> Value {
    let info: &AdInfo = &one.ad.info;
    let text = |text: &Option<String>| json!(text.as_deref().unwrap_or(""));
    let mut entry = Map::new();
    entry.insert("adId".to_owned(), json!(one.msn.0.to_string()));
    entry.insert("adParameters".to_owned(), text(&info.ad_parameters));
    entry.insert("adProgramDateTime".to_owned(), date(one.begins));
    entry.insert("adSystem".to_owned(), text(&info.ad_system));
    entry.insert("adTitle".to_owned(), text(&info.title));
    entry.insert("adVerifications".to_owned(), extras::verifications(info));
    entry.insert("companionAds".to_owned(), extras::companions(info));
    entry.insert("creativeId".to_owned(), text(&info.creative_id));
    entry.insert("creativeSequence".to_owned(), json!(sequence(info)));
    timed(&mut entry, one.ad.creative.duration, one.starts);
    entry.insert("extensions".to_owned(), extras::extensions(info));
    entry.insert("icons".to_owned(), extras::icons(info));
    entry.insert("mediaFiles".to_owned(), json!({ "mediaFilesList": [], "mezzanine": "" }));
    entry.insert("skipOffset".to_owned(), json!(info.skip_offset));
    entry.insert("trackingEvents".to_owned(), Value::Array(events::of_ad(one, reporting)));
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
