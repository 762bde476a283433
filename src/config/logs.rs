//! `[logs]`.

use toml::de::DeValue;

use super::{
    Logs, PersonalData,
    section::Section,
    value::{self, Read},
};
use crate::{journal::Compression, units::MediaDuration};

pub(super) fn read(section: &mut Section<'_, '_>) -> Logs {
    let rotate_minutes = section.value("rotate_minutes", minutes);
    Logs {
        rotate_bytes: section.value("rotate_bytes", bytes(1 << 10)),
        rotate_after: rotate_minutes.map(|minutes| MediaDuration::from_secs(minutes * 60)),
        compression: section
            .value("compression", value::one_of(&Compression::ALL))
            .unwrap_or_default(),
        most_bytes: section.value("most_bytes", bytes(1 << 20)),
        personal_data: section
            .value("personal_data", value::one_of(&PERSONAL_DATA))
            .unwrap_or_default(),
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

fn bytes(least: i64) -> impl Fn(&DeValue<'_>) -> Read<u64> {
    move |value| {
        let bytes = value::whole(least..=i64::MAX)(value)?;
        u64::try_from(bytes).map_err(|error| error.to_string())
    }
}

const PERSONAL_DATA: [(&str, PersonalData); 4] = [
    ("full", PersonalData::Full),
    ("truncated", PersonalData::Truncated),
    ("hashed", PersonalData::Hashed),
    ("none", PersonalData::None),
];

const MINUTES_PER_DAY: i64 = 24 * 60;
