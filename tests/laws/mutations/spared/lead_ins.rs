//! Viewers who begin with ads on a channel whose sound is not cut as its picture is.

use super::super::*;
use crate::truth::LeadIn;

/// The picture is back at 48, where these ads are nearly over; sound wherever it is cut next.
pub(super) fn table() -> Vec<Mutation> {
    let cut = |audio_cuts: &'static [i64]| Base { audio_cuts, ..Base::default() };
    let early = || cut(&[0, 24, 47, 60, 90, 108, 126, 150, 240]);
    let late = || cut(&[0, 24, 45, 49, 60, 90, 108, 126, 150, 240]);
    // Its segment from 46 on is mostly past by then.
    let far =
        || Base { audio_late: -20 * MILLI, ..cut(&[0, 24, 46, 50, 60, 90, 108, 126, 150, 240]) };
    vec![
        laid("sound is back a second before the picture", &[], early(), |m| led_in(m, 48, 47)),
        laid("a second behind it", &[], late(), |m| led_in(m, 48, 49)),
        laid("two seconds behind it", &["A-100"], far(), |m| led_in(m, 48, 50)),
        laid("the picture is back a segment late", &["A-56", "A-100", "A-16"], late(), |m| {
            led_in(m, 54, 49);
        }),
    ]
}

/// Who joins at 50 begins with ads in the place of the programme from 24 on; then picture and sound are
/// back from these cuts on.
fn led_in(m: &mut Model, picture: i64, sound: i64) {
    let (start, mut begins) = (at(24), at(24));
    let ads = LENGTHS.map(|ms| {
        let duration = ms * MILLI;
        begins += duration;
        (begins - duration, duration)
    });
    for (rendition, outs) in m.outs.iter_mut().enumerate() {
        let back = at(if rendition == AUDIO { sound } else { picture }) - SECOND / 2;
        outs.retain(|out| out.start > back);
        (outs[0].discontinuity, outs[0].dated) = (true, true);
        let one = |(index, (start, duration)): (usize, (Ns, Ns))| Out {
            uri: format!("ad/preroll/0/first/{index}.seg"),
            extinf: crate::time::show_seconds(duration),
            duration,
            start,
            dated: index == 0,
            publish_ms: wall(at(49)),
            ..Out::default()
        };
        outs.splice(..0, ads.into_iter().enumerate().map(one));
    }
    m.asked.retain(|(ms, _)| *ms > wall(at(50)));
    let lengths = LENGTHS.map(|ms| ms * MILLI);
    let ad = crate::truth::Ad { durations: vec![lengths.to_vec(); 3], slate: false };
    m.truth.ads.insert("first".to_owned(), ad);
    m.truth.lead_in(Some(LeadIn {
        break_id: "preroll".to_owned(),
        start,
        length: lengths.iter().sum(),
        last: LENGTHS[3] * MILLI,
        anywhere: true,
    }));
}

/// Of the ad's segments, in milliseconds.
const LENGTHS: [i64; 4] = [6_000, 6_000, 6_000, 5_800];
