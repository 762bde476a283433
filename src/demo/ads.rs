//! The demo's ad server: which pod a viewer gets.
//!
//! Viewers are counted as they first ask, and neighbours get neighbouring pods, which have no ad in
//! common at any moment of a break: two viewers side by side always see different ads. Each minute
//! everyone moves on to the next pod.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use super::{fixtures, grid::EPOCH};
use crate::units::{MediaDuration, ProgramTime};

#[cfg(test)]
mod tests;

/// Answers ad requests, and remembers which viewer came when.
#[derive(Debug)]
pub(super) struct AdServer {
    base: String,
    viewers: Mutex<HashMap<String, usize>>,
}

impl AdServer {
    /// Whose media and beacons are under `base`, as in `http://127.0.0.1:8080`.
    pub(super) fn new(base: &str) -> Self {
        Self { base: base.trim_end_matches('/').to_owned(), viewers: Mutex::default() }
    }

    /// The VAST document for a viewer's break with so much room.
    pub(super) fn vast(&self, viewer: &str, room: MediaDuration, now: ProgramTime) -> String {
        let path = match pod(self.ordinal(viewer), now, room) {
            Some(pod) => format!("pods/{}.xml", pod.file),
            None => "answers/empty.xml".into(),
        };
        self.fixture(&path, viewer).expect("every pod has its file")
    }

    /// The VMAP document for a viewer's film: pods before and after it, and every 20 minutes whatever
    /// the ad server has then for half a minute.
    pub(super) fn plan(&self, viewer: &str, now: ProgramTime) -> String {
        let room = MediaDuration::from_secs(30);
        let pod = self.vast(viewer, room, now);
        let pod = pod.split_once("?>").map_or(pod.as_str(), |(_, document)| document).trim();
        let tag = format!("{}/demo/ads/vast?sid={}&dur=30", self.base, fixtures::plain(viewer));
        PLAN.replace("{{pod}}", pod).replace("{{tag}}", &tag)
    }

    /// A fixture of `vast-fixtures/` by its path.
    pub(super) fn fixture(&self, path: &str, viewer: &str) -> Option<String> {
        fixtures::answer(path, &self.base, viewer)
    }

    fn ordinal(&self, viewer: &str) -> usize {
        let mut viewers = self.viewers.lock().unwrap_or_else(PoisonError::into_inner);
        if viewers.len() >= MOST_VIEWERS {
            viewers.clear();
        }
        let next = viewers.len();
        *viewers.entry(viewer.to_owned()).or_insert(next)
    }
}

#[derive(Debug)]
struct Pod {
    file: &'static str,
    ads: &'static [(&'static str, i64)],
}

impl Pod {
    fn length(&self) -> MediaDuration {
        MediaDuration::from_secs(self.ads.iter().map(|(_, secs)| secs).sum())
    }
}

/// The pod of the viewer who came as number `ordinal`, of those that fit.
fn pod(ordinal: usize, now: ProgramTime, room: MediaDuration) -> Option<&'static Pod> {
    let turn = (now - EPOCH).as_nanos() / MediaDuration::from_secs(60).as_nanos();
    let fitting: Vec<_> = PODS.iter().filter(|pod| pod.length() <= room).collect();
    let at = usize::try_from(turn).unwrap_or(0).wrapping_add(ordinal);
    fitting.get(at.checked_rem(fitting.len())?).copied()
}

/// In an order in which neighbours, the last and the first included, show different ads throughout.
const PODS: [Pod; 6] = [
    Pod { file: "aurora-fjord", ads: &[("aurora-coffee", 15), ("fjord-bikes", 15)] },
    Pod { file: "lumen-tidal", ads: &[("lumen-lamps", 15), ("tidal-travel", 15)] },
    Pod { file: "tidal-pixel", ads: &[("tidal-travel", 15), ("pixel-pizza", 10)] },
    Pod {
        file: "pixel-quill-verdant",
        ads: &[("pixel-pizza", 10), ("quill-books", 10), ("verdant-seeds", 10)],
    },
    Pod { file: "verdant-aurora", ads: &[("verdant-seeds", 10), ("aurora-coffee", 15)] },
    Pod { file: "fjord-lumen", ads: &[("fjord-bikes", 15), ("lumen-lamps", 15)] },
];

const PLAN: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<vmap:VMAP xmlns:vmap="http://www.iab.net/videosuite/vmap" version="1.0">
  <vmap:AdBreak timeOffset="start" breakType="linear" breakId="before">
    <vmap:AdSource><vmap:VASTAdData>{{pod}}</vmap:VASTAdData></vmap:AdSource>
  </vmap:AdBreak>
  <vmap:AdBreak timeOffset="00:02:00" breakType="linear" breakId="within" repeatAfter="00:20:00">
    <vmap:AdSource><vmap:AdTagURI templateType="vast4"><![CDATA[{{tag}}]]></vmap:AdTagURI></vmap:AdSource>
  </vmap:AdBreak>
  <vmap:AdBreak timeOffset="end" breakType="linear" breakId="after">
    <vmap:AdSource><vmap:VASTAdData>{{pod}}</vmap:VASTAdData></vmap:AdSource>
  </vmap:AdBreak>
</vmap:VMAP>
"#;

/// Then the count starts again.
const MOST_VIEWERS: usize = 10_000;
