//! Messages as a whole: spellings, refusals, damage.

use proptest::prelude::*;

use super::*;

/// Out of the network for a minute, and back by itself.
const INSERT: &str = "/DAvAAAAAAAA///wFAVIAACPf+/+c2nALv4AUsz1AAAAAAAKAAhDVUVJAAABNWLbowo=";

#[test]
fn a_message_is_read_in_every_spelling() {
    let info = decode_base64(INSERT).unwrap();
    let hexadecimal = hex::encode(bytes_of(INSERT));
    for text in [
        INSERT.trim_end_matches('=').to_owned(),
        format!(" \"{INSERT}\" "),
        INSERT.replace('/', "_"),
        hexadecimal.clone(),
        format!("0x{}", hexadecimal.to_uppercase()),
        format!("\"0X{hexadecimal}\""),
    ] {
        assert_eq!(decode(&text).as_ref(), Ok(&info), "{text}");
    }
}

#[test]
fn an_insert_is_told_whole() {
    let info = decode_base64(INSERT);
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
      "descriptors": [
        {
          "descriptor": "avail",
          "provider_avail_id": 309
        }
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
            "hex": "000000002ca0a18a",
            "value": "748724618"
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
      "descriptors": []
    }
    "#);
}

#[test]
fn what_is_no_message_is_refused_by_name() {
    for (text, refusal) in [
        ("", "no message"),
        (" \"\" ", "no message"),
        ("/DA*", "not base64: Invalid symbol 42, offset 3."),
        ("0xFC3", "not hexadecimal: Odd number of digits"),
        ("AAAA", "the table id is 0x00, not 0xfc"),
        ("/DA=", "cut short: has 2 of 18 bytes"),
        ("0xFC300400000000", "cut short: has 7 of 18 bytes"),
        ("0xFCFFFF00", "has 4098 bytes, the limit is 4096"),
        (
            "/DAvAAAAAAAA///wFAVIAACPf+/+c2nALv4AUsz1AAAAAAAKAAhDVUVJAAABNWLbpwo=",
            "the checksum says 0x62dba70a, the bytes 0x62dba30a",
        ),
        (
            "/DAvAAAAAAAA///wFAVIAACPf+/+c2nALv4AUsz1AAAAAAAKAAhDVUVJAAABNWLb",
            "cut short: has 48 of 50 bytes",
        ),
    ] {
        assert_eq!(decode(text).map_err(|error| error.to_string()), Err(refusal.into()), "{text}");
    }
}

#[test]
fn a_message_cut_anywhere_says_how_much_of_it_there_is() {
    for (message, _) in vectors() {
        let whole = bytes_of(message);
        for have in 1..whole.len() {
            let need = if have < 3 { 18 } else { whole.len() };
            let cut = SpliceInfo::parse(&whole[..have]);
            assert_eq!(cut, Err(Error::CutShort { have, need }), "{message}");
        }
    }
}

#[test]
fn a_message_cut_anywhere_and_signed_again_is_never_taken_for_whole() {
    for (message, _) in vectors() {
        let section = bytes_of(message);
        let Ok(whole) = SpliceInfo::parse(&section) else { continue };
        for end in 14..section.len() - 4 {
            let Ok(cut) = SpliceInfo::parse(&section_of(&section[..end])) else { continue };
            let only_stuffing = cut == whole;
            assert!(only_stuffing || cut.oddities != whole.oddities, "{message} to {end}");
        }
    }
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
        let mut section = bytes_of(message);
        section.truncate(section.len() - 4);
        let at = at % section.len();
        section[at.max(3)] = byte;
        _ = SpliceInfo::parse(&section_of(&section));
    }
}
