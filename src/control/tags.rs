//! Tags: free names and values that clients hang on what they have put.

use axum::{
    Json,
    body::Bytes,
    extract::{Path, RawQuery, State as Shared},
    http::StatusCode,
};
use serde_json::{Map, Value, json};

use super::{State, arn::Resource, body::parsed, prefetch, refusal::Refusal};
use crate::{
    config::model::{self, Field},
    store::Kind,
};

/// `ListTagsForResource`.
pub(super) async fn list(
    Shared(state): Shared<State>,
    Path(arn): Path<String>,
) -> Result<Json<Value>, Refusal> {
    Ok(Json(json!({ "tags": tags(&document(&state, &Resource::parse(&arn)?)?) })))
}

/// `TagResource`: adds, and replaces those of the same name.
pub(super) async fn add(
    Shared(state): Shared<State>,
    Path(arn): Path<String>,
    body: Bytes,
) -> Result<StatusCode, Refusal> {
    let (known, errors) = model::clean(FIELDS, &parsed(&body)?);
    if !errors.is_empty() {
        return Err(Refusal::remarks(&errors));
    }
    change(&state, &arn, |all| all.extend(tags(&known))).await
}

/// `UntagResource`: `tagKeys` in the query, as often as there are keys.
pub(super) async fn remove(
    Shared(state): Shared<State>,
    Path(arn): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<StatusCode, Refusal> {
    let query = query.unwrap_or_default();
    let pairs = url::form_urlencoded::parse(query.as_bytes());
    let keys: Vec<_> = pairs.filter(|(name, _)| name == "tagKeys").map(|(_, key)| key).collect();
    change(&state, &arn, |all| all.retain(|key, _| !keys.iter().any(|gone| gone == key))).await
}

async fn change(
    state: &State,
    arn: &str,
    change: impl FnOnce(&mut Map<String, Value>),
) -> Result<StatusCode, Refusal> {
    let edit = |document: &mut Map<String, Value>| {
        let mut tags = tags(document);
        change(&mut tags);
        if tags.len() > MOST {
            return Err(Refusal::bad_request(format!("{} tags are more than {MOST}", tags.len())));
        }
        document.insert("tags".to_owned(), tags.into());
        Ok(())
    };
    match Resource::parse(arn)? {
        Resource::PlaybackConfiguration(name) => state.catalogue.edit(&name, edit).await?,
        Resource::PrefetchSchedule(configuration, name) => {
            let _changing = state.catalogue.change().await;
            let mut schedule = prefetch::find(state, &configuration, &name)?;
            edit(&mut schedule)?;
            let key = prefetch::key(&configuration, &name);
            let documents = state.catalogue.documents();
            documents.put(Kind::PrefetchSchedule, &key, schedule.into()).await?;
        }
    }
    Ok(StatusCode::NO_CONTENT)
}

fn document(state: &State, resource: &Resource) -> Result<Map<String, Value>, Refusal> {
    match resource {
        Resource::PlaybackConfiguration(name) => Ok(state.catalogue.get(name)?.document.0),
        Resource::PrefetchSchedule(configuration, name) => {
            prefetch::find(state, configuration, name)
        }
    }
}

fn tags(document: &Map<String, Value>) -> Map<String, Value> {
    document.get("tags").and_then(Value::as_object).cloned().unwrap_or_default()
}

const FIELDS: &[Field] = &[Field::required("tags", model::TAGS)];

/// AWS's own limit.
const MOST: usize = 50;
