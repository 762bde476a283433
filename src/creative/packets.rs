//! The packets of a transport stream (ISO/IEC 13818-1 §2.4.3).

/// One of 188 bytes, as far as it carries an elementary stream.
#[derive(Clone, Copy, Debug)]
pub struct Packet<'a> {
    /// Names the stream it belongs to.
    pub stream: u16,
    /// Does a packet of the elementary stream begin with its payload?
    pub begins: bool,
    /// What it carries behind its header and adaptation field; empty where it carries nothing.
    pub payload: &'a [u8],
}

impl<'a> Packet<'a> {
    /// `None` where these bytes are no packet.
    fn read(bytes: &'a [u8]) -> Option<Self> {
        let [0x47, flags, low, control, rest @ ..] = bytes else { return None };
        let adaptation = if control & 0x20 == 0 { 0 } else { 1 + usize::from(*rest.first()?) };
        let payload = rest.get(adaptation..).filter(|_| control & 0x10 != 0).unwrap_or_default();
        let stream = u16::from(flags & 0x1f) << 8 | u16::from(*low);
        Some(Self { stream, begins: flags & 0x40 != 0, payload })
    }
}

/// Every whole packet in these bytes; `None` for what is none.
pub fn packets(bytes: &[u8]) -> impl Iterator<Item = Option<Packet<'_>>> {
    bytes.chunks_exact(188).map(Packet::read)
}
