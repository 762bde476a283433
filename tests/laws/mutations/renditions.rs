//! Renditions against each other.

use super::*;

pub(super) fn table() -> Vec<Mutation> {
    [renditions()].into_iter().flatten().collect()
}

fn renditions() -> Vec<Mutation> {
    let swapped = |m: &mut Model| {
        let order = |out: &Out| out.uri.contains("/1/b/");
        let outs = &mut m.outs[AUDIO];
        let first = outs.iter().position(|out| out.uri.contains("ad/b0/0")).expect("one");
        let second = outs.iter().position(order).expect("one");
        for at in 0..3 {
            let (one, other) = (outs[first + at].uri.clone(), outs[second + at].uri.clone());
            outs[first + at].uri = other;
            outs[second + at].uri = one;
        }
    };
    vec![
        laid(
            "audio enters and leaves half a second late",
            &["A-100"],
            Base { audio_late: 500 * MILLI, ..Base::default() },
            |_| {},
        ),
        laid("another control in audio", &["A-101"], Base::default(), |m| {
            m.headers[AUDIO].push("#EXT-X-SERVER-CONTROL:HOLD-BACK=18.0".to_owned());
        }),
        laid("audio untouched", &["A-102", "A-36"], Base::default(), untouched),
        laid(
            "audio's ads cut elsewhere",
            &["A-104"],
            ads([("a", [&[6_000, 6_000, 2_800][..], &[4_000, 4_000, 4_000, 2_810][..]])]),
            |_| {},
        ),
        laid("audio hears the ads in another order", &["A-105"], twins(), swapped),
    ]
}
