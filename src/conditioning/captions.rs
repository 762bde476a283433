//! Captions that come as files beside an ad's media.

use aws_lc_rs::digest::{Context, SHA256};
use bytes::Bytes;

use super::{Shop, job::Job};
use crate::{
    caption::Captions,
    creative::{Failure, TextFile, Unusable},
};

/// The captions of an ad, as far as they could be read.
#[derive(Debug, Default)]
pub(super) struct Texts {
    pub(super) all: Vec<Text>,
    /// SHA-256 of all their bytes, in hex; empty where there are none.
    pub(super) digest: String,
}

/// Captions in one language.
#[derive(Debug)]
pub(super) struct Text {
    pub(super) language: Option<String>,
    pub(super) captions: Captions,
}

impl Texts {
    pub(super) fn languages(&self) -> Vec<Option<String>> {
        self.all.iter().map(|text| text.language.clone()).collect()
    }
}

impl Shop {
    /// Fetches and reads an ad's captions. What cannot be read is told and left out: nobody misses an
    /// ad for it.
    pub(super) async fn read_captions(&self, job: &Job) {
        if job.captions.is_empty() {
            return;
        }
        let (mut all, mut bytes) = (Vec::new(), Context::new(&SHA256));
        for file in &job.captions {
            let read = async {
                let fetched = self.part(&file.url, None, LARGEST).await?;
                Ok::<_, Unusable>((read(file, &fetched)?, fetched))
            };
            match read.await {
                Ok((captions, fetched)) => {
                    let language = file.language.clone();
                    bytes.update(&fetched);
                    bytes.update(language.as_deref().unwrap_or_default().as_bytes());
                    all.push(Text { language, captions });
                }
                Err(why) => {
                    let (source, file) = (job.source.path(), file.url.path());
                    tracing::warn!(source, file, %why, "captions are left out");
                }
            }
        }
        let digest = if all.is_empty() { String::new() } else { hex::encode(bytes.finish()) };
        job.set_texts(Texts { all, digest });
    }
}

fn read(file: &TextFile, bytes: &Bytes) -> Result<Captions, Unusable> {
    let failed = |failure| Unusable::fetching(&file.url, failure);
    let text = std::str::from_utf8(bytes).map_err(|_| failed(Failure::NotText))?;
    Captions::read(text).map_err(|why| failed(Failure::NotCaptions(why)))
}

/// Captions of an ad of ten minutes have some dozen kilobytes.
const LARGEST: usize = 1 << 20;
