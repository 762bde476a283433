use url::Url;

use super::*;
use crate::{
    cue::{Dialect, Trust},
    hls::MediaPlaylist,
    ids::ConfigurationName,
    playback::Signer,
    stitch::Links,
    units::{MediaDuration, ProgramTime},
};

const MULTIVARIANT: &str = "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\nb.m3u8\n\
    #EXT-X-STREAM-INF:BANDWIDTH=2\na.m3u8\n";

fn multivariant() -> Multivariant {
    Multivariant::parse(MULTIVARIANT).unwrap().0
}

fn trusting(cues: Trust) -> PlaybackConfiguration {
    let source = address().as_url().clone();
    PlaybackConfiguration {
        cues,
        ..PlaybackConfiguration::new(ConfigurationName::new("news"), source)
    }
}

#[test]
fn a_parameter_with_aliases_has_to_be_one_of_them() {
    let alias = |name: &str| {
        let all = [("eu", "ads-eu.example"), ("us", "ads-us.example")];
        let all = all.map(|(alias, meant)| (alias.to_owned(), meant.to_owned()));
        (format!("player_params.{name}"), all.into())
    };
    let configuration = PlaybackConfiguration {
        ad_decision_server_url: Some("https://[player_params.region]/v?p=[player_params.p]".into()),
        aliases: [alias("region"), alias("p")].into(),
        ..trusting(Trust::ALL)
    };
    for (said, told) in [
        (&[("region", "eu")][..], ""),
        (&[("region", "eu"), ("p", "us"), ("other", "x")], ""),
        (&[("region", "mars")], "`player_params.region` is `mars`, which is no alias of `news`"),
        (&[("region", "eu"), ("p", "x")], "`player_params.p` is `x`, which is no alias of `news`"),
        (&[("p", "us")], "`player_params.region` is ``, which is no alias of `news`"),
    ] {
        let params = said.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned()));
        let known = configuration.knows_aliases(&params.collect());
        assert_eq!(known.map_or_else(|why| why.to_string(), |()| String::new()), told, "{said:?}");
    }
    let pre_roll = crate::configuration::PreRoll {
        ad_decision_server_url: "https://[player_params.region]/first".into(),
        longest: MediaDuration::from_secs(30),
        sequencing: crate::vast::Sequencing::Ignore,
    };
    let of_pre_rolls = PlaybackConfiguration {
        ad_decision_server_url: None,
        pre_roll: Some(pre_roll),
        ..configuration
    };
    // Films have none, and who begins without ads plays all the same.
    assert!(of_pre_rolls.knows_aliases(&std::collections::BTreeMap::new()).is_ok());
}

fn address() -> PublicUrl {
    let url = Url::parse("https://192.0.2.1/live/main.m3u8").unwrap();
    let policy = crate::guard::Policy {
        always: std::iter::once(crate::guard::HostPort::of(&url).unwrap()).collect(),
        ..crate::guard::Policy::default()
    };
    crate::guard::Guard::new(policy).admit(&url).unwrap()
}

#[test]
fn configurations_that_trust_other_cues_have_channels_of_their_own() {
    let playlist = multivariant();
    let key = |cues| key(&trusting(cues), &address(), &playlist);
    let some = Trust::of([Dialect::CueOut, Dialect::DateRange]);
    assert_eq!(key(some), "news daterange,cue-out https://192.0.2.1/live/main.m3u8 a.m3u8 b.m3u8");
    assert_ne!(key(some), key(Trust::ALL));
}

fn live(cues: Trust) -> Live {
    let playlist = (multivariant(), address().as_url().clone());
    let bases = playlist.0.renditions.iter().map(|_| OnceLock::new()).collect();
    let links = ChannelLinks {
        bases,
        content_prefix: None,
        signer: Signer::new(&[0; 32]),
        creatives: None,
    };
    let now = ProgramTime::from_millis(0);
    Live::new(&trusting(cues), address(), playlist, Vec::new(), links, now)
}

