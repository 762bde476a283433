// Spoils stitched segments in known ways, so that the judges are seen to notice.
const PACKET = 188;

/** Every timestamp of a transport stream's PES packets moved by some 90 kHz ticks. */
export function shifted(stream, ticks) {
  const bytes = Buffer.from(stream);
  for (let at = 0; at < bytes.length; at += PACKET) {
    const starts = bytes[at + 1] & 0x40;
    const payload = at + 4 + (bytes[at + 3] & 0x20 ? 1 + bytes[at + 4] : 0);
    if (!starts || payload + 14 > at + PACKET || bytes.readUIntBE(payload, 3) !== 1) continue;
    const flags = bytes[payload + 7];
    if (flags & 0x80) moveTimestamp(bytes, payload + 9, ticks);
    if (flags & 0x40) moveTimestamp(bytes, payload + 14, ticks);
  }
  return bytes;
}

// 33 bits in five bytes, with a marker bit after each part.
function moveTimestamp(bytes, at, ticks) {
  const read =
    BigInt((bytes[at] >> 1) & 7) << 30n | BigInt(bytes.readUInt16BE(at + 1) >> 1) << 15n | BigInt(bytes.readUInt16BE(at + 3) >> 1);
  const moved = (read + BigInt(ticks)) & ((1n << 33n) - 1n);
  bytes[at] = (bytes[at] & 0xf1) | Number(moved >> 30n) << 1;
  bytes.writeUInt16BE(Number((moved >> 15n) & 0x7fffn) << 1 | 1, at + 1);
  bytes.writeUInt16BE(Number(moved & 0x7fffn) << 1 | 1, at + 3);
}

/** Payload bytes overwritten in the second half of a segment: a decoder must complain. */
export function garbled(stream) {
  const bytes = Buffer.from(stream);
  for (let at = Math.floor(bytes.length / PACKET / 2) * PACKET; at < bytes.length; at += PACKET) {
    const starts = bytes[at + 1] & 0x40;
    if (!starts) bytes.fill(0xa5, at + 40, at + 120);
  }
  return bytes;
}

const ticks = (milliseconds) => milliseconds * 90;

/**
 * The faults by name: `(path, bytes) => bytes`, applied to what the stand-in serves. All of them strike the first
 * ad of the first break only.
 */
export const FAULTS = {
  none: (_, bytes) => bytes,
  garbled: (path, bytes) => (path.includes("aurora-coffee/v0/001") ? garbled(bytes) : bytes),
  "audio-late": (path, bytes) => (path.includes("aurora-coffee/a0") ? shifted(bytes, ticks(80)) : bytes),
  "video-late": (path, bytes) => (path.includes("aurora-coffee/v") ? shifted(bytes, ticks(80)) : bytes),
  "frames-lost": (path, bytes) => (path.includes("aurora-coffee/v0/001") ? bytes.subarray(0, PACKET * 120) : bytes),
  "audio-lost": (path, bytes) => (path.includes("aurora-coffee/a0/001") ? bytes.subarray(0, PACKET * 60) : bytes),
};
