use super::read;

const PLAIN: &str = "#EXTM3U
#EXT-X-VERSION:6
#EXT-X-TARGETDURATION:6
#EXT-X-MEDIA-SEQUENCE:41
#EXT-X-DISCONTINUITY-SEQUENCE:7
#EXT-X-MAP:URI=\"https://o.example/init.mp4\"
#EXT-X-PROGRAM-DATE-TIME:2026-01-01T00:00:06.000Z
#EXTINF:6.006,
https://o.example/1.m4s
#EXT-X-DISCONTINUITY
#EXT-X-KEY:METHOD=AES-128,URI=\"https://o.example/k\",IV=0x01
#EXT-X-BYTERANGE:10@5
#EXTINF:4,title
ad/b1/0
#EXT-X-BYTERANGE:10
#EXTINF:4,
ad/b1/0
";

#[test]
fn segments_know_their_place_and_what_is_in_force() {
    let (playlist, notes) = read(PLAIN);
    assert_eq!(notes, []);
    let brief: Vec<_> = playlist
        .segments
        .iter()
        .map(|s| (s.msn, s.dsn, s.start.map(crate::time::show_date), s.byte_range, s.keys.len()))
        .collect();
    let date = |text: &str| Some(text.to_owned());
    assert_eq!(
        brief,
        [
            (41, 7, date("2026-01-01T00:00:06.000Z"), None, 0),
            (42, 8, date("2026-01-01T00:00:12.006Z"), Some((10, 5)), 1),
            (43, 8, date("2026-01-01T00:00:16.006Z"), Some((10, 15)), 1),
        ]
    );
}

/// Each change of the plain text breaks the syntax in one way.
#[test]
fn broken_syntax_is_a_note_by_its_number() {
    let check = |from: &str, to: &str, rules: &[&str]| {
        assert!(PLAIN.contains(from), "`{from}` is in the text");
        let (_, notes) = read(&PLAIN.replacen(from, to, 1));
        let found: Vec<_> = notes.iter().map(|note| note.rule).collect();
        assert_eq!(found, rules, "`{from}` → `{to}`: {notes:?}");
    };
    check("#EXTM3U\n", "\u{feff}#EXTM3U\n", &["A-01"]);
    check("#EXTM3U\n", "#EXT-X-FOO\n", &["A-01"]);
    check("title", "ti\u{7}tle", &["A-01"]);
    check("title", "ti\rtle", &["A-01"]);
    check("41", "x", &["A-01"]);
    check("METHOD=AES-128,", "METHOD=AES-128, ", &["A-03"]);
    check("METHOD=AES-128,", "METHOD=AES-128,METHOD=AES-128,", &["A-03"]);
    check("#EXT-X-VERSION:6\n", "#EXT-X-VERSION:6\n#EXT-X-SESSION-DATA:DATA-ID=\"a\"\n", &["A-04"]);
    check("#EXT-X-VERSION:6\n", "#EXT-X-VERSION:6\n#EXT-X-VERSION:6\n", &["A-05"]);
    check("ad/b1/0\n", "ad/b1/0\n#EXT-X-INDEPENDENT-SEGMENTS\n", &["A-05"]);
    check("1.m4s\n", "1.m4s\n#EXT-X-MEDIA-SEQUENCE:41\n", &["A-05", "A-06"]);
    check("SEQUENCE:7\n", "SEQUENCE:7\n#EXT-X-DISCONTINUITY\n", &[]);
    check(
        "#EXT-X-DISCONTINUITY-SEQUENCE:7\n",
        "#EXT-X-DISCONTINUITY\n#EXT-X-DISCONTINUITY-SEQUENCE:7\n",
        &["A-06"],
    );
    check("#EXT-X-DISCONTINUITY\n", "#EXT-X-DISCONTINUITY\n#EXT-X-DISCONTINUITY\n", &["A-35"]);
    check("#EXT-X-TARGETDURATION:6\n", "", &["A-40"]);
    check("EXTINF:6.006,", "EXTINF:6.006", &["A-43"]);
    check("#EXTINF:6.006,\n", "", &["A-43"]);
    check(".000Z", ".000", &["A-55"]);
    check("METHOD=AES-128,URI=\"https://o.example/k\",IV", "METHOD=NONE,IV", &["A-70"]);
    check("#EXT-X-BYTERANGE:10@5\n", "#EXT-X-BYTERANGE:10\n", &["A-83"]);
    check("#EXT-X-BYTERANGE:10@5\n", "", &["A-83"]);
    check("VERSION:6", "VERSION:5", &["A-90"]);
    check(",IV=0x01\n", "\n#EXT-X-MAP:URI=\"https://o.example/init.mp4\"\n", &["A-73"]);
    check("1.m4s\n", "1.m4s\n#EXT-X-ENDLIST\n", &["A-94", "A-94"]);
}
