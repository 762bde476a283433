use std::sync::Arc;

use crate::scte35::{Command, Insert, Segmentation, SegmentationType, SpliceInfo, Ticks, Upid};

use super::*;

/// All that a request may tell, to be lent to [`Variables`].
struct Known {
    session: Session,
    avail: Avail,
    scte: Scte,
    asset: BTreeMap<String, String>,
    player_params: BTreeMap<String, String>,
    aliases: Aliases,
}

impl Known {
    fn lent(&self) -> Variables<'_> {
        let Self { session, avail, scte, asset, player_params, aliases } = self;
        let random = 10_000_000_001;
        Variables { session, avail, scte, asset, player_params, aliases, given: &NOTHING, random }
    }
}

fn known() -> Known {
    Known {
        session: Session {
            id: "0f8fad5b-d9cb-469f-a165-70867728950e".parse().unwrap(),
            client_ip: Some([203, 0, 113, 7].into()),
            user_agent: String::from("TV & co/1.0"),
            referer: String::new(),
            accept_language: String::from("de-DE,de;q=0.9"),
        },
        avail: Avail {
            duration: Some(MediaDuration::from_millis(29_500)),
            index: 3,
            source_time: Some(ProgramTime::from_millis(1_767_225_600_123)),
            ..Avail::default()
        },
        scte: Scte { event_id: Some(4_294_967_295), splice: None },
        asset: BTreeMap::from([(String::from("EPISODE"), String::from("The End"))]),
        player_params: BTreeMap::from([
            (String::from("device"), String::from("ipad / 9")),
            (String::from("evil"), String::from("[session.client_ip]&x=1")),
            (String::from("coded"), String::from("a%20b")),
            (String::from("region"), String::from("pdx")),
            (String::from("other"), String::from("elsewhere")),
        ]),
        aliases: ["player_params.region", "player_params.other"]
            .map(|name| {
                let meant = (String::from("pdx"), String::from("us-west.example.com"));
                (name.to_owned(), BTreeMap::from([meant]))
            })
            .into(),
    }
}

static NOTHING: BTreeMap<String, String> = BTreeMap::new();

#[test]
fn variables_get_their_values() {
    for (name, expected) in [
        ("session.id", "560652721123074895"),
        ("session.uuid", "0f8fad5b-d9cb-469f-a165-70867728950e"),
        ("session.client_ip", "203.0.113.7"),
        ("session.user_agent", "TV%20%26%20co%2F1.0"),
        ("session.referer", ""),
        ("session.accept_language", "de-DE%2Cde%3Bq%3D0.9"),
        ("session.avail_duration_ms", "29500"),
        ("session.avail_duration_secs", "30"),
        ("session.unheard_of", ""),
        ("avail.random", "0"),
        ("avail.index", "3"),
        ("avail.source_content_time_epoch_ms", "1767225600123"),
        ("scte.event_id", "4294967295"),
        ("scte.segmentation_event_id", "4294967295"),
        ("scte.avail_num", ""),
        ("player_params.device", "ipad%20%2F%209"),
        ("player_params.coded", "a%2520b"),
        ("player_params.unset", ""),
        ("player_params.region", "us-west.example.com"),
        ("player_params.other", ""),
        ("asset.EPISODE", "The%20End"),
        ("asset.title", ""),
    ] {
        assert_eq!(known().lent().encoded(name).as_deref(), Some(expected), "{name}");
    }
    assert_eq!(known().lent().encoded("elsewhere.id"), None);
}

#[test]
fn an_unknown_length_is_told_as_five_minutes() {
    for duration in [None, Some(MediaDuration::ZERO), Some(MediaDuration::from_secs(-1))] {
        let avail = Avail { duration, ..Avail::default() };
        let known = Known { avail, ..known() };
        assert_eq!(known.lent().encoded("session.avail_duration_ms").as_deref(), Some("300000"));
        assert_eq!(known.lent().encoded("session.avail_duration_secs").as_deref(), Some("300"));
    }
}

