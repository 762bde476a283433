//! The parts of a playlist that viewers share, each deflated once, and their joining with a viewer's
//! own header as one gzip member.

use std::{io::Write as _, sync::Arc};

use bytes::{BufMut, Bytes, BytesMut};
use flate2::{Compression, write::DeflateEncoder};

use super::outline::Numbers;
use crate::units::MediaDuration;

/// A part of a playlist that stands in many viewers' playlists, plain and deflated.
#[derive(Clone, Debug)]
pub struct Chunk {
    plain: Bytes,
    /// A deflate stream that refers to nothing before it and ends on a byte's boundary, so that
    /// another may follow (RFC 1951 §3.2.4: an empty stored block).
    deflated: Bytes,
    checksum: crc32fast::Hasher,
}

impl Chunk {
    /// Deflates `text`.
    pub fn new(text: String) -> Self {
        let mut encoder = DeflateEncoder::new(Vec::new(), Compression::default());
        encoder
            .write_all(text.as_bytes())
            .and_then(|()| encoder.flush())
            .expect("writing to memory does not fail");
        let deflated = encoder.get_ref().clone().into();
        let mut checksum = crc32fast::Hasher::new();
        checksum.update(text.as_bytes());
        Self { plain: text.into(), deflated, checksum }
    }
}

/// Everything of a playlist but the viewer's own lines: chunks in order, none of them copied before
/// somebody asks.
#[derive(Clone, Debug)]
pub struct Body {
    chunks: Vec<Arc<Chunk>>,
    checksum: crc32fast::Hasher,
    length: usize,
    deflated: usize,
}

impl Body {
    /// Of chunks in their order.
    pub fn of(chunks: Vec<Arc<Chunk>>) -> Self {
        let mut checksum = crc32fast::Hasher::new();
        chunks.iter().for_each(|chunk| checksum.combine(&chunk.checksum));
        let length = chunks.iter().map(|chunk| chunk.plain.len()).sum();
        let deflated = chunks.iter().map(|chunk| chunk.deflated.len()).sum();
        Self { chunks, checksum, length, deflated }
    }

    /// The whole playlist in parts; a small one is one part.
    pub fn whole(&self, header: &str) -> Vec<Bytes> {
        let first = Bytes::copy_from_slice(header.as_bytes());
        let chunks = self.chunks.iter().map(|chunk| &chunk.plain);
        gather(first, chunks, self.length, Bytes::new())
    }

    /// The whole playlist in parts that make one gzip member (RFC 1952): the header as stored
    /// blocks, the chunks, and an empty last block. A small one is one part.
    pub fn gzip(&self, header: &str) -> Vec<Bytes> {
        let chunks = self.chunks.iter().map(|chunk| &chunk.deflated);
        gather(gzip_begins(header), chunks, self.deflated, self.gzip_ends(header))
    }

    fn gzip_ends(&self, header: &str) -> Bytes {
        let mut checksum = crc32fast::Hasher::new();
        checksum.update(header.as_bytes());
        checksum.combine(&self.checksum);
        let length = u32::try_from(header.len() + self.length).unwrap_or(u32::MAX);
        let mut last = BytesMut::with_capacity(10);
        last.put_slice(&LAST_BLOCK);
        last.put_u32_le(checksum.finalize());
        last.put_u32_le(length);
        last.freeze()
    }
}

/// Handing the system many small parts costs more than copying them together, and a copy of many
/// bytes more than handing on the parts.
fn gather<'a>(
    first: Bytes,
    chunks: impl ExactSizeIterator<Item = &'a Bytes>,
    length: usize,
    last: Bytes,
) -> Vec<Bytes> {
    if length > SMALL {
        let mut parts = Vec::with_capacity(2 + chunks.len());
        parts.push(first);
        parts.extend(chunks.cloned());
        parts.extend(Some(last).filter(|last| !last.is_empty()));
        return parts;
    }
    let mut whole = BytesMut::with_capacity(first.len() + length + last.len());
    whole.put_slice(&first);
    chunks.for_each(|chunk| whole.put_slice(chunk));
    whole.put_slice(&last);
    vec![whole.freeze()]
}

fn gzip_begins(header: &str) -> Bytes {
    let mut first = BytesMut::with_capacity(GZIP_HEADER.len() + 5 + header.len());
    first.put_slice(&GZIP_HEADER);
    for stored in header.as_bytes().chunks(usize::from(u16::MAX)) {
        let length = u16::try_from(stored.len()).unwrap_or(u16::MAX);
        first.put_u8(0); // not the last block, stored (RFC 1951 §3.2.4)
        first.put_u16_le(length);
        first.put_u16_le(!length);
        first.put_slice(stored);
    }
    first.freeze()
}

/// The lines that are the viewer's own. Both numbers stand before the first segment, as they must
/// and the discontinuity sequence always.
pub fn header(numbers: &Numbers) -> String {
    let (msn, dsn) = (numbers.msn.0, numbers.dsn.0);
    format!("#EXTM3U\n#EXT-X-MEDIA-SEQUENCE:{msn}\n#EXT-X-DISCONTINUITY-SEQUENCE:{dsn}\n")
}

/// Has players begin so far before the end, where a session begins with ads: at the first of them,
/// wherever else they would. It is counted from the end because it must stay as it is.
pub fn start(before_end: Option<MediaDuration>) -> String {
    before_end.map_or_else(String::new, |length| format!("#EXT-X-START:TIME-OFFSET=-{length}\n"))
}

/// Deflate, no name, no time, unknown system.
const GZIP_HEADER: [u8; 10] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255];
/// The last block of a deflate stream, of fixed codes, with nothing in it (RFC 1951 §3.2.6).
const LAST_BLOCK: [u8; 2] = [3, 0];
/// Bytes of chunks up to which they are copied together.
const SMALL: usize = 16 << 10;
