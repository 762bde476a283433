//! Looking into a channel's segments.

use std::{
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

use bytes::Bytes;
use url::Url;

use super::{Shop, notes};
use crate::{
    creative::{ByteRange, Segment},
    encoding,
    fetch::{Request, range},
    media::Media,
};

impl Shop {
    /// Fetches a segment, with its initialisation section before it, and probes it.
    pub(super) async fn look(&self, segment: &Segment) -> Option<Media> {
        let mut bytes = Vec::new();
        if let Some(map) = &segment.map {
            bytes.extend_from_slice(&self.sample(&map.uri, map.byte_range).await?);
        }
        bytes.extend_from_slice(&self.sample(&segment.uri, segment.byte_range).await?);
        let number = LOOKS.fetch_add(1, Ordering::Relaxed);
        let file = notes::sample(&self.settings.folder, number);
        tokio::fs::write(&file, bytes).await.ok()?;
        let said = self.doors.transcoder.ffprobe(&encoding::probe(&file), PROBE_TIME).await;
        let _ = tokio::fs::remove_file(&file).await;
        Media::read(&said.ok()?.out).ok()
    }

    async fn sample(&self, url: &Url, part: Option<ByteRange>) -> Option<Bytes> {
        let (headers, timeout) = (range(part), PROBE_TIME);
        let request = Request { headers, validators: None, limit: LARGEST, timeout };
        Some(self.doors.client.media(url, request).await.ok()?.body)
    }
}

static LOOKS: AtomicU64 = AtomicU64::new(0);
/// Ten seconds of 4K.
const LARGEST: usize = 64 << 20;
const PROBE_TIME: Duration = Duration::from_secs(10);
