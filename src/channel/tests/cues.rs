//! From cues to breaks, reload by reload.

use scte35_splice::commands::AnyCommand;

use super::super::*;
use crate::scte35::tests::written;

mod elsewhere;
mod ranges;
mod stopped;
mod taken_back;

/// A channel of segments of 6 s from number 100 and midnight on, of which ten are listed.
struct Scene {
    channel: Channel,
    /// Lines and the segment of the first rendition before which each stands.
    lines: Vec<(u64, String)>,
    edge: u64,
}

impl Scene {
    /// Read first where segment 105 is the newest.
    fn new(lines: Vec<(u64, String)>) -> Self {
        let channel = Channel::new(&[RenditionKind::Video, RenditionKind::Audio]);
        let mut scene = Self { channel, lines, edge: 105 };
        scene.reload(106);
        scene
    }

    /// Every reload up to the one whose window ends before segment `edge`.
    fn until(mut self, edge: u64) -> Self {
        while self.edge < edge {
            self.reload(self.edge + 1);
        }
        self
    }

    fn reload(&mut self, edge: u64) {
        self.edge = edge;
        for rendition in [0, 1] {
            let playlist = self.playlist(rendition);
            self.channel.loaded(rendition, &playlist, date(edge));
        }
    }

    fn playlist(&self, rendition: usize) -> MediaPlaylist {
        let first = self.edge.saturating_sub(10).max(100);
        let mut text = format!(
            "#EXTM3U\n#EXT-X-TARGETDURATION:6\n#EXT-X-MEDIA-SEQUENCE:{first}\n\
             #EXT-X-PROGRAM-DATE-TIME:{}\n",
            date(first)
        );
        for msn in first..self.edge {
            let here = self.lines.iter().filter(|(at, _)| *at == msn && rendition == 0);
            text.extend(here.map(|(_, line)| format!("{line}\n")));
            text += &format!("#EXTINF:6,\n{rendition}-{msn}.ts\n");
        }
        MediaPlaylist::parse(text).unwrap().0
    }

    /// A line per break: the segments it begins and ends before, how long it is planned to be.
    fn told(&self) -> String {
        let number = |time: ProgramTime| 100 + (time - date(100)).rounded_secs() / 6;
        let breaks = &self.channel.view().unwrap().breaks;
        let line = |b: &Arc<Break>| {
            let end = b.end.map_or("…".into(), |end| number(end).to_string());
            let planned = b.planned.map_or("?".into(), |planned| planned.to_string());
            let why = b.refusal.map_or(String::new(), |why| format!(", {why:?}"));
            format!("{} to {end}, {planned} s{why}\n", number(b.begins()))
        };
        breaks.iter().map(line).collect()
    }
}

fn date(msn: u64) -> ProgramTime {
    let midnight = ProgramTime::parse("2026-01-01T00:00:00Z").unwrap();
    midnight + MediaDuration::from_secs(6 * (i64::try_from(msn).unwrap() - 100))
}

fn tag(at: u64, tag: &str) -> (u64, String) {
    (at, tag.into())
}

/// A message before segment `at`.
fn oatcls(at: u64, command: impl Into<AnyCommand<'static>>, descriptors: &[u8]) -> (u64, String) {
    (at, format!("#EXT-OATCLS-SCTE35:{}", written::base64(command, descriptors)))
}

/// Out for so many seconds, and back by itself or not; or back.
fn insert(at: u64, id: u32, out: Option<(u64, bool)>) -> (u64, String) {
    let mut insert = written::insert(id, out.is_some(), out.map(|(secs, _)| secs));
    if let (Some(planned), Some((_, auto_return))) = (&mut insert.break_duration, out) {
        planned.auto_return = auto_return;
    }
    oatcls(at, insert, &[])
}

/// Type, event, seconds, and number of how many.
type Descriptor = (u8, u32, Option<u64>, (u8, u8));

fn signal(at: u64, segmentations: &[Descriptor]) -> (u64, String) {
    let segmentation =
        |&(kind, id, secs, number): &Descriptor| written::segmentation(kind, id, secs, number);
    let descriptors: Vec<_> = segmentations.iter().flat_map(segmentation).collect();
    oatcls(at, written::signal(), &descriptors)
}

