//! Which date ranges are remembered.

use super::super::{ranges::Ranges, *};

/// What is listed after each of these reloads, the head at midnight.
fn listed(reloads: &[&[&str]]) -> Vec<usize> {
    let mut ranges = Ranges::default();
    let head = ProgramTime::parse("2026-01-01T00:00:00Z").unwrap();
    let read = |attributes: &&[&str]| {
        let mut text = String::from("#EXTM3U\n#EXT-X-TARGETDURATION:6\n");
        text.extend(attributes.iter().map(|one| format!("#EXT-X-DATERANGE:{one}\n")));
        text += "#EXTINF:6,\na.ts\n";
        ranges.read(&MediaPlaylist::parse(text).unwrap().0);
        ranges.forget(head);
        ranges.lines().len()
    };
    reloads.iter().map(read).collect()
}

#[test]
fn a_range_stays_as_long_as_its_dates() {
    let (over, lasts) = (
        r#"ID="a",START-DATE="2025-12-31T23:00:00Z",DURATION=3600"#,
        r#"ID="b",START-DATE="2025-12-31T23:00:00Z",DURATION=3601"#,
    );
    assert_eq!(listed(&[&[over, lasts], &[], &[lasts], &[lasts]]), [2, 1, 1, 1]);
}

#[test]
fn a_range_without_an_id_is_listed_while_the_origin_lists_it() {
    let nameless = r#"START-DATE="2026-01-01T00:00:00Z",DURATION=3600"#;
    assert_eq!(listed(&[&[nameless], &[nameless], &[nameless, nameless], &[]]), [1, 1, 2, 0]);
}

