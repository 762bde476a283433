use proptest::prelude::*;
use serde_json::{Map, Value, json};

use super::*;

/// Each line: base64, where it was found, what an independent decoder read.
const VECTORS: &str = include_str!("../../tests/data/scte35-vectors.tsv");

fn vectors() -> impl Iterator<Item = (&'static str, Value)> {
    VECTORS.lines().skip(1).map(|line| {
        let columns: Vec<_> = line.split('\t').collect();
        (columns[0], serde_json::from_str(columns[2]).unwrap())
    })
}

/// The message in the words of the independent decoder, whose times are before adjustment.
fn theirs(info: &SpliceInfo) -> Value {
    let mut told = json!({ "pts_adjustment": info.pts_adjustment, "tier": info.tier });
    let raw = |pts: Option<Ticks>| {
        pts.map(|pts| pts.0.wrapping_sub(info.pts_adjustment.0) & ((1 << 33) - 1))
    };
    let command = match &info.command {
        Command::Null => json!({ "command": 0 }),
        Command::TimeSignal { pts } => json!({ "command": 6, "pts": raw(*pts) }),
        Command::Private { .. } => json!({ "command": 255 }),
        Command::Insert(insert) => told_insert(insert, raw(insert.pts)),
        other => panic!("no vector has {other:?}"),
    };
    merge(&mut told, command);
    told["segmentations"] = info.segmentations.iter().map(told_segmentation).collect();
    told["avails"] = info.provider_avail_ids.len().into();
    told
}

fn told_insert(insert: &Insert, pts: Option<u64>) -> Value {
    let mut told = json!({
        "command": 5,
        "event_id": insert.event_id,
        "cancel": u8::from(insert.cancelled),
        "out": u8::from(insert.out_of_network),
        "immediate": u8::from(insert.immediate),
        "unique_program_id": insert.unique_program_id,
        "avail_num": insert.avail_num,
        "avails_expected": insert.avails_expected,
    });
    if !insert.immediate {
        told["pts"] = json!(pts);
    }
    if let Some(duration) = insert.duration {
        told["duration"] = json!(duration);
        told["auto_return"] = json!(insert.auto_return.map(u8::from));
    }
    told
}

fn told_segmentation(segmentation: &Segmentation) -> Value {
    let mut told = json!({
        "event_id": segmentation.event_id,
        "cancel": u8::from(segmentation.cancelled),
        "upid_type": segmentation.upid.as_ref().map_or(0, |upid| upid.kind),
        "upid": segmentation.upid.as_ref().map_or(String::new(), |upid| hex::encode(&upid.bytes)),
        "type": segmentation.kind.0,
        "num": segmentation.segment_num,
        "expected": segmentation.segments_expected,
    });
    if let Some(duration) = segmentation.duration {
        told["duration"] = json!(duration);
    }
    if let Some(num) = segmentation.sub_segment_num {
        merge(
            &mut told,
            json!({ "sub_num": num, "sub_expected": segmentation.sub_segments_expected }),
        );
    }
    if let Some(restrictions) = segmentation.restrictions {
        merge(
            &mut told,
            json!({
                "web": u8::from(restrictions.web_delivery_allowed),
                "noblackout": u8::from(restrictions.no_regional_blackout),
                "archive": u8::from(restrictions.archive_allowed),
                "device": restrictions.device_restrictions,
            }),
        );
    }
    told
}

fn merge(into: &mut Value, from: Value) {
    let (Some(into), Value::Object(from)) = (into.as_object_mut(), from) else { unreachable!() };
    into.extend(from);
}

/// What the independent decoder read, in the same shape: fields we do not keep left out.
fn comparable(mut read: Value) -> Value {
    let fields = read.as_object_mut().unwrap();
    let descriptors = fields.remove("descriptors").unwrap_or_default();
    for unkept in ["sap", "section_length", "encrypted", "cmdlen"] {
        fields.remove(unkept);
    }
    let descriptors = descriptors.as_array().cloned().unwrap_or_default();
    let of_tag = |tag: u8| {
        let cuei =
            move |fields: &Map<String, Value>| fields["id"] == "0x43554549" && fields["tag"] == tag;
        descriptors.iter().filter_map(Value::as_object).filter(move |&fields| cuei(fields))
    };
    let avails = of_tag(0).count();
    let segmentations = of_tag(2).cloned().map(|mut fields| {
        fields.retain(|name, _| name != "tag" && name != "id");
        Value::Object(fields)
    });
    let segmentations: Value = segmentations.collect();
    fields.insert("segmentations".into(), segmentations);
    fields.insert("avails".into(), avails.into());
    read
}

