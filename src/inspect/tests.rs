use proptest::prelude::*;

use super::*;

mod messages;
mod playlists;

const MESSAGE: &str = "/DAvAAAAAAAA///wFAVIAACPf+/+c2nALv4AUsz1AAAAAAAKAAhDVUVJAAABNWLbowo=";
const SIGNAL: &str = "/DA0AAAAAAAA///wBQb+cr0AUAAeAhxDVUVJSAAAjn/PAAGlmbAICAAAAAAsoKGKNAIAmsnRfg==";

fn channel() -> String {
    format!(
        "#EXTM3U
#EXT-X-TARGETDURATION:6
#EXT-X-MEDIA-SEQUENCE:100
#EXT-X-PROGRAM-DATE-TIME:2026-01-01T00:00:00.000Z
#EXT-X-CUE-OUT-CONT:12/18
#EXTINF:6,
100.ts
#EXT-X-CUE-IN
#EXTINF:6,
101.ts
#EXT-OATCLS-SCTE35:{MESSAGE}
#EXT-X-CUE-OUT:12.012
#EXTINF:6,
102.ts
#EXT-X-CUE-OUT-CONT:6/12.012
#EXTINF:6,
103.ts
#EXT-X-CUE-IN
#EXTINF:6
104.ts
#EXTINF:six,
105.ts
#EXT-X-DATERANGE:ID=\"next\",START-DATE=\"2026-01-01T00:00:40Z\",SCTE35-CMD=0x{}
",
        hex::encode(base64::Engine::decode(&base64::prelude::BASE64_STANDARD, SIGNAL).unwrap()),
    )
}

