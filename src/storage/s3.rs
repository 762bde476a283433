//! An S3-compatible store.

use std::{sync::Arc, time::Duration};

use object_store::{ClientOptions, RetryConfig, path::Path, prefix::PrefixStore};

use super::{Error, Storage};
use crate::bucket::Bucket;

impl Storage {
    /// Objects in a bucket. Nothing is asked of it yet.
    ///
    /// # Errors
    /// A bucket that cannot be named so.
    pub fn s3(bucket: &Bucket) -> Result<Self, Error> {
        let options =
            ClientOptions::new().with_timeout(REQUEST_TIME).with_connect_timeout(CONNECT_TIME);
        let retry = RetryConfig {
            max_retries: RETRIES,
            retry_timeout: RETRY_TIME,
            ..RetryConfig::default()
        };
        let store = bucket.open(options, retry).map_err(Error::of)?;
        let prefix = Path::parse(&bucket.prefix).map_err(|_| Error::Unreadable)?;
        Ok(Self::over(Arc::new(PrefixStore::new(store, prefix)), true))
    }
}

/// The client's own are ten times in three minutes, for which no viewer waits.
const RETRIES: usize = 3;
const RETRY_TIME: Duration = Duration::from_secs(10);
const REQUEST_TIME: Duration = Duration::from_secs(30);
const CONNECT_TIME: Duration = Duration::from_secs(3);
