use base64::{Engine, prelude::BASE64_STANDARD};
use broadcast_common::Serialize;

use super::*;

mod commands;
mod descriptors;
mod upids;
mod vectors;
mod whole;
pub(crate) mod written;

/// Each line: base64, where it was found, what an independent decoder read.
const VECTORS: &str = include_str!("../../tests/data/scte35-vectors.tsv");

fn vectors() -> impl Iterator<Item = (&'static str, serde_json::Value)> {
    VECTORS.lines().skip(1).map(|line| {
        let columns: Vec<_> = line.split('\t').collect();
        (columns[0], serde_json::from_str(columns[2]).unwrap())
    })
}

fn bytes_of(text: &str) -> Vec<u8> {
    BASE64_STANDARD.decode(text).unwrap()
}

/// The bytes with the right length and checksum.
fn section_of(body: &[u8]) -> Vec<u8> {
    let mut section = body.to_vec();
    let length = u16::try_from(section.len() + 1).unwrap();
    section[1] = section[1] & 0xF0 | u8::try_from(length >> 8).unwrap();
    section[2] = u8::try_from(length & 0xFF).unwrap();
    let checksum = broadcast_common::crc32_mpeg2::compute(&section);
    section.extend(checksum.to_be_bytes());
    section
}

/// A section with a command of that type, and what stands after it.
fn commanding(command_type: u8, command: &[u8], rest: &[u8]) -> Vec<u8> {
    let length = u16::try_from(command.len()).unwrap().to_be_bytes();
    let head = [0xFC, 0x30, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xF0 | length[0], length[1]];
    section_of(&[&head, &[command_type][..], command, rest].concat())
}

/// What a section says, for people who read JSON.
fn told(section: &[u8]) -> String {
    match SpliceInfo::parse(section) {
        Ok(info) => serde_json::to_string(&info).unwrap(),
        Err(error) => error.to_string(),
    }
}