#[test]
fn every_public_message_reads_as_an_independent_decoder_reads_it() {
    let mut differences = Vec::new();
    for (message, read) in vectors() {
        match decode_base64(message) {
            Ok(info) if info.oddities.is_empty() && theirs(&info) == comparable(read.clone()) => {}
            Ok(info) => differences.push(format!(
                "{message}\n  {}\n  {read}\n  {:?}\n",
                theirs(&info),
                info.oddities
            )),
            Err(error) => differences.push(format!("{message}\n  {error}\n  {read}\n")),
        }
    }
    assert_eq!(vectors().count(), 97);
    // Neither decoder can read these three. The first clears `program_splice_flag`, so that a
    // number of components should follow, but goes on without one: 254 are expected. It is no
    // message. The other two say that a UPID of no type has 12 and 10 bytes where three are left:
    // their one descriptor is dropped, the time stays.
    insta::assert_snapshot!(differences.concat(), @r#"
    /DAqAAAAAAAAAP/wDwUAAAABf7/+AKTLgAABAAAACgAIQ1VFSQAAAisioHpA
      buffer too short: need 16 bytes, have 15 (while parsing splice_insert component_tag)
      {"error":"index out of range"}
    /DAsAAAAAAAAAP/wBQb/rJxPUwAWAhRDVUVJcfQUJ3/fAAAAAAAADCMzMwYXMos=
      {"pts_adjustment":0,"tier":4095,"command":6,"pts":7190892371,"segmentations":[],"avails":0}
      {"error":"index out of range"}
      [BadDescriptor]
    /DAsAAAAAAAAAP/wBQb/rKoK8wAWAhRDVUVJO5rKAX/fAAAAAAAACiMwMB8eyok=
      {"pts_adjustment":0,"tier":4095,"command":6,"pts":7191792371,"segmentations":[],"avails":0}
      {"error":"index out of range"}
      [BadDescriptor]
    "#);
}

#[test]
fn a_message_is_read_in_every_spelling() {
    let spelt = "/DAvAAAAAAAA///wFAVIAACPf+/+c2nALv4AUsz1AAAAAAAKAAhDVUVJAAABNWLbowo=";
    let info = decode_base64(spelt).unwrap();
    let hexadecimal =
        hex::encode(base64::Engine::decode(&base64::prelude::BASE64_STANDARD, spelt).unwrap());
    for text in [
        spelt.trim_end_matches('=').to_owned(),
        format!(" \"{spelt}\" "),
        spelt.replace('/', "_"),
        hexadecimal.clone(),
        format!("0x{}", hexadecimal.to_uppercase()),
        format!("\"0X{hexadecimal}\""),
    ] {
        assert_eq!(decode(&text).as_ref(), Ok(&info), "{text}");
    }
}

#[test]
fn an_insert_is_told_whole() {
    let info =
        decode_base64("/DAvAAAAAAAA///wFAVIAACPf+/+c2nALv4AUsz1AAAAAAAKAAhDVUVJAAABNWLbowo=");
    insta::assert_snapshot!(serde_json::to_string_pretty(&info.unwrap()).unwrap(), @r#"
    {
      "command": {
        "type": "insert",
        "event_id": 1207959695,
        "cancelled": false,
        "out_of_network": true,
        "immediate": false,
        "pts": 1936310318,
        "duration": 5426421,
        "auto_return": true,
        "unique_program_id": 0,
        "avail_num": 0,
        "avails_expected": 0
      },
      "pts_adjustment": 0,
      "tier": 4095,
      "segmentations": [],
      "provider_avail_ids": [
        309
      ]
    }
    "#);
}

#[test]
fn a_time_signal_is_told_whole() {
    let info = decode_base64(
        "/DA0AAAAAAAA///wBQb+cr0AUAAeAhxDVUVJSAAAjn/PAAGlmbAICAAAAAAsoKGKNAIAmsnRfg==",
    );
    insta::assert_snapshot!(serde_json::to_string_pretty(&info.unwrap()).unwrap(), @r#"
    {
      "command": {
        "type": "time_signal",
        "pts": 1924989008
      },
      "pts_adjustment": 0,
      "tier": 4095,
      "segmentations": [
        {
          "event_id": 1207959694,
          "cancelled": false,
          "type": {
            "id": 52,
            "name": "Provider Placement Opportunity Start"
          },
          "duration": 27630000,
          "upid": {
            "type": 8,
            "name": "TI",
            "hex": "000000002ca0a18a"
          },
          "segment_num": 2,
          "segments_expected": 0,
          "sub_segment_num": null,
          "sub_segments_expected": null,
          "restrictions": {
            "web_delivery_allowed": false,
            "no_regional_blackout": true,
            "archive_allowed": true,
            "device_restrictions": 3
          }
        }
      ],
      "provider_avail_ids": []
    }
    "#);
}

#[test]
fn times_are_adjusted_and_wrap() {
    let (message, _) = vectors().find(|(text, _)| text.starts_with("/DBfAAHsGNoe")).unwrap();
    let SpliceInfo { command, .. } = decode_base64(message).unwrap();
    let adjusted = (391_061_513 + 8_256_018_974) % (1 << 33);
    assert_eq!(command, Command::TimeSignal { pts: Some(Ticks(adjusted)) });
}

#[test]
fn what_is_no_message_is_refused_by_name() {
    for (text, refusal) in [
        ("", "no message"),
        (" \"\" ", "no message"),
        ("/DA*", "not base64: Invalid symbol 42, offset 3."),
        ("0xFC3", "not hexadecimal: Odd number of digits"),
        (
            "AAAA",
            "buffer too short: need 18 bytes, have 3 (while parsing splice_info_section header)",
        ),
        ("0xFCFFFF00", "has 4098 bytes, the limit is 4096"),
        (
            "/DAvAAAAAAAA///wFAVIAACPf+/+c2nALv4AUsz1AAAAAAAKAAhDVUVJAAABNWLbpwo=",
            "CRC-32 mismatch: computed 0x62dba30a, expected 0x62dba70a",
        ),
        (
            "/DAvAAAAAAAA///wFAVIAACPf+/+c2nALv4AUsz1AAAAAAAKAAhDVUVJAAABNWLb",
            "length 47 exceeds remaining buffer (45 bytes) for splice_info_section section_length",
        ),
    ] {
        assert_eq!(decode(text).map_err(|error| error.to_string()), Err(refusal.into()), "{text}");
    }
}

#[test]
fn an_encrypted_message_is_known_to_be_one() {
    let mut section =
        section_of(&[0xFC, 0x30, 0, 0, 0x82, 0, 0, 0, 0, 7, 0xFF, 0xF0, 5, 6, 1, 2, 3, 4, 5, 0, 0]);
    let info = SpliceInfo::parse(&section).unwrap();
    assert_eq!(info.command, Command::Encrypted { algorithm: 1 });
    section[14] ^= 1;
    assert!(matches!(
        SpliceInfo::parse(&section),
        Err(Error::Section(scte35_splice::Error::CrcMismatch { .. }))
    ));
}

/// The bytes with the right length and checksum.
fn section_of(body: &[u8]) -> Vec<u8> {
    let mut section = body.to_vec();
    let length = u16::try_from(section.len() + 1).unwrap();
    section[1] = section[1] & 0xF0 | u8::try_from(length >> 8).unwrap();
    section[2] = u8::try_from(length & 0xFF).unwrap();
    let checksum = broadcast_common::crc32_mpeg2::compute(&section);
    section.extend(checksum.to_be_bytes());
    section
}

proptest! {
    #[test]
    fn no_text_panics(text in "\\PC{0,80}") {
        _ = decode(&text);
    }

    #[test]
    fn no_section_with_a_right_checksum_panics(
        (which, at, byte) in (0..97_usize, 3..100_usize, any::<u8>()),
    ) {
        let (message, _) = vectors().nth(which).unwrap();
        let mut section = base64::Engine::decode(&base64::prelude::BASE64_STANDARD, message).unwrap();
        section.truncate(section.len() - 4);
        let at = at % section.len();
        section[at.max(3)] = byte;
        _ = SpliceInfo::parse(&section_of(&section));
    }
}
