//! The fields of a prefetch schedule, and what they have to be among themselves.

use serde_json::{Map, Value};

use crate::{
    config::{
        self, Remark,
        model::{
            Field,
            Kind::{self, Choice, List, Map as Names, Moment, Structure, Text, Whole},
            TAGS,
        },
    },
    configuration::prefetch::{Prefetch, PrefetchId, Timing, Window},
    units::{MediaDuration, ProgramTime},
};

/// What `CreatePrefetchSchedule` takes beside the names in its path.
pub(super) const FIELDS: &[Field] = &[
    Field::new("ScheduleType", Choice(&["SINGLE", "RECURRING"])),
    Field::new("StreamId", Text(512)),
    Field::new("Retrieval", Structure(RETRIEVAL)),
    Field::new("Consumption", Structure(CONSUMPTION)),
    Field::new("RecurringPrefetchConfiguration", Structure(RECURRING)),
    Field::new("tags", TAGS),
];

const RETRIEVAL: &[Field] = &[
    Field::new("StartTime", Moment),
    Field::required("EndTime", Moment),
    Field::new("DynamicVariables", VARIABLES),
    TRAFFIC[0],
    TRAFFIC[1],
    TRAFFIC[2],
];

const CONSUMPTION: &[Field] = &[
    Field::new("StartTime", Moment),
    Field::required("EndTime", Moment),
    Field::new("AvailMatchingCriteria", CRITERIA),
];

const RECURRING: &[Field] = &[
    Field::new("StartTime", Moment),
    Field::required("EndTime", Moment),
    Field::required("RecurringRetrieval", Structure(RECURRING_RETRIEVAL)),
    Field::required("RecurringConsumption", Structure(RECURRING_CONSUMPTION)),
];

const RECURRING_RETRIEVAL: &[Field] = &[
    Field::new("DelayAfterAvailEndSeconds", SECONDS),
    Field::new("DynamicVariables", VARIABLES),
    TRAFFIC[0],
    TRAFFIC[1],
    TRAFFIC[2],
];

const RECURRING_CONSUMPTION: &[Field] = &[
    Field::new("RetrievedAdExpirationSeconds", SECONDS),
    Field::new("AvailMatchingCriteria", CRITERIA),
];

const TRAFFIC: [Field; 3] = [
    Field::new("TrafficShapingType", Choice(&["RETRIEVAL_WINDOW", "TPS"])),
    Field::new(
        "TrafficShapingRetrievalWindow",
        Structure(&[Field::new("RetrievalWindowDurationSeconds", SECONDS)]),
    ),
    Field::new(
        "TrafficShapingTpsConfiguration",
        Structure(&[
            Field::new("PeakTps", Whole(1, 1_000_000)),
            Field::new("PeakConcurrentUsers", Whole(1, 100_000_000)),
        ]),
    ),
];

const CRITERIA: Kind = List(&Structure(&[
    Field::required("DynamicVariable", Text(512)),
    Field::required("Operator", Choice(&["EQUALS"])),
]));

const VARIABLES: Kind = Names(&Text(25_000));

/// A day at most, as far ahead as ads may be fetched.
const SECONDS: Kind = Whole(0, 86_400);

/// What is wrong with a schedule's name: it is a part of its path and its ARN, and stands in the decision
/// log. MediaTailor's names have the same length at most.
pub(super) fn name_fault(name: &str) -> Option<Remark> {
    let fits = (1..=MOST_OF_NAME).contains(&name.chars().count());
    let plain = !name.contains('/') && !name.contains(char::is_control);
    (!fits || !plain).then(|| {
        let why = format!(
            "has {} characters; expected 1 to {MOST_OF_NAME}, without `/` and control characters",
            name.chars().count()
        );
        Remark::about("Name", &why)
    })
}

const MOST_OF_NAME: usize = 512;

/// Is it a schedule for a whole event, rather than for one break?
pub(super) fn is_recurring(schedule: &Map<String, Value>) -> bool {
    schedule.get("ScheduleType").is_some_and(|kind| kind == "RECURRING")
}

