//! A body too large for memory, into a file.

use std::{path::Path, time::Duration};

use aws_lc_rs::digest::{Context, SHA256};
use reqwest::{StatusCode, header::HeaderMap};
use tokio::{fs::File, io::AsyncWriteExt as _};
use url::Url;

use super::{Client, Error, Validators, within};
use crate::guard::PublicUrl;

/// A file to be fetched.
#[derive(Clone, Debug)]
pub struct Download {
    /// Makes the request conditional.
    pub validators: Option<Validators>,
    /// Most bytes.
    pub limit: u64,
    /// Longest time until the last byte, redirects included.
    pub timeout: Duration,
    /// Longest time in which nothing comes, of the head or of the body.
    pub silence: Duration,
}

/// What was fetched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Downloaded {
    /// Its status; the file is whole only where it is a success.
    pub status: StatusCode,
    /// Where it came from in the end.
    pub final_url: Url,
    /// What to ask by later whether it has changed.
    pub validators: Validators,
    /// Bytes in the file.
    pub length: u64,
    /// SHA-256 of them, in hex.
    pub digest: String,
}

/// Why a file was not fetched.
#[derive(Debug, thiserror::Error)]
pub enum NotDownloaded {
    /// The other side.
    #[error(transparent)]
    Fetch(#[from] Error),
    /// This side: the file cannot be written.
    #[error("cannot write it down: {0}")]
    File(#[from] std::io::Error),
}

impl Client {
    /// Fetches `url` into a file at `path`, which is made anew. Only the body of a success is
    /// written.
    ///
    /// # Errors
    /// Where no complete answer within the limits came, or the file cannot be written.
    pub async fn download(
        &self,
        url: &PublicUrl,
        path: &Path,
        request: Download,
    ) -> Result<Downloaded, NotDownloaded> {
        let Download { validators, limit, timeout, silence } = request;
        let mut headers = HeaderMap::new();
        validators.unwrap_or_default().make_conditional(&mut headers);
        let mut file = File::create(path).await?;
        let whole = async { Ok(self.stream(url, headers, &mut file, (limit, silence)).await) };
        let downloaded = within(timeout, whole).await.map_err(NotDownloaded::Fetch)??;
        file.sync_all().await?;
        Ok(downloaded)
    }

    async fn stream(
        &self,
        url: &PublicUrl,
        headers: HeaderMap,
        file: &mut File,
        (limit, silence): (u64, Duration),
    ) -> Result<Downloaded, NotDownloaded> {
        let mut answer = within(silence, self.follow(url, headers, None)).await?;
        let (status, final_url) = (answer.status(), answer.url().clone());
        let validators = Validators::of(answer.headers());
        let mut digest = Context::new(&SHA256);
        let mut length = 0_u64;
        let too_large = || Error::TooLarge { limit: usize::try_from(limit).unwrap_or(usize::MAX) };
        if answer.content_length().is_some_and(|announced| announced > limit) {
            return Err(too_large().into());
        }
        while status.is_success() {
            let next = async { answer.chunk().await.map_err(Error::in_body) };
            let Some(chunk) = within(silence, next).await? else { break };
            length += u64::try_from(chunk.len()).unwrap_or(u64::MAX);
            if length > limit {
                return Err(too_large().into());
            }
            digest.update(&chunk);
            file.write_all(&chunk).await?;
        }
        file.flush().await?;
        Ok(Downloaded {
            status,
            final_url,
            validators,
            length,
            digest: hex::encode(digest.finish()),
        })
    }
}
