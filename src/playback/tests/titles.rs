//! What is known of a title, and by whom it is watched.

use super::*;
use crate::{
    beacon::{self, Due},
    channel::BreakSerial,
    configuration::BumperUrls,
    cue::Trust,
    ids::BreakId,
    pod,
    title::Title,
    vast,
};

/// A film of picture and sound, told apart by how often it was published.
fn film(name: &str, edition: usize) -> MediaPlaylist {
    let mut text = "#EXTM3U\n#EXT-X-TARGETDURATION:6\n".to_owned();
    (0..4).for_each(|n| text += &format!("#EXTINF:6,\n{name}-{edition}-{n}.ts\n"));
    MediaPlaylist::parse(text + "#EXT-X-ENDLIST\n").unwrap().0
}

fn unread() -> Live {
    let text = "#EXTM3U\n#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"a\",NAME=\"en\",URI=\"a.m3u8\"\n\
                #EXT-X-STREAM-INF:BANDWIDTH=1,AUDIO=\"a\"\nv.m3u8\n";
    live_of(&configuration(), text)
}

fn reads(live: &Live, rendition: usize, edition: usize, secs: i64) {
    let name = if live.renditions[rendition].kind == hls::RenditionKind::Video { "v" } else { "a" };
    let playlist = film(name, edition);
    live.recorded.keep(rendition, &playlist);
    live.read(rendition, &playlist, at(secs));
}

/// The address of the first segment of each rendition.
fn made_of(live: &Live) -> Vec<String> {
    let recording = live.recording().unwrap();
    let first =
        |at| recording.title.track(at).map(|track| track.segments[0].segment.uri().to_owned());
    (0..live.renditions.len()).map(|at| first(at).unwrap_or_default()).collect()
}

#[test]
fn who_comes_after_a_pause_gets_a_title_of_playlists_read_together() {
    let live = unread();
    (0..2).for_each(|rendition| reads(&live, rendition, 1, 0));
    assert!(live.is_recorded() && live.is_read_whole());
    let before = live.recording().unwrap();
    live.fall_asleep(at(3_600));
    assert!(!live.is_read_whole());
    let video = live.renditions.iter().position(|known| known.uri == "v.m3u8").unwrap();
    reads(&live, video, 2, 3_601);
    assert!(live.is_recorded() && !live.is_read_whole(), "the sound is an hour old");
    reads(&live, 1 - video, 2, 3_602);
    assert!(live.is_read_whole());
    assert!(made_of(&live).iter().all(|uri| uri.contains("-2-")), "{:?}", made_of(&live));
    // What has not changed is made once, whoever reads it again.
    let second = live.recording().unwrap();
    assert!(!Arc::ptr_eq(&before, &second));
    live.fall_asleep(at(7_200));
    (0..2).for_each(|rendition| reads(&live, rendition, 2, 7_201));
    assert!(Arc::ptr_eq(&second, &live.recording().unwrap()));
}

#[test]
fn a_rendition_that_failed_before_a_pause_is_waited_for_again() {
    let live = unread();
    reads(&live, 0, 1, 0);
    live.fail(1, "it was not there".to_owned(), at(0));
    assert!(live.is_read_whole());
    live.fall_asleep(at(3_600));
    reads(&live, 0, 1, 3_601);
    assert!(!live.is_read_whole());
    live.fail(1, "it is not there".to_owned(), at(3_602));
    assert!(live.is_read_whole());
}

#[test]
fn nobody_waits_for_i_frames() {
    let text = "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\nv.m3u8\n\
                #EXT-X-I-FRAME-STREAM-INF:BANDWIDTH=1,URI=\"i.m3u8\"\n";
    let live = live_of(&configuration(), text);
    let video = live.renditions.iter().position(|known| known.uri == "v.m3u8").unwrap();
    assert_eq!(
        (live.renditions.len(), live.is_read(video), live.is_read(1 - video)),
        (2, true, false)
    );
    reads(&live, video, 1, 0);
    assert!(live.is_recorded() && live.is_read_whole());
}

/// The clips of this title never come, since its channel has not been read; and no ads are shown.
#[tokio::test]
async fn nobody_waits_for_clips_around_nothing() {
    let scene = Scene::new("title-clips", 0);
    let start = Some(Url::parse("https://cdn.example.com/clip.mp4").unwrap());
    let bumpers = BumperUrls { start, end: None };
    let news = PlaybackConfiguration { ads_enabled: false, bumpers, ..configuration() };
    let configurations = HashMap::from([("news".to_owned(), Arc::new(news))]);
    scene.playback.configure(Settings { configurations, ..Settings::default() });
    let film = Some(Arc::new(film("v", 1)));
    let title = Title::of(&[hls::RenditionKind::Video], &[film], Trust::ALL).unwrap();
    let title = Arc::new(title);
    let decided = scene.playback.decide_title(&scene.session, &title);
    let decided = tokio::time::timeout(std::time::Duration::from_secs(5), decided).await;
    assert_eq!(decided.unwrap().rolls.len(), 1);
}

