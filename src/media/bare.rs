//! Bare audio frames out of a transport stream (rfc8216bis §3.1.3, packed audio).

use crate::creative::{
    Container, first_pts,
    packets::{Packet, packets},
};

/// The frames of the first audio stream in a segment's bytes, behind the tag that tells their
/// presentation time; none where there is no such stream.
pub fn bare_audio(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut bare = tag(first_pts(Container::MpegTs, &[], bytes)?);
    let mut stream = None;
    for packet in packets(bytes) {
        let Packet { stream: pid, begins, payload } = packet?;
        if begins && stream.is_none() && matches!(payload, [0, 0, 1, 0xbd | 0xc0..=0xdf, ..]) {
            stream = Some(pid);
        }
        if stream != Some(pid) {
            continue;
        }
        // A packet of the elementary stream has a header before its frames (ISO/IEC 13818-1 §2.4.3.6).
        let header = if begins { 9 + usize::from(*payload.get(8)?) } else { 0 };
        bare.extend_from_slice(payload.get(header..)?);
    }
    stream.map(|_| bare)
}

/// An ID3 tag (2.4) with one private frame: its owner, and the time in 33 bits of eight bytes.
fn tag(pts: u64) -> Vec<u8> {
    let frame_size = u8::try_from(OWNER.len() + 8).unwrap_or(0);
    let tag_size = frame_size + 10;
    // Sizes are below 128, so that seven bits a byte make no difference.
    let mut tag = [b"ID3\x04\0\0\0\0\0", &[tag_size][..]].concat();
    tag.extend_from_slice(b"PRIV\0\0\0");
    tag.extend_from_slice(&[frame_size, 0, 0]);
    tag.extend_from_slice(OWNER);
    tag.extend_from_slice(&pts.to_be_bytes());
    tag
}

const OWNER: &[u8] = b"com.apple.streaming.transportStreamTimestamp\0";
