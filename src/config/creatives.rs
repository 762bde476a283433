//! `[creatives]`: how advertisers' files are made to match channels, and where they are kept.

use toml::de::DeValue;

use super::{
    section::Section,
    value::{self, Read},
};
use crate::{bucket::Bucket, encoding::Level};

/// `[creatives]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Creatives {
    /// How loud ads are made.
    pub loudness: Level,
    /// How many are made at a time.
    pub at_once: usize,
    /// Most bytes of all together; absent: no bound.
    pub most_bytes: Option<u64>,
    /// Where they are kept; absent: in `data_dir`.
    pub bucket: Option<Bucket>,
}

impl Default for Creatives {
    fn default() -> Self {
        Self { loudness: Level::lkfs(-24), at_once: 1, most_bytes: None, bucket: None }
    }
}

pub(super) fn read(section: &mut Section<'_, '_>) -> Creatives {
    let default = Creatives::default();
    let loudness = section.value("loudness_lkfs", value::whole(-40..=-5));
    let loudness = loudness.and_then(|whole| i32::try_from(whole).ok()).map(Level::lkfs);
    let most = section.value("most_bytes", value::whole(1..=i64::MAX));
    Creatives {
        loudness: loudness.unwrap_or(default.loudness),
        at_once: section.value("at_once", value::count(64)).unwrap_or(default.at_once),
        most_bytes: most.and_then(|most| u64::try_from(most).ok()),
        bucket: section.section("s3", bucket),
    }
}

/// `[creatives.s3]`.
fn bucket(section: &mut Section<'_, '_>) -> Option<Bucket> {
    if section.is_empty() {
        section.declare(&[
            "bucket",
            "prefix",
            "endpoint",
            "region",
            "access_key_id",
            "secret_access_key",
        ]);
        return None;
    }
    let name = section.required("bucket", value::text(63));
    let prefix = section.value("prefix", prefix).unwrap_or_default();
    let endpoint = section.value("endpoint", value::url(512));
    let region = section.value("region", value::text(64));
    let id = section.required("access_key_id", value::text(128));
    let secret = section.required_secret("secret_access_key", value::text(256));
    Some(Bucket {
        name: name?,
        prefix,
        endpoint,
        region: region.unwrap_or_else(|| "us-east-1".to_owned()),
        access_key_id: id?,
        secret_access_key: secret?,
    })
}

fn prefix(value: &DeValue<'_>) -> Read<String> {
    let text = value::text(256)(value)?;
    let parts = text.split('/').all(|part| !part.is_empty() && part != "." && part != "..");
    if parts { Ok(text) } else { Err("expected names with single `/` between them".to_owned()) }
}
