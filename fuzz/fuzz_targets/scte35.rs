//! Messages read alike in every spelling, and nothing behind a right checksum panics.
#![no_main]

use base64::{Engine, prelude::BASE64_STANDARD};
use libfuzzer_sys::fuzz_target;
use midroll::{
    inspect,
    scte35::{self, SpliceInfo},
};

fuzz_target!(|bytes: &[u8]| {
    let read = SpliceInfo::parse(bytes).ok();
    if !bytes.is_empty() {
        assert_eq!(scte35::decode_hex(&hex::encode(bytes)).ok(), read);
        assert_eq!(scte35::decode_base64(&BASE64_STANDARD.encode(bytes)).ok(), read);
    }
    let repaired = repaired(bytes);
    let _ = SpliceInfo::parse(&repaired);
    let _ = inspect::run(&repaired, false);
});

/// The bytes as a section whose length and checksum are right, so that what lies behind is reached.
fn repaired(bytes: &[u8]) -> Vec<u8> {
    let mut section = bytes.to_vec();
    section.resize(bytes.len().clamp(14, 4_000), 0);
    let length = u16::try_from(section.len() + 1).expect("a section is short");
    section[0] = 0xFC;
    section[1] = section[1] & 0xF0 | length.to_be_bytes()[0];
    section[2] = length.to_be_bytes()[1];
    let checksum = broadcast_common::crc32_mpeg2::compute(&section);
    section.extend(checksum.to_be_bytes());
    section
}
