//! Reading a body no further than allowed.

use bytes::{Bytes, BytesMut};

use super::Error;

/// The whole decompressed body, unless it is longer than `limit` bytes.
pub(super) async fn read(mut answer: reqwest::Response, limit: usize) -> Result<Bytes, Error> {
    // Announced only where it is not compressed.
    let announced = answer.content_length().unwrap_or(0);
    let announced = usize::try_from(announced).unwrap_or(usize::MAX);
    if announced > limit {
        return Err(Error::TooLarge { limit });
    }
    let mut body = BytesMut::with_capacity(announced.min(TRUSTED));
    while let Some(chunk) = answer.chunk().await.map_err(Error::in_body)? {
        if chunk.len() > limit - body.len() {
            return Err(Error::TooLarge { limit });
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body.freeze())
}

/// How much is set aside on a server's word.
const TRUSTED: usize = 1 << 20;