#[test]
fn a_cdn_stands_for_what_lies_under_the_origin_alone() {
    let url = |text: &str| Url::parse(text).unwrap();
    let prefix = Some((url("https://o.example/live"), url("https://cdn.example/news/")));
    let links = ChannelLinks { content_prefix: prefix, ..live(Trust::ALL).links };
    links.bases[0].set(url("https://o.example/live/main/v.m3u8")).unwrap();
    let moved = |uri| links.content(0, uri);
    assert_eq!(moved("1.ts?t=1"), "https://cdn.example/news/main/1.ts?t=1");
    assert_eq!(moved("/live-2/1.ts"), "https://o.example/live-2/1.ts");
    assert_eq!(moved("https://other.example/live/1.ts"), "https://other.example/live/1.ts");
}

#[test]
fn a_marker_that_cannot_be_read_is_told_once() {
    let live = live(Trust::ALL);
    let mut told = Vec::new();
    // The last is of an encoder that has begun again.
    for (number, segments) in [(500, 1), (500, 1), (500, 3), (0, 2)] {
        let mut text = format!(
            "#EXTM3U\n#EXT-X-TARGETDURATION:6\n#EXT-X-MEDIA-SEQUENCE:{number}\n\
             #EXT-X-PROGRAM-DATE-TIME:2026-01-01T00:0{}:00Z\n",
            u8::from(number == 0)
        );
        (0..segments).for_each(|n| {
            text += &format!("#EXT-OATCLS-SCTE35:garbage\n#EXTINF:6,\n{n}.ts\n");
        });
        let (playlist, _) = MediaPlaylist::parse(text).unwrap();
        let news = live.read(0, &playlist, ProgramTime::from_millis(1_000));
        told.push(news.odd.iter().map(|oddity| oddity.line).collect::<Vec<_>>());
    }
    assert_eq!(told, [vec![5], vec![], vec![8, 11], vec![5, 8]]);
}

#[test]
fn a_break_that_nothing_ends_is_told_once() {
    let live = live(Trust::ALL);
    let start = ProgramTime::parse("2026-01-01T00:00:00Z").unwrap();
    let run_out = |segments: i64, out: &str| {
        let mut text =
            format!("#EXTM3U\n#EXT-X-TARGETDURATION:6\n#EXT-X-PROGRAM-DATE-TIME:{start}\n");
        for n in 0..segments {
            text += if n == 2 { out } else { "" };
            text += &format!("#EXTINF:6,\n{n}.ts\n");
        }
        let playlist = MediaPlaylist::parse(text).unwrap().0;
        let now = start + MediaDuration::from_secs(6 * segments);
        let read = [0, 1].map(|rendition| live.read(rendition, &playlist, now).ran_out);
        read.iter().sum::<usize>()
    };
    let told = [3, 51, 52, 53, 60].map(|segments| run_out(segments, "#EXT-X-CUE-OUT\n"));
    assert_eq!(told.iter().sum::<usize>(), 1, "{told:?}");
    assert_eq!(told[..2], [0, 0]);
}

#[test]
fn a_channel_acts_on_the_cues_its_configuration_trusts() {
    let playlist = "#EXTM3U\n#EXT-X-TARGETDURATION:6\n#EXT-X-PROGRAM-DATE-TIME:2026-01-01T00:00:00Z\n\
        #EXTINF:6,\na.ts\n#EXT-X-CUE-OUT:30\n#EXTINF:6,\nb.ts\n";
    let (playlist, _) = MediaPlaylist::parse(playlist).unwrap();
    let now = ProgramTime::parse("2026-01-01T00:00:12Z").unwrap();
    let hears = |cues| {
        let live = live(cues);
        live.fail(1, "not found".to_owned(), now);
        live.read(0, &playlist, now).new_break
    };
    assert!(hears(Trust::ALL));
    assert!(hears(Trust::of([Dialect::CueOut])));
    assert!(!hears(Trust::of([Dialect::DateRange])));
}
