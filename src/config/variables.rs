//! Variables of an ad server's URL, headers and body, held against those that there are.
//!
//! MediaTailor fills in nothing for a name it does not know, and so does Midroll: a slip would be
//! silent but for this.

use std::cell::RefCell;

use crate::vast::template;

/// What is odd about each name in a template that looks like a variable and is none.
pub(super) fn oddities(template: &str) -> Vec<String> {
    let unknown = RefCell::new(Vec::<String>::new());
    template::expand(template, |name| {
        let mut unknown = unknown.borrow_mut();
        if !is_known(name) && !unknown.iter().any(|other| other == name) {
            unknown.push(name.to_owned());
        }
        None
    });
    let unknown = unknown.into_inner();
    unknown.iter().map(|name| told(name)).collect()
}

/// Is there such a variable?
pub fn is_variable(name: &str) -> bool {
    name.contains('.') && is_known(name)
}

/// The same of a header or body, whose variables stand in braces; those in brackets would be sent as
/// they stand.
pub(super) fn oddities_in_braces(template: &str) -> Vec<String> {
    let found = RefCell::new(Vec::<String>::new());
    let note = |oddity: String| {
        let mut found = found.borrow_mut();
        if !found.contains(&oddity) {
            found.push(oddity);
        }
    };
    template::expand_braces(template, |name| {
        let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.');
        if name.chars().all(is_name) && !is_known(name) {
            note(format!(
                "has no variable `{{{{{name}}}}}`; the nearest is `{{{{{}}}}}`",
                nearest(name)
            ));
        }
        None
    });
    template::expand(template, |name| {
        if is_variable(name) {
            note(format!(
                "has `[{name}]`, which is filled in where it is written `{{{{{name}}}}}`"
            ));
        }
        None
    });
    found.into_inner()
}

fn told(name: &str) -> String {
    format!("has no variable `[{name}]`; the nearest is `[{}]`", nearest(name))
}

fn nearest(name: &str) -> &'static str {
    let all = KNOWN.iter().chain(&FREE);
    all.min_by_key(|known| strsim::osa_distance(known, name)).copied().unwrap_or_default()
}

fn is_known(name: &str) -> bool {
    let free = |family: &&str| name.starts_with(family.trim_end_matches('…'));
    // Without a point it is one of VAST's macros, or an ad server's own.
    !name.contains('.') || KNOWN.contains(&name) || FREE.iter().any(free)
}

/// MediaTailor's variables for ad requests.
pub(super) const KNOWN: [&str; 25] = [
    "session.id",
    "session.uuid",
    "session.client_ip",
    "session.user_agent",
    "session.referer",
    "session.accept_language",
    "session.avail_duration_ms",
    "session.avail_duration_secs",
    "avail.random",
    "avail.index",
    "avail.source_content_time_epoch_ms",
    "scte.event_id",
    "scte.segmentation_event_id",
    "scte.unique_program_id",
    "scte.avail_num",
    "scte.avails_expected",
    "scte.segment_num",
    "scte.segments_expected",
    "scte.sub_segment_num",
    "scte.sub_segments_expected",
    "scte.segmentation_type_id",
    "scte.delivery_not_restricted_flag",
    "scte.no_regional_blackout_flag",
    "scte.archive_allowed_flag",
    "scte.device_restrictions",
];

/// Families whose members are named by players and programmes.
const FREE: [&str; 3] = ["player_params.…", "asset.…", "scte.segmentation_upid…"];
