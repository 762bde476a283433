use super::*;

/// What one line before segment 102 says, and one before 104.
fn said(line: &str) -> String {
    shown(&window(6, &[(102, line)]))
}

#[test]
fn beginnings_are_read_in_every_spelling() {
    let enveloped = insert(16_777_323, true, Some(366));
    let lines = [
        "#EXT-X-CUE-OUT",
        "#EXT-X-CUE-OUT:30",
        "#EXT-X-CUE-OUT:30.000 ",
        "#EXT-X-CUE-OUT:\"60.000\"",
        "#EXT-X-CUE-OUT:DURATION=120",
        "#EXT-X-CUE-OUT:DURATION=\"60.000\"",
        "#EXT-X-CUE-OUT: Duration = 60.5",
        "#EXT-X-CUE-OUT:DURATION=150,BREAKID=0x0",
        "#EXT-X-CUE-OUT:DURATION=105.000,BREAKID=325630",
        "#EXT-X-CUE-OUT:4,SpliceType=VOD_DAI,Action=REPLACE, PAID=example.com/2024073010700,Acds=BA",
        &format!("#EXT-X-CUE-OUT:DURATION=366,ID=16777323,CUE=\"{enveloped}\""),
        "#EXT-X-CUE-OUT:DURATION=366,ID=16777323,CUE=\"/DAlgarbled\"",
        "#EXT-X-CUE-OUT:0",
        "#EXT-X-CUE-OUT:INVALID",
        "#EXT-X-CUE-OUT:-5",
        "#EXT-X-CUE-OUT:86401",
        "#EXT-X-CUE-OUT:NaN",
        "# EXT-X-CUE-OUT:30",
    ];
    insta::assert_snapshot!(lines.map(said).concat(), @"
    102 00:00:12.000 out ? EXT-X-CUE-OUT
    102 00:00:12.000 out 30.0 EXT-X-CUE-OUT
    102 00:00:12.000 out 30.0 EXT-X-CUE-OUT
    102 00:00:12.000 out 60.0 EXT-X-CUE-OUT
    102 00:00:12.000 out 120.0 EXT-X-CUE-OUT
    102 00:00:12.000 out 60.0 EXT-X-CUE-OUT
    102 00:00:12.000 out 60.5 EXT-X-CUE-OUT
    102 00:00:12.000 out 150.0 EXT-X-CUE-OUT
    102 00:00:12.000 out 105.0 #325630 EXT-X-CUE-OUT
    102 00:00:12.000 out 4.0 EXT-X-CUE-OUT
    102 00:00:12.000 out 366.0 #16777323 EXT-X-CUE-OUT +message
    102 00:00:12.000 out 366.0 #16777323 EXT-X-CUE-OUT
    102 00:00:12.000 out 0.0 EXT-X-CUE-OUT
    102 00:00:12.000 out ? EXT-X-CUE-OUT
    102 00:00:12.000 out ? EXT-X-CUE-OUT
    102 00:00:12.000 out ? EXT-X-CUE-OUT
    102 00:00:12.000 out ? EXT-X-CUE-OUT
    102 00:00:12.000 out 30.0 EXT-X-CUE-OUT
    ");
}

#[test]
fn continuations_are_read_in_every_spelling() {
    let enveloped = insert(7, true, Some(200));
    let lines = [
        "#EXT-X-CUE-OUT-CONT",
        "#EXT-X-CUE-OUT-CONT:8.308/30",
        "# EXT-X-CUE-OUT-CONT: 8.308/30",
        "#EXT-X-CUE-OUT-CONT:14.001/120.0",
        &format!("#EXT-X-CUE-OUT-CONT:ElapsedTime=5.939,Duration=201.467,SCTE35={enveloped}"),
        "#EXT-X-CUE-OUT-CONT:CAID=0x2F000000/1,ElapsedTime=5.939,Duration=201.467",
        "#EXT-X-CUE-OUT-CONT:10/4, SpliceType=VOD_DAI",
        "#EXT-X-CUE-OUT-CONT:0/30",
        "#EXT-X-CUE-SPAN:TIMEFROMSIGNAL=PT10S,ID=16777323",
        "#EXT-X-CUE-SPAN:TIMEFROMSIGNAL=PT1M0.5S",
    ];
    insta::assert_snapshot!(lines.map(said).concat(), @"
    102 00:00:12.000 on ?/? EXT-X-CUE-OUT
    102 00:00:12.000 on 8.308/30.0 EXT-X-CUE-OUT
    102 00:00:12.000 on 8.308/30.0 EXT-X-CUE-OUT
    102 00:00:12.000 on 14.001/120.0 EXT-X-CUE-OUT
    102 00:00:12.000 on 5.939/201.467 #7 EXT-X-CUE-OUT +message
    102 00:00:12.000 on 5.939/201.467 EXT-X-CUE-OUT
    102 00:00:12.000 on 10.0/4.0 EXT-X-CUE-OUT
    102 00:00:12.000 out 30.0 EXT-X-CUE-OUT
    102 00:00:12.000 on 10.0/? #16777323 EXT-X-CUE-OUT
    102 00:00:12.000 on 60.5/? EXT-X-CUE-OUT
    ");
}

#[test]
fn ends_are_read_in_every_spelling() {
    let lines =
        ["#EXT-X-CUE-IN", "#EXT-X-CUE-IN:4,SpliceType=VOD_DAI", "#EXT-X-CUE-IN:ID=16777323"];
    insta::assert_snapshot!(lines.map(said).concat(), @"
    102 00:00:12.000 in EXT-X-CUE-OUT
    102 00:00:12.000 in EXT-X-CUE-OUT
    102 00:00:12.000 in #16777323 EXT-X-CUE-OUT
    ");
}

#[test]
fn a_break_is_told_in_order() {
    let playlist = window(
        8,
        &[
            (102, "#EXT-X-CUE-OUT:18"),
            (103, "#EXT-X-CUE-OUT-CONT:6/18"),
            (104, "#EXT-X-CUE-OUT-CONT:12/18"),
            (105, "#EXT-X-CUE-OUT:12"),
            (105, "#EXT-X-CUE-IN"),
            (107, "#EXT-X-CUE-IN"),
            (108, "#EXT-X-CUE-OUT:30"),
        ],
    );
    insta::assert_snapshot!(shown(&playlist), @"
    102 00:00:12.000 out 18.0 EXT-X-CUE-OUT
    103 00:00:18.000 on 6.0/18.0 EXT-X-CUE-OUT
    104 00:00:24.000 on 12.0/18.0 EXT-X-CUE-OUT
    105 00:00:30.000 in EXT-X-CUE-OUT
    105 00:00:30.000 out 12.0 EXT-X-CUE-OUT
    107 00:00:42.000 in EXT-X-CUE-OUT
    108 00:00:48.000 out 30.0 EXT-X-CUE-OUT
    ");
}

#[test]
fn an_insertion_point_is_one_cue() {
    let playlist = window(4, &[(102, "#EXT-X-CUE-OUT:0"), (102, "#EXT-X-CUE-IN")]);
    insta::assert_snapshot!(shown(&playlist), @"102 00:00:12.000 out 0.0 EXT-X-CUE-OUT");
}

#[test]
fn a_message_beside_the_tag_belongs_to_it() {
    let (out, back) = (insert(7, true, Some(30)), insert(7, false, None));
    let (out, back) = (format!("#EXT-OATCLS-SCTE35:{out}"), format!("#EXT-OATCLS-SCTE35:{back}"));
    let playlist = window(
        6,
        &[
            (101, &out),
            (101, "#EXT-X-CUE-OUT"),
            (102, &out),
            (102, "#EXT-X-CUE-OUT-CONT:6/30"),
            (103, "#EXT-X-CUE-OUT-CONT:12/30"),
            (103, "#EXT-OATCLS-SCTE35:garbage"),
            (104, "#EXT-X-CUE-IN"),
            (104, &back),
        ],
    );
    insta::assert_snapshot!(shown(&playlist), @"
    101 00:00:06.000 out 30.0 #7 EXT-X-CUE-OUT +message
    102 00:00:12.000 on 6.0/30.0 #7 EXT-X-CUE-OUT +message
    103 00:00:18.000 on 12.0/30.0 EXT-X-CUE-OUT
    104 00:00:24.000 in #7 EXT-X-CUE-OUT +message
    ");
}
