//! `[logs]`.

use std::ops::RangeInclusive;

use toml::de::DeValue;

use super::{
    Logs, PersonalData,
    section::Section,
    value::{self, Read},
};
use crate::{
    bucket::Bucket,
    journal::{Compression, Export},
    units::MediaDuration,
};

pub(super) fn read(section: &mut Section<'_, '_>) -> Logs {
    let rotate_minutes = section.value("rotate_minutes", minutes);
    let parquet = section.section("parquet", parquet);
    let logs = Logs {
        rotate_bytes: section.value("rotate_bytes", bytes(1 << 10..=MOST_ROTATED)),
        rotate_after: rotate_minutes.map(|minutes| MediaDuration::from_secs(minutes * 60)),
        compression: section
            .value("compression", value::one_of(&Compression::ALL))
            .unwrap_or_default(),
        most_bytes: section.value("most_bytes", bytes(1 << 20..=i64::MAX)),
        personal_data: section
            .value("personal_data", value::one_of(&PERSONAL_DATA))
            .unwrap_or_default(),
        parquet,
    };
    if logs.parquet.is_some() && logs.compression == Compression::None {
        let why = "is `none`, but with `logs.parquet` compression marks what has been stored";
        section.error("compression", why);
    }
    logs
}

/// `[logs.parquet]`: on where `enabled` or a `url` says so.
fn parquet(section: &mut Section<'_, '_>) -> Option<Export> {
    let enabled = section.value("enabled", value::boolean);
    let url = section.value("url", bucket);
    let endpoint = section.value("endpoint", value::url(512));
    let region = section.value("region", value::text(64));
    let id = section.value("access_key_id", value::text(256));
    let secret = section.secret("secret_access_key", value::text(256));
    let Some((name, prefix)) = url else {
        return enabled.unwrap_or(false).then_some(Export::DataDir);
    };
    let (Some(access_key_id), Some(secret_access_key)) = (id, secret) else {
        section.error("url", "needs `access_key_id` and `secret_access_key` beside it");
        return None;
    };
    enabled.unwrap_or(true).then(|| {
        Export::S3(Box::new(Bucket {
            name,
            prefix,
            endpoint,
            region: region.unwrap_or_else(|| "us-east-1".to_owned()),
            access_key_id,
            secret_access_key,
        }))
    })
}

/// `s3://bucket/prefix`.
fn bucket(value: &DeValue<'_>) -> Read<(String, String)> {
    let text = value::text(1024)(value)?;
    let place = text.strip_prefix("s3://").map(|rest| rest.split_once('/').unwrap_or((rest, "")));
    match place {
        Some((name, prefix)) if !name.is_empty() => {
            Ok((name.to_owned(), prefix.trim_matches('/').to_owned()))
        }
        _ => Err("expected a bucket such as `s3://logs/midroll`".to_owned()),
    }
}

/// Files begin at the same times every day.
fn minutes(value: &DeValue<'_>) -> Read<i64> {
    let minutes = value::whole(1..=MINUTES_PER_DAY)(value)?;
    match MINUTES_PER_DAY % minutes {
        0 => Ok(minutes),
        _ => Err("expected minutes of which a day has a whole number, such as 15 or 60".to_owned()),
    }
}

fn bytes(range: RangeInclusive<i64>) -> impl Fn(&DeValue<'_>) -> Read<u64> {
    move |value| {
        let bytes = value::whole(range.clone())(value)?;
        u64::try_from(bytes).map_err(|error| error.to_string())
    }
}

const PERSONAL_DATA: [(&str, PersonalData); 4] = [
    ("full", PersonalData::Full),
    ("truncated", PersonalData::Truncated),
    ("hashed", PersonalData::Hashed),
    ("none", PersonalData::None),
];

/// A closed file is held in memory as Parquet while it is stored.
const MOST_ROTATED: i64 = 1 << 30;

const MINUTES_PER_DAY: i64 = 24 * 60;
