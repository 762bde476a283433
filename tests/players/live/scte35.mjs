// SCTE-35 messages as a packager would hand them on: splice_insert() only.

/**
 * A splice_insert() at `pts` (90 kHz ticks): out of the network for `seconds`, which it then returns from by itself,
 * or without `seconds` back into it (SCTE 35 §9.7.3).
 */
export function spliceInsert(eventId, pts, seconds) {
  const out = seconds !== undefined;
  const command = [
    ...bytes(eventId, 4),
    0x7f, // not cancelled
    out ? 0xef : 0x4f, // program splice, not immediate; a duration only on the way out
    ...clock(pts, 0xfe),
    ...(out ? clock(Math.round(seconds * 90_000), 0xfe) : []),
    ...bytes(1, 2), 0, 0, // unique_program_id, avail_num, avails_expected
  ];
  return section(5, command);
}

// splice_time() and break_duration() alike: flags in the first seven bits, then 33 bits.
const clock = (ticks, flags) => [flags | Math.floor(ticks / 2 ** 32) % 2, ...bytes(ticks % 2 ** 32, 4)];

function section(type, command) {
  const length = 11 + command.length + 2 + 4;
  const body = [
    0xfc, 0x30 | (length >> 8), length & 0xff,
    0, 0, 0, 0, 0, 0, 0, // protocol version, clear, no pts_adjustment, cw_index
    0xff, 0xf0 | (command.length >> 8), command.length & 0xff, // tier 0xfff, which nobody acts on
    type, ...command,
    0, 0, // no descriptors
  ];
  return Buffer.from([...body, ...bytes(crc(body), 4)]);
}

const bytes = (value, count) => Array.from({ length: count }, (_, at) => Math.floor(value / 256 ** (count - 1 - at)) % 256);

// CRC-32/MPEG-2.
function crc(body) {
  let value = 0xffffffff;
  for (const byte of body) {
    value ^= byte << 24;
    for (let bit = 0; bit < 8; bit++) value = value & 0x80000000 ? (value << 1) ^ 0x04c11db7 : value << 1;
  }
  return value >>> 0;
}
