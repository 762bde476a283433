use super::*;

/// A tag with these attributes, `@n` standing for the date of segment n.
fn range(attributes: &str) -> String {
    let mut text = format!("#EXT-X-DATERANGE:{attributes}");
    while let Some((before, rest)) = text.split_once('@') {
        let (msn, after) = rest.split_at(3);
        text = format!("{before}{}{after}", date(msn.parse().unwrap()));
    }
    text
}

fn said(lines: &[(u64, &str)]) -> String {
    let lines: Vec<_> = lines.iter().map(|(at, line)| (*at, range(line))).collect();
    let lines: Vec<_> = lines.iter().map(|(at, line)| (*at, line.as_str())).collect();
    shown(&window(10, &lines))
}

fn out(id: u32) -> String {
    format!("SCTE35-OUT={}", hexadecimal(&insert(id, true, Some(30))))
}

#[test]
fn a_pair_begins_and_ends() {
    let back = hexadecimal(&insert(7, false, None));
    let told = said(&[
        (102, &format!("ID=\"splice-7\",START-DATE=\"@102\",PLANNED-DURATION=30.030,{}", out(7))),
        (106, &format!("ID=\"splice-7\",START-DATE=\"@102\",DURATION=24.0,SCTE35-IN={back}")),
    ]);
    insta::assert_snapshot!(told, @"
    102 00:00:12.000 out 24.0 #7 EXT-X-DATERANGE +message
    106 00:00:36.000 in #7 EXT-X-DATERANGE +message
    ");
}

#[test]
fn as_aws_elemental_writes_it() {
    let told = said(&[
        (102, &format!("ID=\"999\",START-DATE=\"@102\",PLANNED-DURATION=30.000, {}", out(999))),
        (107, "ID=\"999\",END-DATE=\"@107\",DURATION=30.030, SCTE35-IN=0xFC3Q"),
    ]);
    insta::assert_snapshot!(told, @"
    102 00:00:12.000 out 30.03 #999 EXT-X-DATERANGE +message
    107 00:00:42.000 in #999 EXT-X-DATERANGE
    ");
}

#[test]
fn an_end_is_known_from_the_range_alone() {
    for closing in ["END-DATE=\"@104\"", "DURATION=12"] {
        let tag = format!("ID=\"a\",START-DATE=\"@102\",{closing},{}", out(7));
        insta::allow_duplicates! {
            insta::assert_snapshot!(said(&[(102, &tag)]), @"
            102 00:00:12.000 out 12.0 #7 EXT-X-DATERANGE +message
            104 00:00:24.000 in #7 EXT-X-DATERANGE
            ");
        }
    }
    // Still to come.
    insta::assert_snapshot!(said(&[(108, &format!("ID=\"a\",START-DATE=\"@108\",DURATION=18,{}", out(7)))]), @"108 00:00:48.000 out 18.0 #7 EXT-X-DATERANGE +message");
}

#[test]
fn durations_are_taken_in_order() {
    let tags = [
        "DURATION=10,PLANNED-DURATION=20",
        "END-DATE=\"@114\",PLANNED-DURATION=20",
        "PLANNED-DURATION=20",
        "PLANNED-DURATION=0",
        "X-NOTHING=1",
    ];
    let told =
        tags.map(|tag| said(&[(109, &format!("ID=\"a\",START-DATE=\"@109\",{tag},{}", out(7)))]));
    insta::assert_snapshot!(told.concat(), @"
    109 00:00:54.000 out 10.0 #7 EXT-X-DATERANGE +message
    109 00:00:54.000 out 30.0 #7 EXT-X-DATERANGE +message
    109 00:00:54.000 out 20.0 #7 EXT-X-DATERANGE +message
    109 00:00:54.000 out 30.0 #7 EXT-X-DATERANGE +message
    109 00:00:54.000 out 30.0 #7 EXT-X-DATERANGE +message
    ");
}

#[test]
fn the_date_counts_and_not_where_the_tag_stands() {
    let at = |tag_before, date: &str| {
        said(&[(tag_before, &format!("ID=\"a\",START-DATE=\"{date}\",{}", out(7)))])
    };
    // Announced before segments that precede it, in the window and beyond.
    insta::assert_snapshot!(at(101, "@105"), @"105 00:00:30.000 out 30.0 #7 EXT-X-DATERANGE +message");
    insta::assert_snapshot!(at(101, "@115"), @"110 00:01:30.000 out 30.0 #7 EXT-X-DATERANGE +message");
    insta::assert_snapshot!(at(110, "@110"), @"110 00:01:00.000 out 30.0 #7 EXT-X-DATERANGE +message");
    // Still listed after its segment, in the window and not.
    insta::assert_snapshot!(at(108, "@103"), @"103 00:00:18.000 out 30.0 #7 EXT-X-DATERANGE +message");
    insta::assert_snapshot!(at(100, "2025-12-31T23:59:42Z"), @"100 23:59:42.000 out 30.0 #7 EXT-X-DATERANGE +message");
    // Between two boundaries: the nearer.
    insta::assert_snapshot!(at(103, "2026-01-01T00:00:20.9Z"), @"103 00:00:20.900 out 30.0 #7 EXT-X-DATERANGE +message");
    insta::assert_snapshot!(at(103, "2026-01-01T00:00:21Z"), @"104 00:00:21.000 out 30.0 #7 EXT-X-DATERANGE +message");
}

#[test]
fn a_date_on_another_clock_leaves_the_place() {
    let at = |tag_before, date: &str| {
        said(&[(tag_before, &format!("ID=\"a\",START-DATE=\"{date}\",{}", out(7)))])
    };
    insta::assert_snapshot!(at(103, "2026-01-01T01:00:18Z"), @"103 00:00:18.000 out 30.0 #7 EXT-X-DATERANGE +message");
    insta::assert_snapshot!(at(103, "yesterday"), @"103 00:00:18.000 out 30.0 #7 EXT-X-DATERANGE +message");
    // Tags are gathered at the ends: there the place says nothing.
    assert_eq!(at(100, "2025-12-31T22:00:00Z") + &at(110, "2025-12-31T22:00:00Z"), "");
}

#[test]
fn what_was_over_before_the_window_is_not_told() {
    let tag = format!("ID=\"a\",START-DATE=\"2025-12-31T23:59:00Z\",DURATION=30,{}", out(7));
    assert_eq!(said(&[(100, &tag)]), "");
    let tag = format!("ID=\"a\",START-DATE=\"2025-12-31T23:59:00Z\",{}", out(7));
    assert_eq!(said(&[(100, &tag)]), "");
    let tag = format!("ID=\"a\",START-DATE=\"2025-12-31T23:59:00Z\",DURATION=72,{}", out(7));
    insta::assert_snapshot!(said(&[(100, &tag)]), @"
    100 23:59:00.000 out 72.0 #7 EXT-X-DATERANGE +message
    102 00:00:12.000 in #7 EXT-X-DATERANGE
    ");
}

#[test]
fn a_command_is_what_its_message_says() {
    let told = said(&[
        (
            102,
            &format!(
                "ID=\"a\",START-DATE=\"@102\",SCTE35-CMD={}",
                hexadecimal(&signal(&[(0x34, 3, Some(30))]))
            ),
        ),
        (
            107,
            &format!(
                "ID=\"b\",START-DATE=\"@107\",SCTE35-CMD={}",
                hexadecimal(&signal(&[(0x35, 3, None)]))
            ),
        ),
        (
            108,
            &format!(
                "ID=\"c\",START-DATE=\"@108\",SCTE35-CMD={}",
                hexadecimal(&signal(&[(0x10, 4, None)]))
            ),
        ),
        (109, "ID=\"d\",START-DATE=\"@109\",SCTE35-CMD=0xFC"),
    ]);
    insta::assert_snapshot!(told, @"
    102 00:00:12.000 out 30.0 #3 EXT-X-DATERANGE +message
    107 00:00:42.000 in #3 EXT-X-DATERANGE +message
    108 00:00:48.000 in EXT-X-DATERANGE +message
    ");
}

#[test]
fn an_end_with_a_range_of_its_own_is_where_that_is() {
    let told = said(&[
        (102, &format!("ID=\"a\",START-DATE=\"@102\",{}", out(7))),
        (106, "ID=\"b\",START-DATE=\"@106\",SCTE35-IN=0xFC"),
    ]);
    insta::assert_snapshot!(told, @"
    102 00:00:12.000 out 30.0 #7 EXT-X-DATERANGE +message
    106 00:00:36.000 in EXT-X-DATERANGE
    ");
    // The beginning has left the playlist; the tag repeats its date.
    insta::assert_snapshot!(said(&[(106, "ID=\"a\",START-DATE=\"2025-12-31T23:59:00Z\",SCTE35-IN=0xFC")]), @"106 00:00:36.000 in EXT-X-DATERANGE");
}

#[test]
fn an_id_may_be_used_again() {
    let told = said(&[
        (101, &format!("ID=\"1\",START-DATE=\"@101\",DURATION=6,{}", out(7))),
        (105, &format!("ID=\"1\",START-DATE=\"@105\",DURATION=12,{}", out(7))),
    ]);
    insta::assert_snapshot!(told, @"
    101 00:00:06.000 out 6.0 #7 EXT-X-DATERANGE +message
    102 00:00:12.000 in #7 EXT-X-DATERANGE
    105 00:00:30.000 out 12.0 #7 EXT-X-DATERANGE +message
    107 00:00:42.000 in #7 EXT-X-DATERANGE
    ");
}

#[test]
fn ranges_of_other_kinds_are_no_breaks() {
    let told = said(&[
        (
            102,
            "ID=\"a\",CLASS=\"com.apple.hls.interstitial\",START-DATE=\"@102\",X-ASSET-LIST=\"u\"",
        ),
        (103, "ID=\"b\",START-DATE=\"@103\",DURATION=30"),
        (104, ""),
    ]);
    assert_eq!(told, "");
}

#[test]
fn without_dates_the_place_of_the_tag_counts() {
    let text = format!(
        "#EXTM3U\n#EXT-X-TARGETDURATION:6\n#EXTINF:6,\na.ts\n{}\n#EXTINF:6,\nb.ts\n",
        range(&format!("ID=\"a\",START-DATE=\"@102\",{}", out(7)))
    );
    insta::assert_snapshot!(shown(&MediaPlaylist::parse(text).unwrap().0), @"1 - out 30.0 #7 EXT-X-DATERANGE +message");
}
