//! What is logged of a playback configuration: kept and told, and of no effect, since Midroll logs
//! every session.

use axum::{body::Bytes, extract::State as Shared, response::Response};
use serde_json::Value;

use super::{State, answer::with_warnings, body::parsed, refusal::Refusal};
use crate::{
    config::{
        Remark,
        model::{
            self, Field,
            Kind::{Choice, List, Structure, Text, Whole},
        },
    },
    store,
};

/// `ConfigureLogsForPlaybackConfiguration`.
pub(super) async fn configure(
    Shared(state): Shared<State>,
    body: Bytes,
) -> Result<Response, Refusal> {
    let (mut known, errors) = model::clean(FIELDS, &parsed(&body)?);
    if !errors.is_empty() {
        return Err(Refusal::remarks(&errors));
    }
    let answer = Value::Object(known.clone());
    let name = known.shift_remove(NAME).unwrap_or_default();
    let name = name.as_str().unwrap_or_default();
    let _changing = state.catalogue.change().await;
    state.catalogue.get(name)?;
    state.catalogue.refuse_of_file(name)?;
    let documents = state.catalogue.documents();
    // The service tells the strategies always.
    known.entry("EnabledLoggingStrategies").or_insert_with(|| Value::Array(Vec::new()));
    documents.put(store::Kind::LogConfiguration, name, known.into()).await?;
    Ok(with_warnings(answer, &[Remark::without_effect("LogConfiguration")]))
}

const NAME: &str = "PlaybackConfigurationName";

const FIELDS: &[Field] = &[
    Field::required("PercentEnabled", Whole(0, 100)),
    Field::required(NAME, Text(512)),
    Field::new("EnabledLoggingStrategies", List(&Choice(&["VENDED_LOGS", "LEGACY_CLOUDWATCH"]))),
    Field::new("AdsInteractionLog", EVENTS),
    Field::new("ManifestServiceInteractionLog", EVENTS),
];

/// Names of events; new ones are added as MediaTailor grows.
const EVENTS: model::Kind = Structure(&[
    Field::new("PublishOptInEventTypes", List(&Text(128))),
    Field::new("ExcludeEventTypes", List(&Text(128))),
]);
