// Subtitles in fragmented MP4: ISO/IEC 14496-12 boxes, and samples that are whole TTML documents (14496-30).

const TIMESCALE = 90_000;
const TRACK = 1;

/** The initialisation section of a subtitle track whose fragments count 90 kHz ticks. */
export function initialisation(language) {
  const matrix = [0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000].flatMap(u32);
  const movie = full("mvhd", 0, zeros(8), u32(TIMESCALE), u32(0), u32(0x10000), u16(0x100), zeros(10), matrix, zeros(24), u32(TRACK + 1));
  const header = full("tkhd", 3, zeros(8), u32(TRACK), zeros(8), zeros(16), matrix, zeros(8));
  const media = full("mdhd", 0, zeros(8), u32(TIMESCALE), u32(0), u16(packed(language)), u16(0));
  const handler = full("hdlr", 0, zeros(4), ascii("subt"), zeros(12), ascii("subtitles\0"));
  const entry = box("stpp", zeros(6), u16(1), ascii("http://www.w3.org/ns/ttml\0"), ascii("\0"), ascii("\0"));
  const table = box(
    "stbl",
    full("stsd", 0, u32(1), entry),
    full("stts", 0, u32(0)), full("stsc", 0, u32(0)), full("stsz", 0, u32(0), u32(0)), full("stco", 0, u32(0)),
  );
  const data = box("dinf", full("dref", 0, u32(1), full("url ", 1)));
  const track = box("trak", header, box("mdia", media, handler, box("minf", full("sthd", 0), data, table)));
  const extends_ = box("mvex", full("trex", 0, u32(TRACK), u32(1), zeros(12)));
  return Buffer.concat([box("ftyp", ascii("iso6"), u32(0), ascii("iso6cmfc")), box("moov", movie, track, extends_)]);
}

/** A fragment of one sample; `start` and `length` in 90 kHz ticks. */
export function fragment(number, start, length, document) {
  const sample = Buffer.from(document);
  const moof = (offset) =>
    box(
      "moof",
      full("mfhd", 0, u32(number)),
      box(
        "traf",
        full("tfhd", 0x20000, u32(TRACK)), // offsets count from this fragment
        full("tfdt", 0x1000000, u32(Math.floor(start / 2 ** 32)), u32(start % 2 ** 32)),
        full("trun", 0x301, u32(1), u32(offset), u32(length), u32(sample.length)), // offset, duration, size
      ),
    );
  const header = box("styp", ascii("msdh"), u32(0), ascii("msdhcmfc"));
  return Buffer.concat([header, moof(moof(0).length + 8), box("mdat", sample)]);
}

function box(type, ...parts) {
  const body = Buffer.concat(parts.map((part) => Buffer.from(part)));
  return Buffer.concat([Buffer.from(u32(body.length + 8)), Buffer.from(type, "latin1"), body]);
}

const full = (type, versionAndFlags, ...parts) => box(type, u32(versionAndFlags), ...parts);
const u16 = (value) => [value >> 8, value & 0xff];
const u32 = (value) => [...u16(Math.floor(value / 65_536)), ...u16(value % 65_536)];
const zeros = (count) => Array(count).fill(0);
const ascii = (text) => [...Buffer.from(text, "latin1")];
// Three letters of five bits each.
const packed = (language) => [...language].reduce((bits, letter) => bits * 32 + letter.charCodeAt(0) - 0x60, 0);
