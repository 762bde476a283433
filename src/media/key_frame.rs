//! Whether media begins with a picture that needs no other.

use crate::creative::{
    Container, box_inside,
    packets::{Packet, packets},
};

/// Whether the first picture in a segment's bytes is an IDR picture (ISO/IEC 14496-10 §7.4.1.2.4,
/// 23008-2 §7.4.2.2); `hevc` or else AVC.
pub fn begins_with_idr(container: Container, hevc: bool, bytes: &[u8]) -> bool {
    let first = match container {
        Container::MpegTs => of_transport_stream(bytes, hevc),
        Container::Fmp4 => box_inside(bytes, b"mdat").and_then(|data| of_samples(data, hevc)),
        Container::PackedAudio | Container::WebVtt | Container::Nothing => None,
    };
    first == Some(true)
}

/// Whether a NAL unit with this first byte is an IDR picture; none if it is no picture.
const fn idr(header: u8, hevc: bool) -> Option<bool> {
    if hevc {
        match (header >> 1) & 0x3f {
            19 | 20 => Some(true),
            0..=31 => Some(false),
            _ => None,
        }
    } else {
        match header & 0x1f {
            5 => Some(true),
            1..=4 => Some(false),
            _ => None,
        }
    }
}

/// The first access unit of the first video stream, between start codes.
fn of_transport_stream(bytes: &[u8], hevc: bool) -> Option<bool> {
    let mut stream = None;
    let mut unit = Vec::new();
    for packet in packets(bytes) {
        let Packet { stream: pid, begins, payload } = packet?;
        match stream {
            None if begins && matches!(payload, [0, 0, 1, 0xe0..=0xef, ..]) => {
                stream = Some(pid);
                let header = 9 + usize::from(*payload.get(8)?);
                unit.extend_from_slice(payload.get(header..)?);
            }
            Some(own) if own == pid && begins => break,
            Some(own) if own == pid => unit.extend_from_slice(payload),
            _ => {}
        }
    }
    let starts = unit.windows(4).filter(|window| window.starts_with(&[0, 0, 1]));
    starts.filter_map(|window| idr(*window.last()?, hevc)).next()
}

/// NAL units behind lengths of four bytes.
fn of_samples(mut data: &[u8], hevc: bool) -> Option<bool> {
    loop {
        let (length, rest) = data.split_first_chunk::<4>()?;
        if let Some(idr) = idr(*rest.first()?, hevc) {
            return Some(idr);
        }
        data = rest.get(usize::try_from(u32::from_be_bytes(*length)).ok()?..)?;
    }
}
