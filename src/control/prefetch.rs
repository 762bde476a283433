//! Prefetch schedules: when ads of a break are to be asked for before it comes (§1.14 of
//! MediaTailor's reference).

use axum::{
    Json,
    body::Bytes,
    extract::{Path, State as Shared},
    http::StatusCode,
};
use serde_json::{Map, Value, json};

use super::{State, arn, body::parsed, page::Page, refusal::Refusal};
use crate::{
    config::model as shapes,
    configuration::prefetch::Prefetch,
    store::{Documents, Kind},
    units::MediaDuration,
};

mod model;
#[cfg(test)]
mod tests;

/// `CreatePrefetchSchedule`. There is no changing one.
pub(super) async fn create(
    Shared(state): Shared<State>,
    Path((configuration, name)): Path<(String, String)>,
    body: Bytes,
) -> Result<Json<Value>, Refusal> {
    let (mut schedule, mut errors) = shapes::clean(model::FIELDS, &parsed(&body)?);
    if errors.is_empty() {
        errors = model::faults(&schedule, state.clock.now());
    }
    errors.extend(model::name_fault(&name));
    if !errors.is_empty() {
        return Err(Refusal::remarks(&errors));
    }
    schedule.entry("ScheduleType").or_insert_with(|| json!("SINGLE"));
    schedule.insert(model::CREATED.to_owned(), json!(state.clock.now().as_millis()));
    let late = model::read(&name, &schedule).map_or(0, |prefetch| model::left_out(&prefetch));
    if late > 0 {
        tracing::warn!(
            configuration,
            name,
            percent = late,
            "so many sessions' turn in a prefetch schedule comes after its retrieval window"
        );
    }
    let _changing = state.catalogue.change().await;
    state.catalogue.get(&configuration)?;
    make_room(&state, &configuration, &name).await?;
    let key = key(&configuration, &name);
    state.catalogue.documents().put(Kind::PrefetchSchedule, &key, schedule.clone().into()).await?;
    tracing::info!(configuration, name, "a prefetch schedule was created");
    state.catalogue.take_effect();
    Ok(Json(told(&configuration, &name, schedule)))
}

/// `GetPrefetchSchedule`.
pub(super) async fn get(
    Shared(state): Shared<State>,
    Path((configuration, name)): Path<(String, String)>,
) -> Result<Json<Value>, Refusal> {
    let schedule = find(&state, &configuration, &name)?;
    Ok(Json(told(&configuration, &name, schedule)))
}

/// `DeletePrefetchSchedule`.
pub(super) async fn delete(
    Shared(state): Shared<State>,
    Path((configuration, name)): Path<(String, String)>,
) -> Result<StatusCode, Refusal> {
    let key = key(&configuration, &name);
    let _changing = state.catalogue.change().await;
    match state.catalogue.documents().delete(Kind::PrefetchSchedule, &key).await? {
        true => {
            state.catalogue.take_effect();
            Ok(StatusCode::NO_CONTENT)
        }
        false => Err(not_found(&configuration, &name)),
    }
}

/// `ListPrefetchSchedules`: those of one stream or of all, single ones unless asked otherwise.
pub(super) async fn list(
    Shared(state): Shared<State>,
    Path(configuration): Path<String>,
    body: Bytes,
) -> Result<Json<Value>, Refusal> {
    state.catalogue.get(&configuration)?;
    let asked = if body.is_empty() { json!({}) } else { parsed(&body)? };
    let page = Page::read(asked.get("MaxResults"), asked.get("NextToken"))?;
    let (asked, errors) = shapes::clean(ASKED, &asked);
    if !errors.is_empty() {
        return Err(Refusal::remarks(&errors));
    }
    let wanted = |schedule: &Map<String, Value>| {
        let stream = asked.get("StreamId");
        let kind = asked.get("ScheduleType").and_then(Value::as_str).unwrap_or("SINGLE");
        let of_kind = kind == "ALL" || model::is_recurring(schedule) == (kind == "RECURRING");
        of_kind && stream.is_none_or(|stream| schedule.get("StreamId") == Some(stream))
    };
    let these = all(&state, &configuration).into_iter().filter(|(_, one)| wanted(one));
    Ok(Json(page.of(these.map(|(name, schedule)| {
        let item = told(&configuration, &name, schedule);
        (name, item)
    }))))
}

