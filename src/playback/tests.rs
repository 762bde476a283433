//! One session of one channel, told of breaks and answers by hand.

use std::{path::PathBuf, sync::OnceLock};

use serde_json::Value;
use url::Url;

use super::*;
use crate::{
    adserver,
    channel::Break,
    dispatch,
    fetch::tests::support,
    hls::{MediaPlaylist, Multivariant},
    ids::ConfigurationName,
    journal::{self, Journal},
    library, origin,
    pod::{AdInfo, Offer, Offers, tests::creative},
    session::Timeline,
    units::ProgramTime,
};

mod deciding;
mod making;
mod failures;
mod hearing;
mod rows;
mod titles;

/// Segments of 6 s, the third and the next four of them a break.
pub(super) struct Scene {
    pub(super) playback: Arc<Playback>,
    pub(super) session: Arc<Session>,
    pub(super) journal: Journal,
    pub(super) folder: PathBuf,
}

impl Scene {
    /// A session that joined at the beginning, in a channel of which so many segments have been read.
    pub(super) fn new(name: &str, read: usize) -> Self {
        let folder = std::env::temp_dir().join(format!("midroll-{}-{name}", std::process::id()));
        let (clock, metrics) = (Clock::by_hand(at(12)).0, Arc::new(Metrics::new()));
        let journal = journal::Settings::default();
        let journal = Journal::open(&folder, journal, &clock, &metrics).unwrap();
        let doors = doors(&folder, &clock, &metrics, &journal);
        let configuration = Arc::new(configuration());
        let configurations = HashMap::from([("news".to_owned(), Arc::clone(&configuration))]);
        let playback = Playback::new(doors, Settings { configurations, ..Settings::default() });
        let live = Arc::new(live(&configuration));
        let id = SessionId::from_bits(7);
        let opening = Opening::default();
        let session = Session::new(id, configuration, "main.m3u8".into(), opening, live, at(12));
        let scene = Self { playback, session: Arc::new(session), journal, folder };
        scene.playback.enter(&scene.session);
        scene.session.decisions.write().timeline = Some(Arc::new(Timeline::new(at(0), at(0))));
        scene.reads(read);
        scene
    }

    /// The channel has been read so far.
    pub(super) fn reads(&self, segments: usize) {
        self.reads_returning(segments, 7);
    }

    /// The same where the programme is back with that segment.
    pub(super) fn reads_returning(&self, segments: usize, returns: usize) {
        let mut text = "#EXTM3U\n#EXT-X-TARGETDURATION:6\n\
                        #EXT-X-PROGRAM-DATE-TIME:2026-01-01T00:00:00Z\n"
            .to_owned();
        for n in 0..segments {
            match n {
                2 => text += "#EXT-X-CUE-OUT:30\n",
                n if n == returns => text += "#EXT-X-CUE-IN\n",
                _ => {}
            }
            text += &format!("#EXTINF:6,\n{n}.ts\n");
        }
        let now = at(6 * i64::try_from(segments).unwrap());
        self.session.live.read(0, &MediaPlaylist::parse(text).unwrap().0, now);
    }

    pub(super) fn ad_break(&self) -> Arc<Break> {
        Arc::clone(&self.session.live.published().unwrap().view.breaks[0])
    }

    /// What a playlist shows now: content and ads by their names.
    pub(super) fn shown(&self) -> String {
        let (_, sight, _) = self.playback.sight(&self.session, 0).unwrap();
        let text = String::from_utf8(sight.body.whole("").concat()).unwrap();
        let names = text.lines().filter(|line| !line.starts_with('#'));
        let short = |line: &str| if line.starts_with("ad/") { "ad" } else { line }.to_owned();
        names.map(short).collect::<Vec<_>>().join(" ")
    }

    /// The decision log's events, with the ads they tell of and why these were skipped.
    pub(super) async fn rows(&self) -> Vec<String> {
        self.playback.decided().await;
        let rows = self.journal.decisions().recent(0, usize::MAX, None);
        let rows = rows.iter().map(|recent| serde_json::from_str::<Value>(&recent.row.json));
        rows.map(|row| told(&row.unwrap())).collect()
    }

    /// Beacons that are owed, by event and URL.
    pub(super) async fn beacons(&self) -> Vec<String> {
        let due = self.due().await.into_iter();
        due.map(|row| format!("{} {}", row["event"].as_str().unwrap(), row["url"])).collect()
    }

