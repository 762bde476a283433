use super::*;
use crate::vast::{MAX_URL, parse};

fn places(offset: &str, repeat_after: Option<i64>) -> String {
    let Some(offset) = BreakOffset::parse(offset) else { return "unreadable".to_owned() };
    let hour = MediaDuration::from_secs(3_600);
    let places = offset.places(hour, repeat_after.map(MediaDuration::from_secs));
    places.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
}

#[test]
fn offsets_are_moments_of_the_programme() {
    for (offset, repeat_after, expected) in [
        ("start", None, "0.0"),
        ("end", None, "3600.0"),
        ("00:10:00", None, "600.0"),
        ("00:10:00.500", None, "600.5"),
        ("25%", None, "900.0"),
        ("33.333%", None, "1199.988"),
        ("100%", None, "3600.0"),
        ("0%", None, "0.0"),
        ("01:00:01", None, ""),
        ("#2", None, ""),
        ("start", Some(1_200), "0.0 1200.0 2400.0"),
        ("00:20:00", Some(1_200), "1200.0 2400.0"),
        ("end", Some(1_200), "3600.0"),
        ("00:20:00", Some(1), "1200.0"),
        ("#0", None, "unreadable"),
        ("101%", None, "unreadable"),
        ("soon", None, "unreadable"),
        ("", None, "unreadable"),
    ] {
        assert_eq!(places(offset, repeat_after), expected, "{offset} {repeat_after:?}");
    }
}

/// What a document's ads and breaks hold of text to be called, in bytes, and in how many pieces.
fn kept(document: &str) -> (usize, usize) {
    let response = parse(document).unwrap();
    let of_ad = |ad: &Ad| {
        let linears = ad.creatives.iter().filter_map(|one| one.linear.as_ref());
        let tracking = linears.flat_map(|linear| &linear.tracking).map(|one| one.url.len());
        ad.errors.iter().map(String::len).chain(tracking).collect::<Vec<_>>()
    };
    let of_breaks = response.breaks.iter().flat_map(|known| &known.ads).flat_map(of_ad);
    let errors = response.breaks.iter().flat_map(|known| &known.errors).chain(&response.errors);
    let all: Vec<_> = of_breaks.chain(errors.map(String::len)).collect();
    (all.iter().sum(), all.len())
}

/// One document of each kind within the limit of an answer; copied onto every ad it were gigabytes.
#[test]
fn what_a_break_asks_to_be_told_of_cannot_be_multiplied_without_end() {
    let told = |event: &str, url: &str| {
        let url = format!("<Tracking event=\"{event}\">https://a.example/{url}</Tracking>");
        format!("<TrackingEvents>{url}</TrackingEvents>")
    };
    let tags = "<AdTagURI>x</AdTagURI>".repeat(MAX_ADS);
    let longest = "x".repeat(MAX_URL - 20);
    let errors = format!("<VAST>{}</VAST>", "<Error>https://a.example/</Error>".repeat(100));
    let errors = format!("<VASTData>{}</VASTData>", errors.repeat(300));
    let several = "<Creative><Linear/></Creative>".repeat(100);
    let several = format!("<Ad><InLine><Creatives>{several}</Creatives></InLine></Ad>");
    let several = format!("<VASTAdData><VAST>{}</VAST></VASTAdData>", several.repeat(100));
    for (inside, after) in [
        (tags.clone(), told("breakStart", &"x".repeat(900_000))),
        (tags.clone(), told("breakStart", &longest).repeat(50)),
        (tags.clone(), told("error", &longest).repeat(50)),
        (tags.clone() + &errors, String::new()),
        (several, told("breakStart", &longest).repeat(30)),
    ] {
        let source = format!("<AdSource>{inside}</AdSource>{after}");
        let document = format!("<VMAP><AdBreak timeOffset=\"start\">{source}</AdBreak></VMAP>");
        let (bytes, pieces) = kept(&document);
        assert!(bytes <= document.len() + MAX_TOLD, "{bytes} bytes of {}", document.len());
        assert!(pieces <= MAX_TOLD / size_of::<String>(), "{pieces} pieces");
    }
}