#[test]
fn not_every_range_that_is_to_last_for_ever_is_remembered() {
    let endless = |n| format!(r#"ID="{n}",START-DATE="2026-01-01T00:00:00Z",DURATION=9000000000"#);
    let all: Vec<String> = (0..3_000).map(endless).collect();
    let all: Vec<&str> = all.iter().map(String::as_str).collect();
    assert_eq!(listed(&[&all, &[], &all, &all[..1_500]]), [3_000, 1_000, 3_000, 2_500]);
}

/// MediaPackage ends a break's range by a tag without a message, which stays listed when the one that
/// began the break is gone. Players were told of it as a range of its own, of no beginning.
#[test]
fn what_ends_a_breaks_range_is_no_range_of_the_programme() {
    let begins =
        r#"ID="7",START-DATE="2025-12-31T23:59:48Z",PLANNED-DURATION=36,SCTE35-OUT=0xFC00"#;
    let ends = r#"ID="7",END-DATE="2026-01-01T00:00:18Z",DURATION=30"#;
    assert_eq!(listed(&[&[begins], &[begins, ends], &[ends], &[ends], &[]]), [0; 5]);
    assert_eq!(listed(&[&[ends, begins]]), [0]);
}

/// It took a step for each pair of them.
#[test]
fn of_many_splices_the_newest_are_known() {
    let splice = |n| format!(r#"ID="{n}",START-DATE="2026-01-01T00:00:00Z",SCTE35-OUT=0xFC00"#);
    let follow_up = |n| format!(r#"ID="{n}",START-DATE="2026-01-01T00:00:00Z",DURATION=30"#);
    let all: Vec<String> = (0..100_000).map(splice).collect();
    let all: Vec<&str> = all.iter().map(String::as_str).collect();
    let (old, new) = (follow_up(90_000), follow_up(99_999));
    assert_eq!(listed(&[&all, &[&new], &[&old, &new], &all]), [0, 0, 1, 1]);
}

#[test]
fn a_range_marks_a_break_by_its_attributes_and_not_by_what_they_say() {
    let show = r#"ID="SCTE35-7",START-DATE="2026-01-01T00:00:00Z",CLASS="show""#;
    let lower = r#"ID="8",START-DATE="2026-01-01T00:00:00Z",scte35-cmd=0xFC00"#;
    assert_eq!([listed(&[&[show]]), listed(&[&[lower]])], [[1], [0]]);
}

/// A rendition that lists more of the future than is remembered made another one of each rendition beside
/// it at each reading.
#[test]
fn no_more_is_taken_over_than_is_remembered() {
    let read = |names: std::ops::Range<usize>| {
        let mut text = String::from("#EXTM3U\n#EXT-X-TARGETDURATION:6\n");
        for name in names {
            text +=
                &format!("#EXT-X-DATERANGE:ID=\"{name}\",START-DATE=\"2026-01-01T00:01:00Z\"\n");
        }
        let mut ranges = Ranges::default();
        ranges.read(&MediaPlaylist::parse(text + "#EXTINF:6,\na.ts\n").unwrap().0);
        ranges
    };
    let edge = ProgramTime::parse("2026-01-01T00:00:00Z").unwrap();
    let (mut own, other) = (read(0..1), read(0..3_000));
    let taken = [(); 2].map(|()| (own.borrow(&other, edge), own.lines().len()));
    assert_eq!(taken, [(true, 1_001), (false, 1_001)]);
}

/// A channel with two pictures; which ranges each lists after these readings of one or the other,
/// whose first six seconds begin so many after midnight.
fn told(readings: &[(usize, i64, &[&str])]) -> String {
    let mut channel = Channel::new(&[RenditionKind::Video, RenditionKind::Video]);
    let date = |secs| ProgramTime::parse("2026-01-01T00:00:00Z").unwrap() + secs;
    for &(rendition, start, ranges) in readings {
        let mut text = format!("#EXTM3U\n#EXT-X-TARGETDURATION:6\n#EXT-X-MEDIA-SEQUENCE:{start}\n");
        for number in start..start + 3 {
            let start = date(MediaDuration::from_secs(number * 6));
            text += &format!("#EXT-X-PROGRAM-DATE-TIME:{start}\n#EXTINF:6,\n{number}.ts\n");
        }
        for range in ranges {
            text += &format!(
                "#EXT-X-DATERANGE:ID=\"{}\",START-DATE=\"{}\"{}\n",
                &range[..1],
                date(MediaDuration::from_secs(range[1..3].parse().unwrap())),
                &range[3..]
            );
        }
        let playlist = MediaPlaylist::parse(text).unwrap().0;
        channel.loaded(rendition, &playlist, date(MediaDuration::from_secs(start * 6 + 18)));
    }
    let tracks = channel.view().unwrap().tracks.clone();
    let ids = tracks.iter().flatten().map(|track| {
        let ranges = track.frame.date_ranges.iter();
        ranges.map(|line| line.value()[4..5].to_owned()).collect::<String>()
    });
    ids.collect::<Vec<_>>().join(" ")
}

#[test]
fn what_others_tell_of_moments_that_a_rendition_was_not_read_to_it_tells_too() {
    let (first, own) = ((0, 0, &["a06"][..]), (1, 0, &["a06"][..]));
    assert_eq!(told(&[first, own, (0, 2, &["a06", "b24"])]), "ab ab");
    // Read again it tells the same, and nothing twice.
    let again = (0, 2, &["a06", "b24,DURATION=60"][..]);
    assert_eq!(told(&[first, own, again, (1, 2, &["a06", "b24,DURATION=60"])]), "ab ab");
    assert_eq!(told(&[first, own, again, (1, 2, &["a06"])]), "ab ab");
    // Of what it was read to it says itself what there is, and what leads elsewhere from it not.
    assert_eq!(told(&[first, own, (0, 2, &["a06", "b12"])]), "ab a");
    assert_eq!(told(&[first, own, (0, 2, &["a06", "b24,X-URI=\"b.mp4\""])]), "ab a");
    // One that tells of none is not made to.
    assert_eq!(told(&[first, (1, 0, &[]), (0, 2, &["a06", "b24"])]), "ab ");
}