    /// Their rows.
    pub(super) async fn due(&self) -> Vec<Value> {
        self.playback.decided().await;
        let rows = self.journal.beacons().recent(0, usize::MAX, None);
        let rows = rows.iter().map(|recent| serde_json::from_str::<Value>(&recent.row.json));
        rows.map(Result::unwrap).filter(|row| row["outcome"] == "due").collect()
    }
}

fn told(row: &Value) -> String {
    let mut told = row["eventType"].as_str().unwrap().to_owned();
    let ads = |key: &str| row["avail"][key].as_array().cloned().unwrap_or_default();
    for ad in ads("creativeAds") {
        told += &format!(" {}", ad["vastAdId"].as_str().unwrap());
    }
    for ad in ads("skippedAds") {
        let word = |key: &str| ad[key].as_str().unwrap().to_owned();
        told += &format!(" {}:{}", word("vastAdId"), word("skippedReason"));
    }
    if let Some(why) = row["unfilledReason"].as_str() {
        told += &format!(" for {why}");
    }
    for part in ads("unfilled") {
        told += &format!(" {} {}", part["seconds"], part["reason"].as_str().unwrap());
    }
    told
}

impl Drop for Scene {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// Ads of these seconds, named `a`, `b` and so on.
pub(super) fn offers(secs: &[i64]) -> Offers {
    let offer = |(place, (name, secs)): (usize, (char, &i64))| {
        let name = name.to_string();
        let errors = vec![format!("http://127.0.0.1:1/error/{name}")];
        let info = AdInfo { ad_id: Some(name.clone()), place, errors, ..AdInfo::default() };
        let url = Url::parse(&format!("https://cdn.example.com/{name}.m3u8")).unwrap();
        let creative = crate::creative::Creative { url, ..(*creative(secs * 1_000)).clone() };
        Offer { info: Arc::new(info), media: Ok(Arc::new(creative)), late_by_making: false }
    };
    Offers { pod: ('a'..).zip(secs).enumerate().map(offer).collect(), stand_ins: Vec::new() }
}

pub(super) fn at(secs: i64) -> ProgramTime {
    ProgramTime::parse("2026-01-01T00:00:00Z").unwrap() + MediaDuration::from_secs(secs)
}

fn configuration() -> PlaybackConfiguration {
    let source = Url::parse("https://192.0.2.1/live/").unwrap();
    PlaybackConfiguration::new(ConfigurationName::new("news"), source)
}

fn live(configuration: &PlaybackConfiguration) -> Live {
    live_of(configuration, "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\nv.m3u8\n")
}

fn live_of(configuration: &PlaybackConfiguration, text: &str) -> Live {
    let url = Url::parse("https://192.0.2.1/live/main.m3u8").unwrap();
    let address = support::open_guard().admit(&url).unwrap();
    let links = ChannelLinks {
        bases: vec![OnceLock::new(), OnceLock::new()],
        content_prefix: None,
        signer: Signer::new(&[0; 32]),
        creatives: None,
    };
    let multivariant = (Multivariant::parse(text).unwrap().0, url);
    Live::new(configuration, address, multivariant, Vec::new(), links, at(0))
}

fn doors(
    folder: &std::path::Path,
    clock: &Clock,
    metrics: &Arc<Metrics>,
    journal: &Journal,
) -> Doors {
    let guard = support::open_guard();
    let client = support::client(guard.clone(), support::Names::Unknown);
    let sending = dispatch::Doors {
        client: client.clone(),
        log: journal.beacons().clone(),
        clock: clock.clone(),
        metrics: Arc::clone(metrics),
    };
    let (policy, settings) = (dispatch::Policy::default(), dispatch::Settings::default());
    let library = library::Settings::default();
    Doors {
        clock: clock.clone(),
        origin: Fetcher::new(client.clone(), clock.clone(), origin::Settings::default()),
        guard,
        adserver: AdServer::new(client.clone(), clock.clone(), adserver::Settings::default()),
        library: Library::new(client, clock.clone(), library, None),
        storage: Storage::local(&folder.join("creatives")).unwrap(),
        dispatcher: Dispatcher::start(folder, policy, settings, sending).unwrap(),
        decisions: journal.decisions().clone(),
        metrics: Arc::clone(metrics),
        signer: Signer::new(&[0; 32]),
        deciding: Handle::current(),
    }
}