#[test]
fn ads_that_could_not_be_counted_are_left_out() {
    let url = format!("https://a.example/{}", "x".repeat(MAX_URL / 2));
    let told = format!("<Tracking event=\"breakStart\">{url}</Tracking>");
    let source = format!("<AdSource>{}</AdSource>", "<AdTagURI>x</AdTagURI>".repeat(MAX_ADS));
    let events = format!("<TrackingEvents>{told}</TrackingEvents>");
    let response = parse(&format!("<VMAP><AdBreak>{source}{events}</AdBreak></VMAP>")).unwrap();
    assert_eq!(response.ads.len() + response.left_out, MAX_ADS);
    let told = |ad: &Ad| ad.creatives[0].linear.as_ref().unwrap().tracking[0].url == url;
    assert!(response.ads.len() > 100 && response.ads.iter().all(told));
    let bytes: usize = response.ads.iter().map(|ad| ad.bytes).sum();
    assert!((MAX_TOLD - 2 * MAX_URL..=MAX_TOLD + MAX_ADS).contains(&bytes), "{bytes}");
}

/// A plain answer names a hundred at most; so does one in parts.
#[test]
fn nobody_is_told_of_a_plan_without_ads_more_often_than_of_an_answer() {
    let errors = (0..100).map(|n| format!("<Error>https://a.example/{n}</Error>"));
    let vast = format!("<VAST>{}</VAST>", errors.collect::<String>()).repeat(5);
    let source = format!("<AdSource><VASTAdData>{vast}</VASTAdData></AdSource>");
    let ad_break = format!("<AdBreak>{source}</AdBreak>").repeat(5);
    let response = parse(&format!("<VMAP>{ad_break}</VMAP>")).unwrap();
    assert_eq!((response.errors.len(), response.breaks[0].errors.len()), (MAX_URLS, MAX_URLS));
    assert_eq!(response.left_out, 5 * 400 + 400);
}

#[test]
fn an_answer_of_an_unknown_version_in_a_plan_is_as_none() {
    let part = |version| {
        let vast = format!("<VAST version=\"{version}\"><Ad><InLine/></Ad></VAST>");
        format!("<AdBreak><AdSource><VASTAdData>{vast}</VASTAdData></AdSource></AdBreak>")
    };
    let document = format!("<VMAP>{}{}</VMAP>", part("1.0"), part("4.2"));
    let response = parse(&document).unwrap();
    let ads: Vec<_> = response.breaks.iter().map(|known| known.ads.len()).collect();
    assert_eq!((ads, response.left_out), (vec![0, 1], 1));
    assert_eq!(response.version, "4.2");
}

/// Custom data are text by the schema, and some servers quote what should be part of the document.
#[test]
fn an_answer_that_a_plan_quotes_is_read() {
    let vast = |id: &str| format!("<VAST version=\"3.0\"><Ad id=\"{id}\"><InLine/></Ad></VAST>");
    let quoted = |id: &str| format!("<![CDATA[ <?xml version=\"1.0\"?>{}]]>", vast(id));
    let escaped = |id: &str| vast(id).replace('<', "&lt;").replace('>', "&gt;");
    let custom = |text: &str| format!("<CustomAdData templateType=\"vast2\">{text}</CustomAdData>");
    let sources = [
        custom(&quoted("a")),
        custom(&escaped("b")),
        format!("<VASTAdData>{}</VASTAdData>", quoted("c")),
        format!("<VASTAdData>{}</VASTAdData>", vast("d")),
        custom("{\"ads\":[]}"),
        custom("<![CDATA[<VAST><Ad></VAST>]]>"),
        custom("<![CDATA[<Other/>]]>"),
        custom(" "),
    ];
    let breaks = sources.map(|source| format!("<AdBreak><AdSource>{source}</AdSource></AdBreak>"));
    let response = parse(&format!("<VMAP>{}</VMAP>", breaks.concat())).unwrap();
    let of = |known: &AdBreak| known.ads.iter().filter_map(|ad| ad.id.clone()).collect::<String>();
    let ids: Vec<_> = response.breaks.iter().map(of).collect();
    assert_eq!(ids, ["a", "b", "c", "d", "", "", "", ""]);
    assert_eq!((response.left_out, response.version.as_str()), (3, "3.0"));
}
