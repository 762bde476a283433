use super::*;

#[test]
fn what_markers_should_not_say_is_told_by_line() {
    let good = insert(7, true, Some(30));
    let damaged = good.replacen('A', "B", 1);
    let lines = [
        "#EXT-X-CUE-OUT:INVALID".to_owned(),
        "#EXT-X-CUE-OUT:DURATION=soon,CUE=\"/DA\"".into(),
        "#EXT-X-CUE-OUT:30".into(),
        "#EXT-X-CUE-OUT".into(),
        "#EXT-X-CUE-OUT:SpliceType=VOD_DAI".into(),
        format!("#EXT-OATCLS-SCTE35:{damaged}"),
        format!("#EXT-OATCLS-SCTE35:{good}"),
        "#EXT-X-SPLICEPOINT-SCTE35:".into(),
        "#EXT-X-CUE-OUT-CONT:ElapsedTime=6,Duration=30,SCTE35=QW5vdGhlci4=".into(),
        "#EXT-SCTE35: CUE=\"*\", ID=\"123\"".into(),
        "#EXT-X-DATERANGE:ID=\"1\",SCTE35-OUT=0xFC3,SCTE35-IN=FC".into(),
        "#EXT-X-DATERANGE:ID=\"1\",DURATION=x,CUE=\"x\"".into(),
    ];
    let lines: Vec<_> = lines.iter().map(|line| (102, line.as_str())).collect();
    let told = oddities(window(3, &lines).body(), Profile::Any);
    let told = told.iter().map(|oddity| format!("{}: {}\n", oddity.line, oddity.kind));
    insta::assert_snapshot!(told.collect::<String>(), @"
    9: a marker's duration cannot be read
    10: a marker's message cannot be read: cut short: has 2 of 18 bytes
    10: a marker's duration cannot be read
    14: a marker's message cannot be read: cut short: has 40 of 104 bytes
    16: a marker's message cannot be read: no message
    17: a marker's message cannot be read: the table id is 0x41, not 0xfc
    18: a marker's message cannot be read: not base64: Invalid symbol 42, offset 0.
    19: a marker's message cannot be read: not hexadecimal: Odd number of digits
    19: a marker's message cannot be read: cut short: has 1 of 18 bytes
    ");
}