/// What is wrong with fields whose shape is right.
pub(super) fn faults(schedule: &Map<String, Value>, now: ProgramTime) -> Vec<Remark> {
    let (parts, windows): (&[&str], &[&str]) = match is_recurring(schedule) {
        true => (&["RecurringPrefetchConfiguration"], &["RecurringPrefetchConfiguration"]),
        false => (&["Retrieval", "Consumption"], &["Retrieval", "Consumption"]),
    };
    let missing = parts.iter().filter(|part| !schedule.contains_key(**part));
    let missing = missing.map(|part| Remark::about(part, "is missing"));
    let windows = windows.iter().filter_map(|name| Some((name, schedule.get(*name)?)));
    let windows = windows.filter_map(|(name, window)| window_fault(name, window, now));
    missing.chain(windows).chain(count_faults(schedule)).chain(criterion_faults(schedule)).collect()
}

/// A break is compared with what the ad server was told of it, so a criterion about something else would
/// keep the ads from every break.
fn criterion_faults(schedule: &Map<String, Value>) -> Vec<Remark> {
    let at = |path: &str| {
        let mut parts = path.split('.');
        let first = parts.next().and_then(|part| schedule.get(part));
        parts.fold(first, |value, part| value?.get(part))
    };
    let (variables, criteria) = match is_recurring(schedule) {
        true => RECURRING_PARTS,
        false => SINGLE_PARTS,
    };
    let told = at(variables).and_then(Value::as_object);
    let names = at(criteria).and_then(Value::as_array).into_iter().flatten();
    let names = names.filter_map(|one| one.get("DynamicVariable")?.as_str());
    let fault = |name: &str| {
        let why = match told.is_some_and(|told| told.contains_key(name)) {
            false => format!("names `{name}`, which has no value in `{variables}`"),
            true if !config::is_variable(name) => {
                format!("names `{name}`, which no break has: it is no dynamic variable")
            }
            true => return None,
        };
        Some(Remark::about(criteria, &why))
    };
    names.filter_map(fault).collect()
}

/// Where a schedule says what the ad server is told, and which of it breaks have to match.
const SINGLE_PARTS: (&str, &str) =
    ("Retrieval.DynamicVariables", "Consumption.AvailMatchingCriteria");
const RECURRING_PARTS: (&str, &str) = (
    "RecurringPrefetchConfiguration.RecurringRetrieval.DynamicVariables",
    "RecurringPrefetchConfiguration.RecurringConsumption.AvailMatchingCriteria",
);

fn window_fault(name: &str, window: &Value, now: ProgramTime) -> Option<Remark> {
    let end = millis(window.get("EndTime")?)?;
    let start = window.get("StartTime").and_then(millis);
    let key = format!("{name}.EndTime");
    if start.is_some_and(|start| start >= end) {
        return Some(Remark::about(&key, "is not after the start"));
    }
    (end <= now.as_millis()).then(|| Remark::about(&key, "has passed"))
}

/// MediaTailor's limits on how many there may be.
fn count_faults(schedule: &Map<String, Value>) -> impl Iterator<Item = Remark> {
    let at = |path: &[&str]| {
        let mut parts = path.iter();
        let first = parts.next().and_then(|part| schedule.get(*part));
        parts.fold(first, |value, part| value?.get(*part))
    };
    let counted = COUNTED.iter().filter_map(|(path, most)| {
        let count = match at(path)? {
            Value::Array(items) => items.len(),
            Value::Object(members) => members.len(),
            _ => return None,
        };
        (count > *most).then(|| {
            Remark::about(&path.join("."), &format!("has {count} members, more than {most}"))
        })
    });
    counted.collect::<Vec<_>>().into_iter()
}

const COUNTED: [(&[&str], usize); 4] = [
    (&["Retrieval", "DynamicVariables"], 100),
    (&["Consumption", "AvailMatchingCriteria"], 5),
    (&["RecurringPrefetchConfiguration", "RecurringRetrieval", "DynamicVariables"], 100),
    (&["RecurringPrefetchConfiguration", "RecurringConsumption", "AvailMatchingCriteria"], 5),
];

