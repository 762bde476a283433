//! A store that speaks S3, by one of its buckets: what is configured of it, and how it is opened.
//!
//! Deliberately absent: what is kept there, and how often who keeps it tries again.

use std::fmt;

use object_store::{
    ClientOptions, RetryConfig,
    aws::{AmazonS3, AmazonS3Builder},
};
use url::Url;

/// A bucket, and how to come in.
#[derive(Clone, PartialEq, Eq)]
pub struct Bucket {
    /// Its name.
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

impl Bucket {
    /// The store. Nothing is asked of it yet; the prefix is its user's to put before names.
    ///
    /// # Errors
    /// A bucket that cannot be named so.
    pub fn open(
        &self,
        options: ClientOptions,
        retry: RetryConfig,
    ) -> object_store::Result<AmazonS3> {
        let mut builder = AmazonS3Builder::new()
            .with_bucket_name(&self.name)
            .with_region(&self.region)
            .with_access_key_id(&self.access_key_id)
            .with_secret_access_key(&self.secret_access_key)
            // Whoever may name an endpoint in the configuration may name one in clear.
            .with_client_options(options.with_allow_http(true))
            .with_retry(retry);
        if let Some(endpoint) = &self.endpoint {
            builder = builder.with_endpoint(endpoint.as_str().trim_end_matches('/'));
        }
        builder.build()
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
