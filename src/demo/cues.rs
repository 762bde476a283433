//! Break signals as playlist tags.

use base64::{Engine as _, engine::general_purpose::STANDARD};

use super::schedule::{BREAK, Break, Dialect};
use crate::units::MediaDuration;

/// What a segment's cue says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mark {
    /// A break begins with this segment.
    Out(Break),
    /// The break goes on; so much of it has gone.
    Continue(Break, MediaDuration),
    /// The programme returns with this segment.
    In(Break),
}

/// The tags before the segment, each with its line end.
pub(super) fn tags(mark: Mark) -> String {
    match mark {
        Mark::Out(begun) => match begun.dialect() {
            Dialect::DateRange => date_range_out(begun),
            Dialect::CueOut => cue_out(begun),
        },
        Mark::Continue(on, elapsed) => match on.dialect() {
            Dialect::DateRange => String::new(),
            Dialect::CueOut => cue_out_cont(on, elapsed),
        },
        Mark::In(ended) => match ended.dialect() {
            Dialect::DateRange => date_range_in(ended),
            Dialect::CueOut => "#EXT-X-CUE-IN\n".into(),
        },
    }
}

fn date_range_out(begun: Break) -> String {
    format!(
        "#EXT-X-DATERANGE:ID=\"break-{}\",START-DATE=\"{}\",PLANNED-DURATION={BREAK},SCTE35-OUT=0x{}\n",
        begun.event_id(),
        begun.start,
        hex::encode_upper(begun.splice_out()),
    )
}

/// The end of the same range: what both tags say is equal (rfc8216bis §4.4.5.1).
fn date_range_in(ended: Break) -> String {
    format!(
        "#EXT-X-DATERANGE:ID=\"break-{}\",START-DATE=\"{}\",END-DATE=\"{}\",DURATION={BREAK},SCTE35-IN=0x{}\n",
        ended.event_id(),
        ended.start,
        ended.end(),
        hex::encode_upper(ended.splice_in()),
    )
}

fn cue_out(begun: Break) -> String {
    let splice = STANDARD.encode(begun.splice_out());
    format!("#EXT-OATCLS-SCTE35:{splice}\n#EXT-X-CUE-OUT:{}\n", millis(BREAK))
}

fn cue_out_cont(on: Break, elapsed: MediaDuration) -> String {
    let (elapsed, length) = (millis(elapsed), millis(BREAK));
    let splice = STANDARD.encode(on.splice_out());
    format!("#EXT-X-CUE-OUT-CONT:ElapsedTime={elapsed},Duration={length},SCTE35={splice}\n")
}

/// `30.000`, as encoders write it.
fn millis(duration: MediaDuration) -> String {
    let millis = duration.as_millis();
    format!("{}.{:03}", millis / 1000, millis % 1000)
}
