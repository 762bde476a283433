use super::*;

#[test]
fn adobes_tags_begin_and_continue() {
    let playlist = window(
        8,
        &[
            (101, "#EXT-X-CUE:DURATION=\"201.467\",ID=\"0\",TYPE=\"SpliceOut\",TIME=\"414.171\""),
            (103, "#EXT-X-CUE:TYPE=SpliceOut,ID=1,DURATION=60.0,TIME=266.198"),
            (104, "#EXT-X-CUE-CONT:ID=1,AVAIL-DUR-ELAPSED=5.8"),
            (
                105,
                "#EXT-X-CUE:TYPE=\"SpliceOut\",ID=1,TIME=129261132000,DURATION=60.000,ELAPSED=11.331",
            ),
            (106, "#EXT-X-CUE:TYPE=SpliceIn,ID=1"),
            (107, "#EXT-X-CUE:ID=1"),
        ],
    );
    insta::assert_snapshot!(shown(&playlist), @"
    101 00:00:06.000 out 201.467 EXT-X-CUE
    103 00:00:18.000 out 60.0 #1 EXT-X-CUE
    104 00:00:24.000 on 5.8/? #1 EXT-X-CUE
    105 00:00:30.000 on 11.331/60.0 #1 EXT-X-CUE
    106 00:00:36.000 in #1 EXT-X-CUE
    ");
}

#[test]
fn scte_35s_own_tags_say_what_they_say_or_what_their_message_says() {
    let (out, back) = (insert(9, true, Some(60)), insert(9, false, None));
    let lines = [
        format!(
            "#EXT-X-SCTE35:TYPE=0x34,DURATION=60.060,CUE-OUT=YES,UPID=\"0x08:0x9425BC\",CUE=\"{out}\",ID=\"f6UrRd\""
        ),
        format!("#EXT-X-SCTE35:CUE-OUT=CONT,ELAPSED=6.0,DURATION=60.060,CUE=\"{out}\""),
        "#EXT-X-SCTE35:TYPE=0x35,CUE-IN=YES".into(),
        format!("#EXT-X-SCTE35:CUE=\"{out}\",ID=\"240703\""),
        format!("#EXT-SCTE35: CUE=\"{back}\", ID=\"123\", TIME=123.12"),
        "#EXT-SCTE35: CUE=\"/DAIAAAAAAAAAAAQAAZ/I0VniQAQAgBDVUVJQAAAAH+cAAAAAA==\", ID=\"123\""
            .into(),
        format!("#EXT-X-SPLICEPOINT-SCTE35:{out}"),
        format!("#EXT-X-SPLICEPOINT-SCTE35:{back}"),
        "#EXT-X-PLACEMENT-OPPORTUNITY".into(),
    ];
    let lines: Vec<_> = (101..).zip(lines.iter().map(String::as_str)).collect();
    insta::assert_snapshot!(shown(&window(10, &lines)), @"
    101 00:00:06.000 out 60.06 #9 EXT-X-SCTE35 +message
    102 00:00:12.000 on 6.0/60.06 #9 EXT-X-SCTE35 +message
    103 00:00:18.000 in EXT-X-SCTE35
    104 00:00:24.000 out 60.0 #9 EXT-X-SCTE35 +message
    105 00:00:30.000 in #9 EXT-SCTE35 +message
    107 00:00:42.000 out 60.0 #9 EXT-X-SPLICEPOINT-SCTE35 +message
    108 00:00:48.000 in #9 EXT-X-SPLICEPOINT-SCTE35 +message
    109 00:00:54.000 out 0.0 EXT-X-PLACEMENT-OPPORTUNITY
    ");
}

#[test]
fn several_dialects_on_one_segment_are_one_break() {
    // As seen at a broadcaster (hls.js issue 910), with a date range a moment off.
    let out = insert(325_630, true, Some(105));
    let lines = [
        "#EXT-X-CUE:TYPE=\"SpliceOut\",ID=325630,TIME=1292,DURATION=105.000".to_owned(),
        "#EXT-X-ASSET:CAID=0x0000000020FB6501".into(),
        "#EXT-X-CUE-OUT:105.000".into(),
        "#EXT-X-CUE-OUT:DURATION=105.000,BREAKID=325630".into(),
        format!("#EXT-X-SCTE35:CUE=\"{out}\",ID=\"325630\""),
        format!("#EXT-OATCLS-SCTE35:{out}"),
        format!(
            "#EXT-X-DATERANGE:ID=\"x\",START-DATE=\"2026-01-01T00:00:08Z\",SCTE35-OUT={}",
            hexadecimal(&out)
        ),
    ];
    let lines: Vec<_> = lines.iter().map(|line| (102, line.as_str())).collect();
    insta::assert_snapshot!(shown(&window(5, &lines)), @"101 00:00:08.000 out 105.0 #325630 EXT-X-DATERANGE +message");
    insta::assert_snapshot!(shown(&window(5, &lines[..6])), @"102 00:00:12.000 out 105.0 #325630 EXT-X-SCTE35 +message");
}
