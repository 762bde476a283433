//! The part of a playlist that viewers share, deflated once, and its joining with a viewer's own
//! header as one gzip member.

use std::io::Write as _;

use bytes::{BufMut, Bytes, BytesMut};
use flate2::{Compression, write::DeflateEncoder};

use super::outline::Numbers;

/// A rendered body, plain and deflated.
#[derive(Clone, Debug)]
pub struct Body {
    plain: Bytes,
    deflated: Bytes,
    checksum: crc32fast::Hasher,
}

impl Body {
    /// Deflates `text` as a stream of its own: it refers to nothing before it.
    pub fn new(text: String) -> Self {
        let mut encoder = DeflateEncoder::new(Vec::new(), Compression::default());
        let deflated = encoder
            .write_all(text.as_bytes())
            .and_then(|()| encoder.finish())
            .expect("writing to memory does not fail");
        let mut checksum = crc32fast::Hasher::new();
        checksum.update(text.as_bytes());
        Self { plain: text.into(), deflated: deflated.into(), checksum }
    }

    /// Without a viewer's header.
    pub const fn plain(&self) -> &Bytes {
        &self.plain
    }

    /// The whole playlist, the shared part as it is: nothing of it is copied for a viewer.
    pub fn whole(&self, header: &str) -> [Bytes; 3] {
        [Bytes::copy_from_slice(header.as_bytes()), self.plain.clone(), Bytes::new()]
    }

    /// The whole playlist as one gzip member (RFC 1952): the header as a stored block, then the
    /// shared stream.
    pub fn gzip(&self, header: &str) -> [Bytes; 3] {
        let stored = u16::try_from(header.len()).expect("a header is a few dozen bytes");
        let mut checksum = crc32fast::Hasher::new();
        checksum.update(header.as_bytes());
        checksum.combine(&self.checksum);
        let length = u32::try_from(header.len() + self.plain.len()).unwrap_or(u32::MAX);
        let mut first = BytesMut::with_capacity(10 + 5 + header.len());
        first.put_slice(&GZIP_HEADER);
        first.put_u8(0); // not the last block, stored (RFC 1951 §3.2.4)
        first.put_u16_le(stored);
        first.put_u16_le(!stored);
        first.put_slice(header.as_bytes());
        let mut last = BytesMut::with_capacity(8);
        last.put_u32_le(checksum.finalize());
        last.put_u32_le(length);
        [first.freeze(), self.deflated.clone(), last.freeze()]
    }
}

/// The lines that are the viewer's own. Both numbers stand before the first segment, as they must
/// and the discontinuity sequence always.
pub fn header(numbers: &Numbers) -> String {
    let (msn, dsn) = (numbers.msn.0, numbers.dsn.0);
    format!("#EXTM3U\n#EXT-X-MEDIA-SEQUENCE:{msn}\n#EXT-X-DISCONTINUITY-SEQUENCE:{dsn}\n")
}

/// Deflate, no name, no time, unknown system.
const GZIP_HEADER: [u8; 10] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255];