#[test]
fn a_template_is_filled_in_once() {
    let template = "https://ads.example.com/vast?dur=[session.avail_duration_secs]&e=[player_params.evil]\
                    &cb=[CACHEBUSTING]&list[]=[player_params.none]&[else]";
    assert_eq!(
        expand_variables(template, &known().lent(), &Context::default()),
        "https://ads.example.com/vast?dur=30&e=%5Bsession.client_ip%5D%26x%3D1\
         &cb=00000000&list[]=&[else]"
    );
}

fn scte(splice: SpliceInfo) -> Scte {
    Scte { event_id: None, splice: Some(Arc::new(splice)) }
}

fn splice(command: Command, segmentations: Vec<Segmentation>) -> SpliceInfo {
    SpliceInfo {
        command,
        pts_adjustment: Ticks(0),
        tier: 0xfff,
        segmentations,
        descriptors: Vec::new(),
        oddities: Vec::new(),
    }
}

fn segmentation(event_id: u32, kind: u8, bytes: &[u8]) -> Segmentation {
    Segmentation {
        event_id,
        cancelled: false,
        kind: SegmentationType(0x34),
        duration: None,
        upid: Some(Upid { kind, bytes: bytes.to_vec() }),
        segment_num: 1,
        segments_expected: 2,
        sub_segment_num: None,
        sub_segments_expected: None,
        restrictions: None,
        components: Vec::new(),
    }
}

fn told(scte: &Scte, keys: &[&str]) -> Vec<String> {
    keys.iter().map(|key| scte.value(key).unwrap_or_default()).collect()
}

#[test]
fn a_splice_insert_tells_its_avail() {
    let insert = Insert {
        event_id: 7,
        out_of_network: true,
        unique_program_id: 99,
        avail_num: 1,
        avails_expected: 4,
        ..Insert::default()
    };
    let scte = scte(splice(Command::Insert(insert), Vec::new()));
    let keys = ["event_id", "unique_program_id", "avail_num", "avails_expected", "segment_num"];
    assert_eq!(told(&scte, &keys), ["7", "99", "1", "4", ""]);
}

#[test]
fn a_segmentation_tells_its_parts_and_names() {
    let json = br#"ABCD{"assetId":"a1","cueData":{"cueType":"x","key":"k","value":5}}"#;
    let first = segmentation(1, 0x0C, b"ABCD:3213214:2313321/5:3943");
    let own = segmentation(8, 0x0C, json);
    let signal = Arc::new(splice(Command::TimeSignal { pts: None }, vec![first, own]));
    let keys = [
        "event_id",
        "segments_expected",
        "segmentation_type_id",
        "delivery_not_restricted_flag",
        "device_restrictions",
        "segmentation_upid.assetId",
        "segmentation_upid.cueData.key",
        "segmentation_upid.cueData.value",
        "segmentation_upid.private_data.2",
    ];
    let named = Scte { event_id: Some(8), splice: Some(Arc::clone(&signal)) };
    assert_eq!(told(&named, &keys), ["8", "2", "52", "1", "", "a1", "k", "5", "{\"cueType\""]);
    let unnamed = Scte { event_id: None, splice: Some(signal) };
    assert_eq!(told(&unnamed, &keys), ["1", "2", "52", "1", "", "", "", "", "3943"]);
    let program = scte(splice(Command::Null, vec![segmentation(1, 0x08, b"12345678")]));
    assert_eq!(told(&program, &["segmentation_upid", "segmentation_upidx"]), ["", ""]);
}

#[test]
fn bodies_and_headers_take_values_between_braces() {
    let value = |name: &str| known().lent().value(name);
    for (text, expected) in [
        ("{\"d\":\"{{player_params.device}}\"}", "{\"d\":\"ipad / 9\"}"),
        ("{{ session.uuid }}", "{{ session.uuid }}"),
        ("{{session.referer}}|{{else}}|{{", "|{{else}}|{{"),
        ("{{{session.avail_duration_secs}}}", "{30}"),
        ("[session.client_ip]", "[session.client_ip]"),
    ] {
        assert_eq!(crate::vast::template::expand_braces(text, value), expected, "{text}");
    }
}