#[test]
fn a_media_playlists_breaks_are_a_table() {
    insta::assert_snapshot!(run(channel(), false).unwrap(), @"
    media playlist, live: 6 segments from number 100, 30.0 s, from 2026-01-01T00:00:00.000Z, target duration 6 s

    SEGMENT                 TIME                      DIALECT          DURATION  END  LASTS  EVENT
    100 (12.0 s under way)  2026-01-01T00:00:00.000Z  EXT-X-CUE-OUT    18.0      101  6.0    -
    102                     2026-01-01T00:00:12.000Z  EXT-X-CUE-OUT    12.012    104  12.0   1207959695
      splice_insert: event 1207959695 out, 60.293566666 s, returns by itself
    106                     2026-01-01T00:00:40.000Z  EXT-X-DATERANGE  307.0     -    -      1207959694
      time_signal: Provider Placement Opportunity Start, event 1207959694, 307.0 s

    odd: line 21: a duration is negative or no decimal number
    ");
}

#[test]
fn a_media_playlists_breaks_are_json() {
    let playlist = format!(
        "#EXTM3U\n#EXT-X-TARGETDURATION:6\n#EXT-X-PROGRAM-DATE-TIME:2026-01-01T00:00:00Z\n\
         #EXT-OATCLS-SCTE35:{MESSAGE}\n#EXT-X-CUE-OUT:12.012\n#EXTINF:six,\na.ts\n"
    );
    insta::assert_snapshot!(run(playlist, true).unwrap(), @r#"
    {
      "playlist": "media",
      "ended": false,
      "target_duration": 6,
      "media_sequence": 0,
      "segments": 1,
      "duration": 0.0,
      "start": "2026-01-01T00:00:00.000Z",
      "end": "2026-01-01T00:00:00.000Z",
      "breaks": [
        {
          "segment": 0,
          "time": "2026-01-01T00:00:00.000Z",
          "offset": 0.0,
          "dialect": "EXT-X-CUE-OUT",
          "under_way": false,
          "elapsed": null,
          "duration": 12.012,
          "event_id": 1207959695,
          "end_segment": null,
          "end_time": null,
          "lasts": null,
          "asset": null,
          "scte35": {
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
        }
      ],
      "oddities": [
        {
          "line": 6,
          "oddity": "a duration is negative or no decimal number"
        }
      ]
    }
    "#);
}

#[test]
fn what_markers_say_beside_the_break_is_shown() {
    let playlist = "#EXTM3U\n#EXT-X-TARGETDURATION:6\n#EXT-OATCLS-SCTE35:/DA=\n\
        #EXT-X-ASSET:CAID=0x20FB6501,EPISODE=\"The%20End\"\n#EXT-X-CUE-OUT:6\n#EXTINF:6,\na.ts\n";
    insta::assert_snapshot!(run(playlist, false).unwrap(), @"
    media playlist, live: 1 segments from number 0, 6.0 s, target duration 6 s

    SEGMENT  TIME                  DIALECT        DURATION  END  LASTS  EVENT
    0        0.0 s from the start  EXT-X-CUE-OUT  6.0       -    -      -
      asset: CAID=0x20FB6501, EPISODE=The End

    odd: line 3: a marker's message cannot be read: cut short: has 2 of 18 bytes
    ");
    insta::assert_snapshot!(run(playlist, true).unwrap(), @r#"
    {
      "playlist": "media",
      "ended": false,
      "target_duration": 6,
      "media_sequence": 0,
      "segments": 1,
      "duration": 6.0,
      "start": null,
      "end": null,
      "breaks": [
        {
          "segment": 0,
          "time": null,
          "offset": 0.0,
          "dialect": "EXT-X-CUE-OUT",
          "under_way": false,
          "elapsed": null,
          "duration": 6.0,
          "event_id": null,
          "end_segment": null,
          "end_time": null,
          "lasts": null,
          "asset": {
            "CAID": "0x20FB6501",
            "EPISODE": "The End"
          },
          "scte35": null
        }
      ],
      "oddities": [
        {
          "line": 3,
          "oddity": "a marker's message cannot be read: cut short: has 2 of 18 bytes"
        }
      ]
    }
    "#);
}

#[test]
fn a_playlist_without_breaks_says_so() {
    let playlist = "#EXTM3U\n#EXT-X-TARGETDURATION:6\n#EXTINF:6,\na.ts\n#EXT-X-ENDLIST\n";
    insta::assert_snapshot!(run(playlist, false).unwrap(), @"
    media playlist, complete: 1 segments from number 0, 6.0 s, target duration 6 s

    no breaks
    ");
}

#[test]
fn without_dates_breaks_are_told_from_the_start() {
    let playlist = "#EXTM3U\n#EXT-X-TARGETDURATION:6\n#EXTINF:6,\na.ts\n#EXT-X-CUE-OUT\n\
        #EXTINF:5.5,\nb.ts\n#EXT-X-CUE-IN\n#EXTINF:6,\nc.ts\n#EXT-X-CUE-OUT:0\n#EXTINF:6,\nd.ts\n";
    insta::assert_snapshot!(run(playlist, false).unwrap(), @"
    media playlist, live: 4 segments from number 0, 23.5 s, target duration 6 s

    SEGMENT  TIME                   DIALECT        DURATION  END  LASTS  EVENT
    1        6.0 s from the start   EXT-X-CUE-OUT  -         2    5.5    -
    3        17.5 s from the start  EXT-X-CUE-OUT  0.0       -    -      -
    ");
}

#[test]
fn a_multivariant_playlist_shows_its_renditions() {
    let playlist = "#EXTM3U\n\
        #EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"a\",NAME=\"English\",LANGUAGE=\"en\",URI=\"audio.m3u8\"\n\
        #EXT-X-STREAM-INF:BANDWIDTH=2500000,CODECS=\"avc1.64001f,mp4a.40.2\",RESOLUTION=1280x720,AUDIO=\"a\"\n\
        720.m3u8\n";
    insta::assert_snapshot!(run(playlist, false).unwrap(), @"
    multivariant playlist: 2 renditions; the breaks are in their playlists

    KIND   BITS/S   SIZE      CODECS       LANGUAGE  ADDRESS
    audio  -        -         mp4a.40.2    en        audio.m3u8
    video  2500000  1280x720  avc1.64001f  -         720.m3u8
    ");
    insta::assert_snapshot!(run(playlist, true).unwrap(), @r#"
    {
      "playlist": "multivariant",
      "renditions": [
        {
          "kind": "audio",
          "uri": "audio.m3u8",
          "bandwidth": null,
          "codecs": [
            "mp4a.40.2"
          ],
          "resolution": null,
          "language": "en",
          "group": "a",
          "name": "English",
          "default": false
        },
        {
          "kind": "video",
          "uri": "720.m3u8",
          "bandwidth": 2500000,
          "codecs": [
            "avc1.64001f"
          ],
          "resolution": "1280x720",
          "language": null,
          "group": null,
          "name": null,
          "default": false
        }
      ],
      "oddities": []
    }
    "#);
}

#[test]
fn a_message_is_shown_whole() {
    insta::assert_snapshot!(run(MESSAGE, false).unwrap(), @"
    command            splice_insert
    event id           1207959695 (0x4800008f)
    out of network     yes
    pts                1936310318 (21514.559088888 s)
    break duration     60.293566666 s
    auto return        yes
    unique program id  0
    avail              0 of 0
    pts adjustment     0
    tier               0xfff
    provider avail id  309
    ");
    insta::assert_snapshot!(run(SIGNAL, false).unwrap(), @"
    command            time_signal
    pts                1924989008 (21388.766755555 s)
    pts adjustment     0
    tier               0xfff
    segmentation       Provider Placement Opportunity Start (0x34)
      event id         1207959694 (0x4800008e)
      duration         307.0 s
      upid             TI 748724618
      segment          2 of 0
      delivery         web no, all regions yes, archive yes, all devices
    ");
    let bytes = base64::Engine::decode(&base64::prelude::BASE64_STANDARD, SIGNAL).unwrap();
    assert_eq!(
        run(&bytes, true).unwrap(),
        run(format!("0x{}\n", hex::encode(&bytes)), true).unwrap()
    );
}

#[test]
fn what_is_neither_is_refused_by_name() {
    for (input, refusal) in [
        (
            &b"<html>"[..],
            "the input is neither a playlist nor an SCTE-35 message: not base64: Invalid symbol 60, offset 0.",
        ),
        (b"", "the input is neither a playlist nor an SCTE-35 message: no message"),
        (b"\xFF\xFE", "the input is neither text nor an SCTE-35 section"),
        (b"#EXTM3U\n<html>", "the playlist has neither target duration nor segments"),
        (b"#EXTM3U\n#EXT-X-MEDIA:TYPE=AUDIO\n", "the playlist has no variants"),
        (
            b"\xFC\x30",
            "the input is neither a playlist nor an SCTE-35 message: cut short: has 2 of 18 bytes",
        ),
    ] {
        assert_eq!(run(input, false).map_err(|error| error.to_string()), Err(refusal.into()));
    }
}

proptest! {
    #[test]
    fn no_input_panics(lines in prop::collection::vec("(#EXT-X-CUE-(OUT|IN|OUT-CONT):[0-9/=,A-Z]{0,8}|#EXTINF:6,\na|\\PC{0,20})", 0..20)) {
        let input = format!("#EXTM3U\n#EXT-X-TARGETDURATION:6\n{}", lines.join("\n"));
        for json in [false, true] {
            _ = run(&input, json);
        }
    }
}
