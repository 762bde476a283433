//! The built-in pad: black and silence, conditioned for a channel as an advertiser's file is.

use std::path::Path;

use url::Url;

use super::{
    Shop,
    job::{Job, Step},
    obtain::Fetched,
    trouble::{Trouble, broken},
};
use crate::{
    encoding,
    fetch::{Downloaded, StatusCode, Validators},
};

/// The address under which the pad is wanted. Nobody fetches it.
pub fn pad() -> Url {
    Url::parse(&format!("{}:/{PAD}", crate::creative::OWN_SCHEME)).expect("two words make a URL")
}

pub(super) fn is_pad(source: &Url) -> bool {
    *source == pad()
}

impl Shop {
    /// What is fetched otherwise: a file that ffmpeg makes of nothing, unless a pad is there.
    pub(super) async fn black(&self, job: &Job, file: &Path) -> Result<Fetched, Trouble> {
        let key = self.key(PAD, job);
        if self.published(&key).await?.is_some() {
            return Ok(Fetched::Known(key));
        }
        let arguments = encoding::black(file);
        let made = self.doors.transcoder.ffmpeg(&arguments, MOST_TIME, |_| {}).await;
        made.map_err(|error| broken(Step::Fetch, &error))?;
        let length = tokio::fs::metadata(file).await.map_or(0, |known| known.len());
        Ok(Fetched::File(Downloaded {
            status: StatusCode::OK,
            final_url: job.source.clone(),
            validators: Validators::default(),
            length,
            digest: PAD.to_owned(),
        }))
    }
}

/// In place of its bytes' digest: it changes with what `encoding::black` makes.
pub(super) const PAD: &str = "pad";
const MOST_TIME: std::time::Duration = std::time::Duration::from_secs(60);
