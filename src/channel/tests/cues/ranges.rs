//! Breaks that date ranges tell of, and ranges that tell of something else.

use super::*;

/// MediaPackage ends a break's range without a message, which in a window shorter than the break comes after
/// what began it has left: ads went on over the programme.
#[test]
fn a_range_ends_its_break_after_its_beginning_has_left() {
    let begins = |secs: u64| {
        let message =
            written::hexadecimal(&written::base64(written::insert(7, true, Some(secs)), &[]));
        let range = format!("ID=\"a\",START-DATE=\"{}\",PLANNED-DURATION={secs}", date(108));
        (108, format!("#EXT-X-DATERANGE:{range},SCTE35-OUT={message}"))
    };
    let ends = |at: u64| {
        let length = 6 * (at - 108);
        let range = format!("ID=\"a\",START-DATE=\"{}\",DURATION={length}", date(108));
        tag(at, &format!("#EXT-X-DATERANGE:{range},END-DATE=\"{}\"", date(at)))
    };
    let all = [(180, 115), (180, 125), (60, 125)]
        .map(|(secs, end)| told(vec![begins(secs), ends(end)], 145));
    insta::assert_snapshot!(all.concat(), @"
    108 to 115, 42.0 s
    108 to 125, 180.0 s
    108 to 118, 60.0 s
    ");
}

/// A chapter that ends in a break is no end of that, listed as a command or known as one.
#[test]
fn a_range_of_a_chapter_ends_no_break() {
    let (_, chapter) = command(signal(101, &[(0x20, 9, None, (0, 0))]));
    let chapter = tag(101, &chapter.replacen("ID=\"c101\"", "ID=\"ch\"", 1));
    let ends = |at| tag(at, &format!("#EXT-X-DATERANGE:ID=\"ch\",END-DATE=\"{}\"", date(112)));
    let all = [112, 116]
        .map(|at| told(vec![chapter.clone(), tag(110, "#EXT-X-CUE-OUT:60"), ends(at)], 125));
    insta::assert_snapshot!(all.concat(), @"
    110 to 120, 60.0 s
    110 to 120, 60.0 s
    ");
}

#[test]
fn commands_about_other_events_change_nothing() {
    let ends = |id| {
        let end = command(signal(112, &[(0x35, id, None, (0, 0))]));
        told(vec![signal(110, &[(0x34, 7, Some(30), (0, 0))]), end], 120)
    };
    insta::assert_snapshot!([ends(7), ends(99)].concat(), @"
    110 to 112, 30.0 s
    110 to 115, 30.0 s
    ");
}