#[test]
fn a_playlist_that_goes_on_is_no_title() {
    let live = unread();
    (0..2).for_each(|rendition| reads(&live, rendition, 1, 0));
    assert!(live.recording().is_some());
    (0..2).for_each(|rendition| live.recorded.take_back(rendition));
    assert!(live.recording().is_none());
}

/// Titles with a viewer each, who has been shown a film of 24 s.
struct Cinema {
    playback: Arc<Playback>,
    scene: Scene,
}

impl Cinema {
    fn new(name: &str, limits: Limits) -> Self {
        let scene = Scene::new(name, 4);
        let playback = Arc::clone(&scene.playback);
        playback.forget(&scene.session);
        let settings = playback.settings.load();
        playback.configure(Settings { limits, ..Settings::clone(&settings) });
        Self { playback, scene }
    }

    /// Somebody comes at such a second; false where there is no place for him.
    async fn comes(&self, name: u128, secs: i64) -> bool {
        let limits = self.playback.settings.load().limits.clone();
        let ip = Some([192, 0, 2, 1].into());
        let Ok(place) = self.playback.places.take(ip, &limits) else { return false };
        let live = Arc::new(unread());
        (0..2).for_each(|rendition| reads(&live, rendition, 1, secs));
        let opening = Opening { device: Device { ip, ..Device::default() }, ..Opening::default() };
        let (id, asset) = (SessionId::from_bits(name), "film.m3u8".into());
        let configuration = Arc::new(configuration());
        self.playback.channels.insert(format!("news {name}"), Arc::clone(&live));
        let session = Session::new(id, configuration, asset, opening, live, at(secs));
        let session = Arc::new(session);
        self.playback.enter(&session);
        place.keep();
        self.playback.watch_title(&session).await.unwrap();
        self.playback.decided().await;
        true
    }

    /// Who is there at such a second.
    async fn there(&self, secs: i64) -> Vec<u128> {
        self.playback.sweep_once(at(secs)).await;
        let mut there: Vec<_> = self.playback.sessions.iter().map(|one| one.id.bits()).collect();
        there.sort_unstable();
        there
    }
}

#[tokio::test]
async fn who_may_still_be_watching_is_remembered_for_an_hour_longer_than_the_film() {
    let cinema = Cinema::new("silence", Limits::default());
    assert!(cinema.comes(1, 12).await);
    assert_eq!(cinema.there(12 + 24 + 3_600).await, [1]);
    assert_eq!(cinema.there(12 + 24 + 3_601).await, [0; 0]);
}

#[tokio::test]
async fn at_a_limit_who_watches_a_title_and_is_silent_the_longest_makes_room() {
    for limits in [
        Limits { sessions: 3, ..Limits::default() },
        Limits { sessions_per_address: 3, ..Limits::default() },
        Limits { channels: 3, ..Limits::default() },
    ] {
        let cinema = Cinema::new("room", limits.clone());
        assert!(
            cinema.comes(2, 12).await && cinema.comes(1, 13).await && cinema.comes(3, 300).await
        );
        assert_eq!(cinema.there(612).await, [1, 2, 3], "none of them has been silent for long");
        let limited = limits.channels > 3;
        assert_eq!(cinema.comes(4, 612).await, !limited);
        assert!(!cinema.there(613).await.contains(&2));
        assert!(cinema.there(614).await.contains(&3));
    }
}

/// Nothing is heard of him until the next break, and nothing is known of him after a restart.
#[tokio::test]
async fn a_title_s_beacons_are_owed_whoever_has_forgotten_its_viewer() {
    let cinema = Cinema::new("owed", Limits::default());
    assert!(cinema.comes(1, 12).await);
    let session = cinema.playback.session("news", SessionId::from_bits(1)).unwrap();
    let title = Arc::clone(&session.programme().unwrap().title);
    let cue = cinema.scene.ad_break().cue.clone();
    for (begins, position) in [(0, 1), (12, 2), (24, 3)] {
        let identity = (BreakId::new("b".to_owned()), BreakSerial(0));
        let begins = title.date(MediaDuration::from_secs(begins));
        let ad_break = Break::recorded(identity, cue.clone(), begins, None, at(12));
        let impressions = vec!["https://a.example/[BREAKPOSITION]".to_owned()];
        let info = Arc::new(AdInfo { impressions, ..AdInfo::default() });
        let ad = pod::Ad { creative: creative(60_000), matched: Arc::from([0]), info };
        let watched = count::Watched { index: 0, ad, rendition: 0, tracking_id: None };
        let owed = beacon::owed(&watched.ad.info, watched.ad.creative.duration);
        let due = [Due { moment: owed[0].moment, at: at(300) }];
        let target = MediaDuration::from_secs(6);
        let beacons = beacons::of(&session, &ad_break, &watched, &due, target);
        assert_eq!(beacons[0].url, format!("https://a.example/{position}"));
        assert!(!beacon::is_gone(beacons[0].showing.last_seen, beacons[0].due_at, target));
    }
}

