use proptest::prelude::*;

use super::*;

fn told(text: &str) -> String {
    match Captions::read(text) {
        Ok(captions) => captions.segment(MediaDuration::ZERO, MediaDuration::from_secs(3_600), 0),
        Err(why) => why.to_string(),
    }
}

#[test]
fn subrip_becomes_webvtt() {
    let text = "\u{feff}1\r\n00:00:00,500 --> 00:00:02,000 X1:40 X2:600\r\n<i>Fresh</i> & <font color=\"red\">hot</font>\r\n\
                - {\\an8}now 1 < 2\r\n\r\n2\r\nnever --> 00:00:03,000\r\nlost\r\n\r\n3\r\n00:00:02,000 --> 00:00:04,040\r\nGo!\r\n";
    insta::assert_snapshot!(told(text));
}

#[test]
fn webvtt_keeps_its_settings_and_loses_its_notes() {
    let text = "WEBVTT - ad\nX-TIMESTAMP-MAP=MPEGTS:900000,LOCAL:00:00:00.000\n\nSTYLE\n::cue { color: red }\n\nNOTE --\nnothing\n\n\
                first\n00:01.000 --> 00:02.000 line:10% align:start\n<v Anna>Hello &amp; welcome\nto the show\n\n\
                00:00:00.000 --> 00:00:00.900\nEarlier\n\n00:00:05.000 --> 00:00:04.000\nbackwards\n";
    insta::assert_snapshot!(told(text));
}

#[test]
fn ttml_is_read_in_all_its_ways_to_tell_the_time() {
    let text = r#"<?xml version="1.0" encoding="UTF-8"?>
        <tt xmlns="http://www.w3.org/ns/ttml" xmlns:ttp="http://www.w3.org/ns/ttml#parameter" ttp:frameRate="25" ttp:tickRate="1000">
          <head><styling/></head>
          <body begin="1s"><div>
            <p begin="00:00:00.500" end="00:00:01.000">Fresh &amp; <span>hot</span><br/>
              now</p>
            <p begin="00:00:02:05" dur="10f">five frames in</p>
            <p begin="3000t" end="3500ms">ticks &#x3c;3</p>
            <p begin="0.1m" end="0.002h">long</p>
            <p>no time</p>
          </div></body>
        </tt>"#;
    insta::assert_snapshot!(told(text));
}

#[test]
fn what_is_none_is_said_to_be() {
    let many = "00:00:00,000 --> 00:00:01,000\na\n\n".repeat(5_001);
    let all =
        ["", "not found", "<html><body>not found</body></html>", "<tt><p>", "WEBVTT\n", &many];
    insta::assert_snapshot!(all.map(told).join("\n"));
}

#[test]
fn a_cue_stands_in_every_segment_it_is_shown_in() {
    let captions = Captions::read("WEBVTT\n\n00:01.500 --> 00:02.500\nHello\n").unwrap();
    let secs = MediaDuration::from_secs;
    let shown =
        |begins, ends| captions.segment(secs(begins), secs(ends), 90_000).matches("Hello").count();
    assert_eq!([shown(0, 1), shown(0, 2), shown(2, 4), shown(3, 4)], [0, 1, 1, 0]);
    assert!(captions.segment(secs(0), secs(2), 90_000).contains("MPEGTS:90000,"));
}

/// A file of a megabyte, the most that is fetched of one, is read in its length's time, not in the
/// square of that.
#[expect(clippy::disallowed_methods, reason = "how long it takes is what is tested")]
#[test]
fn a_file_of_beginnings_alone_is_read_at_once() {
    for beginning in ["<", "{\\", "&", "<a", "{\\a", "\n", "-->", "<tt>", "\n\n-->"] {
        let many = beginning.repeat((1 << 20) / beginning.len());
        for head in
            ["1\n00:00:00,000 --> 00:00:10,000\n", "WEBVTT\n\n00:00.000 --> 00:10.000\n", ""]
        {
            let began = std::time::Instant::now();
            let _ = Captions::read(&format!("{head}{many}"));
            let took = began.elapsed();
            assert!(took.as_secs() < 20, "{head:?} and {beginning:?}: {took:?}");
        }
    }
}

#[test]
fn a_tag_that_does_not_end_nearby_is_none() {
    let long = "x".repeat(200);
    let text = format!("1\n00:00:00,000 --> 00:00:10,000\n<i>one</i> <font {long}>two");
    insta::assert_snapshot!(told(&text));
}

proptest! {
    #[test]
    fn all_segments_take_no_more_than_is_told(
        all in prop::collection::vec((0_i64..9_000, 1_i64..9_000, "[a-z]{0,9}"), 1..9),
        length in 200_i64..3_000,
    ) {
        let cues = all.into_iter().map(|(from, length, text)| Cue {
            begins: MediaDuration::from_millis(from),
            ends: MediaDuration::from_millis(from + length),
            settings: "line:10%".to_owned(),
            text,
        });
        let captions = Captions { cues: cues.collect() };
        let (segment, ad) = (MediaDuration::from_millis(length), MediaDuration::from_secs(10));
        let head = Captions::default().segment(MediaDuration::ZERO, segment, 0).len();
        let mut written = 0;
        let mut begins = MediaDuration::ZERO;
        while begins < ad {
            written += captions.segment(begins, (begins + segment).min(ad), 0).len() - head;
            begins += segment;
        }
        let told = captions.bytes_in_segments(segment, ad);
        prop_assert!(u64::try_from(written).unwrap() <= told, "{} > {}", written, told);
    }

    #[test]
    fn what_was_written_is_read_back(
        all in prop::collection::vec((0_i64..3_000_000, 1_i64..9_000, "[a-z]{1,9}( [a-z]{1,9}\n?[a-z])?"), 1..9)
    ) {
        let mut cues: Vec<_> = all.into_iter().map(|(from, length, text)| Cue {
            begins: MediaDuration::from_millis(from),
            ends: MediaDuration::from_millis(from + length),
            settings: String::new(),
            text,
        }).collect();
        cues.sort_by_key(|cue| cue.begins);
        let captions = Captions { cues };
        let text = captions.segment(MediaDuration::ZERO, MediaDuration::from_secs(86_400), 0);
        prop_assert_eq!(Captions::read(&text), Ok(captions));
    }

    #[test]
    fn no_text_is_too_odd(text in "(<tt|<p begin=\"|WEBVTT|\n|-->|<i>|\\{\\\\|&|[0-9:.,]{1,9}|>|é| ){0,40}") {
        let _ = Captions::read(&text);
    }
}
