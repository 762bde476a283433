//! Writing SCTE-35 `splice_insert` messages (ANSI/SCTE 35 §9.7.3).

/// A message that goes out of the network, or returns to it, now.
pub(super) fn insert(event: u32, out: bool, duration_ms: Option<i64>) -> Vec<u8> {
    let mut command = event.to_be_bytes().to_vec();
    command.push(0x7f); // not cancelled
    let duration = duration_ms.filter(|_| out);
    // out of network, whole programme, duration given, immediate
    command.push(0x5f | if out { 0x80 } else { 0 } | if duration.is_some() { 0x20 } else { 0 });
    if let Some(ms) = duration {
        let ticks = u64::try_from(ms).unwrap_or(0) * 90;
        let whole = (0xfe_u64 << 32) | ticks; // auto return
        command.extend_from_slice(&whole.to_be_bytes()[3..]);
    }
    command.extend_from_slice(&[0, 1, 0, 0]); // programme id, avails
    section(0x05, &command)
}

fn section(command_type: u8, command: &[u8]) -> Vec<u8> {
    let length = u16::try_from(command.len()).unwrap_or(0);
    let mut body = vec![0, 0, 0, 0, 0, 0, 0]; // version, not encrypted, no adjustment, cw index
    body.extend_from_slice(&[0xff, 0xf0 | length.to_be_bytes()[0], length.to_be_bytes()[1]]);
    body.push(command_type);
    body.extend_from_slice(command);
    body.extend_from_slice(&[0, 0]); // no descriptors
    let total = u16::try_from(body.len() + 4).unwrap_or(0);
    let mut all = vec![0xfc, 0x30 | total.to_be_bytes()[0], total.to_be_bytes()[1]];
    all.extend_from_slice(&body);
    let check = crc(&all);
    all.extend_from_slice(&check.to_be_bytes());
    all
}

/// CRC-32/MPEG-2.
fn crc(bytes: &[u8]) -> u32 {
    bytes.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ (u32::from(*byte) << 24), |crc, _| {
            (crc << 1) ^ if crc & 0x8000_0000 == 0 { 0 } else { 0x04c1_1db7 }
        })
    })
}

#[test]
fn messages_check_out() {
    for message in [insert(7, true, Some(30_000)), insert(7, false, None)] {
        assert_eq!(crc(&message), 0);
    }
}