/// The same message as a date range of its own that says nothing besides.
fn command((at, line): (u64, String)) -> (u64, String) {
    let message = written::hexadecimal(line.split_once(':').unwrap().1);
    let start = date(at);
    (at, format!("#EXT-X-DATERANGE:ID=\"c{at}\",START-DATE=\"{start}\",SCTE35-CMD={message}"))
}

/// What is known of the breaks of a scene in the end.
fn told(lines: Vec<(u64, String)>, until: u64) -> String {
    Scene::new(lines).until(until).told()
}

#[test]
fn a_break_told_in_one_rendition_is_everyones() {
    let scene =
        Scene::new(vec![tag(110, "#EXT-X-CUE-OUT:30"), tag(115, "#EXT-X-CUE-IN")]).until(117);
    insta::assert_snapshot!(scene.told(), @"110 to 115, 30.0 s");
    let breaks = &scene.channel.view().unwrap().breaks;
    let start = breaks[0].start.as_ref().unwrap();
    assert!(start.marks.iter().all(Option::is_some));
}

#[test]
fn a_break_ends_early_late_by_itself_or_at_its_limit() {
    let ending = |end: u64, length: &str| {
        told(vec![tag(110, &format!("#EXT-X-CUE-OUT{length}")), tag(end, "#EXT-X-CUE-IN")], 175)
    };
    let all = [ending(113, ":30"), ending(199, ":30"), ending(113, ""), ending(199, "")];
    insta::assert_snapshot!(all.concat(), @"
    110 to 113, 30.0 s
    110 to 115, 30.0 s
    110 to 113, ? s
    110 to 160, ? s
    ");
}

#[test]
fn a_break_that_waits_for_its_end_has_a_target_duration_more() {
    let waits = |end: u64| told(vec![insert(110, 7, Some((18, false))), insert(end, 7, None)], 120);
    insta::assert_snapshot!([waits(112), waits(114), waits(116)].concat(), @"
    110 to 112, 18.0 s
    110 to 114, 18.0 s
    110 to 114, 18.0 s
    ");
}

/// A break whose length nobody told was one until its limit, however soon the next programme began.
#[test]
fn a_break_of_unknown_length_ends_where_a_programme_begins() {
    let programme = || signal(113, &[(0x10, 9, Some(600), (0, 0))]);
    let begins = |out| {
        let by_command = told(vec![tag(110, out), command(programme())], 175);
        let by_message = told(vec![tag(110, out), programme()], 175);
        assert_eq!(by_command, by_message);
        by_message
    };
    let all = [
        begins("#EXT-X-CUE-OUT"),
        begins(&signal(110, &[(0x34, 7, None, (0, 0))]).1),
        begins("#EXT-X-CUE-OUT:30"),
        begins(&signal(110, &[(0x34, 7, Some(30), (0, 0))]).1),
    ];
    insta::assert_snapshot!(all.concat(), @"
    110 to 113, ? s
    110 to 113, ? s
    110 to 115, 30.0 s
    110 to 115, 30.0 s
    ");
}

/// Beside an end, it took the end's place: a break of a told length went on over the programme.
#[test]
fn an_end_is_one_also_where_the_next_programme_begins() {
    let message = |segmentations: &[Descriptor]| signal(113, segmentations);
    let (end, next) = ((0x35, 7, None, (0, 0)), (0x10, 9, Some(600), (0, 0)));
    let scte35 = |attributes: &str| {
        let value = message(&[next]).1.split_once(':').unwrap().1.to_owned();
        tag(113, &format!("#EXT-X-SCTE35:{attributes}CUE=\"{value}\""))
    };
    let opportunity = signal(110, &[(0x34, 7, Some(30), (0, 0))]);
    let all = [
        told(vec![opportunity.clone(), message(&[end, next])], 120),
        told(vec![opportunity.clone(), message(&[next, end])], 120),
        told(vec![opportunity, message(&[next]), message(&[end])], 120),
        told(vec![tag(110, "#EXT-X-CUE-OUT:30"), scte35("CUE-IN=YES,")], 120),
        told(vec![tag(110, "#EXT-X-CUE-OUT:30"), tag(113, "#EXT-X-CUE-IN"), scte35("")], 120),
    ];
    insta::assert_snapshot!(all.concat(), @"
    110 to 113, 30.0 s
    110 to 113, 30.0 s
    110 to 113, 30.0 s
    110 to 113, 30.0 s
    110 to 113, 30.0 s
    ");
}

#[test]
fn a_break_lasts_as_long_as_was_said_last() {
    let all = [
        told(vec![insert(110, 7, Some((18, true))), insert(111, 7, Some((30, true)))], 120),
        told(vec![insert(110, 7, Some((30, true))), insert(111, 7, Some((18, true)))], 120),
    ];
    insta::assert_snapshot!(all.concat(), @"
    110 to 115, 30.0 s
    110 to 113, 18.0 s
    ");
}

#[test]
fn ends_of_nothing_and_of_other_events_change_nothing() {
    let lines = vec![
        tag(107, "#EXT-X-CUE-IN"),
        signal(110, &[(0x34, 7, Some(36), (0, 0))]),
        signal(111, &[(0x30, 8, Some(12), (0, 0))]),
        signal(113, &[(0x31, 8, None, (0, 0)), (0x36, 9, Some(6), (0, 0))]),
        signal(114, &[(0x35, 99, None, (0, 0))]),
    ];
    insta::assert_snapshot!(told(lines, 120), @"110 to 116, 36.0 s");
}

#[test]
fn a_number_may_be_used_again() {
    let lines = vec![
        insert(108, 7, Some((12, true))),
        insert(110, 7, None),
        insert(114, 7, Some((18, true))),
        insert(116, 7, None),
    ];
    insta::assert_snapshot!(told(lines, 120), @"
    108 to 110, 12.0 s
    114 to 116, 18.0 s
    ");
}

#[test]
fn breaks_end_to_end_are_two() {
    let lines = vec![
        tag(108, "#EXT-X-CUE-OUT:18"),
        tag(111, "#EXT-X-CUE-IN"),
        tag(111, "#EXT-X-CUE-OUT:12"),
        tag(113, "#EXT-X-CUE-IN"),
    ];
    insta::assert_snapshot!(told(lines, 118), @"
    108 to 111, 18.0 s
    111 to 113, 12.0 s
    ");
}

/// A chain of ads of 12 s, numbered or not, each ending where the next begins.
fn chain(count: u8, numbered: bool) -> Vec<(u64, String)> {
    let number = |num| if numbered { (num, count) } else { (0, 0) };
    let link = |num: u8| {
        let ends = (num > 1).then(|| (0x31, u32::from(num - 1), None, number(num - 1)));
        let begins = (num <= count).then(|| (0x30, u32::from(num), Some(12), number(num)));
        let all: Vec<_> = ends.into_iter().chain(begins).collect();
        signal(106 + 2 * u64::from(num), &all)
    };
    (1..=count + 1).map(link).collect()
}

#[test]
fn a_chain_of_single_ads_is_one_break_however_long() {
    // Of fifteen the first has left the window long before the last comes.
    insta::assert_snapshot!(told(chain(15, true), 145), @"108 to 138, 180.0 s");
    // Without numbers nothing says that another is to follow, and each is a break of its own.
    insta::assert_snapshot!(told(chain(3, false), 120), @"
    108 to 110, 12.0 s
    110 to 112, 12.0 s
    112 to 114, 12.0 s
    ");
}

#[test]
fn who_comes_in_the_middle_of_a_break_knows_how_long_it_has_to_go() {
    let all = [
        told(
            vec![tag(100, "#EXT-X-CUE-OUT-CONT:12/60"), tag(101, "#EXT-X-CUE-OUT-CONT:18/60")],
            120,
        ),
        told(vec![tag(104, "#EXT-X-CUE-OUT-CONT:0/30")], 120),
        told(
            vec![
                tag(100, "#EXT-X-CUE-OUT-CONT:10/4, SpliceType=VOD_DAI"),
                tag(103, "#EXT-X-CUE-IN"),
            ],
            120,
        ),
    ];
    insta::assert_snapshot!(all.join("\n"), @"
    100 to 108, 60.0 s

    104 to 109, 30.0 s

    100 to 100, 4.0 s
    ");
}