/// What a schedule of the right shape means.
pub(super) fn read(name: &str, schedule: &Map<String, Value>) -> Option<Prefetch> {
    let part = |of: &Value, name: &str| of.get(name).cloned().unwrap_or_default();
    // Turns are counted from the beginning, so that must not be before there was a schedule.
    let begun = |window: Window| Window { from: window.from.max(created(schedule)), ..window };
    let whole = Value::Object(schedule.clone());
    let (retrieval, consumption, timing) = match is_recurring(schedule) {
        true => {
            let recurring = part(&whole, "RecurringPrefetchConfiguration");
            let retrieval = part(&recurring, "RecurringRetrieval");
            let consumption = part(&recurring, "RecurringConsumption");
            let delay = secs(&retrieval, "DelayAfterAvailEndSeconds").unwrap_or_default();
            let lifetime = secs(&consumption, "RetrievedAdExpirationSeconds");
            let window = begun(window(&recurring)?);
            (retrieval, consumption, Timing::Recurring { window, delay, lifetime })
        }
        false => {
            let (retrieval, consumption) = (part(&whole, "Retrieval"), part(&whole, "Consumption"));
            let single = Timing::Single {
                retrieval: begun(window(&retrieval)?),
                consumption: window(&consumption)?,
            };
            (retrieval, consumption, single)
        }
    };
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let variables = part(&retrieval, "DynamicVariables");
    let variables = variables.as_object().into_iter().flatten();
    let criteria = part(&consumption, "AvailMatchingCriteria");
    let criteria = criteria.as_array().into_iter().flatten();
    Some(Prefetch {
        id: PrefetchId { name: name.to_owned(), created: created(schedule) },
        stream: schedule.get("StreamId").and_then(text),
        variables: variables
            .filter_map(|(name, value)| Some((name.clone(), text(value)?)))
            .collect(),
        matching: criteria.filter_map(|one| text(one.get("DynamicVariable")?)).collect(),
        spread: spread(&retrieval),
        timing,
    })
}

/// When it was created; before everything for those of earlier versions.
fn created(schedule: &Map<String, Value>) -> ProgramTime {
    let at = schedule.get(CREATED).and_then(Value::as_i64);
    at.map_or(EVER, ProgramTime::from_millis)
}

/// How many of a hundred sessions are not asked for, since their turn comes after the window.
pub(super) fn left_out(prefetch: &Prefetch) -> i64 {
    let (Timing::Single { retrieval: window, .. } | Timing::Recurring { window, .. }) =
        prefetch.timing;
    let (spread, room) = (prefetch.spread.as_millis(), (window.to - window.from).as_millis());
    if spread <= room { 0 } else { 100 - room.max(0) * 100 / spread }
}

/// From its start, or from ever, to its end.
fn window(of: &Value) -> Option<Window> {
    let time = |name| of.get(name).and_then(millis).map(ProgramTime::from_millis);
    Some(Window { from: time("StartTime").unwrap_or(EVER), to: time("EndTime")? })
}

fn secs(of: &Value, name: &str) -> Option<MediaDuration> {
    of.get(name).and_then(Value::as_i64).map(MediaDuration::from_secs)
}

/// Over how long questions are spread: as long as is said, or as so many viewers need at so many
/// questions a second; where both are said, as the type names.
fn spread(retrieval: &Value) -> MediaDuration {
    let window = retrieval.get("TrafficShapingRetrievalWindow");
    let window = window.and_then(|window| secs(window, "RetrievalWindowDurationSeconds"));
    let rate = retrieval.get("TrafficShapingTpsConfiguration");
    let count = |name| rate.and_then(|rate| rate.get(name)?.as_i64());
    let needed = count("PeakConcurrentUsers").zip(count("PeakTps"));
    let needed = needed
        .map(|(users, tps)| MediaDuration::from_millis(users.saturating_mul(1_000) / tps.max(1)));
    let by_rate = retrieval.get("TrafficShapingType").is_some_and(|kind| kind == "TPS");
    let spread = if by_rate { needed.or(window) } else { window.or(needed) };
    spread.unwrap_or_default()
}

/// The time of its creation, in milliseconds; clients are not told.
pub(super) const CREATED: &str = "midroll:created";

/// Before everything, with room for what is added to it.
const EVER: ProgramTime = ProgramTime::from_millis(0);

/// When a schedule is of no more use; `None` where it does not say.
pub(super) fn ends(schedule: &Map<String, Value>) -> Option<ProgramTime> {
    let part =
        if is_recurring(schedule) { "RecurringPrefetchConfiguration" } else { "Consumption" };
    millis(schedule.get(part)?.get("EndTime")?).map(ProgramTime::from_millis)
}

/// Seconds since 1970 in milliseconds: whole, or a fraction as some clients write.
fn millis(seconds: &Value) -> Option<i64> {
    match seconds.as_i64() {
        Some(whole) => whole.checked_mul(1000),
        None => {
            let nanos = jiff::SignedDuration::try_from_secs_f64(seconds.as_f64()?).ok()?;
            i64::try_from(nanos.as_millis()).ok()
        }
    }
}
