//! What is shown, by its name elsewhere (`segmentation_upid`, ANSI/SCTE 35 2023r1 §10.3.3.1).

use scte35_splice::descriptors::SegmentationUpidType;
use serde::{Serialize, Serializer, ser::SerializeStruct};

/// `segmentation_upid` (Table 22).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Upid {
    /// `segmentation_upid_type`.
    pub kind: u8,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

impl Upid {
    /// What the standard calls its type.
    pub fn name(&self) -> &'static str {
        SegmentationUpidType::from_u8(self.kind).name()
    }

    /// Its bytes as text, where they are printable ASCII.
    pub fn text(&self) -> Option<&str> {
        let printable = self.bytes.iter().all(|byte| matches!(byte, b' '..=b'~'));
        std::str::from_utf8(&self.bytes).ok().filter(|_| printable)
    }

    /// The parts of a `MID()`, as far as they can be read; nothing for other types.
    pub fn parts(&self) -> Vec<Self> {
        let mut parts = Vec::new();
        let mut rest = self.bytes.as_slice();
        while self.kind == MID
            && let [kind, length, after @ ..] = rest
            && let Some((bytes, after)) = after.split_at_checked(usize::from(*length))
        {
            parts.push(Self { kind: *kind, bytes: bytes.to_vec() });
            rest = after;
        }
        parts
    }

    /// As it is written elsewhere: text as it is, numbers in the form of who gives them out;
    /// hexadecimal where there is none, or where the bytes are not what the type asks for.
    pub fn readable(&self) -> String {
        let special = match self.kind {
            UMID => self.bytes.len().is_multiple_of(4).then(|| grouped(&self.bytes, 4, ".")),
            ISAN_OLD | ISAN => self.isan(),
            TI => self.number(),
            EIDR => self.eidr(),
            ATSC => self.atsc(),
            MPU => self.mpu(),
            MID => self.mid(),
            UUID => self.uuid(),
            _ => None,
        };
        special
            .or_else(|| self.text().map(str::to_owned))
            .unwrap_or_else(|| format!("0x{}", hex::encode(&self.bytes)))
    }

    /// ISO 15706: groups of four digits with a check character after the work and after all.
    fn isan(&self) -> Option<String> {
        let digits = hex::encode_upper(&self.bytes);
        let (work, version) = (digits.get(..16)?, digits.get(16..)?);
        let checked = format!("{}-{}", grouped(&self.bytes[..8], 2, "-"), check_character(work)?);
        match version.len() {
            0 => Some(checked),
            8 => {
                let version = grouped(&self.bytes[8..], 2, "-");
                Some(format!("{checked}-{version}-{}", check_character(&digits)?))
            }
            _ => None,
        }
    }

    fn number(&self) -> Option<String> {
        let bytes: [u8; 8] = self.bytes.as_slice().try_into().ok()?;
        Some(u64::from_be_bytes(bytes).to_string())
    }

    /// The canonical form of the compact binary one: a DOI with a check character. Older senders
    /// write the text itself.
    fn eidr(&self) -> Option<String> {
        if let Some(text) = self.text() {
            return Some(text.to_owned());
        }
        let (prefix, suffix) = self.bytes.split_first_chunk::<2>()?;
        let suffix: [u8; 10] = suffix.try_into().ok()?;
        let check = check_character(&hex::encode_upper(suffix))?;
        let prefix = u16::from_be_bytes(*prefix);
        Some(format!("10.{prefix}/{}-{check}", grouped(&suffix, 2, "-")))
    }

    /// ATSC A/57: whose stream, until when it is unique, and the name.
    fn atsc(&self) -> Option<String> {
        let (head, name) = self.bytes.split_first_chunk::<4>()?;
        let name = name.iter().map(|&byte| char::from(byte)).collect::<String>();
        let stream = u16::from_be_bytes([head[0], head[1]]);
        let times = u16::from_be_bytes([head[2], head[3]]);
        let (end_of_day, unique_for) = (times >> 9 & 0x1F, times & 0x1FF);
        let printable = name.chars().all(|c| matches!(c, ' '..='~'));
        printable.then(|| {
            format!("`{name}` of stream {stream}, day ends at {end_of_day}, unique for {unique_for} days")
        })
    }

    /// Whose it is (§10.3.3.3), and what.
    fn mpu(&self) -> Option<String> {
        let (whose, data) = self.bytes.split_first_chunk::<4>()?;
        let data = Self { kind: 0, bytes: data.to_vec() };
        let whose = Self { kind: 0, bytes: whose.to_vec() };
        Some(format!("{} {}", whose.readable(), data.readable()).trim_end().to_owned())
    }

    /// Several (§10.3.3.4).
    fn mid(&self) -> Option<String> {
        let parts = self.parts();
        let whole = parts.iter().map(|part| part.bytes.len() + 2).sum::<usize>();
        let shown = parts.iter().map(|part| format!("{} {}", part.name(), part.readable()));
        (whole == self.bytes.len()).then(|| shown.collect::<Vec<_>>().join(", "))
    }

    fn uuid(&self) -> Option<String> {
        let digits = hex::encode(&self.bytes);
        let groups = [0..8, 8..12, 12..16, 16..20, 20..32];
        let groups = groups.into_iter().map(|group| digits.get(group));
        let groups = groups.collect::<Option<Vec<_>>>()?;
        (digits.len() == 32).then(|| groups.join("-"))
    }
}

/// Number and name of its type, bytes, and what they say.
impl Serialize for Upid {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let mut all = to.serialize_struct("Upid", 4)?;
        all.serialize_field("type", &self.kind)?;
        all.serialize_field("name", self.name())?;
        all.serialize_field("hex", &hex::encode(&self.bytes))?;
        all.serialize_field("value", &self.readable())?;
        all.end()
    }
}

/// Upper-case hexadecimal with something between every `size` bytes.
fn grouped(bytes: &[u8], size: usize, between: &str) -> String {
    bytes.chunks(size).map(hex::encode_upper).collect::<Vec<_>>().join(between)
}

/// ISO 7064 MOD 37,36 over digits and capital letters.
fn check_character(text: &str) -> Option<char> {
    let product = text.chars().try_fold(36, |product, character| {
        let sum = (product + character.to_digit(36)?) % 36;
        Some(if sum == 0 { 36 } else { sum } * 2 % 37)
    })?;
    char::from_digit((37 - product) % 36, 36).map(|check| check.to_ascii_uppercase())
}

const UMID: u8 = 0x04;
const ISAN_OLD: u8 = 0x05;
const ISAN: u8 = 0x06;
const TI: u8 = 0x08;
const EIDR: u8 = 0x0A;
const ATSC: u8 = 0x0B;
const MPU: u8 = 0x0C;
const MID: u8 = 0x0D;
const UUID: u8 = 0x10;
