//! Subtitles in fragmented MP4 that show nothing (ISO/IEC 14496-12 and 14496-30).

/// How text is packed in samples.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Text {
    /// TTML documents.
    Stpp,
    /// WebVTT cues.
    Wvtt,
}

/// The initialisation section of a track that counts 90 kHz ticks.
pub(super) fn initialisation(text: Text) -> Vec<u8> {
    let brand = b"iso6\0\0\0\0iso6cmfc";
    let tkhd = [&zeros(8)[..], &one(), &zeros(24), &MATRIX, &zeros(8)].concat();
    let mvhd = [&zeros(8)[..], &TIMESCALE, &zeros(4), &[0, 1, 0, 0, 1, 0], &zeros(10), &MATRIX];
    let mvhd = [&mvhd.concat()[..], &zeros(24), &2_u32.to_be_bytes()].concat();
    let track = boxed(b"trak", &[full(b"tkhd", 3, &tkhd), media(text)].concat());
    let trex = full(b"trex", 0, &[&one()[..], &one(), &zeros(12)].concat());
    let movie = [full(b"mvhd", 0, &mvhd), track, boxed(b"mvex", &trex)].concat();
    [boxed(b"ftyp", brand), boxed(b"moov", &movie)].concat()
}

/// A fragment from `begins` on that shows nothing for `length`, both in 90 kHz ticks.
pub(super) fn fragment(text: Text, begins: u64, length: u32) -> Vec<u8> {
    let sample = match text {
        Text::Stpp => TTML.to_vec(),
        Text::Wvtt => boxed(b"vtte", &[]),
    };
    let size = u32::try_from(sample.len()).unwrap_or(u32::MAX).to_be_bytes();
    let moof = |offset: u32| {
        let run = [&one()[..], &offset.to_be_bytes(), &length.to_be_bytes(), &size].concat();
        let track = [
            full(b"tfhd", 0x02_0000, &one()), // offsets count from this fragment
            full(b"tfdt", 0x0100_0000, &begins.to_be_bytes()),
            full(b"trun", 0x0301, &run), // offset, duration, size
        ];
        let parts = [full(b"mfhd", 0, &one()), boxed(b"traf", &track.concat())];
        boxed(b"moof", &parts.concat())
    };
    let offset = u32::try_from(moof(0).len() + 8).unwrap_or(u32::MAX);
    [boxed(b"styp", b"msdh\0\0\0\0msdhcmfc"), moof(offset), boxed(b"mdat", &sample)].concat()
}

fn media(text: Text) -> Vec<u8> {
    let (handler, header, entry) = match text {
        Text::Stpp => (b"subt", full(b"sthd", 0, &[]), stpp()),
        Text::Wvtt => (b"text", full(b"nmhd", 0, &[]), wvtt()),
    };
    let mdhd = [&zeros(8)[..], &TIMESCALE, &zeros(4), &UNDETERMINED, &zeros(2)].concat();
    let hdlr = [&zeros(4)[..], handler, &zeros(12), b"subtitles\0"].concat();
    let dref = full(b"dref", 0, &[&one()[..], &full(b"url ", 1, &[])].concat());
    let empty = |kind, length| full(kind, 0, &zeros(length));
    let table = [
        full(b"stsd", 0, &[&one()[..], &entry].concat()),
        empty(b"stts", 4),
        empty(b"stsc", 4),
        empty(b"stsz", 8),
        empty(b"stco", 4),
    ];
    let info = [header, boxed(b"dinf", &dref), boxed(b"stbl", &table.concat())].concat();
    let parts = [full(b"mdhd", 0, &mdhd), full(b"hdlr", 0, &hdlr), boxed(b"minf", &info)];
    boxed(b"mdia", &parts.concat())
}

fn stpp() -> Vec<u8> {
    let entry = [&zeros(6)[..], &[0, 1], b"http://www.w3.org/ns/ttml\0\0\0"].concat();
    boxed(b"stpp", &entry)
}

fn wvtt() -> Vec<u8> {
    boxed(b"wvtt", &[&zeros(6)[..], &[0, 1], &boxed(b"vttC", b"WEBVTT")].concat())
}

fn boxed(kind: &[u8; 4], body: &[u8]) -> Vec<u8> {
    let length = u32::try_from(body.len() + 8).unwrap_or(u32::MAX);
    [&length.to_be_bytes()[..], kind, body].concat()
}

/// A box with version and flags.
fn full(kind: &[u8; 4], version_and_flags: u32, body: &[u8]) -> Vec<u8> {
    boxed(kind, &[&version_and_flags.to_be_bytes()[..], body].concat())
}

fn zeros(count: usize) -> Vec<u8> {
    vec![0; count]
}

/// A count, a number or an index of one.
const fn one() -> [u8; 4] {
    1_u32.to_be_bytes()
}

const TIMESCALE: [u8; 4] = 90_000_u32.to_be_bytes();
/// The language `und`, three letters of five bits.
const UNDETERMINED: [u8; 2] = [0x55, 0xc4];
/// Nothing is turned.
const MATRIX: [u8; 36] = [
    0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    0x40, 0, 0, 0,
];
const TTML: &[u8] = br#"<?xml version="1.0" encoding="UTF-8"?><tt xmlns="http://www.w3.org/ns/ttml" xml:lang=""><body/></tt>"#;
