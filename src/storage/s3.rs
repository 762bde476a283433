//! An S3-compatible store.

use std::{fmt, sync::Arc, time::Duration};

use object_store::{
    ClientOptions, RetryConfig, aws::AmazonS3Builder, path::Path, prefix::PrefixStore,
};
use url::Url;

use super::{Error, Storage};

/// Where creatives are kept in an S3-compatible store.
#[derive(Clone, PartialEq, Eq)]
pub struct Bucket {
    /// The bucket's name.
    pub name: String,
    /// What stands before every object's name; empty: nothing.
    pub prefix: String,
    /// Where the store is, if not at AWS.
    pub endpoint: Option<Url>,
    /// Its region.
    pub region: String,
    /// Who asks.
    pub access_key_id: String,
    /// Never sent, and never shown.
    pub secret_access_key: String,
}

impl Storage {
    /// Objects in a bucket. Nothing is asked of it yet.
    ///
    /// # Errors
    /// A bucket that cannot be named so.
    pub fn s3(bucket: &Bucket) -> Result<Self, Error> {
        let options = ClientOptions::new()
            .with_timeout(REQUEST_TIME)
            .with_connect_timeout(CONNECT_TIME)
            // Whoever may name an endpoint in the configuration may name one in clear.
            .with_allow_http(true);
        let retry = RetryConfig {
            max_retries: RETRIES,
            retry_timeout: RETRY_TIME,
            ..RetryConfig::default()
        };
        let mut builder = AmazonS3Builder::new()
            .with_bucket_name(&bucket.name)
            .with_region(&bucket.region)
            .with_access_key_id(&bucket.access_key_id)
            .with_secret_access_key(&bucket.secret_access_key)
            .with_client_options(options)
            .with_retry(retry);
        if let Some(endpoint) = &bucket.endpoint {
            builder = builder.with_endpoint(endpoint.as_str().trim_end_matches('/'));
        }
        let store = builder.build().map_err(Error::of)?;
        let prefix = Path::parse(&bucket.prefix).map_err(|_| Error::Unreadable)?;
        Ok(Self::over(Arc::new(PrefixStore::new(store, prefix)), true))
    }
}

impl fmt::Debug for Bucket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Bucket")
            .field("name", &self.name)
            .field("prefix", &self.prefix)
            .field("endpoint", &self.endpoint.as_ref().map(Url::as_str))
            .field("region", &self.region)
            .finish_non_exhaustive()
    }
}

/// The client's own are ten times in three minutes, for which no viewer waits.
const RETRIES: usize = 3;
const RETRY_TIME: Duration = Duration::from_secs(10);
const REQUEST_TIME: Duration = Duration::from_secs(30);
const CONNECT_TIME: Duration = Duration::from_secs(3);
