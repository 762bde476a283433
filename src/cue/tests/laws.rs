use proptest::prelude::*;

use super::*;

/// Lines at segments 110 to 130 of a channel.
fn lines() -> impl Strategy<Value = Vec<(u64, String)>> {
    let line = (110..130_u64, 0..15_usize, 1..4_u32, 1..8_u64).prop_map(|(at, which, id, length)| {
        let out = insert(id, true, Some(length * 6));
        let end = date(at + length);
        let line = match which {
            0 => format!("#EXT-X-CUE-OUT:{}", length * 6),
            1 => "#EXT-X-CUE-IN".into(),
            2 => format!("#EXT-X-CUE-OUT-CONT:{}/30", length * 6),
            3 => format!("#EXT-OATCLS-SCTE35:{out}"),
            4 => format!("#EXT-OATCLS-SCTE35:{}", insert(id, false, None)),
            5 => format!("#EXT-X-SPLICEPOINT-SCTE35:{}", signal(&[(0x34, id, None)])),
            6 => format!("#EXT-X-SPLICEPOINT-SCTE35:{}", signal(&[(0x35, id, None)])),
            7 => format!("#EXT-X-DATERANGE:ID=\"{id}\",START-DATE=\"{}\",SCTE35-OUT={}", date(at), hexadecimal(&out)),
            8 => format!("#EXT-X-DATERANGE:ID=\"{id}\",END-DATE=\"{end}\",SCTE35-IN=0xFC"),
            9 => format!("#EXT-X-DATERANGE:ID=\"{id}-{at}\",START-DATE=\"{}\",END-DATE=\"{end}\",SCTE35-CMD={}", date(at), hexadecimal(&out)),
            10 => format!("#EXT-X-CUE:TYPE=SpliceOut,ID={id},DURATION=30"),
            11 => format!("#EXT-OATCLS-SCTE35:{}", signal(&[(0x31, id, None), (0x30, id + 1, Some(12))])),
            12 => format!("#EXT-X-ASSET:CAID={id}"),
            13 => format!("#EXT-X-SCTE35:CUE-OUT=YES,CUE=\"{}\"", signal(&[(0x36, id, Some(length * 6))])),
            _ => "#EXT-X-PLACEMENT-OPPORTUNITY".into(),
        };
        (at, line)
    });
    prop::collection::vec(line, 0..6)
}

proptest! {
    /// One marker, whatever it is, is the same cue at every reload that lists it inside the window.
    #[test]
    fn a_marker_is_the_same_cue_at_every_reload(lines in lines()) {
        for (at, line) in &lines {
            let line = [(*at, line.as_str())];
            let told = |first| shown(&reload(first, 60, &line));
            let before = told(100);
            for first in (101..=*at).rev().step_by(5) {
                prop_assert_eq!(&told(first), &before, "from {}", first);
            }
        }
    }

    #[test]
    fn cues_come_in_the_order_of_their_places(lines in lines()) {
        let lines: Vec<_> = lines.iter().map(|(at, line)| (*at, line.as_str())).collect();
        let found = cues(&window(40, &lines), Trust::ALL);
        prop_assert!(found.is_sorted_by_key(|cue| cue.at));
    }

    #[test]
    fn no_marker_panics(
        values in prop::collection::vec(("(DURATION|ID|CUE|START-DATE|END-DATE|SCTE35-OUT|SCTE35-IN)?[=:,/\"]?[0-9A-Z.\"/=,:@-]{0,20}", 0..14_usize), 0..20),
    ) {
        const NAMES: [&str; 14] = [
            "#EXT-X-DATERANGE", "#EXT-X-DATERANGE:ID=\"1\",SCTE35-OUT=0xFC,START-DATE=\"2026-01-01T00:00:01Z\",",
            "#EXT-X-CUE-OUT", "#EXT-X-CUE-OUT-CONT", "#EXT-X-CUE-IN", "#EXT-X-CUE-SPAN",
            "#EXT-OATCLS-SCTE35", "#EXT-X-ASSET", "#EXT-X-CUE", "#EXT-X-CUE-CONT", "#EXT-X-SCTE35",
            "#EXT-SCTE35", "#EXT-X-SPLICEPOINT-SCTE35", "#EXTINF:6,\na.ts\n#",
        ];
        let lines: Vec<_> = values.iter().enumerate().map(|(at, (value, name))| {
            (100 + u64::try_from(at / 3).unwrap(), format!("{}:{value}", NAMES[*name]))
        }).collect();
        let lines: Vec<_> = lines.iter().map(|(at, line)| (*at, line.as_str())).collect();
        cues(&window(5, &lines), Trust::ALL);
    }
}