/// A schedule that is there.
pub(super) fn find(
    state: &State,
    configuration: &str,
    name: &str,
) -> Result<Map<String, Value>, Refusal> {
    let key = key(configuration, name);
    let known = state.catalogue.documents().get(Kind::PrefetchSchedule, &key);
    known.and_then(|one| one.as_object().cloned()).ok_or_else(|| not_found(configuration, name))
}

/// Configurations' names have no `/`.
pub(super) fn key(configuration: &str, name: &str) -> String {
    format!("{configuration}/{name}")
}

/// Every schedule of a configuration, by name.
fn all(state: &State, configuration: &str) -> Vec<(String, Map<String, Value>)> {
    let begin = key(configuration, "");
    let all = state.catalogue.documents().all(Kind::PrefetchSchedule, &begin).into_iter();
    let named = all.filter_map(|(key, schedule)| {
        Some((key.strip_prefix(&begin)?.to_owned(), schedule.as_object()?.clone()))
    });
    named.collect()
}

/// What a configuration's schedules mean.
pub(super) fn schedules(documents: &Documents, configuration: &str) -> Vec<Prefetch> {
    let begin = key(configuration, "");
    let all = documents.all(Kind::PrefetchSchedule, &begin).into_iter();
    let read = all.filter_map(|(key, schedule)| {
        model::read(key.strip_prefix(&begin)?, schedule.as_object()?)
    });
    read.collect()
}

/// Deletes what is long past, and refuses a name that is taken or one schedule too many.
async fn make_room(state: &State, configuration: &str, name: &str) -> Result<(), Refusal> {
    let now = state.clock.now();
    let (mut active, mut ended) = (0, Vec::new());
    for (known, schedule) in all(state, configuration) {
        let ends = model::ends(&schedule);
        if ends.is_some_and(|ends| ends + KEPT < now) {
            let key = key(configuration, &known);
            state.catalogue.documents().delete(Kind::PrefetchSchedule, &key).await?;
            continue;
        }
        if known == name {
            return Err(Refusal::bad_request(format!(
                "`{configuration}` has a prefetch schedule `{name}` already"
            )));
        }
        match ends {
            Some(ends) if ends < now => ended.push((ends, known)),
            _ => active += 1,
        }
    }
    ended.sort();
    for (_, oldest) in ended.iter().take(ended.len().saturating_sub(MOST_ENDED)) {
        let key = key(configuration, oldest);
        state.catalogue.documents().delete(Kind::PrefetchSchedule, &key).await?;
    }
    match active >= MOST_ACTIVE {
        true => Err(Refusal::bad_request(format!(
            "`{configuration}` has {MOST_ACTIVE} active prefetch schedules already, the most"
        ))),
        false => Ok(()),
    }
}

fn told(configuration: &str, name: &str, mut schedule: Map<String, Value>) -> Value {
    schedule.remove(model::CREATED);
    schedule.insert("Arn".to_owned(), json!(arn::prefetch_schedule(configuration, name)));
    schedule.insert("Name".to_owned(), json!(name));
    schedule.insert("PlaybackConfigurationName".to_owned(), json!(configuration));
    schedule.entry("tags").or_insert_with(|| json!({}));
    schedule.into()
}

fn not_found(configuration: &str, name: &str) -> Refusal {
    Refusal::not_found(&format!("prefetch schedule `{name}` of `{configuration}`"))
}

const ASKED: &[shapes::Field] = &[
    shapes::Field::new("ScheduleType", shapes::Kind::Choice(&["SINGLE", "RECURRING", "ALL"])),
    shapes::Field::new("StreamId", shapes::Kind::Text(512)),
];

/// How long one is kept after its end.
const KEPT: MediaDuration = MediaDuration::from_secs(7 * 86_400);

/// How many of those that have ended are kept so long.
const MOST_ENDED: usize = 100;

/// MediaTailor's quota.
const MOST_ACTIVE: usize = 25;