/// What the ad tags of a plan lead to is asked for each break by itself.
#[tokio::test]
async fn the_requests_for_each_break_of_a_plan_are_in_its_account() {
    let scene = Scene::new("plan-account", 0);
    let plan = async |headers: axum::http::HeaderMap| {
        let host = headers["host"].to_str().unwrap_or_default();
        let at = |offset: &str, tag: &str| {
            format!(
                "<AdBreak timeOffset=\"{offset}\"><AdSource><AdTagURI>http://{host}/{tag}</AdTagURI>\
                 </AdSource></AdBreak>"
            )
        };
        format!("<VMAP>{}{}</VMAP>", at("start", "empty"), at("50%", "none"))
    };
    let router = axum::Router::new()
        .route("/plan", axum::routing::get(plan))
        .route("/empty", axum::routing::get(async || "<VAST/>"));
    let server = support::Server::start(router).await;
    let url = Some(server.url("/plan").to_string());
    let news = PlaybackConfiguration { ad_decision_server_url: url, ..configuration() };
    let configurations = HashMap::from([("news".to_owned(), Arc::new(news))]);
    scene.playback.configure(Settings { configurations, ..Settings::default() });
    let film = Some(Arc::new(film("v", 1)));
    let title = Arc::new(Title::of(&[hls::RenditionKind::Video], &[film], Trust::ALL).unwrap());
    scene.playback.decide_title(&scene.session, &title).await;
    let work = scene.session.work();
    let requests = work.accounts.iter().map(|account| {
        let told =
            account.requests.iter().map(|one| (one.depth, one.outcome.clone().map_err(|e| e.0)));
        told.collect::<Vec<_>>()
    });
    let requests: Vec<_> = requests.collect();
    assert_eq!(requests, [vec![(0, Ok(1)), (1, Ok(0))], vec![(1, Err("ADS_STATUS"))]]);
}

/// A break's length is known to whoever shows it, and in a title where it is.
#[tokio::test]
async fn macros_tell_of_a_break_what_is_known() {
    let told = |session: &Session, ad_break: &Break| {
        let info = AdInfo::default();
        let context = beacons::of_ad(session, ad_break, &info);
        let template = "[BREAKMAXDURATION] [MEDIAPLAYHEAD] [CONTENTPLAYHEAD]";
        vast::macros::expand_macros(template, &context)
    };
    let cinema = Cinema::new("macros", Limits::default());
    let live = &cinema.scene;
    assert_eq!(told(&live.session, &live.ad_break()), "30 -1 -1");
    assert!(cinema.comes(1, 12).await);
    let session = cinema.playback.session("news", SessionId::from_bits(1)).unwrap();
    let first = Arc::clone(&session.programme().unwrap().rolls[0].ad_break);
    assert_eq!(told(&session, &first), "-1 00%3A00%3A00.000 00%3A00%3A00.000");
}

/// Everybody who asks for the film waits for its decision.
#[tokio::test]
async fn a_stop_while_a_title_is_decided_leaves_the_film() {
    let scene = Scene::new("stopped", 4);
    let live = Arc::new(unread());
    (0..2).for_each(|rendition| reads(&live, rendition, 1, 12));
    // Takes connections and says nothing.
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/vast", silent.local_addr().unwrap());
    let configuration =
        PlaybackConfiguration { ad_decision_server_url: Some(url), ..configuration() };
    let configuration = Arc::new(configuration);
    let configurations = HashMap::from([("news".to_owned(), Arc::clone(&configuration))]);
    scene.playback.configure(Settings { configurations, ..Settings::default() });
    let (opening, id) = (Opening::default(), SessionId::from_bits(8));
    let session = Session::new(id, configuration, "film.m3u8".into(), opening, live, at(12));
    let session = Arc::new(session);
    scene.playback.enter(&session);
    let watching = scene.playback.watch_title(&session).await.unwrap();
    scene.playback.stopping.cancel();
    for rendition in 0..2 {
        let shown = scene.playback.title(&session, &watching, rendition);
        let shown = tokio::time::timeout(std::time::Duration::from_secs(5), shown).await;
        let text = String::from_utf8(shown.unwrap().unwrap().body.whole("").concat()).unwrap();
        assert_eq!(text.matches("#EXTINF").count(), 4);
    }
}
